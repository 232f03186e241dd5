"""Payment methods: how they come to be kept, and who may."""

from datetime import timedelta

import pytest

from services.chassis.wire import Unavailable
from services.contracts.billing.methods import (
    DeleteMethod,
    FinishSetups,
    GetProviderForm,
    ListPaymentMethods,
    SetDefaultMethod,
    StartSetup,
)
from services.contracts.billing.payments import GetPayment, QuotePayment
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.refusals import refused
from tests.service.billing.test_payments import forged


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


def test_who_adds_a_card_is_told_of_it_once(desk: Desk, people: People) -> None:
    for _ in range(2):
        desk.add_card(people.priya)
    (told,) = desk.events(people, "method_added")
    assert (told["contact_id"], told["brand"], told["last4"]) == (str(people.priya.id), "visa", "4242")


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


# The default


def test_each_type_has_one_default_of_its_own(desk: Desk, people: People) -> None:
    priya = with_settings(people.priya, payment_method_types=["card", "us_bank_account"])
    visa, bank, amex = desk.add_card(priya), desk.add_bank_account(priya), desk.add_card(priya, "pm_card_amex")
    assert [each.default for each in (visa, bank, amex)] == [True, True, False]
    for _ in range(2):
        assert desk.ask(priya, SetDefaultMethod(payment_method_id=amex.id)).default
    defaults = {each.id for each in desk.ask(priya, ListPaymentMethods()).items if each.default}
    assert defaults == {amex.id, bank.id}


def test_what_the_portal_does_not_take_is_shown_unusable_and_is_no_default_nor_charged(
    desk: Desk, people: People
) -> None:
    bank = desk.add_bank_account(with_settings(people.priya, payment_method_types=["us_bank_account"]))
    (shown,) = desk.ask(people.priya, ListPaymentMethods()).items
    assert (shown.id, shown.usable) == (bank.id, False)
    for message in (
        SetDefaultMethod(payment_method_id=bank.id),
        QuotePayment(invoice_ids=[desk.bill(people).id], payment_method_id=bank.id),
    ):
        assert refused(desk, people.priya, message).details["reason"] == "type_not_accepted"


def test_a_card_that_has_expired_is_not_charged_and_one_that_soon_will_is_marked(desk: Desk, people: People) -> None:
    visa, invoice = desk.add_card(people.priya), desk.bill(people)
    assert (visa.usable, visa.expires_soon, visa.funding) == (True, False, "credit")
    desk.change(people, "UPDATE payment_method SET expires_on = current_date + 30")
    (soon,) = desk.ask(people.priya, ListPaymentMethods()).items
    assert (soon.usable, soon.expires_soon) == (True, True)
    order = desk.order(people.priya, visa, invoice)
    desk.change(people, "UPDATE payment_method SET expires_on = current_date - 2")
    (past,) = desk.ask(people.priya, ListPaymentMethods()).items
    assert (past.usable, past.expires_soon) == (False, True)
    assert refused(desk, people.priya, order).details["reason"] == "expired"


# Deleting


def test_a_deleted_method_is_gone_here_and_at_the_provider_however_often_it_was_entered(
    desk: Desk, people: People
) -> None:
    desk.add_card(people.priya)
    visa, other = desk.add_card(people.priya), desk.add_card(people.priya, "pm_card_amex")
    assert stored(desk, people) == 3
    desk.ask(people.priya, DeleteMethod(payment_method_id=visa.id))
    (left,) = desk.ask(people.priya, ListPaymentMethods()).items
    assert (left.id, left.default) == (other.id, True)
    assert desk.work_off("detach_methods", "due_detachments") == 1
    assert desk.work_off("detach_methods", "due_detachments") == 0
    assert stored(desk, people) == 1
    assert refused(desk, people.priya, DeleteMethod(payment_method_id=visa.id)).code == "not_found"
    again = desk.add_card(people.priya)
    assert (again.id != visa.id, again.default) == (True, False)


def test_the_provider_is_asked_again_to_forget_a_method_until_it_has(desk: Desk, people: People) -> None:
    desk.ask(people.priya, DeleteMethod(payment_method_id=desk.add_card(people.priya).id))
    desk.sandbox.fault("error_500_before", path="/v1/*")
    with pytest.raises(Unavailable):
        desk.work_off("detach_methods", "due_detachments")
    desk.sandbox.mend()
    assert stored(desk, people) == 1
    desk.work_off("detach_methods", "due_detachments")
    assert stored(desk, people) == 0


@pytest.mark.parametrize("is_detached", [True, False])
def test_an_old_setup_does_not_bring_a_deleted_method_back(desk: Desk, people: People, is_detached: bool) -> None:
    visa = desk.add_card(people.priya)
    desk.ask(people.priya, DeleteMethod(payment_method_id=visa.id))
    if is_detached:
        desk.work_off("detach_methods", "due_detachments")
    desk.change(people, "UPDATE setup SET finished_at = NULL")
    desk.hear(people)
    assert desk.ask(people.priya, FinishSetups()).items == desk.ask(people.priya, ListPaymentMethods()).items == []


def test_a_method_with_a_payment_under_way_is_kept_until_that_is_decided(desk: Desk, people: People) -> None:
    priya = with_settings(people.priya, payment_method_types=["us_bank_account"])
    bank, invoice = desk.add_bank_account(priya), desk.bill(people)
    payment = desk.pay(priya, bank, invoice)
    assert refused(desk, priya, DeleteMethod(payment_method_id=bank.id)).details["reason"] == "open_payment"
    desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/settle")
    desk.make_due(people)
    desk.reconcile(people)
    desk.ask(priya, DeleteMethod(payment_method_id=bank.id))
    assert desk.ask(priya, GetPayment(payment_id=payment.id)).method_last4 == bank.last4
    assert refused(desk, priya, forged(bank, desk.bill(people), invoice.total)).code == "not_found"


def test_only_who_manages_methods_may_choose_or_delete_one_and_only_the_customers_own(
    desk: Desk, people: People
) -> None:
    visa = desk.add_card(people.priya)
    payer = people.contact(
        "Ben Ortiz", {people.clubhouse: "billing"}, permissions=frozenset({"invoices.view", "invoices.pay"})
    )
    for message in (DeleteMethod(payment_method_id=visa.id), SetDefaultMethod(payment_method_id=visa.id)):
        for who in (payer, people.office, None):
            assert refused(desk, who, message).code == "forbidden"
        for stranger in (people.dana, desk.open_company().priya):
            assert refused(desk, stranger, message).code == "not_found"


def stored(desk: Desk, people: People) -> int:
    """How many methods the provider has of the customer."""
    known = desk.value(people, "SELECT provider_id FROM customer_account")
    return len(desk.sandbox.read(f"/v1/payment_methods?customer={known}", desk.account(people))["data"])
