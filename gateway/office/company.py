"""The company itself: its name, and whether every staff member needs a second factor."""

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.office.entry import CompanyReader, CompanyWriter
from gateway.office.sending import Rejected, send, typed_in
from gateway.office.showing import done, show
from gateway.pages.forms import Form
from services.contracts.identity.portals import ChangeCompany, CompanyView, GetCompany

router = APIRouter()

_PATH = "/office/company"
_SENTENCES = {"name": "Enter a name of at most 200 characters."}


@router.get(_PATH)
async def company(request: Request, member: CompanyReader) -> Response:
    """The page."""
    found = await member.ask(GetCompany())
    return _page(request, member, found, Form({"name": found.name}))


@router.post(_PATH)
async def save(request: Request, member: CompanyWriter) -> Response:
    """Keeps it; where a second factor is asked for, whoever has none sets it up before anything else."""
    typed = await typed_in(request)
    outcome = await send(
        member,
        typed,
        lambda new_id: ChangeCompany(id=new_id, name=typed["name"], totp_required=bool(typed["totp_required"])),
        _SENTENCES,
    )
    if isinstance(outcome, Rejected):
        return _page(request, member, await member.ask(GetCompany()), outcome.form, outcome.status)
    return done(_PATH, "saved")


def _page(request: Request, member: Caller, found: CompanyView, form: Form, status: int = 200) -> Response:
    return show(request, member, "office/company.html", status, here="company", company=found, form=form)
