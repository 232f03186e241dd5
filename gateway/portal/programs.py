"""Programs: the list, one of them in detail, the choice of how to pay it, and its agreement's PDF."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.files import send
from gateway.issuing.programs import signable
from gateway.pages.addresses import address, see
from gateway.pages.forms import Form, command_id, received, refused, texts, wrong
from gateway.pages.render import page
from gateway.paging import Cursor
from gateway.portal.entry import Insured, root
from gateway.portal.frame import sections_of
from gateway.portal.outcomes import has_receipt, state_of
from gateway.viewings import agreement_viewed
from services.contracts.billing.finance import GetFinanceAgreementPdf
from services.contracts.billing.invoices import InvoiceSummary
from services.contracts.billing.programs import ChoosePlan, GetProgram, ListPrograms, ProgramView
from services.contracts.errors import DomainError
from services.contracts.proposals.signing import SignableDocumentView

router = APIRouter()

Step = Literal["choose", "preparing", "sign", "billing", "pay", "none"]
"""What comes next: `preparing` the document and `billing` what was signed are ours, and take a moment."""
FIRST = ("down_payment", "pay_in_full")
NOTHING_CHOSEN = "Choose one of the two."


@router.get("/{portal}/programs")
async def programs(request: Request, visitor: Insured, cursor: Cursor = None, archived: bool = False) -> Response:
    """One page of the list, newest first; archived ones apart."""
    found = await visitor.ask(ListPrograms(archived=archived, cursor=cursor))

    def listed(shown: str, after: str | None = None) -> str:
        return address(request.url.path, {"archived": "yes" if shown == "archived" else None, "cursor": after})

    status = "archived" if archived else "current"
    return page(
        request,
        "programs/list.html",
        here="programs",
        programs=found,
        status=status,
        address=listed,
        first=listed(status) if cursor else None,
        next=listed(status, found.next_cursor) if found.next_cursor else None,
    )


@router.get("/{portal}/programs/{program_id:uuid}")
async def program(
    request: Request, visitor: Insured, program_id: UUID, signed: bool = False, withdrawn: bool = False
) -> Response:
    """One program; `signed` is said to whoever signed its agreement just now, `withdrawn` to whoever came too late."""
    found = await visitor.ask(GetProgram(program_id=program_id))
    document = await signable(visitor, found)
    shown = sections_of(visitor.principal)
    return page(
        request,
        "programs/item.html",
        here="programs",
        program=found,
        document=document,
        step=step_of(found, document, sees_invoices="invoices" in shown),
        first=first_of(found),
        upcoming=[each for each in found.invoices if each.balance.amount],
        names=_names(found),
        has_receipt=has_receipt,
        state_of=state_of,
        shown=shown,
        just_signed=signed,
        withdrawn=withdrawn,
    )


def step_of(program: ProgramView, document: SignableDocumentView | None, *, sees_invoices: bool) -> Step:
    """What comes next, as far as it is known: what is being prepared shows itself when it is there."""
    if program.status == "offered":
        return "choose"
    if program.status == "awaiting_signature":
        if document is None:
            return "preparing"
        return "billing" if document.electronic_signature else "sign"
    if program.status == "awaiting_payment" and sees_invoices:
        return "pay" if first_of(program) else "billing"
    return "none"


def first_of(program: ProgramView) -> InvoiceSummary | None:
    """The invoice of the down payment, or of the whole, as long as it is owed."""
    return next((each for each in program.invoices if each.kind in FIRST and each.balance.amount), None)


def _names(program: ProgramView) -> Mapping[UUID, str]:
    """What the invoices of installments are called: `Installment 3 of 10`."""
    rows = program.finance_agreement.installments if program.finance_agreement else []
    return {each.invoice_id: f"Installment {each.number} of {len(rows)}" for each in rows if each.invoice_id}


# Choosing how to pay


@router.get("/{portal}/programs/{program_id:uuid}/plan")
async def compare(request: Request, visitor: Insured, program_id: UUID) -> Response:
    """What the plans cost beside each other; where nothing can be chosen, the program's page, which says why."""
    found = await visitor.ask(GetProgram(program_id=program_id))
    if not found.options:
        return see(f"{root(visitor)}/programs/{program_id}")
    return _compared(request, found, Form())


@router.post("/{portal}/programs/{program_id:uuid}/plan")
async def choose(request: Request, visitor: Insured, program_id: UUID) -> Response:
    """Takes the choice, once however often the form is sent, and goes on to what it asks for."""
    typed = texts(await received(request))
    try:
        command = ChoosePlan.model_validate(
            {"id": command_id(visitor, f"plan {program_id}", typed), "program_id": program_id, "plan": typed["plan"]}
        )
    except (KeyError, ValidationError):
        found = await visitor.ask(GetProgram(program_id=program_id))
        return _compared(request, found, wrong(typed, {"": NOTHING_CHOSEN}), 422)
    try:
        chosen = await visitor.ask(command)
    except DomainError as error:
        found = await visitor.ask(GetProgram(program_id=program_id))
        return _compared(request, found, refused(typed, error), problem_of(error).status_code)
    return see(_after(visitor, chosen))


def _after(visitor: Caller, program: ProgramView) -> str:
    """The agreement to be signed, or the invoice to be paid by whoever may."""
    here = f"{root(visitor)}/programs/{program.id}"
    if program.plan == "financed":
        return f"{here}/sign"
    first = first_of(program)
    return address(f"{root(visitor)}/pay", {"invoice": first.id}) if first and first.payable else here


def _compared(request: Request, program: ProgramView, form: Form, http_status: int = 200) -> Response:
    return page(
        request, "programs/plan.html", http_status, here="programs", program=program, form=form, stays=_kept(program)
    )


def _kept(program: ProgramView) -> str | None:
    """What was chosen before, and what changing it would undo."""
    if program.plan == "financed":
        return "You chose to finance. Choose again and the agreement that you have not signed is withdrawn."
    if program.plan == "pay_in_full":
        return "You chose to pay in full. Choose again and the invoice that you have not paid is withdrawn."
    return None


@router.get("/{portal}/programs/{program_id:uuid}/finance-agreement")
async def finance_agreement(request: Request, visitor: Insured, program_id: UUID) -> Response:
    """The signed agreement; before it is signed, the one to be signed."""
    file = await visitor.ask(GetFinanceAgreementPdf(program_id=program_id))
    await agreement_viewed(visitor, program_id, file.sha256)
    return await send(request.app.state.files, file, inline=True)
