"""Each company's money is in an account of its own: what belongs to one is unknown in another's."""

import json

import pytest

from services.billing import processor
from services.billing.processor import Memo, Order, ProviderRefused
from services.contracts.billing.payments import GetPayment
from services.contracts.messages import new_id
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.billing.test_disputes import dispute
from tests.service.billing.test_refunds import paid


def test_a_companys_customer_and_method_cannot_be_charged_for_another(desk: Desk, people: People) -> None:
    desk.add_card(people.priya)
    others = desk.open_company()
    desk.add_card(others.priya)
    ((customer, method),) = desk.rows(
        people, "SELECT a.provider_id, m.provider_id FROM customer_account a JOIN payment_method m USING (customer_id)"
    )
    own_customer = str(desk.value(others, "SELECT provider_id FROM customer_account"))
    for named in (customer, own_customer):
        payment_id = new_id()
        order = Order(
            payment_id=payment_id,
            account=desk.account(others),
            customer=named,
            method=method,
            method_type="card",
            amount=5_000,
            currency="USD",
            description="Payment PAY-2026-00001",
            memo=Memo(payment_id, ()),
        )
        with pytest.raises(ProviderRefused):
            processor.create_payment(order)
    assert desk.charges(others) == []


def test_a_companys_payments_refunds_and_disputes_are_unknown_to_another(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    intent, disputed = desk.intent(people, payment), dispute(desk, people, payment)
    account = desk.account(desk.open_company())
    with pytest.raises(ProviderRefused):
        processor.read_payment(account, intent)
    with pytest.raises(ProviderRefused):
        processor.read_dispute(account, disputed)
    with pytest.raises(ProviderRefused):
        processor.create_refund(account, intent, new_id(), 100)
    assert processor.find_refund(account, intent, new_id()) is None
    assert desk.charges(people)[0]["amount_refunded"] == 0


def test_a_webhook_that_names_another_companys_objects_changes_nothing_there(desk: Desk, people: People) -> None:
    _, payment = paid(desk, people)
    opened = desk.sandbox.later(f"payment_intents/{desk.intent(people, payment)}/dispute")
    others = desk.open_company()
    # As if the provider had mixed up the accounts: the ids are ours, the account is theirs.
    for kind, named in (
        ("charge.dispute.created", opened["id"]),
        ("payment_intent.succeeded", opened["payment_intent"]),
    ):
        desk.change(
            others,
            "INSERT INTO provider_event (id, company_id, event_id, account, type, object_id, state, received_at,"
            " next_attempt_at) VALUES (:id, :company, :event, :account, :kind, :named, 'received', now(), now())",
            id=new_id(),
            company=others.company_id,
            event=json.dumps([kind, named]),
            account=desk.account(others),
            kind=kind,
            named=named,
        )
    desk.apply_events()
    assert {state for (state,) in desk.rows(others, "SELECT state FROM provider_event")} == {"ignored"}
    assert desk.ask(people.office, GetPayment(payment_id=payment.id)).status == "succeeded"
    assert desk.audit(people) == desk.audit(others) == []
