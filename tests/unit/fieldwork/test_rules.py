"""Who sees which requests and who raises them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.contracts.principals import Principal, StaffRole
from services.fieldwork import rules
from services.fieldwork.rules import Scope
from tests.unit.fieldwork.people import (
    AUSTIN,
    CLUBHOUSE,
    DALLAS,
    EVERGREEN,
    LAKESIDE,
    NORTH_GATE,
    OAK_TERRACE,
    contact,
    request_at,
    staff,
)

SYSTEM = Principal(kind="system", id=UUID(int=9), company_id=EVERGREEN)


def test_staff_see_every_request_of_their_company() -> None:
    assert rules.listed(staff("sales_rep")) == Scope()


def test_a_contact_sees_what_includes_the_client_at_their_properties_in_this_portal() -> None:
    assert rules.listed(contact(CLUBHOUSE, NORTH_GATE)) == Scope(
        customer_id=LAKESIDE,
        branch_id=AUSTIN,
        property_ids=frozenset({CLUBHOUSE, NORTH_GATE}),
        included_only=True,
    )


def test_a_contact_without_the_permission_may_not_list_and_sees_nothing() -> None:
    blind = contact(CLUBHOUSE, permissions=frozenset({"requests.create"}))
    assert _refusal(lambda: rules.listed(blind)) == "forbidden"
    assert rules.seen(blind).property_ids == frozenset()


def test_where_requests_are_switched_off_there_are_none() -> None:
    here = contact(CLUBHOUSE, sections=["invoices"])
    assert _refusal(lambda: rules.listed(here)) == "not_found"
    assert _refusal(lambda: rules.require_may_create(here, request_at(CLUBHOUSE))) == "not_found"


def test_a_service_that_acts_by_itself_neither_sees_nor_raises_requests() -> None:
    assert _refusal(lambda: rules.seen(SYSTEM)) == "forbidden"
    assert _refusal(lambda: rules.require_may_create(SYSTEM, request_at(CLUBHOUSE))) == "forbidden"


@given(mine=st.sets(st.uuids(), max_size=6), chosen=st.lists(st.uuids(), max_size=6), both=st.sets(st.uuids()))
def test_choosing_properties_never_shows_one_that_is_not_mine(
    mine: set[UUID], chosen: list[UUID], both: set[UUID]
) -> None:
    scope = Scope(property_ids=frozenset(mine | both))
    wanted = [*chosen, *both]
    narrowed = scope.at(wanted).property_ids
    assert narrowed is not None and narrowed <= mine | both
    assert narrowed == ((mine | both) & set(wanted) if wanted else mine | both)


def test_staff_who_choose_a_property_see_that_one() -> None:
    assert Scope().at([CLUBHOUSE]).property_ids == frozenset({CLUBHOUSE})


def test_a_contact_raises_requests_at_their_own_property() -> None:
    rules.require_may_create(contact(CLUBHOUSE), request_at(CLUBHOUSE))


@pytest.mark.parametrize(
    ("who", "property_id"),
    [
        (contact(CLUBHOUSE), NORTH_GATE),
        (contact(CLUBHOUSE, branch=DALLAS), CLUBHOUSE),
        (contact(CLUBHOUSE, customer=OAK_TERRACE), CLUBHOUSE),
    ],
    ids=["another property", "another portal", "another customer"],
)
def test_a_contact_does_not_learn_of_a_property_that_is_not_theirs(who: Principal, property_id: UUID) -> None:
    assert _refusal(lambda: rules.require_may_create(who, request_at(property_id))) == "not_found"


def test_a_contact_who_may_only_view_does_not_raise_requests() -> None:
    viewer = contact(CLUBHOUSE, permissions=frozenset({"requests.view"}))
    assert _refusal(lambda: rules.require_may_create(viewer, request_at(CLUBHOUSE))) == "forbidden"


@pytest.mark.parametrize("role", ["administrator", "office", "account_owner"])
def test_the_office_and_account_owners_raise_requests(role: StaffRole) -> None:
    rules.require_may_create(staff(role), request_at(CLUBHOUSE))


def test_sales_reps_only_read_them() -> None:
    assert _refusal(lambda: rules.require_may_create(staff("sales_rep"), request_at(CLUBHOUSE))) == "forbidden"


def test_a_contacts_own_request_always_includes_the_client() -> None:
    assert rules.includes_client(contact(CLUBHOUSE), request_at(CLUBHOUSE, include_client=False))


@pytest.mark.parametrize("said", [True, False])
def test_the_office_says_whether_the_client_is_included(said: bool) -> None:
    assert rules.includes_client(staff("office"), request_at(CLUBHOUSE, include_client=said)) is said


def _refusal(act: object) -> str:
    assert callable(act)
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code
