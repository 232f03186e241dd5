"""Programs: insureds choose, sign and read them; the agency makes and offers them, and ends them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field

from gateway.api.routers import CommandId, answered, answers, answers_pdf, office, portal, relayed, sent
from gateway.auth import ApiCaller
from gateway.clients import client_of
from gateway.issuing import programs as issuing
from gateway.paging import Cursor, Limit
from gateway.requests import Body
from gateway.viewings import agreement_viewed
from services.contracts.billing.finance import (
    EndorseAgreement,
    FinanceAgreementView,
    GetFinanceAgreementPdf,
    PayoffQuoteView,
    QuotePayoff,
    RaisePayoff,
    WithdrawPayoff,
)
from services.contracts.billing.invoices import InvoiceView
from services.contracts.billing.programs import (
    ArchiveProgram,
    BillProgram,
    CancelProgram,
    ChoosePlan,
    GetProgram,
    ListPrograms,
    OfferProgram,
    ProgramSummary,
    ProgramView,
    RenewProgram,
    RequestPayment,
)
from services.contracts.billing.terms import Plan
from services.contracts.errors import conflict
from services.contracts.messages import Page
from services.contracts.proposals.signing import Mark, SignatureView, SignDocument
from services.contracts.snapshots import Name

TEN_DAYS = issuing.PayoffBody()


@portal.get("/programs", **answers(Page[ProgramSummary]))
async def list_programs(
    caller: ApiCaller, archived: bool = False, cursor: Cursor = None, limit: Limit = 25
) -> Response:
    """The insured's programs, newest first; archived ones apart."""
    return await relayed(caller, ListPrograms(archived=archived, cursor=cursor, limit=limit))


