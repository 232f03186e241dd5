"""Staff: who may change whom, that a company keeps an administrator, and that a change holds at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from services.chassis.work import Work
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.invitations import InviteStaffMember
from services.contracts.identity.sessions import SessionView, SignInStaff
from services.contracts.identity.staff import ChangeStaffMember, GetStaffMember, ListStaff, StaffView
from services.contracts.principals import Principal, StaffRole
from services.identity import staff
from tests.service.identity.conftest import PASSWORD, Desk, Office
from tests.service.identity.refusals import refused


def change(office: Office, who: Principal, staff_id: UUID, **wanted: Any) -> StaffView:
    return office.desk.ask(ChangeStaffMember(staff_id=staff_id, **wanted), who)


def sign_in(office: Office, member: Principal) -> SessionView:
    message = SignInStaff(email=member.email, password=SecretStr(PASSWORD), client=office.desk.client)
    return office.desk.ask(message)


def until(condition: Callable[[], object]) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def shown(office: Office, member: Principal) -> StaffView:
    return office.desk.ask(GetStaffMember(staff_id=member.id), office.administrator)


@pytest.fixture
def ada(office: Office) -> Principal:
    """An administrator who has signed in."""
    return office.employed("ada", "administrator")


@pytest.fixture
def otto(office: Office) -> Principal:
    """Somebody of the office."""
    return office.employed("otto", "office")


def test_only_what_is_given_changes(office: Office, ada: Principal, otto: Principal) -> None:
    changed = change(office, ada, otto.id, phone="512-555-0100")
    assert (changed.name, changed.phone, changed.roles, changed.status) == (
        "Otto",
        "512-555-0100",
        ["office"],
        "active",
    )
    changed = change(office, ada, otto.id, name="Otto Ohm", roles=["sales_rep", "account_owner", "sales_rep"])
    assert (changed.name, changed.phone) == ("Otto Ohm", "512-555-0100")
    assert changed.roles == ["account_owner", "sales_rep"]


def test_a_member_without_any_role_is_refused(office: Office, ada: Principal, otto: Principal) -> None:
    with refused("invalid", field="roles"):
        change(office, ada, otto.id, roles=[])


def test_a_disabled_member_loses_every_session_at_once_and_cannot_sign_in(
    office: Office, ada: Principal, otto: Principal
) -> None:
    session = sign_in(office, otto)
    change(office, ada, otto.id, status="disabled")
    with refused("not_found"):
        office.desk.resolve(session)
    with refused("forbidden", reason="wrong_credentials"):
        sign_in(office, otto)
    assert str(otto.id) in office.events("access_changed")[-1]["principal_ids"]


def test_a_member_who_is_enabled_again_signs_in_with_the_old_password(
    office: Office, ada: Principal, otto: Principal
) -> None:
    change(office, ada, otto.id, status="disabled")
    assert change(office, ada, otto.id, status="active").status == "active"
    assert office.desk.resolve(sign_in(office, otto)).id == otto.id


def test_a_disabled_members_open_invitation_opens_nothing(office: Office, ada: Principal) -> None:
    member = office.staff("ina", "office")
    invitation = office.desk.ask(InviteStaffMember(staff_id=member.id), ada)
    link = office.mint(invitation.id)
    change(office, ada, member.id, status="disabled")
    with refused("not_found", reason="invitation_gone"):
        office.desk.accept(link.token)


def test_a_new_role_counts_from_the_next_call_on(office: Office, ada: Principal, otto: Principal) -> None:
    session = sign_in(office, otto)
    change(office, ada, otto.id, roles=["sales_rep"])
    assert office.desk.resolve(session).staff_roles == {"sales_rep"}
    assert str(otto.id) in office.events("access_changed")[-1]["principal_ids"]


@pytest.mark.parametrize("wanted", [{"roles": ["office"]}, {"status": "disabled"}])
def test_nobody_changes_their_own_roles_or_status(office: Office, ada: Principal, wanted: dict[str, Any]) -> None:
    office.employed("eva", "administrator")
    with refused("forbidden", reason="own_access"):
        change(office, ada, ada.id, **wanted)


def test_everybody_of_the_office_changes_their_own_name(office: Office, otto: Principal) -> None:
    assert change(office, otto, otto.id, name="Otto Ohm").name == "Otto Ohm"


@pytest.mark.parametrize("wanted", [{"name": "X"}, {"roles": ["office"]}, {"status": "disabled"}])
def test_only_an_administrator_changes_an_administrator(
    office: Office, ada: Principal, otto: Principal, wanted: dict[str, Any]
) -> None:
    with refused("forbidden", reason="administrator"):
        change(office, otto, ada.id, **wanted)


def test_only_an_administrator_makes_an_administrator(office: Office, otto: Principal) -> None:
    ina = office.employed("ina", "office")
    with refused("invalid", field="roles"):
        change(office, otto, ina.id, roles=["office", "administrator"])


@pytest.mark.parametrize("roles", [["sales_rep"], ["account_owner"], ["sales_rep", "account_owner"]])
def test_sales_reps_and_account_owners_change_nobody(office: Office, otto: Principal, roles: list[StaffRole]) -> None:
    rosa = office.employed("rosa", *roles)
    with refused("forbidden"):
        change(office, rosa, otto.id, name="X")


@pytest.mark.parametrize("wanted", [{"roles": ["office"]}, {"status": "disabled"}])
def test_the_last_active_administrator_stays(office: Office, ada: Principal, wanted: dict[str, Any]) -> None:
    with refused("conflict", reason="last_administrator"):
        change(office, office.administrator, ada.id, **wanted)
    assert (shown(office, ada).status, shown(office, ada).roles) == ("active", ["administrator"])


def test_two_administrators_at_once_cannot_end_each_other(office: Office) -> None:
    ada, eva = (office.employed(name, "administrator") for name in ("ada", "eva"))
    has_changed, may_commit = Event(), Event()

    def change_slowly(work: Work, command: ChangeStaffMember) -> StaffView:
        changed = staff.change(work, command)
        has_changed.set()
        may_commit.wait(60)
        return changed

    with ThreadPoolExecutor(2) as pool:
        command = ChangeStaffMember(staff_id=eva.id, status="disabled")
        first = pool.submit(office.desk.executor.answer, change_slowly, command, ada)
        assert has_changed.wait(60)
        second = pool.submit(change, office, eva, ada.id, status="disabled")
        until(lambda: second.done() or office.desk.row("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"))
        may_commit.set()
        first.result()
        with refused("conflict", reason="last_administrator"):
            second.result()
    assert (shown(office, ada).status, shown(office, eva).status) == ("active", "disabled")


def test_nobody_changes_another_companys_staff(desk: Desk, office: Office, otto: Principal) -> None:
    with refused("not_found"):
        change(desk.open_company("CoolAir Services"), desk.open_company("Other").administrator, otto.id, name="X")


def test_a_member_who_has_not_accepted_is_invited_again(office: Office, ada: Principal) -> None:
    member = office.staff("ina", "office")
    first, second = (office.desk.ask(InviteStaffMember(staff_id=member.id), ada) for _ in range(2))
    office.desk.accept(office.mint(second.id).token)
    with refused("not_found", reason="invitation_gone"):
        office.mint(first.id)


def test_a_member_who_has_accepted_or_is_disabled_is_not_invited(
    office: Office, ada: Principal, otto: Principal
) -> None:
    with refused("conflict", reason="already_active"):
        office.desk.ask(InviteStaffMember(staff_id=otto.id), ada)
    change(office, ada, otto.id, status="disabled")
    with refused("conflict", reason="disabled"):
        office.desk.ask(InviteStaffMember(staff_id=otto.id), ada)


def test_the_list_says_who_signed_in_when_and_who_has_a_second_factor(office: Office, otto: Principal) -> None:
    office.staff("zoe", "sales_rep")
    sign_in(office, otto)
    listed = {each.name: each for each in office.desk.ask(ListStaff(), office.administrator).items}
    assert listed["Otto"].last_sign_in_at is not None
    assert listed["Zoe"].last_sign_in_at is None
    assert not any(each.has_totp for each in listed.values())


def test_changes_are_recorded_with_what_was_and_what_is(office: Office, ada: Principal, otto: Principal) -> None:
    change(office, ada, otto.id, roles=["sales_rep"], name="Otto Ohm")
    change(office, ada, otto.id, status="disabled")
    change(office, ada, otto.id, status="disabled")
    query = ListAuditEvents(action="staff", subject_id=otto.id)
    disabled, changed, created = office.desk.ask(query, office.administrator).items
    assert [disabled.action, changed.action, created.action] == ["staff.disabled", "staff.changed", "staff.created"]
    assert changed.before == {"roles": ["office"], "name": "Otto"}
    assert changed.after == {"roles": ["sales_rep"], "name": "Otto Ohm"}
    assert (disabled.before, disabled.after) == ({"status": "active"}, {"status": "disabled"})
    assert changed.actor.id == ada.id


def test_a_refused_change_changes_and_records_nothing(office: Office, ada: Principal) -> None:
    with refused("conflict", reason="last_administrator"):
        change(office, office.administrator, ada.id, name="Somebody", status="disabled")
    assert shown(office, ada).name == "Ada"
    assert office.desk.ask(ListAuditEvents(action="staff.changed"), office.administrator).items == []
