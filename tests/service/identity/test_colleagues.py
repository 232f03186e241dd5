"""Delegated access: a contact invites colleagues and changes what they may do, never beyond their own rights."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ChangeContact,
    ChangeRole,
    ContactView,
    CreateRole,
    GetColleague,
    GetContact,
    ListColleagues,
    PropertyRoleView,
)
from services.contracts.identity.invitations import InviteContact
from services.contracts.messages import Ask
from services.contracts.principals import Permission, Principal, Viewer
from tests.service.identity.conftest import Office
from tests.service.identity.lakeside import ALL, Lakeside, place, settle
from tests.service.identity.refusals import refused


@pytest.fixture
def lakeside(office: Office) -> Lakeside:
    return settle(office)


@pytest.fixture
def ben(lakeside: Lakeside) -> Principal:
    """Billing contact of the Clubhouse, who may view and pay invoices and manage contacts."""
    granted: list[Permission] = ["invoices.view", "invoices.pay", "contacts.manage"]
    return lakeside.sign_in(lakeside.colleague("ben", *granted, clubhouse="billing"))


def added(lakeside: Lakeside, who: Principal, *granted: Permission, at: list[PropertyRoleView]) -> ContactView:
    command = AddColleague(
        name="Chen Wu", email=lakeside.office.email("chen"), permissions=list(granted), property_roles=at
    )
    return lakeside.ask(command, who)


def test_a_colleague_is_invited_at_once(lakeside: Lakeside, ben: Principal) -> None:
    chen = added(lakeside, ben, "invoices.view", at=[place(lakeside.clubhouse)])
    assert (chen.customer_id, chen.status) == (lakeside.customer.id, "invited")
    assert chen.effective_permissions == ["invoices.view"]
    invited = lakeside.office.events("person_invited")[-1]
    assert invited["person_id"] == str(chen.id)
    link = lakeside.office.mint(UUID(invited["invitation_id"]))
    principal = lakeside.office.desk.resolve(lakeside.office.desk.accept(link.token))
    assert principal.id == chen.id
    assert principal.permissions == {"invoices.view"}


def test_who_manages_contacts_invites_their_own_colleagues_again(lakeside: Lakeside, ben: Principal) -> None:
    chen = added(lakeside, ben, "invoices.view", at=[])
    lakeside.ask(InviteContact(contact_id=chen.id), ben)
    told = [event["person_id"] for event in lakeside.office.events("person_invited")]
    assert told.count(str(chen.id)) == 2
    stranger = lakeside.office.contact(lakeside.office.customer(lakeside.austin, "Oak Terrace"), "dana")
    with refused("not_found"):
        lakeside.ask(InviteContact(contact_id=stranger.id), ben)
    without = lakeside.sign_in(lakeside.colleague("tom", "invoices.view"))
    with refused("forbidden"):
        lakeside.ask(InviteContact(contact_id=chen.id), without)


def test_a_customers_contacts_have_only_so_many_invitations_mailed(lakeside: Lakeside, ben: Principal) -> None:
    chen = added(lakeside, ben, "invoices.view", at=[])
    lakeside.office.desk.execute_shared(
        "UPDATE attempts SET failures = 50, failed_at = now() WHERE subject = :subject",
        subject=f"invitations:of:{lakeside.customer.id}",
    )
    with refused("forbidden", reason="too_many_attempts"):
        lakeside.ask(InviteContact(contact_id=chen.id), ben)
    with refused("forbidden", reason="too_many_attempts"):
        lakeside.ask(AddColleague(name="Dana", email=lakeside.office.email("dana"), permissions=[]), ben)
    lakeside.staff_ask(InviteContact(contact_id=chen.id))


def test_an_address_that_is_a_contact_already_is_refused(lakeside: Lakeside, ben: Principal) -> None:
    command = AddColleague(name="Priya", email=lakeside.priya.email, permissions=[])
    with refused("conflict", field="email", reason="email_taken"):
        lakeside.ask(command, ben)


def test_nobody_gives_more_than_they_have(lakeside: Lakeside, ben: Principal) -> None:
    clubhouse, gate = lakeside.clubhouse, lakeside.gate
    with refused("forbidden", reason="more_rights"):
        added(lakeside, ben, "proposals.view", at=[])
    with refused("forbidden", reason="more_rights"):
        added(lakeside, ben, "invoices.view", at=[place(clubhouse, "primary")])
    with refused("not_found", field="property_roles"):
        added(lakeside, ben, "invoices.view", at=[place(gate)])
    assert added(lakeside, ben, "invoices.pay", "contacts.manage", at=[place(clubhouse, "billing")])


def test_what_is_narrowed_away_for_me_i_cannot_give_there(lakeside: Lakeside) -> None:
    ben = lakeside.colleague("ben", "invoices.view", "invoices.pay", "contacts.manage")
    narrow = place(lakeside.clubhouse, "primary", ["invoices.view"])
    lakeside.change(ben, property_roles=[narrow, place(lakeside.gate, "primary")])
    who = lakeside.sign_in(ben)
    with refused("forbidden", reason="more_rights"):
        added(lakeside, who, "invoices.pay", at=[place(lakeside.clubhouse)])
    chen = added(lakeside, who, "invoices.pay", at=[place(lakeside.clubhouse, permissions=[]), place(lakeside.gate)])
    with refused("forbidden", reason="more_rights"):
        lakeside.ask(ChangeColleague(contact_id=chen.id, property_roles=[place(lakeside.clubhouse)]), who)


def test_rights_at_another_portals_properties_count_as_ones_own(lakeside: Lakeside) -> None:
    """Priya is in Austin's portal, and primary contact in Dallas too."""
    chen = added(lakeside, lakeside.me, "invoices.view", at=[place(lakeside.annex, "primary")])
    assert chen.property_roles == [place(lakeside.annex, "primary")]


