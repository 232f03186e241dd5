"""Programs as the agency makes them: drafted, changed, renewed, archived."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from services.billing import access, companies, program_rules, rules
from services.billing.program_models import Program, ProgramPolicy
from services.billing.programs import sights, views
from services.chassis.numbers import next_number
from services.chassis.work import Work
from services.contracts.billing.programs import (
    ArchiveProgram,
    ChangeProgram,
    CreateProgram,
    ProgramView,
    RenewProgram,
)
from services.contracts.billing.terms import Policy
from services.contracts.errors import conflict, invalid
from services.contracts.messages import new_id


def create(work: Work, command: CreateProgram) -> ProgramView:
    """The agency drafts; the insured sees nothing of it yet."""
    access.office(work, "programs.write")
    rules.check_time_zone(command.time_zone)
    return _draft(
        work,
        command.id,
        command.policies,
        branch_id=command.branch_id,
        time_zone=command.time_zone,
        customer_id=command.customer.id,
        customer=command.customer.model_dump(mode="json"),
        zips=program_rules.zip_keys([command.customer.address.zip, *command.property_zips]),
        name=command.name,
        **command.model_dump(mode="json", include={"fees"}),
    )


def renew(work: Work, command: RenewProgram) -> ProgramView:
    """A draft of the next term for the same insured; the old program stays as it is."""
    old = sights.for_office(work, command.program_id)
    return _draft(
        work,
        command.id,
        command.policies,
        branch_id=old.branch_id,
        time_zone=old.time_zone,
        customer_id=old.customer_id,
        customer=old.customer,
        zips=old.zips,
        name=command.name or old.name,
        fees=old.fees,
        renews_id=old.id,
    )


def change(work: Work, command: ChangeProgram) -> ProgramView:
    """Policies change while nothing is chosen; what the insured relies on is offered anew, or endorsed."""
    program = sights.for_office(work, command.program_id)
    if command.name is not None:
        program.name = command.name
    _refresh_insured(program, command)
    if command.policies is not None:
        if program.stage not in ("draft", "offered"):
            raise conflict("The insured has chosen. Offer it anew, or endorse the agreement.", reason="chosen")
        _restate(program, command.policies)
        _replace_policies(work, program, command.policies)
    program.touch()
    work.session.flush()
    return views.view(work, program)


def _refresh_insured(program: Program, command: ChangeProgram) -> None:
    """Who the insured is today, and by which ZIPs a third party names them; other insureds are other programs'."""
    if command.customer is None:
        return
    if command.customer.id != program.customer_id:
        raise invalid("A program stays with its insured.", field="customer")
    program.customer = command.customer.model_dump(mode="json")
    program.zips = program_rules.zip_keys([command.customer.address.zip, *(command.property_zips or ())])


def archive(work: Work, command: ArchiveProgram) -> ProgramView:
    """Out of the lists, or back; it stays readable, and what is owed of it stays owed."""
    program = sights.for_office(work, command.program_id)
    if command.archived != (program.archived_at is not None):
        program.archived_at = work.now if command.archived else None
        program.touch()
    return views.view(work, program)


def _draft(work: Work, program_id: UUID, policies: Sequence[Policy], **told: Any) -> ProgramView:
    program = build(work, program_id, policies, **told)
    program.number = next_number(work, "PRG", program.time_zone)
    work.session.add(program)
    work.session.flush()
    _add_policies(work, program, policies)
    return views.view(work, program)


def build(work: Work, program_id: UUID, policies: Sequence[Policy], **told: Any) -> Program:
    """A draft that has no number yet and is kept nowhere; refuses what cannot be billed."""
    company = companies.current(work)
    program = Program(
        id=program_id,
        company_id=company.company_id,
        version=1,
        stage="draft",
        currency=company.currency,
        allowed_plans=[],
        allowed_methods=[],
        created_at=work.now,
        **told,
    )
    _restate(program, policies)
    return program


def _restate(program: Program, policies: Sequence[Policy]) -> None:
    """Has the program say what its policies come to."""
    term = program_rules.term_of(policies, program.currency)
    program.effective_on, program.expires_on, program.total = term.effective_on, term.expires_on, term.total


def _replace_policies(work: Work, program: Program, policies: Sequence[Policy]) -> None:
    work.session.execute(delete(ProgramPolicy).where(ProgramPolicy.program_id == program.id))
    _add_policies(work, program, policies)


def _add_policies(work: Work, program: Program, policies: Sequence[Policy]) -> None:
    work.session.add_all(policy_rows(program, policies))
    work.session.flush()


def policy_rows(program: Program, policies: Sequence[Policy]) -> list[ProgramPolicy]:
    """The policies as they are kept, in the agency's order."""
    return [
        ProgramPolicy(
            id=new_id(),
            company_id=program.company_id,
            program_id=program.id,
            branch_id=program.branch_id,
            position=position,
            kind=each.kind,
            number=each.number,
            number_key=program_rules.number_key(each.number),
            carrier=each.carrier,
            line=each.line,
            premium=each.premium.amount,
            taxes=each.taxes.amount,
            earned_fees=each.earned_fees.amount,
            unearned_fees=each.unearned_fees.amount,
            effective_on=each.effective_on,
            expires_on=each.expires_on,
        )
        for position, each in enumerate(policies)
    ]
