"""The whole grid of who may do what in a portal: what is expected is written down here, not computed."""

from itertools import product
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import permissions
from services.contracts.principals import Permission, Principal, PropertyAccess, PropertyRole, Section
from tests.unit.contracts.people import ELSEWHERE, HERE, SECTIONS, THERE, contact, key, staff

ROLES: tuple[PropertyRole, ...] = get_args(PropertyRole)

# What a holder may. `viewed`: also a staff member who looks at the portal as the holder. `portal`: without any one
# of these sections it still counts, without all of them it does not.
GRID: list[tuple[Permission, str, tuple[Section, ...]]] = [
    ("details.view", "viewed", ()),
    ("details.edit", "", ()),
    ("contacts.manage", "", ()),
    ("invoices.view", "viewed", ("invoices", "programs")),
    ("invoices.pay", "", ("invoices", "programs")),
    ("payment_methods.manage", "", ("invoices", "programs")),
    ("autopay.manage", "", ("invoices", "programs")),
    ("programs.view", "viewed", ("programs",)),
    ("programs.sign", "", ("programs",)),
    ("proposals.view", "viewed", ("proposals",)),
    ("proposals.sign", "", ("proposals",)),
    ("quotes.view_own", "viewed", ("quotes",)),
    ("quotes.view", "viewed", ("quotes",)),
    ("quotes.create", "", ("quotes",)),
    ("jobs.view_own", "viewed", ("jobs",)),
    ("jobs.view", "viewed", ("jobs",)),
    ("jobs.create", "", ("jobs",)),
    ("visits.view", "viewed", ("visits",)),
    ("equipment.view", "viewed", ("equipment",)),
    ("equipment.create", "", ("equipment",)),
    ("equipment.edit", "", ("equipment",)),
    ("requests.view", "viewed", ("requests",)),
    ("requests.create", "", ("requests",)),
    ("requests.comment", "", ("requests",)),
]

ALL: frozenset[Permission] = frozenset(get_args(Permission))
NAMES = [row[0] for row in GRID]


def test_the_grid_has_every_permission_once() -> None:
    assert sorted(NAMES) == sorted(ALL)
    assert sorted(each for row in permissions.GRID.values() for each in row) == sorted(ALL)
    assert permissions.PERMISSIONS == ALL


def test_every_permission_stands_in_the_row_that_it_is_named_for() -> None:
    assert all(each.startswith(f"{row}.") for row, granted in permissions.GRID.items() for each in granted)


# The grid: permission x property role x circumstance

CIRCUMSTANCES = [
    # who, in the portal as such, here, there, at a property that is not theirs
    ("holder", True, True, True, False),
    ("not holder", False, False, False, False),
    ("narrowed away here", True, False, True, False),
    ("narrowed to it here", True, True, True, False),
    ("section off", False, False, False, False),
]


def _who(circumstance: str, permission: Permission, role: PropertyRole, sections: tuple[Section, ...]) -> Principal:
    just = frozenset({permission})
    match circumstance:
        case "not holder":
            return contact(ALL - just, role)
        case "narrowed away here":
            return contact(just, role, here=ALL - just)
        case "narrowed to it here":
            return contact(just, role, here=just)
        case "section off":
            return contact(just, role, sections=[each for each in SECTIONS if each not in sections])
    return contact(just, role)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("circumstance", "anywhere", "here", "there", "elsewhere"), CIRCUMSTANCES)
@pytest.mark.parametrize(("permission", "_viewed", "sections"), GRID, ids=NAMES)
def test_what_a_contact_may(
    permission: Permission,
    _viewed: str,
    sections: tuple[Section, ...],
    circumstance: str,
    anywhere: bool,
    here: bool,
    there: bool,
    elsewhere: bool,
    role: PropertyRole,
) -> None:
    if circumstance == "section off" and not sections:
        pytest.skip("it is no section's")
    who = _who(circumstance, permission, role, sections)
    asked = [permissions.may(who, permission, at) for at in (None, HERE, THERE, ELSEWHERE)]
    assert asked == [anywhere, here, there, elsewhere]
    expected = [place for place, counts in ((HERE, here), (THERE, there)) if counts]
    assert permissions.property_ids(who, permission) == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("permission", "viewed", "_sections"), GRID, ids=NAMES)
