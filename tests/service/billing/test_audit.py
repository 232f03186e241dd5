"""The audit finds what does not agree: each check is proved on a row that was broken on purpose."""

from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from sqlalchemy import text

from services.billing.audit import of_company
from services.billing.invariants import CHECKS
from services.billing.loan_invariants import LOAN_CHECKS
from services.billing.provider_audit import of_company as with_provider
from services.chassis.database import tenant_session
from services.contracts.billing.credits import ApplyCredit, UnapplyCredit
from services.contracts.billing.invoices import VoidInvoice
from services.contracts.billing.payments import RefundPayment
from services.contracts.messages import new_id
from services.contracts.money import Money
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.conftest import Databases

BROKEN = [
    ("an invoice's balance is not what its entries say", "invoice SET balance = balance - 1 WHERE balance > 1"),
    (
        "an invoice's balance is not its total less what reduced it",
        "invoice SET balance = balance - 1 WHERE balance > 1",
    ),
    ("an invoice is paid beyond its total", "allocation SET amount = amount + 99999"),
    ("a shared invoice is not posted, or a draft is", "invoice SET shared_at = NULL WHERE voided_at IS NULL"),
    ("an invoice's tax is not what its entries say", "invoice SET tax = 1 WHERE voided_at IS NULL"),
    ("a void invoice is not taken out of the ledger, or another is", "invoice SET voided_at = NULL"),
    ("a payment that has moved money is not posted, or another is", "payment SET succeeded_at = NULL"),
    ("a payment's cash is not what was charged", "payment SET subtotal = subtotal + 1"),
    ("what a payment pays of an invoice is not what its entries say", "allocation SET returned = returned + 1"),
    ("a fee's shares do not add up to it", "allocation SET fee = fee + 1"),
    ("a refund in force is not posted, or another is", "refund SET status = 'failed'"),
    ("a refund's cash is not what went back", "refund SET amount = amount + 1"),
    ("more was paid back than was paid", "refund SET amount = amount + 99999"),
    ("an attempt that has ended still holds its invoices", "allocation SET is_open = true"),
    ("a credit's rest is not what its applications leave", "credit SET unapplied = unapplied - 1"),
    ("a customer's free credits are not what the ledger owes them", "credit SET unapplied = unapplied - 1"),
    ("a granted credit is not posted, or not as it is", "credit SET amount = amount + 1"),
    ("what a credit gives to an invoice is not posted as it is", "credit_application SET amount = amount + 1"),
    ("a credit reduces another customer's invoice", "credit SET customer_id = gen_random_uuid()"),
]
NOT_BY_UPDATE = {
    "the ledger does not add up to nothing",
    "an entry does not balance",
    "a dispute's money is not where its state says",
}


@pytest.fixture
def busy(desk: Desk, people: People) -> People:
    """A company in which everything has happened once."""
    paid, reduced, wrong = desk.bill(people, 12_000), desk.bill(people, 9_000), desk.bill(people, 700)
    credit = desk.grant(people, 5_000)
    for amount in (1_000, 2_000):
        command = ApplyCredit(credit_id=credit.id, invoice_id=reduced.id, amount=Money(amount=amount))
        desk.ask(people.office, command)
        if amount == 1_000:
            desk.ask(people.office, UnapplyCredit(credit_id=credit.id, invoice_id=reduced.id))
    desk.ask(people.office, VoidInvoice(invoice_id=wrong.id, reason="Billed twice"))
    payment = desk.pay(people.priya, desk.add_card(people.priya), paid)
    desk.ask(people.office, RefundPayment(payment_id=payment.id, amount=Money(amount=2_450), reopen=True))
    return people


def found(desk: Desk, people: People) -> str:
    """What the audit of this company says."""
    return "\n".join(of_company(desk.engine, people.company_id))


def test_every_check_is_proved_here() -> None:
    assert {name for name, _ in BROKEN} | NOT_BY_UPDATE == CHECKS.keys() - LOAN_CHECKS.keys()


def test_nothing_is_found_where_nothing_is_wrong(desk: Desk, busy: People) -> None:
    assert found(desk, busy) == ""


def test_each_check_finds_a_broken_row(desk: Desk, busy: People) -> None:
    for name, change in BROKEN:
        with tenant_session(desk.engine, busy.company_id) as session:
            session.execute(text(f"UPDATE {change}"))
            rows = session.execute(text(CHECKS[name])).all()
            assert rows, name
            session.rollback()
    assert found(desk, busy) == ""