def test_a_colleagues_rights_change_at_once(lakeside: Lakeside, ben: Principal) -> None:
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    session = lakeside.office.activate(chen)
    roles = [place(lakeside.clubhouse, "billing", ["invoices.pay"])]
    command = ChangeColleague(contact_id=chen.id, permissions=["invoices.pay"], property_roles=roles)
    changed = lakeside.ask(command, ben)
    assert (changed.permissions, changed.property_roles) == (["invoices.pay"], roles)
    principal = lakeside.office.desk.resolve(session)
    assert principal.permissions == {"invoices.pay"}
    assert lakeside.office.events("access_changed")[-1]["principal_ids"] == [str(chen.id)]


def test_a_disabled_colleague_is_out_at_once_and_may_come_back(lakeside: Lakeside, ben: Principal) -> None:
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    session = lakeside.office.activate(chen)
    assert lakeside.ask(ChangeColleague(contact_id=chen.id, status="disabled"), ben).status == "disabled"
    with refused("not_found"):
        lakeside.office.desk.resolve(session)
    assert lakeside.ask(ChangeColleague(contact_id=chen.id, status="active"), ben).status == "active"


def test_whom_the_office_keeps_out_only_the_office_lets_in_again(lakeside: Lakeside, ben: Principal) -> None:
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    administrator = lakeside.office.administrator
    assert lakeside.ask(ChangeContact(contact_id=chen.id, status="disabled"), administrator).disabled_by_office
    for status in ("disabled", "active"):
        with refused("forbidden", reason="disabled_by_office"):
            lakeside.ask(ChangeColleague(contact_id=chen.id, status=status), ben)
    enabled = lakeside.ask(ChangeContact(contact_id=chen.id, status="active"), administrator)
    assert not enabled.disabled_by_office
    assert lakeside.ask(ChangeColleague(contact_id=chen.id, status="disabled"), ben).status == "disabled"


def test_nobody_changes_themselves(lakeside: Lakeside, ben: Principal) -> None:
    with refused("forbidden", reason="oneself"):
        lakeside.ask(ChangeColleague(contact_id=ben.id, permissions=["invoices.view"]), ben)


def test_nobody_changes_who_has_more_rights(lakeside: Lakeside, ben: Principal) -> None:
    role = lakeside.staff_ask(CreateRole(name="Signer", permissions=["proposals.sign"]))
    above = [
        lakeside.priya,
        lakeside.colleague("dora", "proposals.view"),
        lakeside.colleague("emil", "invoices.view", clubhouse="primary"),
        lakeside.colleague("fay", "invoices.view", gate="other"),
        lakeside.colleague("gus", "invoices.view", annex="other"),
        lakeside.change(lakeside.colleague("hana"), role_ids=[role.id]),
    ]
    for colleague in above:
        messages: list[Ask[Any]] = [
            ChangeColleague(contact_id=colleague.id, status="disabled"),
            ChangeColleague(contact_id=colleague.id, permissions=[], property_roles=[]),
            InviteContact(contact_id=colleague.id),
        ]
        for message in messages:
            with refused("forbidden", reason="more_rights"):
                lakeside.ask(message, ben)


