"""The way past row-level security for what comes without a principal: it answers an id and its company."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


class Found(NamedTuple):
    """A signature that some company has."""

    company_id: UUID
    id: UUID


_SEAL = text("SELECT company_id, id FROM lookups.seal_by_sha256(:digest)")


def sealed(session: Session, digest: str) -> Found | None:
    """The signature whose final PDF has exactly these bytes."""
    row = session.execute(_SEAL, {"digest": digest}).first()
    return Found(*row) if row else None
