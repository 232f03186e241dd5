"""What is attached to jobs, equipment, requests, comments and quotes, for those who show them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.chassis.work import Work
from services.contracts.fieldwork.attachments import AttachmentOwner, AttachmentView
from services.contracts.messages import new_id
from services.fieldwork.attachment_models import Attachment


def of(work: Work, owner: AttachmentOwner) -> list[AttachmentView]:
    """What the principal sees of an owner of which it is known that they see it, oldest first."""
    return of_many(work, [owner])[owner.id]


def of_many(work: Work, owners: Sequence[AttachmentOwner]) -> dict[UUID, list[AttachmentView]]:
    """The same for several owners of one kind, by their ids."""
    found: dict[UUID, list[AttachmentView]] = {each.id: [] for each in owners}
    if not found:
        return found
    in_portal = work.principal.kind == "contact"
    asked = (Attachment.owner_kind == owners[0].kind, Attachment.owner_id.in_(found))
    rows = select(Attachment).where(*asked, *seen(work)).order_by(Attachment.created_at, Attachment.id)
    for row in work.session.scalars(rows):
        found[row.owner_id].append(row.view(in_portal=in_portal))
    return found


def seen(work: Work) -> list[ColumnElement[bool]]:
    """Of an owner's files, those that are there for the principal."""
    ready = Attachment.status == "ready"
    return [ready, Attachment.visible.is_(True)] if work.principal.kind == "contact" else [ready]


def carry_over(work: Work, before: AttachmentOwner, after: AttachmentOwner) -> None:
    """Attaches to one owner what is attached to another; both share the bytes."""
    there = (Attachment.owner_kind == before.kind, Attachment.owner_id == before.id, Attachment.status == "ready")
    for row in work.session.scalars(select(Attachment).where(*there)):
        copied = {each.key: getattr(row, each.key) for each in Attachment.__table__.columns}
        copied |= {"id": new_id(), "owner_kind": after.kind, "owner_id": after.id}
        work.session.add(Attachment(**copied))