def test_who_looks_as_a_contact_looks_and_does_nothing(
    permission: Permission, viewed: str, _sections: tuple[Section, ...], role: PropertyRole
) -> None:
    who = contact(ALL, role, viewed=True)
    assert permissions.may(who, permission) is (viewed == "viewed")
    assert permissions.may(who, permission, HERE) is (viewed == "viewed")
    assert not permissions.may(contact(frozenset(), role, viewed=True), permission)


@pytest.mark.parametrize(("permission", "_viewed", "sections"), GRID, ids=NAMES)
def test_one_of_its_sections_is_enough(permission: Permission, _viewed: str, sections: tuple[Section, ...]) -> None:
    for section in sections:
        assert permissions.may(contact(ALL, sections=[section]), permission)
    assert permissions.may(contact(ALL, sections=[]), permission) is (not sections)


@pytest.mark.parametrize("permission", NAMES)
def test_nobody_but_a_contact_holds_a_permission(permission: Permission) -> None:
    for who in (staff("administrator", "office"), key("invoices.write", "customers.write")):
        claiming = who.model_copy(update={"permissions": ALL, "properties": contact(ALL).properties})
        assert not permissions.may(claiming, permission)
        assert permissions.property_ids(claiming, permission) == []


# Signing: permission and property role (C12)


@pytest.mark.parametrize(("role", "may"), [("primary", True), ("billing", True), ("other", False)])
def test_who_signs_at_a_property(role: PropertyRole, may: bool) -> None:
    sign: frozenset[Permission] = frozenset({"proposals.sign"})
    assert permissions.may_sign(contact(sign, role), HERE) is may
    assert not permissions.may_sign(contact(sign, role), ELSEWHERE)
    assert not permissions.may_sign(contact(ALL - sign, role), HERE)
    assert not permissions.may_sign(contact(ALL, role, here=ALL - sign), HERE)
    assert not permissions.may_sign(contact(ALL, role, viewed=True), HERE)
    assert not permissions.may_sign(contact(ALL, role, sections=["invoices"]), HERE)
    assert not permissions.may_sign(staff("administrator"), HERE)


# Paying: permission, property role and the invoice's billing contact (C26)

ME, ANOTHER = contact(ALL).id, UUID(int=42)


@pytest.mark.parametrize(
    # role at the property, where the invoice is, its billing contact, the customer's primary contact, may pay
    ("role", "at", "billing", "customer_primary", "may"),
    [
        ("primary", HERE, None, False, True),
        ("primary", HERE, ANOTHER, False, True),
        ("primary", HERE, ME, False, True),
        ("billing", HERE, None, False, False),
        ("billing", HERE, ANOTHER, False, False),
        ("billing", HERE, ME, False, True),
        ("other", HERE, None, False, False),
        ("other", HERE, ANOTHER, False, False),
        ("other", HERE, ME, False, True),
        ("other", HERE, None, True, False),
        ("primary", ELSEWHERE, None, False, False),
        ("primary", ELSEWHERE, ME, False, False),
        ("primary", None, None, False, False),
        ("primary", None, ANOTHER, False, False),
        ("other", None, ME, False, True),
        ("other", None, None, True, True),
    ],
)
def test_who_pays_an_invoice(
    role: PropertyRole, at: UUID | None, billing: UUID | None, customer_primary: bool, may: bool
) -> None:
    pay: frozenset[Permission] = frozenset({"invoices.pay"})
    assert permissions.may_pay(contact(pay, role, customer_primary=customer_primary), at, billing) is may
    for powerless in (
        contact(ALL - pay, role, customer_primary=customer_primary),
        contact(ALL, role, customer_primary=customer_primary, viewed=True),
        contact(ALL, role, customer_primary=customer_primary, sections=["proposals"]),
        staff("administrator"),
    ):
        assert not permissions.may_pay(powerless, at, billing)


