"""Verifying a document, for anybody who holds one."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from gateway.api.routers import answered, answers, public
from gateway.uploads.arriving import form_of
from gateway.verifications import verified
from services.contracts.proposals.signing import VerificationView

_SENT: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}


@public.post(
    "/verifications",
    **answers(VerificationView, s413="It is larger than 25 MB.", s429="Another one is being checked."),
    request_body=_SENT,
)
async def verify_document(request: Request) -> Response:
    """Says whether a PDF is a document that was signed here, and unchanged; of others it says nothing we know."""
    async with form_of(request) as form:
        return answered(await verified(request, form))
