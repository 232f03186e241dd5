"""The whole table of what staff roles stand for in the office; what is expected is written down here."""

from itertools import product
from typing import get_args

import pytest

from services.contracts import permissions
from services.contracts.principals import Scope, StaffRole
from tests.unit.contracts.people import contact, key, staff

# A: administrator, O: office, S: sales rep, W: account owner.
TABLE: dict[Scope, str] = {
    "company.read": "AOSW",
    "company.write": "AO",
    "staff.read": "AOSW",
    "staff.write": "AO",
    "customers.read": "AOSW",
    "customers.write": "AO",
    "invoices.read": "AOSW",
    "invoices.write": "AO",
    "payments.read": "AOSW",
    "payments.write": "AO",
    "programs.read": "AOSW",
    "programs.write": "AO",
    "proposals.read": "AOSW",
    "proposals.write": "AOS",
    "quotes.read": "AOSW",
    "quotes.write": "AOS",
    "jobs.read": "AOSW",
    "jobs.write": "AO",
    "requests.read": "AOSW",
    "requests.write": "AOW",
    "mails.read": "AO",
    "mails.write": "AO",
    "audit.read": "AO",
    "api_keys.read": "A",
    "api_keys.write": "A",
    "webhooks.read": "A",
    "webhooks.write": "A",
}
LETTERS: dict[StaffRole, str] = {"administrator": "A", "office": "O", "sales_rep": "S", "account_owner": "W"}
SCOPES: tuple[Scope, ...] = get_args(Scope)


def test_the_table_has_every_scope_and_every_role() -> None:
    assert sorted(TABLE) == sorted(SCOPES)
    assert sorted(LETTERS) == sorted(get_args(StaffRole)) == sorted(permissions.SCOPES_OF)


@pytest.mark.parametrize("scope", SCOPES)
def test_some_role_stands_for_every_scope(scope: Scope) -> None:
    assert any(scope in given for given in permissions.SCOPES_OF.values())


@pytest.mark.parametrize(("scope", "role"), list(product(SCOPES, LETTERS)))
def test_what_a_staff_role_may(scope: Scope, role: StaffRole) -> None:
    assert permissions.may_in_office(staff(role), scope) is (LETTERS[role] in TABLE[scope])


def test_several_roles_may_what_any_of_them_may() -> None:
    both = staff("sales_rep", "account_owner")
    assert permissions.may_in_office(both, "proposals.write")
    assert permissions.may_in_office(both, "requests.write")
    assert not permissions.may_in_office(both, "invoices.write")


@pytest.mark.parametrize("scope", SCOPES)
def test_without_the_second_factor_that_is_asked_for_staff_may_nothing(scope: Scope) -> None:
    assert not permissions.may_in_office(staff("administrator", must_enrol=True), scope)


@pytest.mark.parametrize(("held", "scope"), list(product(SCOPES, SCOPES)))
def test_a_key_may_exactly_what_it_was_given(held: Scope, scope: Scope) -> None:
    assert permissions.may_in_office(key(held), scope) is (held == scope)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_contact_may_nothing_in_the_office_whatever_they_claim(scope: Scope) -> None:
    claiming = contact(permissions.PERMISSIONS).model_copy(
        update={"staff_roles": frozenset(LETTERS), "scopes": frozenset(SCOPES)}
    )
    assert not permissions.may_in_office(claiming, scope)


def test_who_sees_what_the_office_sees() -> None:
    assert permissions.in_office(staff("sales_rep"))
    assert permissions.in_office(key("invoices.read"))
    assert not permissions.in_office(contact(permissions.PERMISSIONS))
