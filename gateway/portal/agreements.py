"""Signing a program's finance agreement: exactly the document that is shown, by the same evidence as a proposal."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.clients import client_of
from gateway.errors import problem_of
from gateway.issuing.programs import signable
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, invalid, received, refused, texts, wrong
from gateway.pages.render import page
from gateway.portal.entry import Insured, root
from gateway.portal.signing import FORM_NAMES, NO_CONSENT, SENTENCES, mark_of
from services.contracts.billing.programs import GetProgram, ProgramView
from services.contracts.errors import DomainError
from services.contracts.proposals.signing import SignableDocumentView, SignDocument

router = APIRouter()


@router.get("/{portal}/programs/{program_id:uuid}/sign")
async def ask_to_sign(request: Request, visitor: Insured, program_id: UUID) -> Response:
    """The form; a moment before it can be signed, a page that waits; else the program's own, which says why."""
    program = await visitor.ask(GetProgram(program_id=program_id))
    document = await signable(visitor, program)
    if program.status == "awaiting_signature" and document is None:
        return page(request, "programs/preparing.html", here="programs", program=program)
    if document is None or not document.signable:
        return see(f"{root(visitor)}/programs/{program_id}")
    return _shown(request, program, document, Form())


@router.post("/{portal}/programs/{program_id:uuid}/sign")
async def sign(request: Request, visitor: Insured, program_id: UUID) -> Response:
    """Signs, once however often the form is sent; a document that was drawn anew is shown once more before."""
    typed = texts(await received(request))
    program = await visitor.ask(GetProgram(program_id=program_id))
    document = await signable(visitor, program)
    if document is None:
        withdrawn = "1" if program.finance_agreement is None else None
        return see(address(f"{root(visitor)}/programs/{program_id}", {"withdrawn": withdrawn}))
    if "consent" not in typed:
        return _shown(request, program, document, wrong(typed, {"consent": NO_CONSENT}), 422)
    try:
        command = _command(request, visitor, document, typed)
    except ValidationError as error:
        return _shown(request, program, document, invalid(typed, error, SENTENCES, FORM_NAMES), 422)
    try:
        await visitor.ask(command)
    except DomainError as error:
        return await _refused(request, visitor, program, typed, error)
    return see(f"{root(visitor)}/programs/{program_id}?signed=1")


def _command(
    request: Request, visitor: Caller, document: SignableDocumentView, typed: Mapping[str, str]
) -> SignDocument:
    """The order that the form gives; raises ValidationError where it does not say enough."""
    return SignDocument(
        id=command_id(visitor, f"sign {document.id}", typed),
        document_id=document.id,
        name=typed.get("name", ""),
        signature=mark_of(typed),
        consent_version=typed.get("consent_version", ""),
        document_sha256=typed.get("document_sha256", ""),
        client=client_of(request),
    )


async def _refused(
    request: Request, visitor: Caller, program: ProgramView, typed: Mapping[str, str], error: DomainError
) -> Response:
    """The form with the document as it is now, to be agreed to afresh; an error where it can no longer be signed."""
    now = await signable(visitor, await visitor.ask(GetProgram(program_id=program.id)))
    if now is None or not now.signable:
        raise error
    agreed_before = {name: value for name, value in typed.items() if name != "consent"}
    return _shown(request, program, now, refused(agreed_before, error), problem_of(error).status_code)


def _shown(
    request: Request, program: ProgramView, document: SignableDocumentView, form: Form, http_status: int = 200
) -> Response:
    return page(
        request,
        "programs/sign.html",
        http_status,
        here="programs",
        form=form,
        program=program,
        agreement=program.finance_agreement,
        document=document,
    )
