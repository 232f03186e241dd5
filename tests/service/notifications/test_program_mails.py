"""Who is mailed what of programs and their invoices, and who is not."""

from uuid import UUID

from services.contracts.identity.contacts import PropertyRoleView
from services.contracts.messages import Event
from services.contracts.principals import PortalSettings
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import program_samples as programs
from tests.unit.notifications import reminder_samples, samples
from tests.unit.notifications.proposal_samples import contact

CHOOSES = ["programs.view", "programs.sign"]
ADDRESS = f"https://portico.example/evergreen-austin/programs/{programs.PROGRAM}"


def mailed(notifications: Notifications, inbox: Inbox, event: Event) -> list[str]:
    """To whom."""
    notifications.happens(event)
    notifications.deliver()
    return sorted(mail["to"] for mail in inbox.messages())


def insurer(identity: Identity) -> None:
    """The branch shows programs."""
    identity.branch = samples.branch().model_copy(update={"settings": PortalSettings(sections=["programs"])})


def test_those_who_may_choose_are_told_of_an_offer(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    insurer(identity)
    identity.contacts = [
        contact(1, "other", effective_permissions=CHOOSES),
        contact(2, "other", effective_permissions=["programs.view"]),
        contact(3, "other", effective_permissions=CHOOSES, status="disabled"),
    ]
    assert mailed(notifications, inbox, programs.offered()) == ["contact1@lakeside.test"]
    assert f"{ADDRESS}/plan" in inbox.messages()[0]["text"]


def test_nobody_is_told_of_programs_that_their_portal_does_not_show(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    identity.contacts = [contact(1, "other", effective_permissions=CHOOSES)]
    assert mailed(notifications, inbox, programs.offered()) == []


def test_whoever_signed_an_agreement_gets_the_way_to_its_pdf(notifications: Notifications, inbox: Inbox) -> None:
    assert mailed(notifications, inbox, programs.agreed()) == ["priya@lakeside.test"]
    assert f"{ADDRESS}/finance-agreement" in inbox.messages()[0]["text"]


def test_what_is_to_be_paid_is_told_to_those_who_may_pay_it(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    primary, billing = (
        contact(1, "other", effective_permissions=["invoices.pay"]),
        contact(2, "other", effective_permissions=["invoices.pay"]),
    )
    identity.contacts = [
        primary,
        billing,
        contact(3, "primary", effective_permissions=["invoices.pay"]),
        contact(4, "other", effective_permissions=["invoices.view"]),
    ]
    identity.customer = programs.customer(primary.id)
    event = programs.payment_requested(again=True, billing_contact_id=billing.id)
    assert mailed(notifications, inbox, event) == ["contact1@lakeside.test", "contact2@lakeside.test"]
    assert inbox.messages()[0]["subject"].startswith("Reminder: ")


def test_at_a_property_its_own_payers_are_asked(notifications: Notifications, identity: Identity, inbox: Inbox) -> None:
    pays = {"effective_permissions": ["invoices.pay"]}
    identity.contacts = [contact(1, "primary", **pays), contact(2, "other", **pays)]
    identity.customer = programs.customer(UUID(int=99))
    event = programs.payment_requested(property=samples.SITE, kind="service")
    assert mailed(notifications, inbox, event) == ["contact1@lakeside.test"]


def test_an_invoice_that_is_shared_is_mailed_to_who_may_pay_where_the_portal_shows_invoices(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    place = PropertyRoleView(property_id=samples.CLUBHOUSE, role="primary")
    may_pay = {"effective_permissions": ["invoices.pay"], "property_roles": [place]}
    identity.contacts = [samples.priya(**may_pay), samples.priya(id=samples.OMAR, email="ben@lakeside.test")]
    notifications.happens(reminder_samples.shared())
    notifications.deliver()
    (mail,) = inbox.messages()
    assert (mail["to"], "INV-2026-00041" in mail["subject"]) == ("priya@lakeside.test", True)
    inbox.clear()
    settings = PortalSettings(sections=["proposals"])
    identity.branch = samples.branch().model_copy(update={"settings": settings})
    notifications.happens(reminder_samples.shared())
    notifications.deliver()
    assert inbox.messages() == []
