"""The company's convenience fees, for the branches that have none of their own."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import CompanyWriter
from gateway.office.fees import FIELDS, INVOICE_KINDS, KINDS, fee_ticks, fee_typed, fee_values
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show
from gateway.office.words import METHOD_TYPES
from gateway.pages.forms import Form, wrong
from services.contracts.identity.portals import ChangeCompany, GetCompany
from services.contracts.principals import FeePolicy

router = APIRouter()

_PATH = "/office/company/fees"
_SENTENCES = {"fees": "A fee cannot be as it stands there."}


@router.get(_PATH)
async def fees(request: Request, member: CompanyWriter) -> Response:
    """The form with the fees as they are."""
    company = await member.ask(GetCompany())
    values: dict[str, str] = {}
    ticked: dict[str, list[str]] = {}
    for kind in METHOD_TYPES:
        policy = company.fees.get(kind, FeePolicy())
        values |= fee_values(kind, policy)
        ticked |= fee_ticks(kind, policy)
    return _page(request, member, Form(values), ticked)


@router.post(_PATH)
async def save(request: Request, member: CompanyWriter) -> Response:
    """Keeps them; they hold from the next payment on."""
    typed = await typed_in(request)
    errors: dict[str, str] = {}
    chosen = {kind: fee_typed(typed, kind, errors) for kind in METHOD_TYPES}
    if errors:
        return _page(request, member, wrong(typed.values, errors), typed.lists, 422)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeCompany.model_validate({"id": new_id, "fees": chosen}),
        _SENTENCES,
        FIELDS,
    )
    if isinstance(outcome, Rejected):
        return _page(request, member, outcome.form, typed.lists, outcome.status)
    return done(_PATH, "saved")


def _page(request: Request, member: Caller, form: Form, ticked: Mapping[str, list[str]], status: int = 200) -> Response:
    return show(
        request,
        member,
        "office/company_fees.html",
        status,
        here="company",
        form=form,
        ticked=ticked,
        fee_kinds=KINDS,
        invoice_kinds=INVOICE_KINDS,
    )