def test_a_dispute_whose_money_is_nowhere_is_found(desk: Desk, busy: People) -> None:
    desk.change(
        busy,
        "INSERT INTO dispute (id, company_id, payment_id, provider_id, state, amount, reason, opened_at, withdrawn_at)"
        " SELECT :id, company_id, id, :provider, 'open', 1, 'fraudulent', now(), now() FROM payment",
        id=new_id(),
        provider=f"dp_{new_id()}",
    )
    assert "a dispute's money is not where its state says: dp_" in found(desk, busy)
    desk.change(busy, "UPDATE dispute SET withdrawn_at = NULL, state = 'inquiry'")


def test_an_entry_that_slipped_past_the_database_is_found(desk: Desk, busy: People, databases: Databases) -> None:
    def post(amount: int) -> None:
        """What nobody but the owner of the tables could do, with the guard taken away."""
        connection = psycopg2.connect(databases.owner_url("billing"))
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL portico.company_id = %s", (str(busy.company_id),))
            cursor.execute("ALTER TABLE posting DISABLE TRIGGER balanced")
            cursor.execute(
                "INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id)"
                " SELECT company_id, id, 'revenue', 'USD', %s, %s FROM entry ORDER BY id LIMIT 1",
                (amount, str(busy.customer.id)),
            )
            cursor.execute("ALTER TABLE posting ENABLE TRIGGER balanced")
        connection.close()

    post(1)
    said = found(desk, busy)
    assert "the ledger does not add up to nothing" in said
    assert "an entry does not balance" in said
    post(-1)
    assert found(desk, busy) == ""


# The payment provider


def differences(desk: Desk, people: People) -> list[str]:
    """Where the provider says something else of the last hour."""
    now = datetime.now(UTC)
    window = now - timedelta(hours=1), now + timedelta(minutes=1)
    return sorted(with_provider(desk.engine, people.company_id, *window))


def test_the_provider_agrees_where_nothing_is_wrong(desk: Desk, busy: People) -> None:
    desk.pay(busy.priya, desk.add_card(busy.priya, "pm_card_chargeCustomerFail"), desk.bill(busy, 600))
    assert differences(desk, busy) == []


def test_a_charge_that_was_never_posted_is_found(desk: Desk, busy: People) -> None:
    order: dict[str, str] = {"amount": "777", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
    made = desk.sandbox.call("/v1/payment_intents", desk.account(busy), **order, **{"payment_method_types[]": "card"})
    assert made["status"] == "succeeded", made
    assert differences(desk, busy) == [f"charged and not posted: {made['id']}, 777"]


def test_what_was_posted_and_never_charged_is_found(desk: Desk, busy: People) -> None:
    intent = desk.value(busy, "SELECT intent_id FROM payment")
    desk.change(busy, "UPDATE payment SET intent_id = 'pi_invented'")
    charged, posted = differences(desk, busy)
    assert charged == f"charged and not posted: {intent}, 12250"
    assert posted.startswith("posted and not charged: PAY-") and "pi_invented, 12250" in posted
    desk.change(busy, "UPDATE payment SET intent_id = :intent", intent=intent)


def test_another_amount_than_was_charged_is_found(desk: Desk, busy: People) -> None:
    desk.change(busy, "UPDATE payment SET subtotal = subtotal + 1")
    (different,) = differences(desk, busy)
    assert different.startswith("another amount was charged than posted: PAY-")
    desk.change(busy, "UPDATE payment SET subtotal = subtotal - 1")


def test_refunds_that_do_not_agree_are_found(desk: Desk, busy: People) -> None:
    provider_id = desk.value(busy, "SELECT provider_id FROM refund")
    desk.change(busy, "UPDATE refund SET amount = amount + 1")
    assert differences(desk, busy) == [f"another amount was paid back than posted: {provider_id}, 2450, 2451"]
    desk.change(busy, "UPDATE refund SET amount = amount - 1, provider_id = 're_invented'")
    assert differences(desk, busy) == [
        f"paid back and not posted: {provider_id}, 2450",
        "posted and not paid back: re_invented, 2450",
    ]
    desk.change(busy, "UPDATE refund SET provider_id = :provider", provider=provider_id)


def test_the_edge_of_the_time_asked_about_is_no_difference(desk: Desk, busy: People) -> None:
    created_at = desk.value(busy, "SELECT created_at FROM payment")
    # The provider made the charge after the row was written, and so after the end of this window.
    window = created_at - timedelta(minutes=5), created_at
    assert list(with_provider(desk.engine, busy.company_id, *window)) == []