def test_where_paying_is_narrowed_away_neither_role_nor_billing_contact_pays() -> None:
    who = contact(ALL, "primary", here=ALL - {"invoices.pay"}, customer_primary=True)
    assert not permissions.may_pay(who, HERE, None)
    assert not permissions.may_pay(who, HERE, ME)
    assert permissions.may_pay(who, THERE, None)
    assert permissions.may_pay(who, None, None)


def test_whoever_pays_or_manages_methods_may_keep_one() -> None:
    assert permissions.may_keep_methods(contact(frozenset({"invoices.pay"})))
    assert permissions.may_keep_methods(contact(frozenset({"payment_methods.manage"})))
    assert not permissions.may_keep_methods(contact(ALL - {"invoices.pay", "payment_methods.manage"}))


# Own and all


@pytest.mark.parametrize(
    ("held", "all_quotes", "all_jobs"),
    [
        ({"quotes.view_own", "jobs.view_own"}, False, False),
        ({"quotes.view"}, True, False),
        ({"jobs.view", "jobs.view_own"}, False, True),
        (set(), False, False),
    ],
)
def test_who_sees_all_and_who_their_own(held: set[Permission], all_quotes: bool, all_jobs: bool) -> None:
    who = contact(frozenset(held))
    assert (permissions.sees_all(who, "quotes"), permissions.sees_all(who, "jobs")) == (all_quotes, all_jobs)


# Handing on

SETS = st.frozensets(st.sampled_from(sorted(ALL)))
PLACES = st.dictionaries(
    st.sampled_from([HERE, THERE, ELSEWHERE]), st.tuples(st.sampled_from(ROLES), st.none() | SETS), max_size=3
)
STRENGTH = {"other": 0, "billing": 1, "primary": 2}


@given(st.tuples(SETS, PLACES), st.tuples(SETS, PLACES))
def test_a_colleague_never_gets_more(
    mine: tuple[frozenset[Permission], dict[UUID, tuple[PropertyRole, frozenset[Permission] | None]]],
    theirs: tuple[frozenset[Permission], dict[UUID, tuple[PropertyRole, frozenset[Permission] | None]]],
) -> None:
    manager = _with(*mine)
    colleague = _with(*theirs)
    if not permissions.covers(manager, colleague.permissions, colleague.properties):
        return
    for permission, at in product(ALL, (None, HERE, THERE, ELSEWHERE)):
        assert permissions.may(manager, permission, at) or not permissions.may(colleague, permission, at)
    for access in colleague.properties:
        own = manager.role_at(access.property_id)
        assert own is not None
        assert STRENGTH[own] >= STRENGTH[access.role]


@given(SETS, PLACES)
def test_a_colleague_may_get_the_same(
    held: frozenset[Permission], places: dict[UUID, tuple[PropertyRole, frozenset[Permission] | None]]
) -> None:
    manager = _with(held, places)
    assert permissions.covers(manager, manager.permissions, manager.properties)


@given(SETS, SETS)
def test_within_is_to_hold_all_of_them(held: frozenset[Permission], granted: frozenset[Permission]) -> None:
    assert permissions.within(contact(held), granted) is (granted <= held)
    assert not permissions.within(contact(held, viewed=True), granted)
    assert not permissions.within(staff("administrator"), granted)


def test_a_section_that_is_off_here_does_not_keep_a_colleague_elsewhere_from_getting_it() -> None:
    assert permissions.within(contact(ALL, sections=["invoices"]), {"requests.create"})


@pytest.mark.parametrize(
    ("own", "given_roles"),
    [("other", {"other"}), ("billing", {"other", "billing"}), ("primary", {"other", "billing", "primary"})],
)
def test_a_role_at_a_property_is_never_stronger_than_ones_own(own: PropertyRole, given_roles: set[str]) -> None:
    who = contact(ALL, own)
    assert {role for role in ROLES if permissions.may_give_role(who, HERE, role)} == given_roles
    assert not any(permissions.may_give_role(who, ELSEWHERE, role) for role in ROLES)


def _with(
    held: frozenset[Permission], places: dict[UUID, tuple[PropertyRole, frozenset[Permission] | None]]
) -> Principal:
    linked = [PropertyAccess(property_id=at, role=role, permissions=here) for at, (role, here) in places.items()]
    return contact(held).model_copy(update={"properties": linked})
