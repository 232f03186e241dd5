"""Tells the proposals service what a contact is shown before they sign: it belongs to the evidence."""

from uuid import UUID

from gateway.auth import Caller
from gateway.idempotency import message_id
from services.contracts.proposals.signing import RecordViewing


async def viewed(caller: Caller, document_id: UUID, document_sha256: str) -> None:
    """Has it recorded, once for each contact and each version; staff who look as a contact leave no trace of one."""
    if caller.principal.kind != "contact" or caller.principal.viewer:
        return
    new_id = message_id(caller, f"viewed {document_id}", document_sha256)
    await caller.ask(RecordViewing(id=new_id, document_id=document_id, document_sha256=document_sha256))
