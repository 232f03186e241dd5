"""Statuses, totals and who may what, by example and by property."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.contracts.money import MAX_AMOUNT, Money
from services.contracts.principals import PropertyRole, StaffRole
from services.contracts.proposals.proposals import OfficeStatus, PortalStatus, ServiceLine, ServiceOffer
from services.proposals import rules
from tests.unit.proposals.people import OFFERS, OFFICE_STATUSES, VIEW_AND_SIGN, World, offer

TODAY = date(2026, 11, 21)
WORLD = World()
ALLOWED = {
    ("draft", "delivered"),
    ("delivered", "approved"),
    ("delivered", "won"),
    ("delivered", "lost"),
    ("delivered", "draft"),
    ("approved", "in_production"),
    ("approved", "won"),
    ("approved", "lost"),
    ("in_production", "won"),
}


@dataclass(frozen=True)
class Service:
    """A service as totals see it."""

    id: UUID
    optional: bool
    total: int
    tax: int = 0


SERVICES = st.lists(
    st.builds(Service, id=st.uuids(), optional=st.booleans(), total=st.integers(-(10**9), 10**9)),
    unique_by=lambda service: service.id,
    max_size=12,
)


# Statuses


@pytest.mark.parametrize(("current", "to"), list(product(OFFICE_STATUSES, repeat=2)))
def test_the_office_moves_a_proposal_along_the_table_and_nowhere_else(current: OfficeStatus, to: OfficeStatus) -> None:
    assert rules.may_move(current, to) == ((current, to) in ALLOWED)


@pytest.mark.parametrize(
    ("office_status", "unsigned", "signed"),
    [
        ("draft", "pending", "accepted"),
        ("delivered", "pending", "accepted"),
        ("approved", "accepted", "accepted"),
        ("in_production", "accepted", "accepted"),
        ("won", "accepted", "accepted"),
        ("lost", "rejected", "rejected"),
    ],
)
def test_the_portal_status_follows_from_the_office_status_and_the_signature(
    office_status: OfficeStatus, unsigned: PortalStatus, signed: PortalStatus
) -> None:
    assert rules.portal_status(office_status, False) == unsigned
    assert rules.portal_status(office_status, True) == signed


# Totals


def test_a_service_costs_quantity_times_unit_price_over_its_lines() -> None:
    assert rules.service_total(offer("Mowing", 50_000, 10_000).lines) == 120_000


@given(SERVICES)
def test_before_signing_the_total_is_that_of_the_required_services(services: list[Service]) -> None:
    assert rules.total(services) == sum(each.total for each in services if not each.optional)


@given(SERVICES, st.data())
def test_each_selected_option_adds_its_own_total_once(services: list[Service], data: st.DataObject) -> None:
    ids = [each.id for each in services if each.optional]
    selected = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    by_id = {each.id: each.total for each in services}
    assert rules.total(services, selected) == rules.total(services) + sum(by_id[each] for each in selected)


@given(SERVICES, st.lists(st.uuids()))
def test_ids_of_nothing_optional_add_nothing_to_a_total(services: list[Service], strangers: list[UUID]) -> None:
    required = [each.id for each in services if not each.optional]
    others = [each for each in strangers if each not in {service.id for service in services}]
    assert rules.total(services, required + others) == rules.total(services)


@given(SERVICES, st.data())
def test_what_is_chosen_keeps_the_proposals_order(services: list[Service], data: st.DataObject) -> None:
    optional = [each for each in services if each.optional]
    ids = data.draw(st.permutations([each.id for each in optional]))
    assert rules.chosen(services, ids) == optional


@pytest.mark.parametrize("which", ["a required service", "a stranger", "the same one twice"])
def test_only_optional_services_can_be_chosen_and_each_once(which: str) -> None:
    required, optional = Service(uuid4(), False, 1), Service(uuid4(), True, 2)
    ids = {
        "a required service": [required.id],
        "a stranger": [uuid4()],
        "the same one twice": [optional.id, optional.id],
    }[which]
    with pytest.raises(DomainError) as refused:
        rules.chosen([required, optional], ids)
    assert (refused.value.code, refused.value.details["field"]) == ("invalid", "optional_service_ids")


# Offers


def test_an_offer_has_the_currency_of_its_prices() -> None:
    assert rules.checked_currency("contract", OFFERS) == "USD"


def test_a_change_order_has_no_optional_services() -> None:
    with pytest.raises(DomainError, match="no optional services"):
        rules.checked_currency("change_order", OFFERS)
    rules.checked_currency("change_order", [each for each in OFFERS if not each.optional])


def test_prices_in_two_currencies_are_no_offer() -> None:
    euros = ServiceLine(description="Import", unit_price=Money(amount=1, currency="EUR"))
    with pytest.raises(DomainError, match="one currency"):
        rules.checked_currency("contract", [*OFFERS, ServiceOffer(name="Import", lines=[euros])])


@pytest.mark.parametrize("optional", [False, True])
def test_no_choice_of_options_can_reach_an_amount_that_money_cannot_hold(optional: bool) -> None:
    at_the_bound = [offer("Half", MAX_AMOUNT // 2), offer("One", 0, optional=True)]
    rules.checked_currency("contract", at_the_bound)
    for too_much in (1, -1):
        with pytest.raises(DomainError, match="add up to more"):
            rules.checked_currency("contract", [*at_the_bound, offer("More", too_much, optional=optional)])


# Who may what


@pytest.mark.parametrize(
    ("role", "writes"), [("administrator", True), ("office", True), ("sales_rep", True), ("account_owner", False)]
)
def test_the_office_and_its_sales_reps_write_proposals(role: StaffRole, writes: bool) -> None:
    assert rules.may_write(WORLD.staff(role)) is writes


def test_no_contact_writes_proposals() -> None:
    assert not rules.may_write(WORLD.contact())


def test_a_contact_sees_what_was_delivered_to_their_property_in_this_portal() -> None:
    assert rules.sees(WORLD.contact("other"), WORLD.standing())


@pytest.mark.parametrize("office_status", OFFICE_STATUSES)
def test_a_contact_sees_every_status_but_a_draft(office_status: OfficeStatus) -> None:
    standing = WORLD.standing(office_status=office_status)
    assert rules.sees(WORLD.contact(), standing) is (office_status != "draft")
    assert rules.sees(WORLD.staff("account_owner"), standing)


@pytest.mark.parametrize("other", ["customer_id", "branch_id", "property_id"])
def test_a_contact_sees_nothing_of_another_customer_branch_or_property(other: str) -> None:
    assert not rules.sees(WORLD.contact(), WORLD.standing(**{other: uuid4()}))


def test_a_contact_without_the_permission_or_the_section_sees_nothing() -> None:
    unpermitted = WORLD.contact(permissions=frozenset({"proposals.sign"}))
    switched_off = WORLD.contact(sections=["invoices"])
    for contact in (unpermitted, switched_off):
        assert not rules.sees(contact, WORLD.standing())
        assert not rules.may_list(contact)


@pytest.mark.parametrize(("role", "may"), [("primary", True), ("billing", True), ("other", False)])
def test_the_primary_and_the_billing_contact_sign(role: PropertyRole, may: bool) -> None:
    refusal = rules.refusal_to_sign(WORLD.contact(role), WORLD.standing(), TODAY)
    assert (refusal is None) is may


@pytest.mark.parametrize("role", ["administrator", "office", "sales_rep", "account_owner"])
def test_staff_never_sign(role: StaffRole) -> None:
    refusal = rules.refusal_to_sign(WORLD.staff(role), WORLD.standing(), TODAY)
    assert refusal is not None
    assert refusal.code == "forbidden"


def test_nobody_signs_without_the_permission_or_a_session() -> None:
    viewer = WORLD.contact(permissions=VIEW_AND_SIGN - {"proposals.sign"})
    nowhere = WORLD.contact().model_copy(update={"session_id": None})
    for contact in (viewer, nowhere):
        refusal = rules.refusal_to_sign(contact, WORLD.standing(), TODAY)
        assert refusal is not None
        assert refusal.code == "forbidden"


@pytest.mark.parametrize("office_status", [each for each in OFFICE_STATUSES if each != "delivered"])
def test_only_a_delivered_proposal_is_signed(office_status: OfficeStatus) -> None:
    refusal = rules.refusal_to_sign(WORLD.contact(), WORLD.standing(office_status=office_status), TODAY)
    assert refusal is not None
    assert refusal.details["reason"] == "not_delivered"


def test_a_signed_proposal_is_not_signed_again() -> None:
    refusal = rules.refusal_to_sign(WORLD.contact(), WORLD.standing(signed=True), TODAY)
    assert refusal is not None
    assert refusal.details["reason"] == "already_signed"


def test_a_proposal_is_signed_until_the_end_of_the_day_it_expires_on() -> None:
    contact = WORLD.contact()
    assert rules.refusal_to_sign(contact, WORLD.standing(expires_on=TODAY), TODAY) is None
    refusal = rules.refusal_to_sign(contact, WORLD.standing(expires_on=TODAY - timedelta(days=1)), TODAY)
    assert refusal is not None
    assert refusal.details["reason"] == "expired"
