"""Programs in the office: the list, and one of them with what can be done with it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.auth import Caller
from gateway.errors import problem_of
from gateway.files import send as send_file
from gateway.office.entry import ProgramsReader, ProgramsWriter
from gateway.office.program_acts import acts_for
from gateway.office.sending import typed_in
from gateway.office.showing import done, show, show_list
from gateway.pages.addresses import address
from gateway.pages.forms import Form, command_id, refused
from gateway.paging import Cursor
from services.contracts.billing.finance import GetFinanceAgreementPdf, WithdrawPayoff
from services.contracts.billing.programs import ArchiveProgram, GetProgram, ListPrograms, RequestPayment
from services.contracts.errors import DomainError
from services.contracts.messages import Command

router = APIRouter()

PATH = "/office/programs"
ONE = PATH + "/{program_id:uuid}"


@router.get(PATH)
async def programs(request: Request, member: ProgramsReader, archived: bool = False, cursor: Cursor = None) -> Response:
    """One page of the list, newest first; archived ones apart."""
    found = await member.ask(ListPrograms(archived=archived, cursor=cursor))

    def listed(shown: str) -> str:
        return address(PATH, {"archived": "yes" if shown == "archived" else None})

    status = "archived" if archived else "current"
    template = "office/programs/list.html"
    return show_list(request, member, template, found, cursor, here="programs", status=status, address=listed)


@router.get(ONE)
async def program(request: Request, member: ProgramsReader, program_id: UUID) -> Response:
    """A program's page."""
    return await _page(request, member, program_id, Form())


@router.get(f"{ONE}/finance-agreement")
async def finance_agreement(request: Request, member: ProgramsReader, program_id: UUID) -> Response:
    """The signed agreement; before it is signed, the one to be signed."""
    file = await member.ask(GetFinanceAgreementPdf(program_id=program_id))
    return await send_file(request.app.state.files, file, inline=True)


@router.post(f"{ONE}/archive")
async def archive(request: Request, member: ProgramsWriter, program_id: UUID) -> Response:
    """Takes it out of the lists."""
    return await _done(request, member, program_id, ArchiveProgram(program_id=program_id), "archived")


@router.post(f"{ONE}/restore")
async def restore(request: Request, member: ProgramsWriter, program_id: UUID) -> Response:
    """Brings it back into the lists."""
    return await _done(request, member, program_id, ArchiveProgram(program_id=program_id, archived=False), "restored")


@router.post(f"{ONE}/withdraw-payoff")
async def withdraw_payoff(request: Request, member: ProgramsWriter, program_id: UUID) -> Response:
    """Takes an unpaid payoff back."""
    return await _done(request, member, program_id, WithdrawPayoff(program_id=program_id), "payoff-withdrawn")


@router.post(f"{ONE}/invoices/{{invoice_id:uuid}}/request-payment")
async def request_payment(request: Request, member: ProgramsWriter, program_id: UUID, invoice_id: UUID) -> Response:
    """Mails the payers of an invoice once more."""
    return await _done(request, member, program_id, RequestPayment(invoice_id=invoice_id), "asked")


async def _done(request: Request, member: Caller, program_id: UUID, command: Command[Any], said: str) -> Response:
    """Back to the program; where it was refused, its page says why. A form that is sent twice counts once."""
    typed = await typed_in(request)
    new_id = command_id(member, typed.path, typed.values)
    try:
        await member.ask(command.model_copy(update={"id": new_id}))
    except DomainError as error:
        form = refused(typed.values, error)
        return await _page(request, member, program_id, form, problem_of(error).status_code)
    return done(f"{PATH}/{program_id}", said)


async def _page(request: Request, member: Caller, program_id: UUID, form: Form, status: int = 200) -> Response:
    found = await member.ask(GetProgram(program_id=program_id))
    return show(
        request,
        member,
        "office/programs/item.html",
        status,
        here="programs",
        program=found,
        agreement=found.finance_agreement,
        acts=acts_for(found),
        form=form,
    )
