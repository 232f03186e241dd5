"""Reusable roles: made by the office, held by contacts, effective at once."""

from typing import Any

import pytest

from services.contracts.identity.contacts import (
    ChangeContact,
    ChangeRole,
    CreateRole,
    DeleteRole,
    GetContact,
    GetRole,
    ListRoles,
    RoleView,
)
from services.contracts.messages import Ask
from tests.service.identity.conftest import Office
from tests.service.identity.lakeside import Lakeside, settle
from tests.service.identity.refusals import refused


@pytest.fixture
def lakeside(office: Office) -> Lakeside:
    return settle(office)


def payer(lakeside: Lakeside) -> RoleView:
    return lakeside.staff_ask(CreateRole(name="Payer", permissions=["invoices.view", "invoices.pay", "invoices.pay"]))


def test_a_role_is_a_name_for_permissions(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    assert (role.name, role.permissions) == ("Payer", ["invoices.pay", "invoices.view"])
    assert lakeside.staff_ask(GetRole(role_id=role.id)) == role
    board = lakeside.staff_ask(CreateRole(name="board", permissions=[]))
    assert lakeside.staff_ask(ListRoles()).items == [board, role]
    with refused("conflict", field="name", reason="name_taken"):
        lakeside.staff_ask(CreateRole(name="Payer", permissions=[]))


def test_roles_come_page_by_page(lakeside: Lakeside) -> None:
    made = [lakeside.staff_ask(CreateRole(name=f"Role {number}", permissions=[])) for number in range(3)]
    first = lakeside.staff_ask(ListRoles(limit=2))
    second = lakeside.staff_ask(ListRoles(limit=2, cursor=first.next_cursor))
    assert first.items + second.items == made
    assert second.next_cursor is None


def test_a_contact_may_what_they_and_their_roles_may(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    chen = lakeside.colleague("chen", "requests.view", clubhouse="other")
    changed = lakeside.change(chen, role_ids=[role.id])
    assert changed.permissions == ["requests.view"]
    assert changed.role_ids == [role.id]
    assert changed.effective_permissions == ["invoices.pay", "invoices.view", "requests.view"]
    assert lakeside.staff_ask(GetContact(contact_id=chen.id)) == changed
    assert lakeside.sign_in(chen).permissions == {"invoices.pay", "invoices.view", "requests.view"}


def test_a_changed_role_holds_at_once_for_whoever_has_it(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    chen = lakeside.change(lakeside.colleague("chen"), role_ids=[role.id])
    session = lakeside.office.activate(chen)
    lakeside.staff_ask(ChangeRole(role_id=role.id, permissions=["proposals.view"]))
    assert lakeside.office.desk.resolve(session).permissions == {"proposals.view"}
    assert lakeside.office.events("access_changed")[-1]["whole_company"] is True


def test_only_what_is_given_of_a_role_changes(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    renamed = lakeside.staff_ask(ChangeRole(role_id=role.id, name="Accounts"))
    assert (renamed.name, renamed.permissions) == ("Accounts", role.permissions)
    lakeside.staff_ask(CreateRole(name="Board", permissions=[]))
    with refused("conflict", field="name", reason="name_taken"):
        lakeside.staff_ask(ChangeRole(role_id=role.id, name="Board"))
    assert lakeside.staff_ask(GetRole(role_id=role.id)) == renamed


def test_a_role_that_is_held_stays(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    chen = lakeside.change(lakeside.colleague("chen"), role_ids=[role.id])
    with refused("conflict", reason="role_held"):
        lakeside.staff_ask(DeleteRole(role_id=role.id))
    lakeside.change(chen, role_ids=[])
    lakeside.staff_ask(DeleteRole(role_id=role.id))
    with refused("not_found"):
        lakeside.staff_ask(GetRole(role_id=role.id))
    with refused("not_found", field="role_ids"):
        lakeside.change(chen, role_ids=[role.id])


def test_what_happens_to_roles_is_recorded(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    lakeside.staff_ask(ChangeRole(role_id=role.id, permissions=["invoices.view"]))
    lakeside.staff_ask(ChangeRole(role_id=role.id, permissions=["invoices.view"]))
    lakeside.staff_ask(DeleteRole(role_id=role.id))
    assert [(each.action, each.before, each.after) for each in lakeside.trail("role")] == [
        ("role.deleted", {"name": "Payer", "permissions": ["invoices.view"]}, None),
        ("role.changed", {"permissions": ["invoices.pay", "invoices.view"]}, {"permissions": ["invoices.view"]}),
        ("role.created", None, {"name": "Payer", "permissions": ["invoices.pay", "invoices.view"]}),
    ]


def test_only_the_office_reads_and_writes_roles(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    rep = lakeside.office.staff_principal("sales_rep")
    assert lakeside.ask(ListRoles(), rep).items == [role]
    commands: list[Ask[Any]] = [
        CreateRole(name="Mine", permissions=[]),
        ChangeRole(role_id=role.id),
        DeleteRole(role_id=role.id),
    ]
    for message in commands:
        for who in (rep, lakeside.me, lakeside.office.system):
            with refused("forbidden"):
                lakeside.ask(message, who)
    queries: list[Ask[Any]] = [ListRoles(), GetRole(role_id=role.id)]
    for query in queries:
        with refused("forbidden"):
            lakeside.ask(query)


def test_a_role_of_another_company_is_not_there(lakeside: Lakeside) -> None:
    role = payer(lakeside)
    rival = lakeside.office.desk.open_company("CoolAir Services")
    assert lakeside.ask(ListRoles(), rival.administrator).items == []
    messages: list[Ask[Any]] = [
        GetRole(role_id=role.id),
        ChangeRole(role_id=role.id, name="Ours"),
        DeleteRole(role_id=role.id),
    ]
    for message in messages:
        with refused("not_found"):
            lakeside.ask(message, rival.administrator)
    customer = rival.customer(rival.branch())
    stranger = rival.contact(customer)
    with refused("not_found", field="role_ids"):
        lakeside.ask(ChangeContact(contact_id=stranger.id, role_ids=[role.id]), rival.administrator)
