"""Webhooks: in any order, as often as they like, and never for somebody else."""

import json
from typing import Any

import pytest

from services.billing import processor
from services.chassis.wire import Unavailable
from services.contracts.billing.methods import FinishSetups, ListPaymentMethods, StartSetup
from services.contracts.billing.payments import GetPayment
from services.contracts.billing.provider import ReceiveProviderEvent
from services.contracts.messages import Nothing
from tests.sandbox.servers import wait_for
from tests.service.billing.conftest import PUBLISHABLE_KEY, Desk
from tests.service.billing.people import People
from tests.service.billing.refusals import refused
from tests.service.billing.test_pay_links import begin, guest_of, open_page


def states(desk: Desk, people: People) -> dict[str, str]:
    """What became of each kind of event."""
    return dict(desk.rows(people, "SELECT type, state FROM provider_event"))


def paid_while_unheard(desk: Desk, people: People) -> Any:
    """A payment whose success only the provider knows of."""
    invoice, card = desk.bill(people), desk.add_card(people.priya, "pm_card_authenticationRequiredSetupForOffSession")
    payment = desk.pay(people.priya, card, invoice)
    desk.sandbox.answer_challenge(desk.bank(people.priya, payment), "complete")
    return payment


def test_a_webhook_brings_the_outcome_that_nobody_asked_for(desk: Desk, people: People) -> None:
    payment = paid_while_unheard(desk, people)
    desk.receive_webhooks(people)
    desk.apply_events()
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "succeeded"
    assert states(desk, people)["payment_intent.succeeded"] == "applied"


def test_what_is_known_already_is_not_read_again(desk: Desk, people: People) -> None:
    desk.pay(people.priya, desk.add_card(people.priya), desk.bill(people))
    wait_for(lambda: any("payment_intent.succeeded" in body for body, _ in desk.webhooks(people)))
    desk.receive_webhooks(people, only="payment_intent.succeeded")
    assert states(desk, people) == {"payment_intent.succeeded": "applied"}
    assert desk.apply_events() == 0


def test_webhooks_doubled_and_in_reverse_change_nothing_more(desk: Desk, people: People) -> None:
    paid_while_unheard(desk, people)
    wait_for(lambda: any("payment_intent.succeeded" in body for body, _ in desk.webhooks(people)))
    for body, signature in [*reversed(desk.webhooks(people)), *desk.webhooks(people)]:
        assert desk.ask(None, ReceiveProviderEvent(payload=body, signature=signature)) == Nothing()
    desk.apply_events()
    assert desk.apply_events() == 0
    assert len(desk.events(people)) == len(desk.charges(people)) == 1


def test_a_webhook_that_comes_before_the_answer_does_not_close_a_payment_under_way(
    desk: Desk, people: People, monkeypatch: Any
) -> None:
    order = desk.order(people.priya, desk.add_card(people.priya), desk.bill(people))
    create = processor.create_payment

    def created_and_told(*arguments: Any) -> str:
        intent_id = create(*arguments)
        wait_for(lambda: any(intent_id in body for body, _ in desk.webhooks(people)))
        desk.receive_webhooks(people)
        desk.apply_events()
        return intent_id

    monkeypatch.setattr(processor, "create_payment", created_and_told)
    assert desk.ask(people.priya, order).status == "succeeded"
    assert len(desk.charges(people)) == 1


def test_a_refund_that_is_heard_of_before_the_payment_is_not_lost(desk: Desk, people: People) -> None:
    invoice = desk.bill(people)
    guest = guest_of(desk, people, invoice)
    begun = begin(desk, guest, invoice)
    desk.sandbox.use_hosted_page(open_page(desk, guest, begun), "4242424242424242")
    (charge,) = desk.charges(people)
    desk.sandbox.call("/v1/refunds", desk.account(people), payment_intent=charge["payment_intent"], amount=4_100)
    desk.receive_webhooks(people, only="refund.created")
    desk.apply_events()
    shown = desk.ask(people.office, GetPayment(payment_id=begun.id))
    assert (shown.status, shown.refunded.amount) == ("succeeded", 4_100)
    assert states(desk, people) == {"refund.created": "applied"}
    assert desk.audit(people) == []


def test_a_bad_signature_is_refused(desk: Desk, people: People) -> None:
    desk.add_card(people.priya)
    wait_for(lambda: desk.webhooks(people))
    (body, signature), *_ = desk.webhooks(people)
    for wrong in ("", "t=1,v1=00", signature.replace("v1=", "v1=0"), signature.replace("t=1", "t=2", 1)):
        refusal = refused(desk, None, ReceiveProviderEvent(payload=body, signature=wrong))
        assert (refusal.code, refusal.details["field"]) == ("invalid", "signature")
    for changed in (f"{body} ", "{}", ""):
        assert refused(desk, None, ReceiveProviderEvent(payload=changed, signature=signature)).code == "invalid"
    assert states(desk, people) == {}


