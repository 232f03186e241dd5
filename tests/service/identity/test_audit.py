"""The audit trail: what is recorded of whom, that it only grows, and how staff read it."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from services.chassis.context import CallContext, entered
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.sessions import SignOut
from services.contracts.principals import Principal, StaffRole
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused


def events(office: Office, action: str | None = None, who: Principal | None = None, **filters: Any) -> list[Any]:
    """What a member of the company reads, newest first."""
    query = ListAuditEvents(action=action, **filters)
    return office.desk.ask(query, who or office.administrator).items


def actions(office: Office, **filters: Any) -> list[str]:
    return [each.action for each in events(office, **filters)]


def test_a_sign_in_and_its_end_are_recorded_with_who_and_from_where(desk: Desk, office: Office) -> None:
    home = office.branch()
    contact = office.contact(office.customer(home))
    office.activate(contact)
    session = desk.sign_in(home.slug, contact.email)
    call = CallContext.from_headers({"client_ip": "192.0.2.7", "user_agent": "a phone"})
    with entered(call):
        desk.ask(SignOut(), desk.resolve(session))
    ended, started = events(office, "session")[:2]
    assert (started.action, started.actor.kind, started.actor.id) == ("session.started", "contact", contact.id)
    assert (started.subject_type, started.subject_id, started.subject_name) == ("contact", contact.id, contact.name)
    assert (started.ip, started.user_agent) == (desk.client.ip, desk.client.user_agent)
    assert started.after == {"portal": home.slug}
    assert (ended.action, ended.actor.id, ended.ip, ended.user_agent) == (
        "session.ended",
        contact.id,
        "192.0.2.7",
        "a phone",
    )


def test_signing_out_twice_is_recorded_once(desk: Desk, office: Office) -> None:
    contact = office.contact(office.customer(office.branch()))
    principal = desk.resolve(office.activate(contact))
    desk.ask(SignOut(), principal)
    desk.ask(SignOut(), principal)
    assert actions(office, action="session.ended") == ["session.ended"]


def test_a_wrong_password_is_counted_and_not_recorded(desk: Desk, office: Office) -> None:
    home = office.branch()
    contact = office.contact(office.customer(home))
    office.activate(contact)
    before = actions(office)
    with refused("forbidden"):
        desk.sign_in(home.slug, contact.email, "not the password")
    assert actions(office) == before


def test_an_invitation_is_recorded_when_it_is_sent_and_when_it_is_accepted(office: Office) -> None:
    contact = office.contact(office.customer(office.branch()))
    office.activate(contact)
    found = events(office, "invitation", subject_id=contact.id)
    assert [each.action for each in found] == ["invitation.accepted", "invitation.sent"]
    assert [each.actor.id for each in found] == [contact.id, office.administrator.id]


def test_who_opens_a_company_is_the_operator(office: Office) -> None:
    opened, sent = events(office, "company.opened"), events(office, "invitation.sent")
    assert [each.actor.kind for each in (*opened, *sent)] == ["operator", "operator"]


def test_pages_follow_each_other_without_a_gap(office: Office) -> None:
    home = office.branch()
    customer = office.customer(home)
    for number in range(5):
        office.activate(office.contact(customer, f"guest{number}"))
    whole = events(office)
    read: list[AuditEventView] = []
    cursor: str | None = None
    while cursor is not None or not read:
        page = office.desk.ask(ListAuditEvents(limit=3, cursor=cursor), office.administrator)
        read, cursor = read + page.items, page.next_cursor
    assert [each.id for each in read] == [each.id for each in whole]
    assert [each.at for each in read] == sorted((each.at for each in read), reverse=True)


def test_the_trail_is_filtered_by_action_actor_subject_and_time(office: Office) -> None:
    customer = office.customer(office.branch())
    ann, bob = (office.contact(customer, name) for name in ("ann", "bob"))
    office.activate(ann)
    office.activate(bob)
    assert set(actions(office, action="session")) == {"session.started"}
    assert actions(office, action="invitation.accepted") == ["invitation.accepted"] * 2
    assert actions(office, action="invitation.a") == []
    assert {each.actor.id for each in events(office, actor_id=ann.id)} == {ann.id}
    assert {each.subject_id for each in events(office, subject_id=bob.id)} == {bob.id}
    middle: datetime = events(office)[2].at
    early, late = events(office, until=middle), events(office, since=middle)
    assert [*late, *early] == events(office)
    assert events(office, since=events(office)[0].at + timedelta(seconds=1)) == []
    # PostgreSQL knows no time zone that is this far off.
    assert events(office, since=middle.astimezone(timezone(-timedelta(hours=23)))) == late


@pytest.mark.parametrize("role", ["sales_rep", "account_owner"])
def test_only_administrators_and_the_office_read_it(office: Office, role: StaffRole) -> None:
    assert events(office, who=office.staff_principal("office"))
    with refused("forbidden"):
        events(office, who=office.staff_principal(role))


def test_nobody_reads_another_companys(desk: Desk, office: Office) -> None:
    other = desk.open_company("CoolAir Services")
    assert {each.id for each in events(office)}.isdisjoint(each.id for each in events(other))


@pytest.mark.parametrize("change", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_service_itself_can_neither_change_nor_remove_an_event(office: Office, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        office.execute(change)


def test_a_cursor_of_another_list_is_refused(office: Office) -> None:
    with refused("invalid", field="cursor"):
        events(office, cursor="bm9uc2Vuc2U=")