def test_the_customers_primary_contact_stands_above_all(lakeside: Lakeside) -> None:
    roles = {"clubhouse": "primary", "gate": "primary", "annex": "primary"}
    twin = lakeside.sign_in(lakeside.colleague("dora", *ALL, **roles))  # type: ignore[arg-type]
    with refused("forbidden", reason="more_rights"):
        lakeside.ask(ChangeColleague(contact_id=lakeside.priya.id, status="disabled"), twin)


def test_a_role_that_gives_more_than_is_said_is_taken_away(lakeside: Lakeside) -> None:
    payer = lakeside.staff_ask(CreateRole(name="Payer", permissions=["invoices.view", "invoices.pay"]))
    reader = lakeside.staff_ask(CreateRole(name="Reader", permissions=["invoices.view"]))
    chen = lakeside.change(lakeside.colleague("chen"), role_ids=[payer.id, reader.id])
    changed = lakeside.ask(ChangeColleague(contact_id=chen.id, permissions=["invoices.view", "jobs.view"]))
    assert changed.role_ids == [reader.id]
    assert changed.effective_permissions == ["invoices.view", "jobs.view"]


def test_what_a_colleague_has_by_a_role_stays_the_roles_to_give(lakeside: Lakeside) -> None:
    reader = lakeside.staff_ask(CreateRole(name="Reader", permissions=["invoices.view"]))
    chen = lakeside.change(lakeside.colleague("chen"), role_ids=[reader.id])
    lakeside.ask(ChangeColleague(contact_id=chen.id, permissions=["invoices.view", "jobs.view"]))
    lakeside.staff_ask(ChangeRole(role_id=reader.id, permissions=[]))
    assert lakeside.staff_ask(GetContact(contact_id=chen.id)).effective_permissions == ["jobs.view"]


def test_what_is_refused_changes_nothing(lakeside: Lakeside, ben: Principal) -> None:
    chen = lakeside.colleague("chen", "invoices.view", clubhouse="other")
    with refused("forbidden"):
        lakeside.ask(ChangeColleague(contact_id=chen.id, permissions=["proposals.sign"], status="disabled"), ben)
    assert lakeside.staff_ask(GetContact(contact_id=chen.id)) == chen
    assert lakeside.trail("contact.disabled") == []


def test_colleagues_are_the_own_customers_and_at_the_own_properties(lakeside: Lakeside, ben: Principal) -> None:
    office = lakeside.office
    dana = office.contact(office.customer(lakeside.austin, "Oak Terrace"), "dana")
    listed = lakeside.ask(ListColleagues(), ben).items
    assert [each.name for each in listed] == ["Ben", "Priya"]
    priya = lakeside.ask(GetColleague(contact_id=lakeside.priya.id), ben)
    assert priya == listed[1]
    assert priya.property_roles == [place(lakeside.clubhouse, "primary")]
    for message in (GetColleague(contact_id=dana.id), ChangeColleague(contact_id=dana.id, status="disabled")):
        with refused("not_found"):
            lakeside.ask(message, ben)
    rival = office.desk.open_company("CoolAir Services")
    stranger = rival.contact(rival.customer(rival.branch()))
    with refused("not_found"):
        lakeside.ask(GetColleague(contact_id=stranger.id), ben)


def test_only_who_manages_contacts_has_colleagues(lakeside: Lakeside) -> None:
    chen = lakeside.sign_in(lakeside.colleague("chen", "invoices.view", "details.view", clubhouse="primary"))
    looked_at = lakeside.me.model_copy(update={"viewer": Viewer(id=chen.id, name="Omar Haddad")})
    messages: list[Ask[Any]] = [
        ListColleagues(),
        GetColleague(contact_id=lakeside.priya.id),
        AddColleague(name="Eve", email=lakeside.office.email("eve"), permissions=[]),
        ChangeColleague(contact_id=lakeside.priya.id, status="disabled"),
    ]
    for who in (chen, looked_at, lakeside.office.administrator, lakeside.office.system):
        for message in messages:
            with refused("forbidden"):
                lakeside.ask(message, who)


def test_what_colleagues_do_is_recorded_under_their_name(lakeside: Lakeside, ben: Principal) -> None:
    chen = added(lakeside, ben, "invoices.view", at=[])
    lakeside.ask(ChangeColleague(contact_id=chen.id, permissions=[]), ben)
    newest, *_ = lakeside.trail("contact.changed")
    assert (newest.actor.kind, newest.actor.id, newest.subject_id) == ("contact", ben.id, chen.id)
    assert (newest.before, newest.after) == ({"permissions": ["invoices.view"]}, {"permissions": []})
    assert lakeside.trail("contact.created")[0].actor.id == ben.id
