"""Payment methods: how they come to be kept, and who may."""

from datetime import timedelta

import pytest

from services.chassis.wire import Unavailable
from services.contracts.billing.methods import FinishSetups, GetProviderForm, ListPaymentMethods, StartSetup
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused


def card() -> StartSetup:
    """An order to keep a card."""
    return StartSetup(type="card", return_url="https://portico.test/methods")


def test_the_first_card_is_the_default_and_says_who_added_it(desk: Desk, people: People) -> None:
    first, second = desk.add_card(people.priya), desk.add_card(people.ben, "pm_card_mastercard")
    assert (first.brand, first.last4, first.default, first.added_by) == ("visa", "4242", True, "Priya Shah")
    assert (second.default, second.added_by) == (False, "Ben Ortiz")
    assert first.expires_on is not None and (first.expires_on + timedelta(days=1)).day == 1
    assert [each.id for each in desk.ask(people.ben, ListPaymentMethods()).items] == [second.id, first.id]
    assert desk.ask(people.dana, ListPaymentMethods()).items == []


def test_the_same_card_entered_again_is_one_method(desk: Desk, people: People) -> None:
    first, again = desk.add_card(people.priya), desk.add_card(people.priya)
    assert first == again
    assert len(desk.ask(people.priya, ListPaymentMethods()).items) == 1


def test_a_renewed_card_still_pays(desk: Desk, people: People) -> None:
    desk.add_card(people.priya)
    assert desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people)).status == "succeeded"


def test_a_card_entered_on_the_hosted_page_is_kept(desk: Desk, people: People) -> None:
    setup = desk.ask(people.priya, card())
    desk.sandbox.use_hosted_page(setup.hosted_url, "5555555555554444")
    (kept,) = desk.ask(people.priya, FinishSetups()).items
    assert (kept.brand, kept.last4) == ("mastercard", "4444")


def test_a_setup_that_is_not_finished_keeps_nothing(desk: Desk, people: People) -> None:
    desk.ask(people.priya, card())
    assert desk.ask(people.priya, FinishSetups()).items == []


def test_who_may_pay_may_add_a_card_to_pay_with(desk: Desk, people: People) -> None:
    payer = people.contact(
        "Ben Ortiz", {people.clubhouse: "billing"}, permissions=frozenset({"invoices.view", "invoices.pay"})
    )
    added, invoice = desk.add_card(payer), desk.bill(people, billing_contact_id=payer.id)
    assert desk.pay(payer, added, invoice).status == "succeeded"


def test_who_may_neither_pay_nor_manage_methods_may_not_add_one(desk: Desk, people: People) -> None:
    reader = people.contact("Tom Berg", {people.clubhouse: "primary"}, permissions=frozenset({"invoices.view"}))
    for who in (reader, people.office, None):
        for message in (card(), FinishSetups(), GetProviderForm(), ListPaymentMethods()):
            assert refused(desk, who, message).code == "forbidden"


def test_a_type_that_the_portal_does_not_take_is_refused(desk: Desk, people: People) -> None:
    bank = StartSetup(type="us_bank_account", return_url="https://portico.test/methods")
    refusal = refused(desk, people.priya, bank)
    assert (refusal.code, refusal.details["field"]) == ("invalid", "type")
    off = with_settings(people.priya, electronic_payments=False)
    assert refused(desk, off, card()).code == "forbidden"


def test_the_customer_is_made_known_to_the_provider_once(desk: Desk, people: People) -> None:
    desk.ask(people.priya, card().model_copy(update={"id": people.priya.id}))
    known = desk.value(people, "SELECT provider_id FROM customer_account")
    desk.ask(people.ben, card().model_copy(update={"id": people.ben.id}))
    assert desk.rows(people, "SELECT provider_id FROM customer_account") == [(known,)]


def test_a_provider_that_does_not_answer_is_no_bug(desk: Desk, people: People) -> None:
    desk.ask(people.priya, card())
    desk.sandbox.fault("error_500_before", path="/v1/*")
    for message in (card(), FinishSetups()):
        with pytest.raises(Unavailable):
            desk.ask(people.priya, message)


def test_the_form_tells_only_public_facts(desk: Desk, people: People) -> None:
    form = desk.ask(people.priya, GetProviderForm())
    assert (form.publishable_key, form.account) == (PUBLISHABLE_KEY, desk.account(people))
