"""Endpoints of webhooks: who makes them, where they may lead, and what becomes of them."""

import socket
from typing import Any
from uuid import UUID

import pytest

from services.contracts.errors import DomainError
from services.contracts.messages import Ask
from services.contracts.notifications.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    GetWebhook,
    GetWebhookDelivery,
    ListWebhookDeliveries,
    ListWebhooks,
    ResendFailedWebhooks,
    ResendWebhookDelivery,
    RotateWebhookSecret,
    SendTestWebhook,
)
from services.contracts.principals import Principal
from services.notifications import webhook_rules as rules
from services.notifications.webhooks.settings import webhook_settings
from tests.service.notifications.receivers import Receiver, answering
from tests.service.notifications.webhook_desk import ADMIN, Desk
from tests.service.notifications.webhook_desk import desk as desk
from tests.service.notifications.webhook_desk import shop as shop
from tests.unit.notifications import samples

STRANGER = ADMIN.model_copy(update={"id": UUID(int=72), "company_id": samples.COOLAIR})
OFFICE = ADMIN.model_copy(update={"staff_roles": frozenset({"office", "sales_rep"})})
KEY = Principal(
    kind="integration",
    id=UUID(int=73),
    company_id=samples.EVERGREEN,
    name="Sync",
    scopes=frozenset({"webhooks.read", "webhooks.write"}),
)
PUBLIC = "https://1.1.1.1/hooks"


@pytest.fixture
def closed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """As it is in production: no network is let through."""
    monkeypatch.delenv("WEBHOOK_ALLOWED_NETWORKS")
    webhook_settings.cache_clear()
    return desk


@pytest.mark.parametrize(
    "url",
    [
        "http://1.1.1.1/", "https://1.1.1.1:22/", "https://127.0.0.1/", "https://localhost/", "https://127.1/",
        "https://2130706433/", "https://0x7f000001/", "https://0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[fd00:ec2::254]/",
        "https://[64:ff9b::7f00:1]/", "https://nowhere.invalid/", "not an address",
    ],
)  # fmt: skip
def test_no_webhook_leads_inside(closed: Desk, url: str) -> None:
    with pytest.raises(DomainError) as refusal:
        closed.open(url)
    assert (refusal.value.code, refusal.value.details["field"]) == ("invalid", "url")

    webhook = closed.open(PUBLIC)
    with pytest.raises(DomainError):
        closed.ask(ChangeWebhook(webhook_id=webhook.id, url=url))
    assert closed.look(webhook).url == PUBLIC


