"""Who is mailed what, and who is not."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.database import tenant_session
from services.contracts.messages import Event
from services.contracts.notifications.preferences import ChangeNotificationPreferences
from services.contracts.principals import Principal
from services.notifications import mails, preferences
from services.notifications.models import Mail
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import samples

PRIYA = Principal(kind="contact", id=samples.PRIYA, company_id=samples.EVERGREEN)


def switch_receipts(notifications: Notifications, on: bool) -> None:
    change = ChangeNotificationPreferences(electronic_receipts=on)
    notifications.executor.answer(preferences.change, change, PRIYA)


def test_an_invited_contact_gets_the_welcome_mail_with_a_link(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.invited())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "priya@lakeside.test"
    assert mail["subject"] == "Welcome to Evergreen Austin: set up your account"
    address = "https://portico.example/evergreen-austin/invitations/tok-secret-1"
    assert address in mail["text"] and address in mail["html"]
    assert "priya@lakeside.test" in mail["text"]
    assert "Evergreen Austin" in mail["from"]


def test_an_invited_staff_member_is_shown_the_office(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    identity.link = samples.link(name="Rosa Diaz", email="rosa@evergreen.test", portal_slug=None)
    notifications.happens(samples.invited(person_kind="staff", person_id=samples.ROSA))
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "rosa@evergreen.test"
    assert "https://portico.example/office/invitations/tok-secret-1" in mail["text"]


def test_the_secret_of_an_invitation_is_kept_nowhere(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.invited())
    notifications.deliver()
    assert "tok-secret-1" in inbox.messages()[0]["text"]
    for table in ("mail", "inbox", "outbox"):
        assert "tok-secret" not in str(notifications.sql(f"SELECT to_jsonb({table}) FROM {table}"))


@pytest.mark.parametrize(
    ("event", "opens"),
    [
        (samples.code_asked(), "https://portico.example/evergreen-austin/login/link/tok-secret-1"),
        (samples.reset_asked(), "https://portico.example/evergreen-austin/password/tok-secret-1"),
    ],
    ids=["code", "reset"],
)
def test_what_signs_in_or_sets_a_password_is_mailed_and_kept_nowhere(
    notifications: Notifications, inbox: Inbox, event: Event, opens: str
) -> None:
    notifications.happens(event)
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "priya@lakeside.test"
    assert opens in mail["text"] and opens in mail["html"]
    kept = str([notifications.sql(f"SELECT to_jsonb({table}) FROM {table}") for table in ("mail", "inbox", "outbox")])
    assert "tok-secret" not in kept and samples.login().code not in kept


@pytest.mark.parametrize("event", [samples.code_asked(), samples.reset_asked()], ids=["code", "reset"])
def test_what_is_over_before_it_is_mailed_is_given_up(
    notifications: Notifications, identity: Identity, inbox: Inbox, event: Event
) -> None:
    notifications.happens(event)
    identity.invitation_used = True
    notifications.deliver()
    assert inbox.messages() == []
    assert notifications.mail()["status"] == "failed"


def test_the_mail_with_a_code_has_one_token_that_looks_like_it(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.code_asked())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert re.findall(r"\d{6,}", mail["text"]) == [samples.login().code]


def test_who_asks_for_their_portals_and_whose_password_changed_is_told(
    notifications: Notifications, inbox: Inbox
) -> None:
    notifications.happens(samples.portals_asked())
    notifications.happens(samples.password_changed())
    notifications.deliver()
    told = {mail["subject"] for mail in inbox.messages()}
    assert told == {"Your portals at Evergreen Grounds", "Your password for Evergreen Austin was changed"}


def test_an_invitation_goes_to_the_address_that_is_right_now(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    notifications.happens(samples.invited())
    identity.link = samples.link(email="priya.shah@lakeside.test")
    notifications.deliver()
    assert [mail["to"] for mail in inbox.messages()] == ["priya.shah@lakeside.test"]


def test_a_payer_who_wants_receipts_gets_one(notifications: Notifications, inbox: Inbox) -> None:
    switch_receipts(notifications, True)
    notifications.happens(samples.paid())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "priya@lakeside.test"
    assert mail["subject"] == "Receipt PAY-2026-00007: $1,252.50 paid to Evergreen Austin"
    address = f"https://portico.example/evergreen-austin/payments/{samples.PAYMENT}"
    for told in ("INV-2026-00041", "$1,000.00", "INV-2026-00042", "$250.00", "$2.50", "4242", address):
        assert told in mail["text"] and told in mail["html"]


def test_a_payer_who_never_asked_for_receipts_gets_none(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.paid())
    assert notifications.deliver() == 0
    assert inbox.messages() == []


def test_a_payer_who_switched_receipts_off_again_gets_none(notifications: Notifications, inbox: Inbox) -> None:
    switch_receipts(notifications, True)
    switch_receipts(notifications, False)
    notifications.happens(samples.paid())
    assert notifications.deliver() == 0
    assert inbox.messages() == []


def test_the_proposals_own_sales_rep_is_told_of_a_signature(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.signed())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "rosa@evergreen.test"
    assert mail["subject"] == "Signed: contract PRO-2026-00003, Spring planting ($4,800.50)"
    address = f"https://portico.example/office/proposals/{samples.PROPOSAL}"
    for told in ("Priya Shah", "Clubhouse", "May 3, 2026 at 12:05 PM CDT", address):
        assert told in mail["text"] and told in mail["html"]


def test_the_propertys_account_owner_is_told_of_a_request(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.requested())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert mail["to"] == "omar@evergreen.test"
    assert mail["subject"] == "New request REQ-2026-00009 at Clubhouse: Sprinkler leaks"
    address = f"https://portico.example/office/requests/{samples.REQUEST}"
    for told in ("Chen Wu", "Zone 3.\nBy the gate.", address):
        assert told in mail["text"]


def test_a_request_that_the_office_raised_is_mailed_to_nobody(notifications: Notifications) -> None:
    notifications.happens(samples.requested(by="staff"))
    assert notifications.due() == []


def test_a_property_without_an_account_owner_has_nobody_to_mail(
    notifications: Notifications, identity: Identity
) -> None:
    identity.property = samples.clubhouse(account_owner=None)
    notifications.happens(samples.requested())
    assert notifications.due() == []
    assert notifications.sql("SELECT state FROM inbox") == [("answered",)]


@pytest.mark.parametrize(
    "event",
    [
        samples.invited(),
        samples.paid(),
        samples.code_asked(),
        samples.reset_asked(),
        samples.portals_asked(),
        samples.password_changed(),
    ],
    ids=["invitation", "receipt", "code", "reset", "portals", "password"],
)
def test_a_disabled_contact_is_mailed_nothing(notifications: Notifications, identity: Identity, event: Event) -> None:
    switch_receipts(notifications, True)
    identity.contact = samples.priya(status="disabled")
    notifications.happens(event)
    assert notifications.due() == []


@pytest.mark.parametrize("event", [samples.signed(), samples.requested()], ids=["signature", "request"])
def test_a_disabled_staff_member_is_mailed_nothing(
    notifications: Notifications, identity: Identity, event: Event
) -> None:
    identity.staff = {samples.ROSA: samples.rosa(status="disabled"), samples.OMAR: samples.omar(status="disabled")}
    notifications.happens(event)
    assert notifications.due() == []


def test_an_event_delivered_twice_is_mailed_once(notifications: Notifications, inbox: Inbox) -> None:
    event = samples.signed()
    notifications.happens(event)
    notifications.happens(event)
    notifications.deliver()
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_an_event_whose_first_arrival_was_forgotten_is_still_mailed_once(
    notifications: Notifications, inbox: Inbox
) -> None:
    event = samples.signed()
    notifications.happens(event)
    notifications.sql("TRUNCATE inbox")
    notifications.happens(event)
    assert notifications.sql("SELECT state FROM inbox") == [("answered",)]
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_a_queued_mail_wakes_the_delivery(notifications: Notifications) -> None:
    notifications.happens(samples.signed())
    assert notifications.woken == {"deliver"}


def test_an_event_waits_while_identity_is_away(notifications: Notifications, identity: Identity, inbox: Inbox) -> None:
    event = samples.signed()
    identity.away = True
    notifications.happens(event)
    assert notifications.sql("SELECT state FROM inbox") == [("failed",)]
    identity.away = False
    notifications.sql("UPDATE inbox SET due_at = now()")
    assert notifications.executor.retry_due_event(lambda _: (type(event), mails.queue))
    notifications.deliver()
    assert len(inbox.messages()) == 1


def test_no_other_company_sees_a_mail(notifications: Notifications) -> None:
    notifications.happens(samples.signed())
    with tenant_session(notifications.engine, samples.COOLAIR) as session:
        assert session.scalars(select(Mail)).all() == []
    with Session(notifications.engine) as session:
        assert session.scalars(select(Mail)).all() == []
    with tenant_session(notifications.engine, samples.EVERGREEN) as session:
        assert len(session.scalars(select(Mail)).all()) == 1


def test_a_dispute_is_mailed_to_all_who_look_after_payments_and_to_nobody_else(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    identity.staff |= {
        UUID(int=91): samples.rosa(id=UUID(int=91), name="Ada", email="admin@evergreen.test", roles=["administrator"]),
        UUID(int=92): samples.rosa(id=UUID(int=92), name="Ned", email="ned@evergreen.test", roles=["office"]),
        UUID(int=93): samples.rosa(
            id=UUID(int=93), name="Gone", email="gone@evergreen.test", roles=["office"], status="disabled"
        ),
    }
    disputed = samples.disputed()
    for _ in range(2):
        notifications.happens(disputed)
    notifications.deliver()
    assert sorted(mail["to"] for mail in inbox.messages()) == ["admin@evergreen.test", "ned@evergreen.test"]


def test_a_guest_gets_the_receipt_at_the_address_that_they_gave(notifications: Notifications, inbox: Inbox) -> None:
    guest = {"payer_id": None, "payer_email": "accounts@lakeside.test"}
    notifications.happens(samples.paid().model_copy(update=guest))
    notifications.deliver()
    (mail,) = inbox.messages()
    assert (mail["to"], "this address was given" in mail["text"]) == ("accounts@lakeside.test", True)


def test_the_customers_primary_contact_is_told_of_what_a_guest_paid(
    notifications: Notifications, inbox: Inbox, identity: Identity
) -> None:
    identity.customer = identity.customer.model_copy(update={"primary_contact_id": identity.contact.id})
    paid = samples.paid_by_guest()
    payment = paid.payment.model_copy(update={"customer_id": identity.customer.id})
    notifications.happens(paid.model_copy(update={"payment": payment}))
    notifications.deliver()
    told = {mail["to"]: mail["subject"] for mail in inbox.messages()}
    assert set(told) == {"accounts@tallyhouse.test", "priya@lakeside.test"}
    assert "Paid for you" in told["priya@lakeside.test"]


def test_administrators_are_told_of_guessing(notifications: Notifications, inbox: Inbox, identity: Identity) -> None:
    ada = samples.rosa(id=UUID(int=91), name="Ada", email="admin@evergreen.test", roles=["administrator"])
    identity.staff |= {UUID(int=91): ada}
    notifications.happens(samples.guessed())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert (mail["to"], "guessing policy numbers" in mail["subject"]) == ("admin@evergreen.test", True)


def test_whoever_agreed_to_debits_gets_the_copy_whatever_they_want(notifications: Notifications, inbox: Inbox) -> None:
    switch_receipts(notifications, on=False)
    notifications.happens(samples.mandate())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert (mail["to"], "Please keep this copy" in mail["text"]) == ("priya@lakeside.test", True)


def test_what_came_offline_is_mailed_to_nobody(notifications: Notifications) -> None:
    notifications.happens(samples.paid().model_copy(update={"payer_id": None}))
    assert notifications.due() == []


def test_what_becomes_of_a_payment_is_mailed_whatever_the_payer_wants(
    notifications: Notifications, inbox: Inbox
) -> None:
    switch_receipts(notifications, on=False)
    for event in (samples.processing(), samples.failed(), samples.refunded(), samples.reversed_()):
        notifications.happens(event)
    notifications.deliver()
    assert [mail["to"] for mail in inbox.messages()] == ["priya@lakeside.test"] * 4
