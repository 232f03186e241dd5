"""Recording what the office received by itself: cash, checks and transfers."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.issuing import billing as issuing
from gateway.office.choosing import Sought, choose_customer
from gateway.office.entry import PaymentsWriter
from gateway.office.invoices import owed_by
from gateway.office.sending import Typed, problems, typed_in
from gateway.office.showing import done, show
from gateway.pages.formats import OFFLINE, plain_amount, read_amount
from gateway.pages.forms import Form, command_id, refused, wrong
from gateway.paging import Cursor
from services.contracts.billing.invoices import InvoiceSummary
from services.contracts.errors import DomainError
from services.contracts.identity.customers import CustomerView, GetCustomer
from services.contracts.identity.portals import GetBranch
from services.contracts.money import Money

router = APIRouter()

_PATH = "/office/payments/new"
CURRENCY = "USD"
METHODS = tuple((name, "Something else" if name == "other" else word) for name, word in OFFLINE.items())
SENTENCES = {
    "amount": "Enter the amount that came, such as 120.00.",
    "received_as": "Choose how it came.",
    "received_on": "Choose the day on which it came.",
    "reference": "Enter at most 100 characters.",
    "invoice_ids": "Choose among the invoices.",
}
_FIELDS = {name: name for name in SENTENCES}


@router.get(_PATH)
async def write(
    request: Request,
    member: PaymentsWriter,
    customer: UUID | None = None,
    invoice: list[UUID] = Query(default=[], max_length=100),  # noqa: B008  # FastAPI's way to a repeated name
    search: Sought = "",
    cursor: Cursor = None,
) -> Response:
    """The form, once it is known whose money it is; with invoices named it begins with what they owe."""
    if customer is None:
        return await choose_customer(request, member, "payments", "Record a payment", search, cursor)
    due = await owed_by(member, customer)
    named = [each for each in due if each.id in invoice]
    owed = Money(amount=sum(each.balance.amount for each in named), currency=CURRENCY)
    values = {
        "received_on": (await _today(member, customer)).isoformat(),
        "received_as": "check",
        "amount": plain_amount(owed) if named else "",
    }
    return await _page(request, member, customer, due, Form(values), [str(each.id) for each in named])


@router.post(_PATH)
async def record(request: Request, member: PaymentsWriter, customer: UUID) -> Response:
    """Records it, once however often the form is sent."""
    typed = await typed_in(request)
    try:
        received = issuing.NewOfflinePayment.model_validate({"customer_id": customer, **_said(typed)})
        new_id = command_id(member, typed.path, typed.values)
        made = await member.ask(await issuing.offline_payment(member, received, new_id))
    except ValidationError as error:
        form, status = wrong(typed.values, problems(error, SENTENCES)), 422
    except DomainError as error:
        form, status = refused(typed.values, error, _FIELDS), problem_of(error).status_code
    else:
        return done(f"/office/payments/{made.id}", "recorded")
    due = await owed_by(member, customer)
    return await _page(request, member, customer, due, form, typed.ticked("invoice_ids"), status)


def _said(typed: Typed) -> dict[str, object]:
    """What the form says; an amount that is none is left to be found wrong."""
    return {
        "invoice_ids": typed.ticked("invoice_ids"),
        "amount": read_amount(typed["amount"], CURRENCY),
        "received_as": typed["received_as"],
        "reference": typed["reference"].strip(),
        "received_on": typed["received_on"],
    }


async def _today(member: Caller, customer_id: UUID) -> date:
    """The day that it is where the customer is at home: one that is still to come there is refused."""
    whose = await member.ask(GetCustomer(customer_id=customer_id))
    branch = await member.ask(GetBranch(branch_id=whose.home_branch_id))
    return datetime.now(ZoneInfo(branch.time_zone)).date()


async def _page(
    request: Request,
    member: Caller,
    customer_id: UUID,
    due: list[InvoiceSummary],
    form: Form,
    ticked: list[str],
    status: int = 200,
) -> Response:
    whose: CustomerView = await member.ask(GetCustomer(customer_id=customer_id))
    return show(
        request,
        member,
        "office/payments/new.html",
        status,
        here="payments",
        whose=whose,
        due=due,
        form=form,
        ticked=ticked,
        methods=METHODS,
    )
