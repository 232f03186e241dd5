"""The agency drafts, offers, bills and ends programs on the office's pages."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.agency import Agency, day
from tests.e2e.conftest import Visit
from tests.e2e.visitor import NARROW, WIDE, Visitor, is_fit

ADMIN = "admin@harbor.test"


def fill(visitor: Visitor, **fields: str) -> None:
    """Types into fields by their names."""
    for name, value in fields.items():
        visitor.page.locator(f"[name={name}]").fill(value)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_program_is_drafted_offered_billed_and_cancelled(visit: Visit, agency: Agency, width: int) -> None:
    name = f"Marina {uuid4().hex[:8]}"
    insured = agency.insured(name)
    admin = visit(ADMIN, portal="office", width=width)
    admin.open("/programs")
    is_fit(admin)
    admin.follow("New program")
    fill(admin, search=name)
    admin.press("Search")
    is_fit(admin)
    admin.follow(name)
    fill(admin, name="Marina package")
    policy = {"carrier": "Gulf", "line": "Hull", "effective_on": day(5), "expires_on": day(370)}
    fill(admin, **{f"{each}-0": value for each, value in policy.items()}, **{"number-0": "MA-1"})
    fill(admin, **{"premium-0": "one thousand"})
    admin.expected.add(422)
    admin.press("Keep the draft")
    expect(admin.main()).to_contain_text("Enter an amount above zero")
    is_fit(admin)
    fill(admin, **{"premium-0": "1,000.00", "taxes-0": "40"})
    admin.press("Keep the draft")
    expect(admin.heading()).to_have_text("Marina package")
    expect(admin.main()).to_contain_text("$1,040.00")
    is_fit(admin)
    admin.follow("Offer it")
    is_fit(admin)
    fill(admin, annual_rate="9", first_due_on=day(40), late_fee_policy="Louisiana")
    admin.press("Offer it")
    expect(admin.main()).to_contain_text("Name a state")
    fill(admin, late_fee_policy="LA")
    admin.press("Offer it")
    expect(admin.main()).to_contain_text("Offered. Those who can choose are told")
    assert agency.mailed(insured.email, "(Marina package)")
    admin.follow("Offer it anew")
    for field, before in (("annual_rate", "9"), ("first_due_on", day(40)), ("late_fee_policy", "LA")):
        expect(admin.page.locator(f"[name={field}]")).to_have_value(before)
    admin.follow("Leave it as it is")
    admin.follow("Bill a one-time payment")
    for wrong, said in (("-150", "Enter an amount such as"), ("0", "An invoice's total must be positive")):
        fill(admin, description="Survey", amount=wrong, due_on=day(20))
        admin.press("Bill it")
        expect(admin.page.locator("#amount-problem")).to_contain_text(said)
    fill(admin, amount="150")
    admin.press("Bill it")
    expect(admin.main()).to_contain_text("$150.00")
    admin.press(re.compile("^Remind"))
    expect(admin.main()).to_contain_text("reminded by e-mail")
    is_fit(admin)
    admin.follow("Cancel the program")
    is_fit(admin)
    fill(admin, cancelled_on=day(30), reason="Sold the boat")
    admin.press("Cancel the program")
    expect(admin.main()).to_contain_text("Sold the boat")
    is_fit(admin)


def test_a_loan_is_paid_off_and_its_payoff_taken_back(visit: Visit, agency: Agency) -> None:
    insured = agency.insured("Payoff LLC")
    program = agency.program(insured, "Fleet")
    agency.finance(insured, program)
    admin = visit(ADMIN, portal="office", width=NARROW)
    admin.open(f"/programs/{program}")
    expect(admin.main()).to_contain_text("signed by Olga Reyes")
    is_fit(admin)
    admin.follow("Raise a payoff")
    is_fit(admin)
    admin.press("Raise the payoff")
    expect(admin.main()).to_contain_text("The payoff is raised")
    is_fit(admin)
    admin.press("Take the payoff back")
    expect(admin.main()).to_contain_text("Its installments are owed again")
    admin.press("Archive")
    admin.open("/programs?archived=yes")
    expect(admin.main()).to_contain_text("Fleet")
    is_fit(admin)
    admin.open(f"/programs/{program}")
    admin.press("Bring it back")
    expect(admin.main()).to_contain_text("It is in the list again")
