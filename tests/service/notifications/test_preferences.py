"""What a person wants to be mailed."""

from uuid import UUID

import pytest

from services.contracts.errors import DomainError
from services.contracts.notifications.preferences import (
    ChangeNotificationPreferences,
    GetNotificationPreferences,
    NotificationPreferencesView,
)
from services.contracts.principals import Principal
from services.notifications import preferences
from tests.service.notifications.conftest import Notifications
from tests.unit.notifications.samples import COOLAIR, EVERGREEN, PRIYA

ME = Principal(kind="contact", id=PRIYA, company_id=EVERGREEN)
ANOTHER = Principal(kind="contact", id=UUID(int=99), company_id=EVERGREEN)


def read(notifications: Notifications, who: Principal | None) -> NotificationPreferencesView:
    answer = notifications.executor.answer(preferences.read, GetNotificationPreferences(), who)
    assert isinstance(answer, NotificationPreferencesView)
    return answer


def change(notifications: Notifications, who: Principal | None, receipts: bool | None) -> NotificationPreferencesView:
    command = ChangeNotificationPreferences(electronic_receipts=receipts)
    answer = notifications.executor.answer(preferences.change, command, who)
    assert isinstance(answer, NotificationPreferencesView)
    return answer


def test_receipts_are_off_until_somebody_switches_them_on(notifications: Notifications) -> None:
    assert not read(notifications, ME).electronic_receipts
    assert change(notifications, ME, True).electronic_receipts
    assert read(notifications, ME).electronic_receipts


def test_a_change_that_names_nothing_changes_nothing(notifications: Notifications) -> None:
    assert not change(notifications, ME, None).electronic_receipts
    change(notifications, ME, True)
    assert change(notifications, ME, None).electronic_receipts


def test_receipts_can_be_switched_off_again(notifications: Notifications) -> None:
    change(notifications, ME, True)
    assert not change(notifications, ME, False).electronic_receipts


def test_everybody_has_their_own(notifications: Notifications) -> None:
    change(notifications, ME, True)
    assert not read(notifications, ANOTHER).electronic_receipts
    assert not read(notifications, ME.model_copy(update={"company_id": COOLAIR})).electronic_receipts


@pytest.mark.parametrize(
    "who", [None, Principal(kind="system", id=UUID(int=9), company_id=EVERGREEN)], ids=["nobody", "a service"]
)
def test_only_people_have_preferences(notifications: Notifications, who: Principal | None) -> None:
    with pytest.raises(DomainError, match="forbidden"):
        read(notifications, who)
    with pytest.raises(DomainError, match="forbidden"):
        change(notifications, who, True)
