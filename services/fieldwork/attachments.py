"""Attachments: a place is reserved, the bytes are stored by the gateway, and then it is there."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from services.chassis import files
from services.chassis.work import Steps, Work
from services.contracts.errors import conflict, invalid, not_found
from services.contracts.fieldwork.attachments import (
    AttachmentFiles,
    AttachmentOwner,
    AttachmentView,
    ChangeAttachment,
    ConfirmAttachment,
    GetAttachment,
    GetUploadTerms,
    ListAttachments,
    OwnerKind,
    RemoveAttachment,
    ReserveAttachment,
    UploadTerms,
)
from services.contracts.messages import Nothing, Page
from services.fieldwork import attached, becoming, owners
from services.fieldwork.attachment_models import Attachment

MOST = 50
"""Files that one job, equipment, request, comment or quote takes."""

PATIENCE = timedelta(hours=1)
"""How long bytes may take to arrive; longer than any upload's connection lasts."""


def terms(work: Work, query: GetUploadTerms) -> UploadTerms:
    """How many more files the owner takes from who may attach to it."""
    owners.require_may_attach(work, query.owner)
    return UploadTerms(remaining=_remaining(work, query.owner))


def reserve(work: Work, command: ReserveAttachment) -> AttachmentView:
    """Keeps a place, so that the count holds among uploads at the same time and the bytes are never forgotten."""
    owners.require_may_attach(work, command.owner)
    _require_own_keys(work, command)
    # Whoever else adds to this owner waits here until this one is counted.
    work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(command.owner.id), 0))))
    if _remaining(work, command.owner) < 1:
        raise conflict(f"There can be at most {MOST} files here.", field="file", reason="too_many")
    attachment = _arriving(work, command)
    work.session.add(attachment)
    return attachment.view(in_portal=attached.is_in_portal(work))


def confirm(work: Work, command: ConfirmAttachment) -> AttachmentView:
    """Shows what has been stored; whoever reserved the place does it, while it is kept."""
    mine = (Attachment.id == command.attachment_id, Attachment.created_by_id == work.principal.id)
    attachment = work.session.scalar(select(Attachment).where(*mine, Attachment.status == "arriving").with_for_update())
    if attachment is None:
        raise not_found("This file took too long to arrive. Please send it again.")
    attachment.mark_ready()
    _tell(work, attachment, internal=not attachment.visible)
    becoming.follow(work, attachment)
    return attachment.view(in_portal=attached.is_in_portal(work))


def page(work: Work, query: ListAttachments) -> Page[AttachmentView]:
    """All that the principal sees of an owner that they see, oldest first."""
    owners.require_seen(work, query.owner)
    return Page(items=attached.of(work, query.owner))


def find(work: Work, query: GetAttachment) -> AttachmentFiles:
    """One attachment and where its bytes lie, where both it and its owner are seen."""
    owners.require_seen(work, query.owner)
    attachment = _one(work, query.owner, query.attachment_id)
    file, thumbnail = attachment.files()
    return AttachmentFiles(
        attachment=attachment.view(in_portal=attached.is_in_portal(work)), file=file, thumbnail=thumbnail
    )


def change(work: Work, command: ChangeAttachment) -> AttachmentView:
    """Shows a file to the customer, or hides it from them."""
    owners.require_may_manage(work, command.owner)
    attachment = _one(work, command.owner, command.attachment_id)
    if attachment.visible != command.visible:
        attachment.visible = command.visible
        _tell(work, attachment, internal=False)
    return attachment.view(in_portal=False)


def remove(work: Work, command: RemoveAttachment) -> Nothing:
    """Takes a file away; its bytes are removed right after."""
    owners.require_may_manage(work, command.owner)
    attachment = _one(work, command.owner, command.attachment_id)
    attachment.mark_removed(work.now)
    _tell(work, attachment, internal=not attachment.visible)
    work.wake("sweep_attachments")
    return Nothing()


def sweep(work: Work, attachment_id: UUID) -> Steps[None]:
    """Removes the bytes of what never arrived or was removed, then the row; bytes that another row has stay."""
    attachment = _due(work, attachment_id)
    if attachment is None:
        return
    # Were the bytes removed first, a confirmation in between would show a file that is not there.
    attachment.mark_removed(work.now)
    keys = [] if _is_shared(work, attachment) else [each.key for each in attachment.files() if each]
    yield lambda: files.remove(keys)
    attachment = _due(work, attachment_id)
    if attachment is not None:
        work.session.delete(attachment)


def _tell(work: Work, attachment: Attachment, *, internal: bool) -> None:
    work.session.flush()
    kind = cast(OwnerKind, attachment.owner_kind)
    owners.changed(work, AttachmentOwner(kind=kind, id=attachment.owner_id), internal=internal)


def _due(work: Work, attachment_id: UUID) -> Attachment | None:
    due = (Attachment.id == attachment_id, Attachment.due_at <= work.now)
    return work.session.scalar(select(Attachment).where(*due).with_for_update(skip_locked=True))


def _is_shared(work: Work, attachment: Attachment) -> bool:
    same = (Attachment.file["key"].astext == attachment.file["key"], Attachment.status != "removed")
    return work.session.scalar(select(Attachment.id).where(*same).limit(1)) is not None


def _arriving(work: Work, command: ReserveAttachment) -> Attachment:
    who = work.principal
    return Attachment(
        id=command.id,
        company_id=work.company_id,
        owner_kind=command.owner.kind,
        owner_id=command.owner.id,
        status="arriving",
        file=command.file.model_dump(mode="json"),
        thumbnail=command.thumbnail.model_dump(mode="json") if command.thumbnail else None,
        visible=who.kind == "contact" or command.visible,
        created_at=work.now,
        created_by_id=who.id,
        created_by_kind=who.kind,
        created_by=who.name,
        due_at=work.now + PATIENCE,
    )


def _require_own_keys(work: Work, command: ReserveAttachment) -> None:
    """Refuses keys that could be another file's: a row owns what it names, and takes it along when it goes."""
    folder = f"fieldwork/{work.company_id}/attachments/{command.id}/"
    named = [each.key for each in (command.file, command.thumbnail) if each]
    if any(not key.startswith(folder) or ".." in key for key in named):
        raise invalid("The file's key is not this attachment's.", field="file")


def _remaining(work: Work, owner: AttachmentOwner) -> int:
    there = (Attachment.owner_kind == owner.kind, Attachment.owner_id == owner.id, Attachment.status != "removed")
    count = work.session.scalar(select(func.count()).select_from(Attachment).where(*there)) or 0
    return max(0, MOST - count)


def _one(work: Work, owner: AttachmentOwner, attachment_id: UUID) -> Attachment:
    this = (Attachment.id == attachment_id, Attachment.owner_kind == owner.kind, Attachment.owner_id == owner.id)
    attachment = work.session.scalar(
        select(Attachment).where(*this, *attached.seen(in_portal=attached.is_in_portal(work)))
    )
    if attachment is None:
        raise not_found()
    return attachment
