"""How policies are found, where a program stands, who may still choose, what paying in full bills."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.billing import program_rules
from services.billing.program_rules import Owed
from services.contracts.billing.terms import Policy
from services.contracts.money import Money

TODAY = date(2026, 5, 3)


def policy(**fields: object) -> Policy:
    """A policy of a year."""
    told = {
        "number": "HIA-GL-1001",
        "carrier": "Gulf Mutual",
        "line": "General Liability",
        "premium": Money(amount=100_000),
        "effective_on": date(2026, 6, 1),
        "expires_on": date(2027, 6, 1),
    }
    return Policy.model_validate({**told, **fields})


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_a_number_is_found_however_it_is_written(number: str) -> None:
    key = program_rules.number_key(number)
    assert key == program_rules.number_key(key)
    assert key == program_rules.number_key(f" {number.lower()}-".replace("-", " "))


def test_nine_digits_of_a_zip_are_five() -> None:
    assert program_rules.zip_keys(["70112-1234", "70112", "78701"]) == ["70112", "78701"]


def test_a_term_is_from_the_first_day_to_the_last() -> None:
    later = policy(number="B-1", effective_on=date(2026, 7, 1), expires_on=date(2027, 7, 1), taxes=Money(amount=500))
    term = program_rules.term_of([later, policy()], "USD")
    assert (term.effective_on, term.expires_on, term.total) == (date(2026, 6, 1), date(2027, 7, 1), 200_500)


def test_where_a_program_stands_follows_from_what_it_owes() -> None:
    def stands(stage: program_rules.Stage, first: int = 0, loan: int = 0, *, billed: bool = True) -> str:
        return program_rules.status(stage, Owed(first, loan, billed))

    assert stands("offered") == "offered"
    assert stands("elected", billed=False) == "awaiting_signature"
    assert stands("signed", billed=False) == "awaiting_payment"
    assert stands("signed", first=1, loan=10) == "awaiting_payment"
    assert stands("signed", loan=10) == "active"
    assert stands("signed") == "paid"
    assert stands("billed") == "paid"
    assert stands("billed", first=1) == "awaiting_payment"
    assert stands("cancelled", loan=10) == "cancelled"


def test_a_plan_is_chosen_until_something_is_signed_or_paid() -> None:
    def stuck(stage: program_rules.Stage, *, may_sign: bool = True, is_paid: bool = False) -> str:
        return program_rules.not_choosable_because(stage, may_sign=may_sign, is_paid=is_paid) or ""

    assert [stuck("offered"), stuck("elected"), stuck("billed")] == ["", "", ""]
    assert "signed" in stuck("signed")
    assert "paid" in stuck("billed", is_paid=True)
    assert "colleague" in stuck("offered", may_sign=False)
    assert "cancelled" in stuck("cancelled")


def test_the_first_payment_is_due_when_the_cover_begins_or_today() -> None:
    assert program_rules.first_due(date(2026, 6, 1), TODAY) == date(2026, 6, 1)
    assert program_rules.first_due(date(2026, 1, 1), TODAY) == TODAY


def test_paying_in_full_bills_premium_taxes_and_fees() -> None:
    lines = program_rules.lines_of(
        [policy(taxes=Money(amount=500), earned_fees=Money(amount=200)), policy(number="B-1")]
    )
    assert [(line.service, line.unit_price.amount) for line in lines] == [
        ("Premium, HIA-GL-1001", 100_000),
        ("Taxes, HIA-GL-1001", 500),
        ("Fees, HIA-GL-1001", 200),
        ("Premium, B-1", 100_000),
    ]
