"""What billing tells of all companies at once: payments without an answer, today's autopay, ledgers, guarded branches.

The tests of this folder share a database, so each looks at what its own doing has changed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
from prometheus_client import REGISTRY

from services.billing import gauges, ledger_proofs
from services.billing.guests import breaker
from services.chassis.work import Work
from tests.service.billing.autopay_desk import AutopayDesk
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.test_third_parties import billed, guess, stranger
from tests.service.billing.test_uncertain_payments import CONFIRM, TRIES
from tests.service.conftest import Databases


def told(desk: Desk, measure: Callable[[Work], None], name: str, state: str = "") -> float:
    """What a gauge of ours tells, just measured."""
    desk.executor.timer(measure)
    found = REGISTRY.get_sample_value(f"portico_{name}", {"state": state} if state else {})
    assert found is not None, f"nobody tells portico_{name}"
    return found


def test_a_payment_without_an_answer_counts_with_its_age_until_it_is_found(desk: Desk, people: People) -> None:
    before = told(desk, gauges.PAYMENTS.measure, "payments", "unknown")
    invoice, card = desk.bill(people), desk.add_card(people.priya)
    desk.sandbox.fault("timeout_after_success", method="POST", path=CONFIRM, count=TRIES)
    assert desk.pay(people.priya, card, invoice).status == "unknown"
    desk.change(people, "UPDATE payment SET created_at = created_at - interval '20 hours' WHERE status = 'unknown'")
    assert told(desk, gauges.PAYMENTS.measure, "payments", "unknown") == before + 1
    assert told(desk, gauges.PAYMENTS.measure, "payments_oldest_seconds", "unknown") > 20 * 3600 - 1
    desk.sandbox.mend()
    desk.make_due(people)
    desk.reconcile(people)
    assert told(desk, gauges.PAYMENTS.measure, "payments", "unknown") == before


def test_autopays_attempts_of_the_day_move_from_queued_to_charged(desk: Desk, people: People) -> None:
    autopay = AutopayDesk(desk, people)
    autopay.owe()
    autopay.turn_on(autopay.add_card(people.priya))
    charged = told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "charged")
    queued = told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "queued")
    autopay.come_due()
    autopay.open_runs()
    assert told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "queued") == queued + 1
    autopay.charge()
    assert told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "queued") == queued
    assert told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "charged") == charged + 1
    desk.change(people, "UPDATE autopay_run SET started_at = started_at - interval '25 hours'")
    assert told(desk, gauges.AUTOPAY.measure, "autopay_attempts", "charged") == charged


def test_a_ledger_that_does_not_add_up_is_told_until_it_does(desk: Desk, people: People, databases: Databases) -> None:
    desk.bill(people)
    assert proved(desk) == 0
    with unbalanced(people, databases):
        assert proved(desk) == 1
        assert told(desk, ledger_proofs.measure, "ledgers_proved_timestamp_seconds") > 0
    assert proved(desk) == 0


def proved(desk: Desk) -> float:
    """How many ledgers are wrong, by a proof of just now."""
    desk.executor.timer(ledger_proofs.prove)
    return told(desk, ledger_proofs.measure, "ledgers_unbalanced")


@contextmanager
def unbalanced(people: People, databases: Databases) -> Iterator[None]:
    """One minor unit too much, as nobody but the owner of the tables could post it, with the guard taken away."""
    for amount in (1, -1):
        connection = psycopg2.connect(databases.owner_url("billing"))
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL portico.company_id = %s", (str(people.company_id),))
            cursor.execute("ALTER TABLE posting DISABLE TRIGGER balanced")
            cursor.execute(
                "INSERT INTO posting (company_id, entry_id, account, currency, amount, customer_id)"
                " SELECT company_id, id, 'revenue', 'USD', %s, %s FROM entry ORDER BY id LIMIT 1",
                (amount, str(people.customer.id)),
            )
            cursor.execute("ALTER TABLE posting ENABLE TRIGGER balanced")
        connection.close()
        if amount == 1:
            yield


def test_a_branch_that_is_guessed_at_is_told(desk: Desk, people: People) -> None:
    billed(desk, people)
    before = told(desk, breaker.measure, "guarded_branches")
    guess(desk, stranger(people), 60)
    assert told(desk, breaker.measure, "guarded_branches") == before + 1