def test_a_name_that_leads_elsewhere_by_the_time_of_sending_is_not_followed(
    desk: Desk, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = desk.open(shop)
    desk.pay()
    monkeypatch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.2/32")
    webhook_settings.cache_clear()
    desk.deliver()
    assert shop.received == []
    (waiting,) = desk.log(webhook)
    found = desk.ask(GetWebhookDelivery(webhook_id=webhook.id, delivery_id=waiting.id))
    assert found.log[0].error == "Enter an address that begins with https://."


def test_the_connection_goes_to_the_very_address_that_was_checked(
    desk: Desk, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name server says it twice, when the webhook is made and when it is sent, and something else from then on."""
    port = int(shop.url.split(":")[2].partition("/")[0])
    asked: list[str] = []
    really = socket.getaddrinfo

    def rebinding(host: str, *args: Any, **more: Any) -> Any:
        if host == "shop.localhost":
            asked.append(host)
            return really("127.0.0.1" if len(asked) <= 2 else "192.0.2.1", *args, **more)
        return really(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    webhook = desk.open(f"http://shop.localhost:{port}/hooks")
    desk.pay()
    desk.deliver()
    assert len(asked) == 2
    assert desk.log(webhook)[0].status == "delivered"
    assert shop.received[0].headers["host"] == f"shop.localhost:{port}"


def test_the_secret_is_told_once_and_kept_sealed(desk: Desk, shop: Receiver) -> None:
    command = CreateWebhook(url=shop.url, event_types=["invoice.shared", "invoice.shared"], description=" Books ")
    made = desk.ask(command)
    assert made.secret.startswith("whsec_") and len(made.secret) == len("whsec_") + 44
    assert (made.description, made.event_types) == ("Books", ["invoice.shared"])
    with pytest.raises(DomainError, match="only once"):
        desk.ask(command)
    assert "secret" not in desk.look(made).model_dump()
    ((sealed,),) = desk.sql("SELECT sealed FROM webhook_secret")
    assert made.secret.encode() not in bytes(sealed)
    assert made.secret not in str(
        desk.sql("SELECT payload, headers FROM outbox") + desk.sql("SELECT answer FROM inbox")
    )


def test_a_rotation_that_is_repeated_makes_no_second_secret_and_there_are_not_too_many(
    desk: Desk, shop: Receiver
) -> None:
    webhook = desk.open(shop)
    command = RotateWebhookSecret(webhook_id=webhook.id)
    assert desk.ask(command).old_secret_until is not None
    with pytest.raises(DomainError, match="only once"):
        desk.ask(command)
    for _ in range(rules.MAX_SECRETS - 2):
        desk.ask(RotateWebhookSecret(webhook_id=webhook.id))
    with pytest.raises(DomainError, match="too often"):
        desk.ask(RotateWebhookSecret(webhook_id=webhook.id))


def test_changes_are_told_to_the_audit_trail(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    desk.ask(ChangeWebhook(webhook_id=webhook.id, event_types=["invoice.shared"]))
    desk.ask(ChangeWebhook(webhook_id=webhook.id, event_types=["invoice.shared"]))
    desk.ask(RotateWebhookSecret(webhook_id=webhook.id), KEY)
    desk.ask(DeleteWebhook(webhook_id=webhook.id))
    told = desk.announced("webhook_changed")
    assert [each["action"] for each in told] == [
        "webhook.created", "webhook.changed", "webhook.secret_rotated", "webhook.deleted",
    ]  # fmt: skip
    assert (told[1]["before"]["event_types"], told[1]["after"]["event_types"]) == (
        ["payment.succeeded"],
        ["invoice.shared"],
    )
    assert [each["actor"]["name"] for each in told[1:3]] == ["Rosa Diaz", "Sync"]


def test_a_company_has_at_most_twenty_and_sees_them_page_by_page(desk: Desk, shop: Receiver) -> None:
    made = [desk.open(shop).id for _ in range(rules.MAX_ENDPOINTS)]
    with pytest.raises(DomainError, match="at most 20"):
        desk.open(shop)
    first = desk.ask(ListWebhooks(limit=15))
    rest = desk.ask(ListWebhooks(limit=15, cursor=first.next_cursor))
    assert [each.id for each in [*first.items, *rest.items]] == made[::-1]
    assert rest.next_cursor is None


def test_switched_off_it_is_told_nothing_and_what_waited_can_be_sent_later(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    told = desk.pay()
    off = desk.ask(ChangeWebhook(webhook_id=webhook.id, enabled=False))
    assert (off.enabled, off.disabled_because) == (False, "asked")
    desk.pay()
    desk.deliver()
    assert shop.received == []
    desk.ask(ChangeWebhook(webhook_id=webhook.id, enabled=True))
    assert desk.ask(ResendFailedWebhooks(webhook_id=webhook.id, since=off.created_at)).resent == 1
    desk.deliver()
    assert shop.ids() == told


def test_what_is_deleted_is_gone_at_once_and_its_log_soon(desk: Desk, shop: Receiver) -> None:
    webhook, other = desk.open(shop), desk.open(shop)
    desk.pay(3)
    desk.ask(DeleteWebhook(webhook_id=webhook.id))
    with pytest.raises(DomainError, match="no such thing"):
        desk.look(webhook)
    desk.deliver()
    assert len(shop.received) == 3
    desk.sweep()
    assert desk.sql("SELECT count(DISTINCT endpoint_id) FROM webhook_delivery") == [(1,)]
    assert desk.sql("SELECT id::text FROM webhook_endpoint") == [(str(other.id),)]


def test_the_log_is_kept_for_thirty_days(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    old, young = desk.pay(2)
    desk.deliver()
    ago = "now() - interval '30 days 1 minute'"
    desk.sql(f"UPDATE webhook_delivery SET created_at = {ago} WHERE event_id = '{old}'")
    desk.sweep()
    assert [each.message_id for each in desk.log(webhook)] == [young]
    assert desk.sql("SELECT count(*) FROM webhook_attempt") == [(1,)]


def test_more_than_may_wait_is_logged_and_can_be_sent_later(
    desk: Desk, shop: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_WAITING", 2)
    webhook = desk.open(shop)
    told = desk.pay(3)
    assert [each.status for each in desk.log(webhook)] == ["waiting", "waiting", "failed"]
    desk.deliver()
    desk.ask(ResendFailedWebhooks(webhook_id=webhook.id, since=webhook.created_at))
    desk.deliver()
    assert shop.ids() == told


def test_the_log_is_read_page_by_page_and_by_how_it_went(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    shop.behaviours = [answering(200)]
    shop.always = answering(500)
    told = desk.pay(3)
    desk.deliver()
    first = desk.ask(ListWebhookDeliveries(webhook_id=webhook.id, limit=2))
    rest = desk.ask(ListWebhookDeliveries(webhook_id=webhook.id, limit=2, cursor=first.next_cursor))
    assert [each.message_id for each in [*first.items, *rest.items]] == told[::-1]
    assert [each.message_id for each in desk.log(webhook, status="waiting")] == told[1:]


def everything(webhook_id: UUID, delivery_id: UUID) -> list[Ask[Any]]:
    """Every message about one webhook."""
    one = {"webhook_id": webhook_id}
    return [
        GetWebhook(**one),
        ListWebhookDeliveries(**one),
        GetWebhookDelivery(**one, delivery_id=delivery_id),
        ChangeWebhook(**one, description="Mine"),
        RotateWebhookSecret(**one),
        SendTestWebhook(**one),
        ResendWebhookDelivery(**one, delivery_id=delivery_id),
        ResendFailedWebhooks.model_validate({**one, "since": samples.NOON}),
        DeleteWebhook(**one),
    ]


def test_another_company_sees_and_is_told_nothing(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    desk.pay()
    (delivery,) = desk.log(webhook)
    for message in everything(webhook.id, delivery.id):
        with pytest.raises(DomainError) as refusal:
            desk.ask(message, STRANGER)
        assert refusal.value.code == "not_found", message
    assert desk.ask(ListWebhooks(), STRANGER).items == []

    desk.ask(CreateWebhook(url=shop.url, event_types=["payment.succeeded"]), STRANGER)
    desk.deliver()
    assert len(shop.received) == 1


def test_only_administrators_and_keys_with_the_scope_reach_them(desk: Desk, shop: Receiver) -> None:
    webhook = desk.open(shop)
    desk.pay()
    (delivery,) = desk.log(webhook)
    reading = KEY.model_copy(update={"scopes": frozenset({"webhooks.read"})})
    for message in [CreateWebhook(url=shop.url, event_types=["job.created"]), *everything(webhook.id, delivery.id)]:
        with pytest.raises(DomainError) as refusal:
            desk.ask(message, OFFICE)
        assert refusal.value.code == "forbidden", message
    with pytest.raises(DomainError, match="not allowed"):
        desk.ask(SendTestWebhook(webhook_id=webhook.id), reading)
    assert desk.ask(GetWebhook(webhook_id=webhook.id), reading).id == webhook.id
    for message in everything(webhook.id, delivery.id):
        desk.ask(message, KEY)
