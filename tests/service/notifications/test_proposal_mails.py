"""Who is mailed what of proposals and quotes, and who is not."""

from uuid import UUID

import pytest

from services.chassis import files
from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.messages import Event
from services.contracts.principals import PortalSettings
from services.contracts.snapshots import Person
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import proposal_samples as proposals
from tests.unit.notifications import samples
from tests.unit.notifications.proposal_samples import contact


def mailed(notifications: Notifications, inbox: Inbox, event: Event) -> list[tuple[str, str]]:
    """To whom, and with what subject."""
    notifications.happens(event)
    notifications.deliver()
    return sorted((mail["to"], mail["subject"]) for mail in inbox.messages())


@pytest.mark.parametrize("event", [proposals.delivered(), proposals.reminded()], ids=["delivery", "reminder"])
def test_those_who_can_sign_are_told_of_a_proposal(
    notifications: Notifications, identity: Identity, inbox: Inbox, event: Event
) -> None:
    elsewhere = PropertyRoleView(property_id=UUID(int=99), role="primary")
    looking = PropertyRoleView(property_id=samples.CLUBHOUSE, role="primary", permissions=["proposals.view"])
    identity.contacts = [
        contact(1, "primary"),
        contact(2, "billing", status="not_invited"),
        contact(3, "other"),
        contact(4, "primary", status="disabled"),
        contact(5, "primary", effective_permissions=["proposals.view"]),
        contact(6, "primary", property_roles=[elsewhere]),
        contact(7, "primary", property_roles=[looking]),
    ]
    told = mailed(notifications, inbox, event)
    assert [to for to, _ in told] == ["contact1@lakeside.test", "contact2@lakeside.test"]
    address = f"https://portico.example/evergreen-austin/proposals/{samples.PROPOSAL}"
    assert all(address in mail["text"] for mail in inbox.messages())


def test_nobody_is_told_of_what_their_portal_does_not_show(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    identity.contacts = [contact(1, "primary")]
    identity.branch = samples.branch().model_copy(update={"settings": PortalSettings(sections=["invoices"])})
    assert mailed(notifications, inbox, proposals.delivered()) == []


@pytest.fixture(autouse=True)
def signed_pdf() -> None:
    """The store has what was sealed."""
    document = samples.sealed().document
    files.put(document.key, document.name, document.content_type, b"%PDF-1.7")


def test_the_sales_rep_is_told_of_a_signature_at_once_and_the_signer_once_it_is_sealed(
    notifications: Notifications, inbox: Inbox
) -> None:
    assert mailed(notifications, inbox, samples.signed(contact_id=samples.PRIYA)) == [
        ("rosa@evergreen.test", "Signed: contract PRO-2026-00003, Spring planting ($4,800.50)")
    ]
    inbox.clear()
    told = mailed(notifications, inbox, samples.sealed())
    assert told == [("priya@lakeside.test", "Your signature: contract PRO-2026-00003, Spring planting")]


def test_the_signer_gets_the_signed_pdf_itself(notifications: Notifications, inbox: Inbox) -> None:
    mailed(notifications, inbox, samples.sealed())
    (mail,) = inbox.messages()
    assert "is attached" in mail["text"]
    assert mail["attachments"] == ["PRO-2026-00003.pdf"]


def test_a_signed_copy_waits_for_its_pdf(notifications: Notifications, inbox: Inbox) -> None:
    sealed = samples.sealed()
    elsewhere = sealed.document.model_copy(update={"key": "proposals/not-there.pdf"})
    assert mailed(notifications, inbox, sealed.model_copy(update={"document": elsewhere})) == []
    assert notifications.mail()["status"] == "queued"


def test_a_signed_change_order_has_words_of_its_own(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(samples.sealed("change_order"), "another")
    told = mailed(notifications, inbox, samples.signed(kind="change_order"))
    assert told == [
        ("priya@lakeside.test", "Your signature: change order PRO-2026-00003, Spring planting"),
        ("rosa@evergreen.test", "Signed: change order PRO-2026-00003, Spring planting ($4,800.50)"),
    ]


def test_the_sales_rep_is_told_of_a_no_and_of_silence(notifications: Notifications, inbox: Inbox) -> None:
    notifications.happens(proposals.expired(), "another")
    told = mailed(notifications, inbox, proposals.declined())
    assert told == [
        ("rosa@evergreen.test", "Declined: contract PRO-2026-00003, Spring planting ($4,800.50)"),
        ("rosa@evergreen.test", "Expired: contract PRO-2026-00003, Spring planting ($4,800.50)"),
    ]


def test_who_had_signed_is_told_that_their_signature_is_void(notifications: Notifications, inbox: Inbox) -> None:
    assert mailed(notifications, inbox, proposals.withdrawn(None)) == []
    told = mailed(notifications, inbox, proposals.withdrawn())
    assert told == [("priya@lakeside.test", "Your signature is void: contract PRO-2026-00003, Spring planting")]
    signed = f"https://portico.example/evergreen-austin/proposals/{samples.PROPOSAL}/revisions/1/pdf"
    assert signed in inbox.messages()[0]["text"]


def test_a_quote_is_mailed_to_the_propertys_sales_rep(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    rosa = Person(id=samples.ROSA, name="Rosa Diaz", email="rosa@evergreen.test")
    identity.property = samples.clubhouse(sales_rep=rosa)
    told = mailed(notifications, inbox, proposals.quoted())
    assert told == [("rosa@evergreen.test", "New quote QUO-2026-00004: Lakeside HOA, Clubhouse")]


@pytest.mark.parametrize("gone", [False, True], ids=["without a sales rep", "with one who left"])
def test_a_quote_that_nobody_sells_is_mailed_to_the_administrators(
    notifications: Notifications, identity: Identity, inbox: Inbox, gone: bool
) -> None:
    rosa = Person(id=samples.ROSA, name="Rosa Diaz", email="rosa@evergreen.test")
    identity.property = samples.clubhouse(sales_rep=rosa if gone else None)
    identity.staff = {
        samples.ROSA: samples.rosa(status="disabled", roles=["administrator"]),
        samples.OMAR: samples.omar(roles=["administrator", "office"]),
        UUID(int=93): samples.rosa(id=UUID(int=93), email="ned@evergreen.test", roles=["office"]),
    }
    assert [to for to, _ in mailed(notifications, inbox, proposals.quoted())] == ["omar@evergreen.test"]


def test_what_the_office_writes_down_itself_is_mailed_to_nobody(notifications: Notifications, inbox: Inbox) -> None:
    assert mailed(notifications, inbox, proposals.quoted("staff")) == []


def test_who_asked_is_told_that_their_quote_is_seen_to(notifications: Notifications, inbox: Inbox) -> None:
    assert mailed(notifications, inbox, proposals.finalized(contact_id=None)) == []
    told = mailed(notifications, inbox, proposals.finalized())
    assert told == [("priya@lakeside.test", "Your quote QUO-2026-00004 is in good hands")]
    assert "Looked after by: Rosa Diaz" in inbox.messages()[0]["text"]
    assert "Planned for: May 20, 2026" in inbox.messages()[0]["text"]
