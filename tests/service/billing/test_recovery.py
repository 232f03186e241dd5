"""Books that were restored from before: what the provider did since comes in, and nobody is charged twice."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2
import pytest
from psycopg2.sql import SQL, Identifier
from sqlalchemy import Engine

from deploy.local.stack import Stack
from services.billing import processor, provider_audit, recovery, settlement
from services.chassis.database import connect
from services.contracts.billing.invoices import GetInvoice, ShareInvoice
from services.contracts.billing.payments import GetPayment, RefreshPayment, RefundPayment
from services.contracts.messages import new_id
from services.contracts.money import Money
from tests.service.billing.autopay_desk import AutopayDesk
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People, with_settings
from tests.service.billing.test_pay_links import EMAIL, begin, confirm, guest_of, open_page
from tests.service.billing.test_uncertain_payments import ProcessDied

CHARGE: dict[str, Any] = {
    "amount": 12_000,
    "payment_method": "pm_card_visa",
    "payment_method_types[0]": "card",
    "confirm": "true",
}
"""What somebody charges in the provider's dashboard."""


@dataclass
class Backup:
    """A copy of the database as it was `at`, with the desk of whoever works with it."""

    at: datetime
    desk: AutopayDesk

    def recover(self) -> int:
        """What an operator does before billing starts; answers how many payments came in."""
        return self.recovered(self.desk.people.company_id)

    def recovered(self, company_id: UUID) -> int:
        """The same of another company."""
        return recovery.of_company(self.desk.engine, self.desk.executor, company_id, self.at)

    def disagreements(self) -> list[str]:
        """What neither the books nor the provider can explain."""
        now = datetime.now(UTC)
        company_id = self.desk.people.company_id
        told = provider_audit.of_company(self.desk.engine, company_id, self.at - recovery.OVERLAP, now)
        return [*told, *self.desk.audit(self.desk.people)]


@pytest.fixture
def autopay(desk: Desk, people: People) -> AutopayDesk:
    """Billing as it goes on after the backup, until the disaster."""
    return AutopayDesk(desk, people)


@pytest.fixture
def back_up(autopay: AutopayDesk, backing: Stack) -> Iterator[Callable[[], Backup]]:
    """Copies billing's database as it is now."""
    copies: list[tuple[str, Engine]] = []

    def copy() -> Backup:
        at, url = datetime.now(UTC), urlsplit(backing.database("billing").url)
        name = f"then_{new_id().hex}"
        # A template must have nobody connected.
        autopay.engine.dispose()
        _administer(backing, SQL("CREATE DATABASE {} TEMPLATE {}"), name, url.path[1:])
        engine = connect(url._replace(path=f"/{name}").geturl())
        copies.append((name, engine))
        return Backup(at, AutopayDesk(Desk(engine, autopay.sandbox), autopay.people))

    yield copy
    for name, engine in copies:
        engine.dispose()
        _administer(backing, SQL("DROP DATABASE {}"), name)


def _administer(backing: Stack, statement: SQL, *names: str) -> None:
    connection = psycopg2.connect(backing.server.admin_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement.format(*map(Identifier, names)))
    connection.close()


