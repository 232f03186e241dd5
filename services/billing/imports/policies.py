"""Rows of policies: those of one program make a draft together, unless the program is there already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select

from services.billing import companies, program_rules
from services.billing.imports import asking, numbering
from services.billing.program_models import Program
from services.billing.programs import drafts
from services.chassis.imports.kinds import Parsed, Verdict
from services.chassis.work import Work
from services.contracts.billing.terms import Policy
from services.contracts.errors import DomainError
from services.contracts.identity.references import FoundCustomer
from services.contracts.imports.rows import PolicyRow
from services.contracts.messages import new_id
from services.contracts.money import Money

Checked = tuple[Parsed[PolicyRow], Verdict]

MOST_POLICIES = 50
"""Of one program."""


@dataclass(frozen=True)
class Made:
    """A policy, and whose."""

    insured: FoundCustomer
    policy: Policy


class Policies:
    """What is there stays as it is: the insured may have chosen, or signed."""

    model = PolicyRow
    key = ("program", "number")
    group = "program"

    def check(self, work: Work, rows: Sequence[Parsed[PolicyRow]], *, lock: bool) -> Mapping[int, Verdict]:
        """The insured is there, and the policies of a program are of one insured and can be billed together."""
        named = {each.values.program for each in rows}
        there = select(Program.external_id).where(Program.company_id == work.company_id, Program.external_id.in_(named))
        known = {each for each in work.session.scalars(there) if each}
        customers = asking.customers(work, {each.values.customer for each in rows})
        currency = companies.current(work).currency
        verdicts = {each.row: _verdict(each.values, known, customers[each.values.customer], currency) for each in rows}
        for program in _programs(rows):
            _check_together(program, verdicts, currency)
        return verdicts

    def apply(self, work: Work, rows: Sequence[Checked]) -> None:
        """Drafts, which the insured see nothing of."""
        made = {parsed.row: verdict.made for parsed, verdict in rows}
        drafted = [_drafted(work, group, made) for group in _programs([parsed for parsed, _ in rows])]
        work.session.add_all(program for program, _ in drafted)
        work.session.flush()
        for program, policies in drafted:
            work.session.add_all(drafts.policy_rows(program, policies))

    def finish(self, work: Work) -> None:
        """Numbers the programs."""
        numbering.number_all(work, Program, "PRG")


def _programs(rows: Iterable[Parsed[PolicyRow]]) -> list[list[Parsed[PolicyRow]]]:
    """The rows of each program, in the file's order."""
    ordered = sorted(rows, key=lambda each: (each.values.program.casefold(), each.row))
    return [list(group) for _, group in groupby(ordered, key=lambda each: each.values.program.casefold())]


def _verdict(values: PolicyRow, known: set[str], customer: FoundCustomer, currency: str) -> Verdict:
    if values.program in known:
        return Verdict("same")
    verdict = Verdict()
    asking.blame_customer(customer, verdict)
    asking.blame_currency(values.currency, currency, verdict)
    if values.premium <= 0:
        verdict.blame("premium", "A premium is more than nothing.")
    for column in ("taxes", "earned_fees", "unearned_fees"):
        if getattr(values, column) < 0:
            verdict.blame(column, "This is not less than nothing.")
    if values.expires_on <= values.effective_on:
        verdict.blame("expires_on", "A policy expires after it takes effect.")
    if not verdict.problems:
        verdict.made = Made(customer, _policy(values, currency))
    return verdict


def _policy(values: PolicyRow, currency: str) -> Policy:
    amounts = ("premium", "taxes", "earned_fees", "unearned_fees")
    plain = values.model_dump(include={"kind", "number", "carrier", "line", "effective_on", "expires_on"})
    return Policy(**plain, **{name: Money(amount=getattr(values, name), currency=currency) for name in amounts})


def _check_together(rows: Sequence[Parsed[PolicyRow]], verdicts: Mapping[int, Verdict], currency: str) -> None:
    """What is wrong with a program as a whole is said of its first row."""
    first, made = verdicts[rows[0].row], [verdicts[each.row].made for each in rows]
    if not all(made):
        return
    if len({each.insured.customer.id for each in made}) > 1:
        first.blame("customer", "The policies of one program have one insured.")
    if len(made) > MOST_POLICIES:
        first.blame("program", f"A program has at most {MOST_POLICIES} policies.")
    try:
        program_rules.term_of([each.policy for each in made], currency)
    except DomainError as refusal:
        first.blame("number", refusal.message)


def _drafted(work: Work, rows: Sequence[Parsed[PolicyRow]], made: Mapping[int, Any]) -> tuple[Program, list[Policy]]:
    """The program, before it has its number."""
    policies, first = [made[each.row].policy for each in rows], made[rows[0].row]
    insured, customer = first.insured, first.insured.customer
    named = (each.values.program_name for each in rows if each.values.program_name)
    program = drafts.build(
        work,
        new_id(),
        policies,
        branch_id=insured.branch_id,
        time_zone=insured.time_zone,
        customer_id=customer.id,
        customer=customer.model_dump(mode="json"),
        zips=program_rules.zip_keys([customer.address.zip, *insured.zips]),
        name=next(named, first.policy.line),
        external_id=rows[0].values.program,
    )
    program.number = numbering.until_numbered(rows[0].row, program.id)
    return program, policies