def test_kinds_that_do_not_concern_us_are_kept_and_ignored(desk: Desk, people: People) -> None:
    desk.sandbox.call("/v1/customers", desk.account(people), email="nobody@example.test")
    wait_for(lambda: desk.webhooks(people))
    desk.receive_webhooks(people)
    desk.apply_events()
    assert states(desk, people) == {"customer.created": "ignored"}


def test_an_event_touches_only_the_company_of_its_account(desk: Desk, people: People) -> None:
    payment = paid_while_unheard(desk, people)
    others = desk.open_company()
    # Their account claims our payment by its id.
    desk.sandbox.call(
        "/v1/payment_intents",
        desk.account(others),
        amount=5_000,
        currency="usd",
        payment_method="pm_card_visa",
        confirm="true",
        return_url="https://elsewhere.test",
        **{"metadata[payment_id]": str(payment.id)},
    )
    wait_for(lambda: any("payment_intent.succeeded" in body for body, _ in desk.webhooks(others)))
    desk.receive_webhooks(others)
    desk.apply_events()
    assert states(desk, others)["payment_intent.succeeded"] == "ignored"
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "requires_action"


def test_an_intent_of_the_same_account_that_is_not_ours_is_ignored(desk: Desk, people: People) -> None:
    payment = paid_while_unheard(desk, people)
    imposter = desk.sandbox.call(
        "/v1/payment_intents",
        desk.account(people),
        amount=60,
        currency="usd",
        payment_method="pm_card_visa",
        confirm="true",
        return_url="https://elsewhere.test",
        **{"metadata[payment_id]": str(payment.id)},
    )
    wait_for(lambda: any(imposter["id"] in body and "succeeded" in body for body, _ in desk.webhooks(people)))
    desk.receive_webhooks(people, only=imposter["id"])
    desk.apply_events()
    assert states(desk, people)["payment_intent.succeeded"] == "ignored"
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "requires_action"


def test_an_account_of_nobody_is_acknowledged_and_forgotten(desk: Desk) -> None:
    account = desk.sandbox.open_account()
    desk.sandbox.call("/v1/customers", account, email="nobody@example.test")

    def delivered() -> list[tuple[str, str]]:
        return [each for each in desk.sandbox.deliveries() if json.loads(each[0]).get("account") == account]

    ((body, signature),) = wait_for(delivered)
    assert desk.ask(None, ReceiveProviderEvent(payload=body, signature=signature)) == Nothing()


def test_a_webhook_keeps_a_method_and_the_returning_browser_is_still_told(desk: Desk, people: People) -> None:
    setup = desk.ask(people.priya, StartSetup(type="card", return_url="https://portico.test/methods"))
    intent_id, form = setup.client_secret.partition("_secret_")[0], {"client_secret": setup.client_secret}
    path = f"/v1/setup_intents/{intent_id}/confirm"
    desk.sandbox.call(path, setup.account, PUBLISHABLE_KEY, **form, payment_method="pm_card_amex")
    wait_for(lambda: any("setup_intent.succeeded" in body for body, _ in desk.webhooks(people)))
    desk.receive_webhooks(people)
    desk.apply_events()
    (kept,) = desk.ask(people.priya, ListPaymentMethods()).items
    assert (kept.brand, kept.added_by, kept.default) == ("amex", "Priya Shah", True)
    assert desk.ask(people.priya, FinishSetups()).items == [kept]
    assert desk.ask(people.priya, FinishSetups()).items == []


def test_while_the_provider_is_down_an_event_waits(desk: Desk, people: People) -> None:
    payment = paid_while_unheard(desk, people)
    wait_for(lambda: any("payment_intent.succeeded" in body for body, _ in desk.webhooks(people)))
    desk.receive_webhooks(people)
    desk.sandbox.fault("error_500_before", method="GET")
    desk.apply_events()
    desk.sandbox.mend()
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "requires_action"
    desk.make_due(people)
    desk.apply_events()
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "succeeded"


def test_a_webhook_that_was_lost_is_asked_for(desk: Desk, people: People) -> None:
    payment = paid_while_unheard(desk, people)
    assert desk.work_off("catch_up", "due_catch_ups") == 0
    desk.change(people, "UPDATE merchant SET caught_up_at = now() - interval '2 hours'")
    desk.sandbox.fault("error_500_before", method="GET", path="/v1/events")
    with pytest.raises(Unavailable):
        desk.work_off("catch_up", "due_catch_ups")
    desk.sandbox.mend()
    assert states(desk, people) == {}, "the provider was down, and is asked again"
    desk.work_off("catch_up", "due_catch_ups")
    desk.apply_events()
    assert desk.ask(people.priya, GetPayment(payment_id=payment.id)).status == "succeeded"
    assert "customer.created" not in states(desk, people)
    assert desk.work_off("catch_up", "due_catch_ups") == 0