def test_what_autopay_charged_since_is_taken_in_and_not_charged_again(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    invoices = [autopay.owe(), autopay.owe(9_000)]
    autopay.turn_on(autopay.add_card(autopay.priya))
    backup = back_up()
    assert autopay.run().charged == 2
    assert [each.split(": ")[0] for each in backup.disagreements()] == ["charged and not posted"] * 2
    assert backup.recover() == 2
    assert backup.disagreements() == []
    run = backup.desk.run()
    assert (run.charged, run.dropped) == (0, 2)
    assert len(autopay.charges(autopay.people)) == 2
    for invoice in invoices:
        assert backup.desk.ask(autopay.people.office, GetInvoice(invoice_id=invoice.id)).status == "paid"
    told = backup.desk.told("payment_succeeded")
    assert [(each["payment"]["by_autopay"], each["payer_id"]) for each in told] == [(True, str(autopay.priya.id))] * 2


def test_a_payment_of_several_invoices_comes_in_as_it_was(autopay: AutopayDesk, back_up: Callable[[], Backup]) -> None:
    invoices = [autopay.bill(autopay.people, amount) for amount in (5_000, 7_000, 9_000)]
    card = autopay.add_card(autopay.priya)
    backup = back_up()
    paid = autopay.pay(autopay.priya, card, *invoices, amount=Money(amount=15_000))
    assert backup.recover() == 1
    found = backup.desk.ask(autopay.priya, GetPayment(payment_id=paid.id))
    same = ("status", "subtotal", "fee", "total", "method_type", "method_brand", "method_last4", "customer_id")
    assert [getattr(found, each) for each in same] == [getattr(paid, each) for each in same]
    assert {each.invoice_id: each.amount for each in found.allocations} == {
        each.invoice_id: each.amount for each in paid.allocations
    }
    assert backup.disagreements() == [] and backup.recover() == 0


def test_who_sends_the_same_command_again_gets_the_payment_that_was_taken_in(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    order = autopay.order(autopay.priya, autopay.add_card(autopay.priya), autopay.bill(autopay.people))
    backup = back_up()
    autopay.ask(autopay.priya, order)
    backup.recover()
    again = backup.desk.ask(autopay.priya, order)
    assert (again.id, again.status) == (order.id, "succeeded")
    assert len(autopay.charges(autopay.people)) == 1


def test_four_who_hear_of_a_lost_payment_at_once_take_it_in_once(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    people, card, invoice = autopay.people, autopay.add_card(autopay.priya), autopay.bill(autopay.people)
    backup = back_up()
    intent_id = autopay.intent(people, autopay.pay(autopay.priya, card, invoice))
    intent = processor.read_payment(autopay.account(people), intent_id)
    settled: list[bool] = []

    def hear(_: int) -> None:
        backup.desk.executor.due(
            lambda work, _: settled.append(settlement.settle_late(work, intent)), people.company_id, people.company_id
        )

    with ThreadPoolExecutor(4) as together:
        list(together.map(hear, range(4)))
    assert settled == [True] * 4 and backup.disagreements() == []


def test_a_debit_that_is_at_the_bank_holds_its_invoice_until_it_clears(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    priya = with_settings(autopay.priya, payment_method_types=["card", "us_bank_account"])
    invoice, account = autopay.owe(), autopay.add_bank_account(priya)
    autopay.turn_on(autopay.add_card(autopay.priya))
    backup = back_up()
    payment = autopay.pay(priya, account, invoice)
    intent = autopay.intent(autopay.people, payment)
    backup.recover()
    assert backup.desk.ask(priya, GetPayment(payment_id=payment.id)).status == "processing"
    assert backup.desk.run().charged == 0
    autopay.sandbox.later(f"payment_intents/{intent}/settle")
    backup.desk.make_due(autopay.people)
    backup.desk.reconcile(autopay.people)
    assert backup.desk.ask(priya, GetPayment(payment_id=payment.id)).status == "succeeded"
    assert len(autopay.charges(autopay.people)) == 1 and backup.disagreements() == []


@pytest.mark.parametrize("hosted", [False, True])
def test_a_guests_payment_comes_in_without_its_guest(
    autopay: AutopayDesk, back_up: Callable[[], Backup], hosted: bool
) -> None:
    invoice = autopay.bill(autopay.people)
    guest = guest_of(autopay, autopay.people, invoice)
    backup = back_up()
    begun = begin(autopay, guest, invoice)
    if hosted:
        autopay.sandbox.use_hosted_page(open_page(autopay, guest, begun), "4242424242424242")
    else:
        confirm(autopay, begun)
    assert backup.recover() == 1
    found = backup.desk.ask(autopay.people.office, GetPayment(payment_id=begun.id))
    assert (found.status, found.payer) == ("succeeded", autopay.people.customer.name)
    assert EMAIL not in str(backup.desk.told("payment_succeeded"))
    assert backup.disagreements() == []


def test_fields_that_a_guest_still_has_open_are_closed_before_another_pays(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    backup = back_up()
    begun = begin(autopay, guest_of(autopay, autopay.people, invoice), invoice)
    backup.recover()
    assert backup.desk.run().charged == 1
    assert confirm(autopay, begun)["error"]["code"] == "payment_intent_unexpected_state"
    assert len(autopay.charges(autopay.people)) == 1 and backup.disagreements() == []


def test_a_page_that_nobody_knows_any_more_takes_no_money(autopay: AutopayDesk, back_up: Callable[[], Backup]) -> None:
    invoice = autopay.owe()
    autopay.turn_on(autopay.add_card(autopay.priya))
    guest, backup = guest_of(autopay, autopay.people, invoice), back_up()
    open_page(autopay, guest, begin(autopay, guest, invoice))
    backup.recover()
    still_open = autopay.sandbox.read("/v1/checkout/sessions?status=open", autopay.account(autopay.people))["data"]
    assert [each for each in still_open if each["mode"] == "payment"] == []
    assert backup.desk.run().charged == 1 and backup.disagreements() == []


def test_a_guest_who_went_to_the_page_since_has_paid_there(autopay: AutopayDesk, back_up: Callable[[], Backup]) -> None:
    invoice = autopay.bill(autopay.people)
    guest = guest_of(autopay, autopay.people, invoice)
    begun, backup = begin(autopay, guest, invoice), back_up()
    autopay.sandbox.use_hosted_page(open_page(autopay, guest, begun), "4242424242424242")
    assert backup.recover() == 0
    assert backup.desk.ask(guest, RefreshPayment(payment_id=begun.id)).status == "succeeded"
    assert backup.disagreements() == []


def test_a_debit_holds_its_invoice_though_an_older_attempt_held_it_then(
    autopay: AutopayDesk, back_up: Callable[[], Backup], monkeypatch: pytest.MonkeyPatch
) -> None:
    priya = with_settings(autopay.priya, payment_method_types=["card", "us_bank_account"])
    invoice, account = autopay.owe(), autopay.add_bank_account(priya)
    autopay.turn_on(autopay.add_card(autopay.priya))
    former = autopay.intent(autopay.people, autopay.pay(priya, account, invoice))
    _await_another_second()
    monkeypatch.setattr(recovery, "OVERLAP", timedelta(0))
    backup = back_up()
    autopay.sandbox.later(f"payment_intents/{former}/fail", code="R01")
    autopay.hear(autopay.people)
    payment = autopay.pay(priya, account, invoice)
    backup.recover()
    assert backup.desk.ask(priya, GetPayment(payment_id=payment.id)).status == "processing"
    assert backup.desk.run().charged == 0


def _await_another_second() -> None:
    """The provider tells whole seconds, by which it is asked."""
    began = int(time.time())
    while int(time.time()) == began:
        pass


def test_an_attempt_of_the_backups_very_moment_that_charged_after_it_is_posted_once(
    autopay: AutopayDesk, back_up: Callable[[], Backup], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = autopay.order(autopay.priya, autopay.add_card(autopay.priya), autopay.bill(autopay.people))
    copies: list[Backup] = []

    def backed_up_meanwhile(*_: Any) -> str:
        copies.append(back_up())
        raise ProcessDied

    with monkeypatch.context() as patch, pytest.raises(ProcessDied):
        patch.setattr(processor, "create_payment", backed_up_meanwhile)
        autopay.ask(autopay.priya, order)
    autopay.forget_deadline(order)
    assert autopay.ask(autopay.priya, order).status == "succeeded"
    (backup,) = copies
    assert backup.recover() == 0
    found = backup.desk.ask(autopay.priya, RefreshPayment(payment_id=order.id))
    assert found.status == "succeeded" and backup.disagreements() == []


def test_what_was_paid_back_since_is_posted_and_cannot_go_back_again(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    card, invoice = autopay.add_card(autopay.priya), autopay.bill(autopay.people)
    before = autopay.pay(autopay.priya, card, autopay.bill(autopay.people))
    backup = back_up()
    after = autopay.pay(autopay.priya, card, invoice)
    for each in (before, after):
        autopay.ask(autopay.people.office, RefundPayment(payment_id=each.id, amount=Money(amount=1_000)))
    backup.recover()
    for each in (before, after):
        shown = backup.desk.ask(autopay.people.office, GetPayment(payment_id=each.id))
        assert shown.refunded == Money(amount=1_000)
    assert backup.disagreements() == []


def test_who_sends_the_same_refund_again_pays_nothing_back_twice(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    payment = autopay.pay(autopay.priya, autopay.add_card(autopay.priya), autopay.bill(autopay.people))
    order, backup = RefundPayment(payment_id=payment.id, amount=Money(amount=1_000)), back_up()
    autopay.ask(autopay.people.office, order)
    backup.recover()
    assert backup.desk.ask(autopay.people.office, order).refunded == Money(amount=1_000)
    assert backup.disagreements() == []


def test_a_payment_of_an_invoice_that_was_lost_is_named_by_the_audit(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    card, backup = autopay.add_card(autopay.priya), back_up()
    paid = autopay.pay(autopay.priya, card, autopay.bill(autopay.people))
    intent = autopay.intent(autopay.people, paid)
    assert backup.recover() == 0
    assert backup.disagreements() == [f"charged and not posted: {intent}, {paid.total.amount}"]


def test_what_one_account_says_of_anothers_invoices_is_not_believed(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    invoice, others = autopay.bill(autopay.people), autopay.open_company()
    backup = back_up()
    told: dict[str, Any] = {"metadata[payment_id]": str(new_id()), "metadata[invoices_0]": f"{invoice.id}:12000:0"}
    autopay.sandbox.call("/v1/payment_intents", autopay.account(others), currency="usd", **CHARGE, **told)
    assert len(autopay.charges(others)) == 1
    assert recovery.of_company(backup.desk.engine, backup.desk.executor, others.company_id, backup.at) == 0
    assert backup.desk.ask(autopay.people.office, GetInvoice(invoice_id=invoice.id)).balance == invoice.balance


@pytest.mark.parametrize(
    ("invoices", "more"),
    [
        ("{invoice}:12001:0", {}),
        ("{invoice}:11999:0", {}),
        ("{invoice}:12500:-500", {}),
        ("{invoice}:6000:0 {invoice}:6000:0", {}),
        ("{invoice}:12000:0", {"currency": "eur"}),
        ("{invoice}:6000:0 {neighbours}:6000:0", {}),
        ("{invoice}:12000:0", {"metadata[payment_id]": "{known}"}),
    ],
)
def test_an_intent_that_says_what_we_never_wrote_pays_nothing_and_is_named(
    autopay: AutopayDesk, back_up: Callable[[], Backup], invoices: str, more: dict[str, Any]
) -> None:
    others, people = autopay.open_company(), autopay.people
    known = autopay.pay(others.priya, autopay.add_card(others.priya), autopay.bill(others))
    invoice, neighbours = autopay.bill(people), autopay.bill(people, customer=others.customer)
    ids = {"invoice": invoice.id, "neighbours": neighbours.id, "known": known.id}
    backup = back_up()
    told = {"metadata[payment_id]": str(new_id()), "metadata[invoices_0]": invoices, "currency": "usd", **more}
    charge: dict[str, Any] = {name: value.format(**ids) for name, value in told.items()}
    charge |= CHARGE
    made = autopay.sandbox.call("/v1/payment_intents", autopay.account(people), **charge)
    assert backup.recover() == 0
    assert backup.disagreements() == [f"charged and not posted: {made['id']}, 12000"]
    assert backup.desk.ask(people.office, GetInvoice(invoice_id=invoice.id)).balance == invoice.balance


def test_a_company_that_the_provider_does_not_know_keeps_none_from_being_recovered(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    unknown, people = autopay.open_company(), autopay.people
    autopay.change(unknown, "UPDATE merchant SET payment_account = 'acct_' || replace(company_id::text, '-', '')")
    card, invoice, backup = autopay.add_card(autopay.priya), autopay.bill(people), back_up()
    autopay.pay(autopay.priya, card, invoice)
    taken_in, wrong = recovery.of_all([unknown.company_id, people.company_id], backup.recovered)
    assert taken_in == 1
    assert [each.split(":")[0] for each in wrong] == [str(unknown.company_id)]


def test_what_the_provider_does_not_answer_is_not_taken_for_nothing(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    backup = back_up()
    autopay.sandbox.fault("error_500_before", path="/v1/payment_intents")
    with pytest.raises(processor.ProviderError):
        backup.recover()


def test_a_draft_that_was_shared_and_paid_since_leaves_its_money_as_credit(
    autopay: AutopayDesk, back_up: Callable[[], Backup]
) -> None:
    people, card = autopay.people, autopay.add_card(autopay.priya)
    draft, backup = autopay.draft(people, 12_000), back_up()
    paid = autopay.pay(autopay.priya, card, autopay.ask(people.office, ShareInvoice(invoice_id=draft.id)))
    assert backup.recover() == 1
    found = backup.desk.ask(people.office, GetPayment(payment_id=paid.id))
    assert found.credited == Money(amount=12_000) and backup.disagreements() == []
