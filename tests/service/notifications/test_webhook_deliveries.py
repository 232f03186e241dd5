"""How webhooks are delivered: signed, stored before they are sent, tried again, one at a time, in order."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts.errors import DomainError
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    GetWebhookDelivery,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    RotateWebhookSecret,
    SendTestWebhook,
)
from services.notifications import webhook_rules as rules
from services.notifications.webhooks import sender
from tests.certificates import certify
from tests.service.conftest import Databases
from tests.service.notifications.receivers import (
    Receiver,
    answering,
    dripping,
    hanging,
    mumbling,
    receiver,
    resetting,
)
from tests.service.notifications.webhook_desk import Desk
from tests.service.notifications.webhook_desk import desk as desk
from tests.service.notifications.webhook_desk import shop as shop
from tests.unit.notifications import samples

KILLED = Path(__file__).with_name("killed_after_posting.py")


def test_an_event_that_no_endpoint_wants_leaves_no_trace(desk: Desk, shop: Receiver) -> None:
    desk.open(shop, "proposal.signed")
    (event_id,) = desk.pay()
    with desk.engine.connect() as connection:
        met = connection.execute(text("SELECT count(*) FROM inbox WHERE message_id = :id"), {"id": event_id})
        assert met.scalar() == 0
    assert desk.due() == []


def test_what_happened_arrives_signed(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    (event_id,) = desk.pay()
    desk.deliver()

    (received,) = shop.received
    payload = received.verify(webhook.secret)
    assert (received.message_id, received.path) == (event_id, "/hooks?from=portico")
    assert received.headers["content-type"] == "application/json"
    assert payload["type"] == "payment.succeeded"
    assert set(payload) == {"type", "timestamp", "data"}
    assert payload["data"] == samples.paid().payment.model_dump(mode="json")
    (delivery,) = desk.log(webhook)
    assert (delivery.status, delivery.attempts, delivery.next_attempt_at) == ("delivered", 1, None)
    assert desk.due() == []


def test_an_event_that_comes_twice_is_told_once_and_only_to_whom_it_concerns(desk: Desk, shop: Receiver) -> None:
    wanting, other = desk.open(shop), desk.open(shop, "proposal.signed")
    off = desk.open(shop, enabled=False)
    event = samples.paid()
    desk.happens(event)
    desk.sql("TRUNCATE inbox")
    desk.happens(event)
    desk.deliver()

    assert shop.ids() == [str(event.id)]
    assert [len(desk.log(each)) for each in (wanting, other, off)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("behaviour", "status", "error"),
    [
        (answering(500, b"no\0body"), 500, None),
        (answering(302, b"", Location="http://127.0.0.1/elsewhere"), 302, None),
        (resetting, None, "The connection broke."),
        (mumbling, None, "What answered does not speak HTTP."),
    ],
)
def test_what_is_not_taken_waits_and_the_log_says_why(
    desk: Desk, shop: Receiver, behaviour: object, status: int | None, error: str | None
) -> None:
    webhook = desk.open(shop)
    shop.behaviours = [behaviour]  # type: ignore[list-item]
    desk.pay()
    desk.deliver()
    (waiting,) = desk.log(webhook)
    assert waiting.status == "waiting"
    assert desk.due() == []

    desk.pass_time()
    desk.deliver()
    (delivered,) = desk.log(webhook)
    found = desk.ask(GetWebhookDelivery(webhook_id=webhook.id, delivery_id=delivered.id))
    assert (delivered.status, delivered.attempts) == ("delivered", 2)
    assert [(each.response_status, each.error) for each in found.log] == [(204, None), (status, error)]
    assert [each.message_id for each in shop.received] == [delivered.message_id] * 2
    assert desk.look(webhook).failing_since is None


def test_who_hangs_or_drips_or_talks_too_much_is_borne_for_a_while(
    desk: Desk, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.5)
    webhook = desk.open(shop)
    shop.behaviours = [hanging, dripping, answering(200, b"y" * 3_000_000)]
    desk.pay()
    desk.deliver()
    (hung,) = desk.log(webhook)
    log = desk.ask(GetWebhookDelivery(webhook_id=webhook.id, delivery_id=hung.id)).log
    assert (hung.status, log[0].error) == ("waiting", "No answer came within 10 seconds.")

    desk.pass_time()
    desk.pay()
    desk.deliver()
    dripped, long = desk.log(webhook)
    texts = [
        desk.ask(GetWebhookDelivery(webhook_id=webhook.id, delivery_id=each.id)).log[0] for each in (dripped, long)
    ]
    assert [each.response_status for each in texts] == [200, 200]
    assert 0 < len(texts[0].response_excerpt) < 100
    assert texts[1].response_excerpt == "y" * 1024


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    shop.always = answering(503)
    desk.pay()
    for _ in range(rules.MAX_ATTEMPTS):
        desk.pass_time()
        desk.deliver()
    desk.pass_time()
    desk.deliver()
    (failed,) = desk.log(webhook, status="failed")
    assert (failed.attempts, len(shop.received)) == (rules.MAX_ATTEMPTS, rules.MAX_ATTEMPTS)

    shop.always = answering(200)
    again = desk.ask(ResendWebhookDelivery(webhook_id=webhook.id, delivery_id=failed.id))
    assert again.status == "waiting"
    desk.deliver()
    assert desk.log(webhook)[0].status == "delivered"
    assert len(set(shop.ids())) == 1
    assert len({each.body for each in shop.received}) == 1


def test_all_that_failed_since_a_time_are_sent_again_in_their_order(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    told = desk.pay(3)
    desk.sql("UPDATE webhook_delivery SET status = 'failed', next_attempt_at = NULL")
    first = desk.log(webhook)[0]
    since = first.created_at + timedelta(microseconds=1)
    assert desk.ask(ResendFailedWebhooks(webhook_id=webhook.id, since=since)).resent == 2
    desk.deliver()
    assert shop.ids() == told[1:]
    assert [each.status for each in desk.log(webhook)] == ["failed", "delivered", "delivered"]


def test_order_holds_through_short_troubles(desk: Desk, shop: Receiver) -> None:
    desk.open(shop)
    told = desk.pay(3)
    shop.behaviours = [answering(500)]
    desk.deliver()
    assert shop.ids() == told[:1]
    desk.sql("UPDATE webhook_endpoint SET rests_until = now()")
    desk.sql("UPDATE webhook_delivery SET next_attempt_at = now() WHERE attempts > 0")
    desk.deliver()
    assert shop.ids() == [told[0], *told]


def test_one_that_is_refused_again_and_again_steps_aside(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    told = desk.pay(3)
    shop.behaviours = [answering(400)] * 3
    for _ in range(3):
        desk.deliver()
        desk.sql("UPDATE webhook_endpoint SET rests_until = now()")
        desk.sql("UPDATE webhook_delivery SET next_attempt_at = now() WHERE attempts BETWEEN 1 AND 2")
    shop.behaviours = [answering(200), answering(400)]
    desk.deliver()
    desk.sql("UPDATE webhook_endpoint SET rests_until = now()")
    desk.deliver()
    # What waited is tried once more when one is taken, in case the receiver had been away; it is not waited for.
    assert shop.ids() == [told[0]] * 3 + [told[1], told[0], told[2]]
    assert [each.status for each in desk.log(webhook)] == ["waiting", "delivered", "delivered"]


def test_one_that_was_away_gets_what_it_missed_at_once_and_in_order(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    told = desk.pay(2)
    shop.behaviours = [answering(503)] * 4
    for _ in range(4):
        desk.deliver()
        desk.pass_time()
    desk.sql(f"UPDATE webhook_delivery SET next_attempt_at = now() + interval '1 day' WHERE event_id = '{told[1]}'")
    shop.received.clear()
    desk.deliver()
    assert shop.ids() == told
    assert desk.look(webhook).failing_since is None


def test_one_that_fails_does_not_stand_before_another(desk: Desk, shop: Receiver) -> None:
    with receiver() as broken:
        broken.always = answering(500)
        failing = desk.open(broken)
        healthy = desk.open(shop)
        told = desk.pay(3)
        desk.deliver()
    assert shop.ids() == told
    assert {each.status for each in desk.log(healthy)} == {"delivered"}
    assert {each.status for each in desk.log(failing)} == {"waiting"}


def test_gone_means_gone(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    shop.always = answering(410)
    desk.pay(2)
    desk.deliver()
    found = desk.look(webhook)
    assert (found.enabled, found.disabled_because) == (False, "gone")
    assert [each.status for each in desk.log(webhook)] == ["failed", "failed"]
    assert len(shop.received) == 1
    (told,) = desk.announced("webhook_disabled")
    assert (told["webhook_id"], told["because"]) == (str(webhook.id), "gone")
    desk.pay()
    assert desk.due() == []


def test_days_of_nothing_but_failures_disable_it_and_switching_it_on_begins_anew(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    shop.always = answering(500)
    desk.pay()
    desk.deliver()
    assert desk.look(webhook).enabled
    desk.pass_time()
    desk.sql("UPDATE webhook_endpoint SET failing_since = now() - interval '3 days'")
    desk.deliver()
    found = desk.look(webhook)
    assert (found.enabled, found.disabled_because) == (False, "failing")
    assert desk.announced("webhook_disabled")[0]["because"] == "failing"
    with pytest.raises(DomainError, match="switched off"):
        desk.ask(SendTestWebhook(webhook_id=webhook.id))

    back = desk.ask(ChangeWebhook(webhook_id=webhook.id, enabled=True))
    assert (back.enabled, back.disabled_because, back.failing_since) == (True, None, None)
    shop.always = answering(200)
    desk.ask(SendTestWebhook(webhook_id=webhook.id))
    desk.deliver()
    assert [each.type for each in desk.log(webhook, status="delivered")] == ["webhook.test"]


def test_a_test_event_is_of_now_whoever_named_the_message(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    desk.ask(SendTestWebhook(id=UUID("1133d1f3-dc0a-81fb-a171-1dbbf9277beb"), webhook_id=webhook.id))
    desk.deliver()
    told = desk.log(webhook)[0].created_at - datetime.fromisoformat(
        str(shop.received[0].verify(webhook.secret)["timestamp"])
    )
    assert abs(told) < timedelta(minutes=1)


def test_a_replaced_secret_signs_beside_the_new_one_for_a_day(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    rotated = desk.ask(RotateWebhookSecret(webhook_id=webhook.id))
    assert rotated.secret != webhook.secret
    desk.pay()
    desk.deliver()
    for secret in (webhook.secret, rotated.secret):
        assert shop.received[0].verify(secret)
    assert len(shop.received[0].headers["webhook-signature"].split()) == 2

    desk.sql("UPDATE webhook_secret SET expires_at = now() WHERE expires_at IS NOT NULL")
    desk.pay()
    desk.deliver()
    assert shop.received[1].verify(rotated.secret)
    assert len(shop.received[1].headers["webhook-signature"].split()) == 1
    assert desk.look(webhook).old_secret_until is None


def test_a_secret_that_cannot_be_opened_signs_nothing_and_one_in_its_place_does(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    desk.sql("UPDATE webhook_secret SET sealed = decode(repeat('00', 60), 'hex')")
    desk.pay()
    desk.deliver()
    assert shop.received == []
    (delivery,) = desk.log(webhook)
    (attempt,) = desk.ask(GetWebhookDelivery(webhook_id=webhook.id, delivery_id=delivery.id)).log
    assert (delivery.status, desk.due()) == ("waiting", [])
    assert attempt.error is not None and "Make a new one" in attempt.error

    rotated = desk.ask(RotateWebhookSecret(webhook_id=webhook.id))
    desk.pass_time()
    desk.deliver()
    assert shop.received[0].verify(rotated.secret)


def test_two_replicas_deliver_each_one_once_in_order_and_never_two_at_a_time(
    desk: Desk, databases: Databases, shop: Receiver
) -> None:
    webhook = desk.open(shop)

    def slowly(talk: object) -> None:
        time.sleep(0.005)
        answering(200)(talk)  # type: ignore[arg-type]

    shop.always = slowly
    told = desk.pay(40)

    def work() -> None:
        until = time.monotonic() + 30
        while len(shop.received) < len(told) and time.monotonic() < until:
            desk.deliver()

    replicas = [threading.Thread(target=work) for _ in range(3)]
    for each in replicas:
        each.start()
    for each in replicas:
        each.join()
    assert shop.ids() == told
    assert shop.most_at_once == 1
    assert {each.status for each in desk.log(webhook)} == {"delivered"}


def test_what_was_sent_by_a_replica_that_died_is_sent_again_under_the_same_id(
    desk: Desk, databases: Databases, shop: Receiver
) -> None:
    webhook = desk.open(shop)
    told = desk.pay(2)
    ((company_id, endpoint_id),) = desk.due()
    url = databases.engine("notifications").url.render_as_string(hide_password=False)
    env = {**os.environ, "DATABASE_URL": url.replace("+psycopg2", "")}
    argv = [sys.executable, "-W", "ignore", str(KILLED), str(company_id), str(endpoint_id)]
    died = subprocess.run(argv, env={**env, "PYTHONPATH": str(Path.cwd())}, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert desk.due() == []

    desk.pass_time()
    desk.deliver()
    assert shop.ids() == [told[0], *told]
    assert [(each.status, each.attempts) for each in desk.log(webhook)] == [("delivered", 2), ("delivered", 1)]


def test_tls_is_checked_for_the_name_that_was_given(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = certify(tmp_path, "localhost"), certify(tmp_path, "elsewhere.test")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(right.read_bytes() + wrong.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with receiver(right) as honest, receiver(wrong) as other:
        told = [desk.open(honest), desk.open(other)]
        desk.pay()
        desk.deliver()
        log = [desk.log(each)[0] for each in told]
        assert [each.status for each in log] == ["delivered", "waiting"]
        assert honest.received[0].verify(told[0].secret)
        assert honest.received[0].headers["host"] == honest.url.split("/")[2]
        assert other.received == []
    found = desk.ask(GetWebhookDelivery(webhook_id=told[1].id, delivery_id=log[1].id))
    assert (found.log[0].error or "").startswith("The certificate was refused: Hostname mismatch")
