"""Photos and documents attached to jobs, equipment, requests, comments and quotes; their bytes go past the bus.

An upload takes three steps: GetUploadTerms before a byte is read, ReserveAttachment before a byte is stored, and
ConfirmAttachment once all are. What is reserved and never confirmed is removed, with its bytes, after an hour.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.contracts.files import FileView
from services.contracts.messages import Command, Nothing, Page, Query, View

OwnerKind = Literal["job", "equipment", "request", "comment", "quote"]


class AttachmentOwner(View):
    """What it is attached to; a comment's `parent_id` is its request."""

    kind: OwnerKind
    id: UUID
    parent_id: UUID | None = None


class AttachmentView(View):
    id: UUID
    name: str
    content_type: str
    size: int
    """Bytes of what is downloaded: a picture is drawn anew when it arrives."""
    created_at: datetime
    created_by: str
    is_picture: bool
    """It has a thumbnail."""
    visible: bool | None = None
    """Whether the customer sees it; None in the portal, which only ever shows those."""


class UploadTerms(View):
    """How many more files the owner takes."""

    remaining: int


class GetUploadTerms(Query[UploadTerms]):
    """Refuses who may not attach here, before anything is read: not_found where they do not see the owner."""

    owner: AttachmentOwner


class ReserveAttachment(Command[AttachmentView]):
    """Keeps a place for a file that is about to be stored; its id is the attachment's.

    The files' keys lie in `fieldwork/<company>/attachments/<id>/`. `visible` is the office's choice: a customer's own
    always is. Conflict `too_many` where the owner takes no more.
    """

    owner: AttachmentOwner
    file: FileView
    thumbnail: FileView | None = None
    visible: bool = False


class ConfirmAttachment(Command[AttachmentView]):
    """Its bytes are in the store: from now on it is there. Not_found where it was given up meanwhile."""

    attachment_id: UUID


class ListAttachments(Query[Page[AttachmentView]]):
    """Those that the principal sees, oldest first; there are never more than the owner takes."""

    owner: AttachmentOwner


class AttachmentFiles(View):
    """An attachment with where its bytes lie."""

    attachment: AttachmentView
    file: FileView
    thumbnail: FileView | None


class GetAttachment(Query[AttachmentFiles]):
    """The same check as the owner's own, and that this file may be seen."""

    owner: AttachmentOwner
    attachment_id: UUID


class ChangeAttachment(Command[AttachmentView]):
    """The office shows it to the customer, or hides it."""

    owner: AttachmentOwner
    attachment_id: UUID
    visible: bool


class RemoveAttachment(Command[Nothing]):
    """The office takes it away for good; its bytes go with it."""

    owner: AttachmentOwner
    attachment_id: UUID
