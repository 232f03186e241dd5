"""Proves the evidence: each company's logs, signatures, seals and final PDFs against each other.

    python -m services.proposals.audit [--without-files]

It works with the service's own variables and as its own role, one company at a time, and changes nothing. It prints
a sentence for each thing that does not agree, and then ends with 1.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from services.chassis import files
from services.chassis.database import connect, tenant_session
from services.chassis.settings import chassis_settings
from services.proposals import chains
from services.proposals.signing_models import PendingSeal, Seal, Signature, SigningEvent

BATCH = 1_000
"""Rows that are held at once."""


def discrepancies(engine: Engine, *, with_files: bool = True) -> list[str]:
    """One sentence for each thing of any company that does not agree; none when the evidence is whole."""
    return [found for company_id in _companies(engine) for found in of_company(engine, company_id, with_files)]


def of_company(engine: Engine, company_id: UUID, with_files: bool = True) -> list[str]:
    """The same of one company."""
    with tenant_session(engine, company_id) as session:
        # Nobody waits for an answer, and a look at everything takes what it takes.
        session.execute(text("SET LOCAL statement_timeout = 0"))
        found = [*_broken_logs(session), *_unlogged(session), *_unsealed(session)]
        return [f"{company_id}: {each}" for each in (*found, *(_lost_files(session) if with_files else ()))]


def _companies(engine: Engine) -> list[UUID]:
    with Session(engine) as session:
        return list(session.scalars(text("SELECT lookups.signing_companies()")))


def _broken_logs(session: Session) -> Iterator[str]:
    """Logs whose entries do not hold each other."""
    everything = select(SigningEvent).order_by(SigningEvent.document_id, SigningEvent.position)
    rows = session.scalars(everything.execution_options(yield_per=BATCH))
    for document_id, entries in groupby(rows, key=lambda each: each.document_id):
        position = chains.broken_at(entries)
        if position is not None:
            yield f"the log of document {document_id} is broken at entry {position}"


def _unlogged(session: Session) -> Iterator[str]:
    """Signatures and seals that their document's log does not tell of, as they are."""
    told = SigningEvent.details
    signed = select(told["signature"].astext, told["document_sha256"].astext)
    for kind, rows in (
        ("signed", session.execute(select(Signature.id, Signature.shown_sha256).where(Signature.portal_name != ""))),
        ("sealed", session.execute(select(Seal.signature_id, Seal.sha256))),
    ):
        logged = {tuple(each) for each in session.execute(signed.where(SigningEvent.kind == kind))}
        yield from (
            f"the log does not tell that signature {signature_id} was {kind} with {sha256}"
            for signature_id, sha256 in rows
            if (str(signature_id), sha256) not in logged
        )


def _unsealed(session: Session) -> Iterator[str]:
    """Signatures without a seal that none is owed any more."""
    known = (Seal.signature_id, PendingSeal.signature_id)
    orphans = select(Signature.id).where(*(~select(each).where(each == Signature.id).exists() for each in known))
    yield from (f"signature {each} has no seal, and none is due" for each in session.scalars(orphans))


def _lost_files(session: Session) -> Iterator[str]:
    """Final PDFs that are gone from the store, or are not what was sealed."""
    for document, sha256 in session.execute(select(Seal.document, Seal.sha256).execution_options(yield_per=BATCH)):
        try:
            kept = hashlib.sha256(files.get(document["key"])).hexdigest()
        except FileNotFoundError:
            yield f"the file {document['key']} is gone"
        else:
            if kept != sha256:
                yield f"the file {document['key']} is not what was sealed"


def main() -> int:
    """Prints what does not agree; the exit code says whether there was anything."""
    parser = argparse.ArgumentParser(prog="python -m services.proposals.audit", description=__doc__)
    parser.add_argument("--without-files", action="store_true", help="the database alone")
    wanted = parser.parse_args()
    engine = connect(chassis_settings().database_url.get_secret_value(), pool_size=1)
    found = discrepancies(engine, with_files=not wanted.without_files)
    for each in found:
        print(each)
    print(f"{len(found)} discrepancies" if found else "The evidence is whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
