"""What is attached to jobs, equipment, requests, comments and quotes, for those who show them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.fieldwork.attachments import AttachmentOwner, AttachmentView
from services.contracts.messages import new_id
from services.fieldwork.attachment_models import Attachment


def of(work: Work, owner: AttachmentOwner, *, in_portal: bool | None = None) -> list[AttachmentView]:
    """What the principal sees of an owner of which it is known that they see it, oldest first.

    `in_portal` says whether it is for customers or the office, where that is not the principal's side.
    """
    return of_many(work, [owner], in_portal=in_portal)[owner.id]


def of_many(
    work: Work, owners: Sequence[AttachmentOwner], *, in_portal: bool | None = None
) -> dict[UUID, list[AttachmentView]]:
    """The same for several owners of one kind, by their ids."""
    found: dict[UUID, list[AttachmentView]] = {each.id: [] for each in owners}
    if not found:
        return found
    portal = is_in_portal(work) if in_portal is None else in_portal
    asked = (Attachment.owner_kind == owners[0].kind, Attachment.owner_id.in_(found))
    rows = select(Attachment).where(*asked, *seen(in_portal=portal)).order_by(Attachment.created_at, Attachment.id)
    for row in work.session.scalars(rows):
        found[row.owner_id].append(row.view(in_portal=portal))
    return found


def seen(*, in_portal: bool) -> list[ColumnElement[bool]]:
    """Of an owner's files, those that are there for customers, or for the office."""
    ready = Attachment.status == "ready"
    return [ready, Attachment.visible.is_(True)] if in_portal else [ready]


def is_in_portal(work: Work) -> bool:
    """Whether the principal sees only what customers may."""
    return not permissions.in_office(work.principal)


def carry_over(work: Work, before: AttachmentOwner, after: AttachmentOwner) -> None:
    """Attaches to one owner what is attached to another; both share the bytes."""
    there = (Attachment.owner_kind == before.kind, Attachment.owner_id == before.id, Attachment.status == "ready")
    # Locked, for whoever removes one now waits, and the sweep then knows that its bytes are another's too.
    for row in work.session.scalars(select(Attachment).where(*there).with_for_update()):
        carry_one(work, row, after.kind, after.id, visible=row.visible)


def carry_one(work: Work, row: Attachment, owner_kind: str, owner_id: UUID, *, visible: bool) -> None:
    """Attaches to one more owner what is attached to another; both share the bytes."""
    copied = {each.key: getattr(row, each.key) for each in Attachment.__table__.columns}
    copied |= {"id": new_id(), "owner_kind": owner_kind, "owner_id": owner_id, "visible": visible}
    work.session.add(Attachment(**copied))
