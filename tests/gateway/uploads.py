"""Fieldwork, as far as the gateway's uploads need it: places that are reserved, confirmed and looked up."""

from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

from services.contracts.errors import not_found
from services.contracts.fieldwork.attachments import (
    AttachmentFiles,
    AttachmentView,
    ConfirmAttachment,
    GetAttachment,
    GetUploadTerms,
    ReserveAttachment,
    UploadTerms,
)
from services.contracts.files import FileView
from tests.gateway.neighbours import Neighbours


class Attaching:
    """The places of one owner; `confirmed` are there."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.reserved: dict[str, ReserveAttachment] = {}
        self.confirmed: list[str] = []
        neighbours.answer(GetUploadTerms, UploadTerms(remaining=50))
        neighbours.answer(ReserveAttachment, self._reserve)
        neighbours.answer(ConfirmAttachment, self._confirm)
        neighbours.answer(GetAttachment, self._find)

    def _reserve(self, message: dict[str, Any]) -> AttachmentView:
        command = ReserveAttachment.model_validate(message)
        self.reserved[str(command.id)] = command
        return _view(command)

    def _confirm(self, message: dict[str, Any]) -> AttachmentView:
        self.confirmed.append(message["attachment_id"])
        return _view(self.reserved[message["attachment_id"]])

    def _find(self, message: dict[str, Any]) -> AttachmentFiles:
        if message["attachment_id"] not in self.confirmed:
            raise not_found()
        found = self.reserved[message["attachment_id"]]
        return AttachmentFiles(attachment=_view(found), file=found.file, thumbnail=found.thumbnail)

    def file(self) -> FileView:
        """The only file that is there."""
        (only,) = self.confirmed
        return self.reserved[only].file


def _view(command: ReserveAttachment) -> AttachmentView:
    return AttachmentView(
        id=command.id,
        name=command.file.name,
        content_type=command.file.content_type,
        size=command.file.size,
        created_at=datetime.now(UTC),
        created_by="Priya Shah",
        is_picture=command.thumbnail is not None,
    )


def kept(app: FastAPI) -> list[str]:
    """The keys of all that is in the gateway's store."""
    return sorted(each["path"] for batch in app.state.files.list() for each in batch)


def content(app: FastAPI, key: str) -> bytes:
    """What the store has under a key."""
    return bytes(app.state.files.get(key).bytes())
