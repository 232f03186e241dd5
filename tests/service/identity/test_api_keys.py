"""API keys: what they may do, when they end, and that their secret is told once and kept nowhere."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.contracts import permissions
from services.contracts.identity.api_keys import (
    CreateApiKey,
    GetApiKey,
    ListApiKeys,
    NewApiKeyView,
    RevokeApiKey,
)
from services.contracts.identity.audit import ListAuditEvents
from services.contracts.identity.customers import ListCustomers
from services.contracts.identity.invitations import InviteContact
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.identity.staff import ChangeStaffMember, CreateStaffMember, ListStaff
from services.contracts.messages import Ask
from services.contracts.principals import Principal, Scope, StaffRole
from tests.service.identity.conftest import Desk, Office
from tests.service.identity.refusals import refused


def make(
    office: Office, *scopes: Scope, expires_at: datetime | None = None, who: Principal | None = None
) -> NewApiKeyView:
    command = CreateApiKey(name="Bookkeeping", scopes=list(scopes or ["customers.read"]), expires_at=expires_at)
    return office.desk.ask(command, who or office.administrator)


def resolved(desk: Desk, key: str) -> SessionPrincipal:
    return desk.ask(ResolveSession(token=SecretStr(key)))


def test_a_key_signs_its_integration_in_with_its_scopes_and_no_more(desk: Desk, office: Office) -> None:
    made = make(office, "customers.read", "invoices.read", "customers.read")
    principal = resolved(desk, made.key).principal
    assert (principal.kind, principal.id, principal.name) == ("integration", made.id, "Bookkeeping")
    assert principal.company_id == office.company.id
    assert principal.scopes == {"customers.read", "invoices.read"}
    assert desk.ask(ListCustomers(), principal).items == []
    with refused("forbidden"):
        desk.ask(ListStaff(), principal)


def test_a_key_is_told_apart_from_a_session_and_stored_as_a_hash(desk: Desk, office: Office) -> None:
    made = make(office)
    assert made.key.startswith("pk_") and len(made.key) == 46
    for table in ("api_key", "audit_event"):
        told = f"SELECT count(*) FROM {table} WHERE position(:key in {table}::text) > 0"
        assert office.count(told, key=made.key) == 0
    assert "key" not in desk.ask(GetApiKey(api_key_id=made.id), office.administrator).model_dump()


def test_a_sessions_token_that_looks_like_the_beginning_of_a_key_is_a_session(desk: Desk, office: Office) -> None:
    contact = office.contact(office.customer(office.branch()))
    session = office.activate(contact)
    token = "pk_" + session.token[3:]
    office.execute(
        "UPDATE session SET token_hash = sha256(convert_to(:token, 'UTF8')) WHERE id = :id", token=token, id=session.id
    )
    assert resolved(desk, token).principal.id == contact.id


@pytest.mark.parametrize("wrong", ["pk_", "pk_" + "A" * 43, "pk_" + "A" * 200])
def test_a_key_that_nobody_made_is_unknown(desk: Desk, wrong: str) -> None:
    with refused("not_found"):
        resolved(desk, wrong)


def test_a_revoked_key_ends_at_once_for_good_and_everywhere(desk: Desk, office: Office) -> None:
    made = make(office)
    revoked = desk.ask(RevokeApiKey(api_key_id=made.id), office.administrator)
    assert revoked.revoked_at is not None
    assert office.events("access_changed")[-1]["principal_ids"] == [str(made.id)]
    with refused("not_found"):
        resolved(desk, made.key)
    assert desk.ask(RevokeApiKey(api_key_id=made.id), office.administrator) == revoked


def test_a_key_ends_when_it_expires(desk: Desk, office: Office) -> None:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    made = make(office, expires_at=expires_at)
    assert resolved(desk, made.key).expires_at == expires_at
    office.execute("UPDATE api_key SET expires_at = now()")
    with refused("not_found"):
        resolved(desk, made.key)


def test_a_key_that_has_expired_already_is_not_made(office: Office) -> None:
    with refused("invalid", field="expires_at"):
        make(office, expires_at=datetime.now(UTC) - timedelta(seconds=1))


def test_a_key_ends_at_the_same_moment_in_whatever_time_zone_it_is_told(desk: Desk, office: Office) -> None:
    far_west = timezone(-timedelta(hours=23))
    made = make(office, expires_at=datetime(2099, 1, 1, 1, tzinfo=far_west))
    assert desk.ask(GetApiKey(api_key_id=made.id), office.administrator).expires_at == datetime(2099, 1, 2, tzinfo=UTC)
    with pytest.raises(ValidationError):
        make(office, expires_at=datetime(9999, 12, 31, 23, tzinfo=far_west))


def test_the_last_use_is_known_to_the_minute_and_written_no_more_often(desk: Desk, office: Office) -> None:
    made = make(office)

    def last_used() -> datetime | None:
        return desk.ask(GetApiKey(api_key_id=made.id), office.administrator).last_used_at

    assert last_used() is None
    resolved(desk, made.key)
    first = last_used()
    assert first is not None
    with desk.statements() as sent:
        resolved(desk, made.key)
    assert not any(each.startswith("UPDATE") for each in sent)
    assert last_used() == first
    office.execute("UPDATE api_key SET last_used_at = last_used_at - interval '61 seconds'")
    resolved(desk, made.key)
    assert last_used() >= first  # type: ignore[operator]


@pytest.mark.parametrize("role", ["office", "sales_rep", "account_owner"])
def test_only_administrators_have_to_do_with_keys(desk: Desk, office: Office, role: StaffRole) -> None:
    made, member = make(office), office.staff_principal(role)
    messages: list[Ask[Any]] = [ListApiKeys(), GetApiKey(api_key_id=made.id), RevokeApiKey(api_key_id=made.id)]
    for message in (*messages, CreateApiKey(name="Another", scopes=["customers.read"])):
        with refused("forbidden"):
            desk.ask(message, member)


def test_a_key_never_makes_a_key(desk: Desk, office: Office) -> None:
    integration = resolved(desk, make(office, "api_keys.write", "customers.read").key).principal
    with refused("forbidden", reason="people_only"):
        make(office, "customers.read", who=integration)


def test_a_key_gives_staff_no_role_that_may_more_than_the_key(desk: Desk, office: Office) -> None:
    integration = resolved(desk, make(office, "staff.read", "staff.write").key).principal
    roles: list[StaffRole] = ["office"]
    with refused("invalid", field="roles"):
        desk.ask(CreateStaffMember(name="Mallory", email=office.email("mallory"), roles=roles), integration)
    rep = office.staff("rob", "sales_rep")
    with refused("invalid", field="roles"):
        desk.ask(ChangeStaffMember(staff_id=rep.id, roles=roles), integration)


def test_a_key_may_not_do_more_than_who_makes_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions.SCOPES_OF, "sales_rep", permissions.READING | {"api_keys.write"})
    rep = office.staff_principal("sales_rep")
    with refused("forbidden", reason="beyond_own"):
        make(office, "customers.read", "customers.write", who=rep)
    assert make(office, "customers.read", who=rep).scopes == ["customers.read"]


def test_a_key_that_is_asked_for_twice_is_made_once(desk: Desk, office: Office) -> None:
    command = CreateApiKey(name="Bookkeeping", scopes=["customers.read"])
    desk.ask(command, office.administrator)
    with refused("conflict", reason="already_made"):
        desk.ask(command, office.administrator)
    assert len(desk.ask(ListApiKeys(), office.administrator).items) == 1


def test_keys_are_listed_newest_first_page_by_page(desk: Desk, office: Office) -> None:
    made = [make(office).id for _ in range(3)]
    first = desk.ask(ListApiKeys(limit=2), office.administrator)
    second = desk.ask(ListApiKeys(limit=2, cursor=first.next_cursor), office.administrator)
    assert [each.id for each in (*first.items, *second.items)] == made[::-1]
    assert second.next_cursor is None


def test_nobody_sees_or_ends_another_companys_keys(desk: Desk, office: Office) -> None:
    other, made = desk.open_company("CoolAir Services"), make(office)
    assert desk.ask(ListApiKeys(), other.administrator).items == []
    with refused("not_found"):
        desk.ask(RevokeApiKey(api_key_id=made.id), other.administrator)
    assert resolved(desk, made.key).principal.id == made.id


def test_what_an_integration_does_and_what_is_done_to_its_key_is_recorded(desk: Desk, office: Office) -> None:
    made = make(office, "customers.read", "customers.write")
    contact = office.contact(office.customer(office.branch()))
    desk.ask(InviteContact(contact_id=contact.id), resolved(desk, made.key).principal)
    desk.ask(RevokeApiKey(api_key_id=made.id), office.administrator)
    found = desk.ask(ListAuditEvents(action="api_key"), office.administrator).items
    assert [each.action for each in found] == ["api_key.revoked", "api_key.created"]
    assert found[1].after == {"scopes": ["customers.read", "customers.write"], "expires_at": None}
    (sent,) = desk.ask(ListAuditEvents(action="invitation.sent", subject_id=contact.id), office.administrator).items
    assert (sent.actor.kind, sent.actor.id, sent.actor.name) == ("integration", made.id, "Bookkeeping")
