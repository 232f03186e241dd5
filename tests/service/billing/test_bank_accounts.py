"""Bank accounts: entered at the provider, agreed to with a mandate, proved by micro-deposits before they pay."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    SetDefaultMethod,
    SetupView,
    StartSetup,
)
from services.contracts.identity.people import Client
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused
from tests.service.billing.test_payments import forged

NUMBERED = {
    "payment_method_data[type]": "us_bank_account",
    "payment_method_data[us_bank_account][routing_number]": "110000000",
    "payment_method_data[us_bank_account][account_number]": "000123456789",
    "payment_method_data[billing_details][name]": "Priya Shah",
}


@pytest.fixture
def priya(people: People) -> Any:
    """In a portal that takes bank accounts."""
    return with_settings(people.priya, payment_method_types=["card", "us_bank_account"])


def begun(desk: Desk, priya: Any) -> SetupView:
    """A bank account is about to be entered."""
    client = Client(ip="203.0.113.9", user_agent="Firefox")
    message = StartSetup(type="us_bank_account", return_url="https://portico.test/methods", client=client)
    setup: SetupView = desk.ask(priya, message)
    return setup


def at_provider(desk: Desk, setup: SetupView, act: str, **form: Any) -> dict[str, Any]:
    """What the holder's browser does with the setup."""
    path = f"/v1/setup_intents/{setup.client_secret.partition('_secret_')[0]}/{act}"
    return desk.sandbox.call(path, setup.account, PUBLISHABLE_KEY, client_secret=setup.client_secret, **form)


def waiting(desk: Desk, priya: Any) -> tuple[SetupView, Any]:
    """An account entered by its numbers."""
    setup = begun(desk, priya)
    assert at_provider(desk, setup, "confirm", **NUMBERED)["status"] == "requires_action"
    (method,) = desk.ask(priya, FinishSetups()).items
    return setup, method


def test_the_mandate_is_kept_as_it_was_agreed_to_and_its_copy_announced_once(
    desk: Desk, people: People, priya: Any
) -> None:
    assert desk.ask(people.priya, GetProviderForm()).mandate_text is None
    shown = desk.ask(priya, GetProviderForm()).mandate_text
    setup, method = waiting(desk, priya)
    assert setup.mandate_text == shown and "Evergreen Grounds" in str(shown)
    desk.ask(priya, FinishSetups())
    desk.hear(people)
    (told,) = desk.events(people, "mandate_accepted")
    assert (told["text"], told["last4"], told["contact_id"]) == (shown, "6789", str(priya.id))
    assert told["payment_method_id"] == str(method.id)
    (kept,) = desk.rows(people, "SELECT wording, contact_id, ip <> '', user_agent <> '' FROM mandate")
    assert kept == (shown, priya.id, True, True)


def test_a_kept_mandate_is_never_changed(desk: Desk, people: People, priya: Any) -> None:
    waiting(desk, priya)
    for statement in ("UPDATE mandate SET wording = ''", "DELETE FROM mandate"):
        with pytest.raises(Exception, match="permission denied"):
            desk.change(people, statement)


def test_an_account_is_unusable_until_its_micro_deposits_are_entered(desk: Desk, people: People, priya: Any) -> None:
    setup, method = waiting(desk, priya)
    assert (method.usable, method.default, method.funding) == (False, False, "bank")
    assert method.verification_url
    invoice = desk.bill(people)
    for message in (forged(method, invoice, invoice.total), SetDefaultMethod(payment_method_id=method.id)):
        assert refused(desk, priya, message).details["reason"] == "not_verified"
    long_ago = {"ago": timedelta(days=3)}
    desk.change(people, "UPDATE setup SET created_at = created_at - :ago", **long_ago)
    at_provider(desk, setup, "verify_microdeposits", descriptor_code="SM11AA")
    (proved,) = desk.ask(priya, FinishSetups()).items
    assert (proved.id, proved.usable, proved.default, proved.verification_url) == (method.id, True, True, None)
    assert desk.pay(priya, proved, invoice).status == "processing"
    assert desk.ask(priya, FinishSetups()).items == []


def test_a_webhook_alone_brings_an_account_and_its_verification(desk: Desk, people: People, priya: Any) -> None:
    setup = begun(desk, priya)
    at_provider(desk, setup, "confirm", **NUMBERED)
    desk.hear(people)
    (method,) = desk.ask(priya, ListPaymentMethods()).items
    assert not method.usable
    at_provider(desk, setup, "verify_microdeposits", **{"amounts[0]": 32, "amounts[1]": 45})
    desk.hear(people)
    (proved,) = desk.ask(priya, ListPaymentMethods()).items
    assert (proved.id, proved.usable) == (method.id, True)


def test_an_account_that_was_never_proved_disappears(desk: Desk, people: People, priya: Any) -> None:
    setup, _ = waiting(desk, priya)
    at_provider(desk, setup, "verify_microdeposits", descriptor_code="SM33CC")
    desk.hear(people)
    assert desk.ask(priya, ListPaymentMethods()).items == []


def test_a_proved_account_stays_usable_when_it_is_entered_by_its_numbers_again(
    desk: Desk, people: People, priya: Any
) -> None:
    proved = desk.add_bank_account(priya)
    _, again = waiting(desk, priya)
    assert (again.id, again.usable) == (proved.id, True)


def test_an_account_removed_before_it_is_proved_does_not_come_back_and_is_forgotten_at_the_provider(
    desk: Desk, people: People, priya: Any
) -> None:
    setup, method = waiting(desk, priya)
    desk.ask(priya, DeleteMethod(payment_method_id=method.id))
    desk.work_off("detach_methods", "due_detachments")
    at_provider(desk, setup, "verify_microdeposits", descriptor_code="SM11AA")
    desk.hear(people)
    assert desk.ask(priya, FinishSetups()).items == desk.ask(priya, ListPaymentMethods()).items == []
    desk.work_off("detach_methods", "due_detachments")
    known = desk.value(people, "SELECT provider_id FROM customer_account")
    assert desk.sandbox.read(f"/v1/payment_methods?customer={known}", desk.account(people))["data"] == []
