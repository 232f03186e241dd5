"""An insurance agency as billing's tests meet it: its insured, the programs that it drafts and offers."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.contracts.billing.programs import CreateProgram, OfferProgram, ProgramView
from services.contracts.billing.terms import LoanTerms, Policy
from services.contracts.money import Money
from services.contracts.principals import Permission, Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.people import ALL, People, with_settings

INSURED: frozenset[Permission] = ALL | {"programs.view", "programs.sign"}
TODAY = datetime.now(ZoneInfo("America/Chicago")).date()
BEGINNING = TODAY + timedelta(days=10)


def insured(people: People, permissions: frozenset[Permission] = INSURED, **fields: Any) -> Principal:
    """The primary contact of the customer, in a portal that has programs."""
    who = people.contact("Lena Fox", {}, primary=True, permissions=permissions, **fields)
    return with_settings(
        who, sections=["invoices", "programs"], payment_method_types=["card", "us_bank_account"], fees={}
    )


def policy(number: str = "HIA-GL-1001", premium: int = 1_000_00, **fields: Any) -> Policy:
    """A policy of a year from in ten days on."""
    told = {
        "carrier": "Gulf Mutual",
        "line": "General Liability",
        "taxes": Money(amount=50_00),
        "earned_fees": Money(amount=75_00),
        "effective_on": BEGINNING,
        "expires_on": BEGINNING.replace(year=BEGINNING.year + 1),
    }
    return Policy(number=number, premium=Money(amount=premium), **{**told, **fields})


def terms(**fields: Any) -> LoanTerms:
    """Ten installments at nine percent, the first a month after the beginning."""
    told = {
        "annual_rate": Decimal("9"),
        "installments": 10,
        "first_due_on": BEGINNING + timedelta(days=30),
        "late_fee_policy": "LA",
    }
    return LoanTerms(**{**told, **fields})


def draft(desk: Desk, people: People, *policies: Policy, **fields: Any) -> ProgramView:
    """A program that the insured does not see yet."""
    told = {"customer": people.customer, "name": "Bakery package", **fields}
    command = CreateProgram(
        branch_id=people.branch_id,
        time_zone="America/Chicago",
        policies=policies or (policy(), policy("HIA-PR-1002", 500_00)),
        **told,
    )
    made: ProgramView = desk.ask(people.office, command)
    return made


def offered(desk: Desk, people: People, *policies: Policy, **fields: Any) -> ProgramView:
    """A program to be chosen of, by both plans and both types of method."""
    told = {
        "allowed_plans": ["pay_in_full", "financed"],
        "allowed_payment_methods": ["card", "us_bank_account"],
        "terms": terms(),
        **fields,
    }
    made = draft(desk, people, *policies)
    shown: ProgramView = desk.ask(people.office, OfferProgram(program_id=made.id, **told))
    return shown
