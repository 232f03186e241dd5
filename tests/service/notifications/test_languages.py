"""The language that each mail is written in."""

import pytest

from services.contracts.messages import Event
from services.contracts.notifications.preferences import ChangeNotificationPreferences, ChangeStaffPreferences
from services.contracts.principals import Language, PortalSettings, Principal
from services.notifications import preferences
from tests.service.notifications.conftest import Identity, Inbox, Notifications
from tests.unit.notifications import samples

PRIYA = Principal(kind="contact", id=samples.PRIYA, company_id=samples.EVERGREEN)
ROSA = Principal(kind="staff", id=samples.ROSA, company_id=samples.EVERGREEN, staff_roles=frozenset({"sales_rep"}))


def speaks(identity: Identity, language: Language) -> None:
    """The branch writes in this language."""
    settings = PortalSettings(language=language)
    identity.branch = samples.branch().model_copy(update={"settings": settings})


def chooses(notifications: Notifications, language: Language) -> None:
    command = ChangeNotificationPreferences(language=language)
    notifications.executor.answer(preferences.change, command, PRIYA)


def subject(notifications: Notifications, inbox: Inbox, event: Event) -> str:
    notifications.happens(event)
    notifications.deliver()
    (mail,) = inbox.messages()
    told: str = mail["subject"]
    return told


def test_who_has_chosen_nothing_is_written_to_in_the_portals_language(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    speaks(identity, "es")
    assert "El pago PAY-2026-00007 está en proceso" in subject(notifications, inbox, samples.processing())


def test_ones_own_choice_comes_before_the_portals(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    speaks(identity, "es")
    chooses(notifications, "en")
    assert "Payment PAY-2026-00007 is being processed" in subject(notifications, inbox, samples.processing())


def test_a_mail_that_opens_something_is_written_in_the_language_too(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    speaks(identity, "es")
    assert subject(notifications, inbox, samples.code_asked()) == "Su código para Evergreen Austin"


def test_staff_are_written_to_in_english_unless_they_choose_otherwise(
    notifications: Notifications, identity: Identity, inbox: Inbox
) -> None:
    speaks(identity, "es")
    assert subject(notifications, inbox, samples.signed()).startswith("Signed: contract")
    inbox.clear()
    notifications.executor.answer(preferences.change_staff, ChangeStaffPreferences(language="es"), ROSA)
    assert subject(notifications, inbox, samples.signed()).startswith("Firma recibida: contrato")


@pytest.mark.parametrize("kind", ["contact", "staff"])
def test_a_choice_is_kept_beside_the_others_and_can_be_taken_back(notifications: Notifications, kind: str) -> None:
    who, change, command = (
        (PRIYA, preferences.change, ChangeNotificationPreferences)
        if kind == "contact"
        else (ROSA, preferences.change_staff, ChangeStaffPreferences)
    )
    answers = [
        notifications.executor.answer(change, command(language=each), who).model_dump()["language"]
        for each in ("es", None, "unset")
    ]
    assert answers == ["es", "es", None]