@office.get("/programs", **answers(Page[ProgramSummary]))
async def list_programs_in_office(
    caller: ApiCaller,
    customer: UUID | None = None,
    archived: bool = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Response:
    """The company's programs, drafts included."""
    message = ListPrograms(customer_id=customer, archived=archived, cursor=cursor, limit=limit)
    return await relayed(caller, message)


@portal.get("/programs/{program_id}", **answers(ProgramView))
@office.get("/programs/{program_id}", **answers(ProgramView))
async def get_program(program_id: UUID, caller: ApiCaller) -> Response:
    """One program with its policies, agreement, invoices and payments."""
    return answered(await issuing.asked(caller, GetProgram(program_id=program_id)))


class PlanBody(Body):
    """The insured's choice."""

    plan: Plan


@portal.put("/programs/{program_id}/plan", **answers(ProgramView))
async def choose_plan(program_id: UUID, body: PlanBody, caller: ApiCaller, new_id: CommandId) -> Response:
    """Pays in full, which is billed at once, or finances, which is signed; another choice until that is done."""
    message = ChoosePlan(id=new_id, program_id=program_id, plan=body.plan)
    return answered(await issuing.asked(caller, message))


@portal.get("/programs/{program_id}/finance-agreement", **answers_pdf())
@office.get("/programs/{program_id}/finance-agreement", **answers_pdf())
async def get_finance_agreement(program_id: UUID, caller: ApiCaller, request: Request) -> Response:
    """The signed agreement, sealed; before it is signed, the one to be signed."""
    file = await caller.ask(GetFinanceAgreementPdf(program_id=program_id))
    await agreement_viewed(caller, program_id, file.sha256)
    return await sent(request, file)


class AgreementSignature(Body):
    """`document_sha256` and `consent_version` say what the signer was shown: `finance_agreement.to_sign` has them."""

    name: Name
    signature: Mark
    consent_version: Annotated[str, Field(max_length=50)]
    document_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@portal.post("/programs/{program_id}/finance-agreement/signature", **answers(SignatureView, 201))
async def sign_finance_agreement(
    program_id: UUID, body: AgreementSignature, caller: ApiCaller, request: Request, new_id: CommandId
) -> Response:
    """Signs the agreement, exactly as the document with this hash shows it; its invoices follow in a moment."""
    found = await caller.ask(GetProgram(program_id=program_id))
    agreement = found.finance_agreement
    if agreement is None or agreement.to_sign is None:
        raise conflict("There is no finance agreement to sign.", reason="not_signable")
    message = SignDocument(
        id=new_id,
        document_id=agreement.to_sign.document_id,
        name=body.name,
        signature=body.signature,
        consent_version=body.consent_version,
        document_sha256=body.document_sha256,
        client=client_of(request),
    )
    return await relayed(caller, message, 201)


@portal.get("/programs/{program_id}/payoff-quote", **answers(PayoffQuoteView))
@office.get("/programs/{program_id}/payoff-quote", **answers(PayoffQuoteView))
async def quote_payoff(program_id: UUID, caller: ApiCaller, good_through: date | None = None) -> Response:
    """What would repay the loan; ten days from today unless a day is given."""
    return await relayed(caller, QuotePayoff(program_id=program_id, good_through=good_through))


@office.post("/programs", **answers(ProgramView, 201))
async def create_program(body: issuing.NewProgram, caller: ApiCaller, new_id: CommandId) -> Response:
    """A draft, which no insured sees until it is offered. Its dates may be past."""
    return await relayed(caller, await issuing.program(caller, body, new_id), 201)


@office.patch("/programs/{program_id}", **answers(ProgramView))
async def change_program(
    program_id: UUID, body: issuing.ProgramChange, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes what is given; policies as long as nothing is chosen."""
    return await relayed(caller, await issuing.program_change(caller, program_id, body, new_id))


@office.post("/programs/{program_id}/offer", **answers(ProgramView))
async def offer_program(program_id: UUID, body: issuing.ProgramOffer, caller: ApiCaller, new_id: CommandId) -> Response:
    """Shows it to the insured, who chooses; again as long as nothing is signed or paid."""
    message = OfferProgram(
        id=new_id,
        program_id=program_id,
        allowed_plans=body.allowed_plans,
        allowed_payment_methods=body.allowed_payment_methods,
        terms=body.terms,
    )
    return await relayed(caller, message)


@office.post("/programs/{program_id}/cancel", **answers(ProgramView))
async def cancel_program(
    program_id: UUID, body: issuing.ProgramCancellation, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Ends it; the return premium reduces the loan first, and what is beyond it becomes credit."""
    message = CancelProgram(
        id=new_id,
        program_id=program_id,
        cancelled_on=body.cancelled_on,
        reason=body.reason,
        return_premium=body.return_premium,
    )
    return await relayed(caller, message)


@office.post("/programs/{program_id}/payoff", **answers(InvoiceView, 201))
async def raise_payoff(
    program_id: UUID, caller: ApiCaller, new_id: CommandId, body: issuing.PayoffBody = TEN_DAYS
) -> Response:
    """Bills what repays the loan; its invoice takes the place of the installments that it covers."""
    message = RaisePayoff(id=new_id, program_id=program_id, good_through=body.good_through)
    return await relayed(caller, message, 201)


@office.post("/programs/{program_id}/withdraw-payoff", **answers(FinanceAgreementView))
async def withdraw_payoff(program_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes an unpaid payoff back; its installments are owed again."""
    return await relayed(caller, WithdrawPayoff(id=new_id, program_id=program_id))


@office.post("/programs/{program_id}/endorse", **answers(FinanceAgreementView))
async def endorse_program(
    program_id: UUID, body: issuing.Endorsement, caller: ApiCaller, new_id: CommandId
) -> Response:
    """Changes the premium on loan: more is lent, or a return premium reduces what is owed."""
    message = EndorseAgreement(
        id=new_id,
        program_id=program_id,
        effective_on=body.effective_on,
        change=body.change,
        keep=body.keep,
        reason=body.reason,
    )
    return await relayed(caller, message)


@office.post("/programs/{program_id}/invoices", **answers(InvoiceView, 201))
async def bill_program(
    program_id: UUID, body: issuing.OneTimePayment, caller: ApiCaller, new_id: CommandId
) -> Response:
    """A one-time payment, owed at once; the insured is mailed of it."""
    message = BillProgram(
        id=new_id, program_id=program_id, description=body.description, amount=body.amount, due_on=body.due_on
    )
    return await relayed(caller, message, 201)


@office.post("/programs/{program_id}/archive", **answers(ProgramView))
async def archive_program(program_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Takes it out of the lists; it stays readable."""
    return await relayed(caller, ArchiveProgram(id=new_id, program_id=program_id))


@office.post("/programs/{program_id}/restore", **answers(ProgramView))
async def restore_program(program_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Brings an archived one back into the lists."""
    return await relayed(caller, ArchiveProgram(id=new_id, program_id=program_id, archived=False))


@office.post("/programs/{program_id}/renew", **answers(ProgramView, 201))
async def renew_program(
    program_id: UUID, body: issuing.ProgramRenewal, caller: ApiCaller, new_id: CommandId
) -> Response:
    """A draft of the next term."""
    message = RenewProgram(id=new_id, program_id=program_id, name=body.name, policies=body.policies)
    return await relayed(caller, message, 201)


@office.post("/invoices/{invoice_id}/request-payment", **answers(InvoiceView))
async def request_payment(invoice_id: UUID, caller: ApiCaller, new_id: CommandId) -> Response:
    """Mails the invoice's payers once more what they owe and how to pay."""
    return await relayed(caller, RequestPayment(id=new_id, invoice_id=invoice_id))
