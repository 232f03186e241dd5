"""Reminders: once for each occasion, only of what is left to its payers, and of cards that somebody depends on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.billing import reminder_rules, reminders
from services.contracts.billing.autopay import ChangeAutopay, SkipDebit
from services.contracts.billing.invoices import InvoiceView, VoidInvoice
from services.contracts.billing.methods import DeleteMethod, PaymentMethodView
from services.contracts.money import Money
from tests.service.billing.autopay_desk import AutopayDesk, now
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People


class Reminders(AutopayDesk):
    """Days pass until an occasion comes, by moving what is owed instead of the clock."""

    def late(self, invoice: InvoiceView, days: int) -> None:
        """It was due so many days ago, or is in so many where they are negative, and the hour of reminders is here."""
        moved = "UPDATE invoice SET next_reminder_at = now(), due_on = (now() AT TIME ZONE time_zone)::date - :days"
        self.change(self.people, f"{moved} WHERE id = :id", days=days, id=invoice.id)

    def remind(self) -> int:
        """One turn of the worklist."""
        return self.work_off("remind_payers", "due_invoice_reminders", self.people)

    def said(self) -> list[int]:
        """What was said of invoices, as days late."""
        soon = [0 for _ in self.told("invoice_due_soon")]
        return soon + [each["days"] for each in self.told("invoice_overdue")]

    def ends(self, card: PaymentMethodView, months: int) -> None:
        """The card's last month is so many after this one, and it is time to look."""
        end = f"date_trunc('month', now()) + interval '{months + 1} months' - interval '1 day'"
        statement = f"UPDATE payment_method SET next_reminder_at = now(), expires_on = {end} WHERE id = :id"
        self.change(self.people, statement, id=card.id)

    def look(self) -> list[dict[str, Any]]:
        """One turn of the worklist of cards; answers what was told so far."""
        self.work_off("remind_of_cards", "due_payment_method_reminders", self.people)
        return self.told("card_expiring")

    def waits_until(self, table: str, row_id: UUID) -> Any:
        """When it is looked at again."""
        return self.value(self.people, f"SELECT next_reminder_at FROM {table} WHERE id = :id", id=row_id)


@pytest.fixture
def desk_of_reminders(desk: Desk, people: People) -> Reminders:
    return Reminders(desk, people)


