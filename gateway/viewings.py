"""Tells the proposals service what a contact is shown before they sign: it belongs to the evidence."""

from uuid import UUID

from gateway.auth import Caller
from gateway.idempotency import message_id
from services.contracts.billing.programs import GetProgram
from services.contracts.errors import DomainError
from services.contracts.proposals.signing import RecordViewing


async def viewed(caller: Caller, document_id: UUID, document_sha256: str) -> None:
    """Has it recorded, once for each contact and each version; staff who look as a contact leave no trace of one."""
    if not _is_customer(caller):
        return
    new_id = message_id(caller, f"viewed {document_id}", document_sha256)
    await caller.ask(RecordViewing(id=new_id, document_id=document_id, document_sha256=document_sha256))


async def agreement_viewed(caller: Caller, program_id: UUID, document_sha256: str) -> None:
    """The same of a program's agreement, as long as this document is the one to be signed."""
    if not _is_customer(caller):
        return
    agreement = (await caller.ask(GetProgram(program_id=program_id))).finance_agreement
    waiting = agreement.to_sign if agreement else None
    if waiting is None or waiting.document_sha256 != document_sha256:
        return
    try:
        await viewed(caller, waiting.document_id, document_sha256)
    except DomainError as error:
        # It is registered there by an event, which takes a moment, and nobody can sign it before.
        if error.code != "not_found":
            raise


def _is_customer(caller: Caller) -> bool:
    return caller.principal.kind == "contact" and caller.principal.viewer is None
