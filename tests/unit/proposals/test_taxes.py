"""Taxes of a proposal: rounded by line as on an invoice, and counted with whatever service is chosen."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.money import Money
from services.contracts.proposals.proposals import ServiceLine
from services.contracts.proposals.quotes import FinalizeQuote
from services.proposals import quote_rules, rules
from tests.unit.proposals.people import ROSA

LINES = st.builds(
    ServiceLine,
    description=st.just("Mowing"),
    quantity=st.integers(1, 1_000),
    unit_price=st.builds(Money, amount=st.integers(0, 10**7)),
    tax_percent=st.decimals(0, 30, places=4),
)


@dataclass(frozen=True)
class Service:
    """A service as totals see it."""

    id: UUID
    optional: bool
    total: int
    tax: int


def line(quantity: int, cents: int, tax: str) -> ServiceLine:
    """A line of a service."""
    return ServiceLine(
        description="Mowing", quantity=quantity, unit_price=Money(amount=cents), tax_percent=Decimal(tax)
    )


@pytest.mark.parametrize(
    ("quantity", "cents", "tax", "cents_of_tax"),
    [(1, 1_000, "8.25", 83), (1, 200, "0.25", 1), (1, 200, "0.2499", 0), (3, 3_333, "7", 700), (2, 50, "0", 0),
     (1, -1_000, "8.25", -83)],
)  # fmt: skip
def test_a_lines_tax_is_rounded_half_up_to_the_cent(quantity: int, cents: int, tax: str, cents_of_tax: int) -> None:
    assert rules.line_tax(line(quantity, cents, tax)) == cents_of_tax


@given(st.lists(LINES, min_size=1, max_size=8))
def test_a_services_total_is_its_lines_and_their_taxes(lines: list[ServiceLine]) -> None:
    untaxed = sum(each.quantity * each.unit_price.amount for each in lines)
    assert rules.service_total(lines) - rules.service_tax(lines) == untaxed
    assert 0 <= rules.service_tax(lines) <= untaxed * 3 // 10 + len(lines)


SERVICES = st.lists(
    st.builds(Service, id=st.uuids(), optional=st.booleans(), total=st.integers(0, 10**7), tax=st.integers(0, 10**5)),
    unique_by=lambda each: each.id,
    max_size=8,
)


@given(SERVICES, st.data())
def test_the_tax_follows_the_choice_as_the_total_does(services: list[Service], data: st.DataObject) -> None:
    optional = [each for each in services if each.optional]
    ticked = data.draw(st.lists(st.sampled_from(optional), unique=True)) if optional else []
    required = [each for each in services if not each.optional]
    assert rules.tax(services, [each.id for each in ticked]) == sum(each.tax for each in [*required, *ticked])
    assert rules.tax(services) == sum(each.tax for each in required)


# Titles and offers of quotes


@given(st.text(min_size=1, max_size=400).filter(str.strip))
def test_a_title_is_one_line_that_is_neither_empty_nor_long(description: str) -> None:
    title = quote_rules.title(description)
    assert title.strip() and len(title) <= quote_rules.TITLE + 1 and len(title.splitlines()) == 1
    FinalizeQuote(quote_id=ROSA.id, assigned_to=ROSA, title=title)


def test_a_long_description_is_cut_at_a_word() -> None:
    assert quote_rules.title("A hedge of hornbeam\nby the gate") == "A hedge of hornbeam"
    title = quote_rules.title("word " * 40)
    assert title.endswith("word…") and len(title) <= quote_rules.TITLE + 1