def test_an_invoice_is_reminded_of_before_it_is_due_and_twice_when_late(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    invoice = desk.owe(days=20)
    expected = reminder_rules.next_occasion("service", invoice.due_on, "America/Chicago", now())
    assert desk.waits_until("invoice", invoice.id) == expected
    assert desk.remind() == 0
    for days in (-3, 1, 7):
        desk.late(invoice, days)
        desk.remind()
        desk.remind()
    assert desk.said() == [0, 1, 7]
    assert desk.waits_until("invoice", invoice.id) is None
    (soon,) = desk.told("invoice_due_soon")
    assert (soon["invoice"]["number"], soon["branch_id"]) == (invoice.number, str(desk.people.branch_id))


def test_what_is_paid_void_or_under_way_is_not_reminded_of(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    desk.people.settings = desk.people.settings.model_copy(update={"payment_method_types": ["card", "us_bank_account"]})
    payer = desk.priya.model_copy(update={"portal": desk.people.portal})
    card, bank = desk.add_card(payer), desk.add_bank_account(payer)
    paid, void, under_way = (desk.owe() for _ in range(3))
    desk.pay(payer, card, paid)
    desk.ask(desk.people.office, VoidInvoice(invoice_id=void.id, reason="Twice"))
    assert desk.pay(payer, bank, under_way).status == "processing"
    for invoice in (paid, under_way):
        desk.late(invoice, 1)
    assert desk.waits_until("invoice", void.id) is None
    assert (desk.remind(), desk.said()) == (2, [])


def test_what_is_partly_paid_is_reminded_of_with_what_is_left(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    invoice = desk.owe(12_000)
    desk.pay(desk.priya, desk.add_card(desk.priya), invoice, amount=Money(amount=5_000))
    desk.late(invoice, 1)
    desk.remind()
    assert [each["invoice"]["balance"]["amount"] for each in desk.told("invoice_overdue")] == [7_000]


def test_what_autopay_will_take_is_not_reminded_of(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    planned = desk.owe()
    desk.turn_on(desk.add_card(desk.priya))
    fresh = desk.owe()
    for invoice in (planned, fresh):
        desk.late(invoice, -3)
    assert (desk.remind(), desk.said()) == (2, [])


@pytest.mark.parametrize("left", ["skipped", "off"])
def test_what_autopay_leaves_to_its_payers_is_reminded_of(desk_of_reminders: Reminders, left: str) -> None:
    desk = desk_of_reminders
    invoice = desk.owe()
    card = desk.add_card(desk.priya)
    desk.turn_on(card)
    desk.ask(desk.priya, SkipDebit() if left == "skipped" else ChangeAutopay(enabled=False))
    desk.late(invoice, -3)
    desk.remind()
    assert desk.said() == [0]


def test_what_autopay_cannot_take_while_online_payments_are_off_is_reminded_of(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    invoice = desk.owe()
    desk.turn_on(desk.add_card(desk.priya))
    desk.people.settings = desk.people.settings.model_copy(update={"electronic_payments": False})
    assert desk.run().charged == 0
    desk.change(desk.people, "UPDATE autopay SET authorized_on = authorized_on - 30")
    desk.late(invoice, 1)
    desk.remind()
    assert desk.said() == [1]


def test_a_card_is_told_of_once_where_it_is_the_default(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    card = desk.add_card(desk.priya)
    assert desk.waits_until("payment_method", card.id) > now()
    desk.ends(card, months=1)
    (told,) = desk.look()
    assert (told["payment_method"]["last4"], told["by_autopay"]) == (card.last4, False)
    assert (told["customer_id"], told["branch_id"]) == (str(desk.people.customer.id), str(desk.people.branch_id))
    assert len(desk.look()) == 1 and desk.waits_until("payment_method", card.id) is None


def test_a_card_that_autopay_charges_is_told_of_as_such(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    desk.add_card(desk.priya)
    second = desk.add_card(desk.priya, "pm_card_mastercard")
    desk.turn_on(second)
    desk.ends(second, months=1)
    assert [each["by_autopay"] for each in desk.look()] == [True]


def test_a_card_that_nobody_depends_on_is_looked_at_again_tomorrow(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    desk.add_card(desk.priya)
    second = desk.add_card(desk.priya, "pm_card_mastercard")
    desk.ends(second, months=1)
    assert desk.look() == []
    wait = desk.waits_until("payment_method", second.id) - now()
    assert timedelta() < wait <= reminders.LOOK_AGAIN


def test_a_card_of_months_to_come_waits_for_the_branchs_morning(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    card = desk.add_card(desk.priya)
    desk.ends(card, months=3)
    assert desk.look() == []
    expires_on = desk.value(desk.people, "SELECT expires_on FROM payment_method WHERE id = :id", id=card.id)
    assert desk.waits_until("payment_method", card.id) == reminder_rules.card_moment(expires_on, "America/Chicago")


def test_a_card_that_was_removed_or_has_ended_is_told_of_no_more(desk_of_reminders: Reminders) -> None:
    desk = desk_of_reminders
    removed = desk.add_card(desk.priya)
    ended = desk.add_card(desk.priya, "pm_card_mastercard")
    desk.ask(desk.priya, DeleteMethod(payment_method_id=removed.id))
    assert desk.waits_until("payment_method", removed.id) is None
    desk.ends(ended, months=-1)
    assert desk.look() == []
    assert desk.waits_until("payment_method", ended.id) is None
