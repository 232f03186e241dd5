"""Third parties: a program is found by its policy numbers and the insured's ZIP, and seen as little as paying needs."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, func, select

from services.billing import access, guest_rules, program_rules
from services.billing.guests import breaker, tokens
from services.billing.guests import invoices as guest_invoices
from services.billing.guests.breaker import Try
from services.billing.guests.tokens import Session
from services.billing.models import Invoice
from services.billing.program_models import Program, ProgramPolicy
from services.billing.programs import sights
from services.chassis.work import Steps, Work
from services.contracts.allowances import network_of
from services.contracts.billing.third_parties import (
    GetGuestProgram,
    GuestProgramView,
    GuestSessionView,
    LookUpProgram,
    OpenedGuestSession,
    OpenGuestSession,
)
from services.contracts.errors import DomainError, invalid, not_found
from services.contracts.money import Money


def look_up(work: Work, command: LookUpProgram) -> Steps[GuestSessionView]:
    """A program for who can name it; whatever is wrong takes the same steps and is answered alike."""
    _, portal = access.guest(work)
    keys = {program_rules.number_key(each) for each in command.policy_numbers}
    if not all(keys):
        raise invalid("A policy number has letters or digits.", field="policy_numbers")
    attempt = Try(portal.branch_id, network_of(work.client.ip), keys)
    is_guarded = breaker.count(work, attempt)
    if (is_guarded or portal.settings.guest_third_fact) and command.amount_due is None:
        # Nothing is looked at, so the count stays out: this transaction is rolled back with it.
        raise invalid(
            "Please name the amount of an invoice that is due as well.", field="amount_due", reason="third_fact_needed"
        )
    yield _committed
    found = _found(work, portal.branch_id, keys, program_rules.zip_key(command.zip.strip()), command.amount_due)
    if found is None or not portal.settings.guest_payments:
        breaker.failed(work, attempt)
        yield _committed
        raise not_found("There is no program with this policy number and ZIP code.", reason="no_match")
    breaker.succeeded(work, attempt)
    session = Session(work.company_id, found, tokens.new_nonce(), work.now + guest_rules.SESSION_LASTS)
    return GuestSessionView(token=tokens.write_session(session), expires_at=session.expires_at)


def _committed() -> None:
    """The outside call of a step that only commits: it keeps what a refusal after it would undo."""


def _found(work: Work, branch_id: UUID, keys: Collection[str], code: str, amount_due: Money | None) -> UUID | None:
    """The program that all of this is true of; of several, as after a renewal, one that owes, and the newest."""
    named = (
        select(func.count(func.distinct(ProgramPolicy.number_key)))
        .where(ProgramPolicy.program_id == Program.id, ProgramPolicy.number_key.in_(keys))
        .scalar_subquery()
    )
    owing = Invoice.program_id == Program.id, Invoice.shared_at.is_not(None), Invoice.balance > 0
    candidates = select(ProgramPolicy.program_id).where(
        ProgramPolicy.branch_id == branch_id, ProgramPolicy.number_key.in_(keys)
    )
    found = (
        select(Program.id)
        .where(Program.id.in_(candidates), named == len(keys), Program.zips.contains([code]))
        .where(Program.stage != "draft", Program.archived_at.is_(None))
        .order_by(exists().where(*owing).desc(), Program.created_at.desc(), Program.id.desc())
        .limit(1)
    )
    if amount_due is not None:
        exact = Invoice.balance == amount_due.amount, Invoice.currency == amount_due.currency
        found = found.where(exists().where(*owing, *exact))
    return work.session.scalar(found)


def open_session(work: Work, query: OpenGuestSession) -> OpenedGuestSession:
    """What was found, as long as the secret lasts."""
    session = tokens.read_session(query.token.get_secret_value())
    if session is None or session.expires_at <= work.now:
        raise _gone()
    work.enter(session.company_id)
    program = work.session.get(Program, session.program_id)
    if program is None:
        raise _gone()
    return OpenedGuestSession(
        company_id=session.company_id,
        branch_id=program.branch_id,
        program_id=program.id,
        invoice_ids=[each.id for each in sights.invoices(work, program.id)],
    )


def get(work: Work, _: GetGuestProgram) -> GuestProgramView:
    """How it stands, and what is and was due."""
    principal, _portal = access.guest(work)
    program = work.session.get(Program, principal.guest_program_id) if principal.guest_program_id else None
    if program is None:
        raise not_found()
    owed = sights.owed(work, [program.id])[program.id]
    return GuestProgramView(
        status=program_rules.status(program.stage, owed),
        initials=guest_rules.initials(str(program.customer["name"])),
        invoices=[guest_invoices.view(work, each) for each in sights.invoices(work, program.id)],
    )


def _gone() -> DomainError:
    return not_found("This page was open long enough. Please look the program up again.", reason="guest_session_gone")
