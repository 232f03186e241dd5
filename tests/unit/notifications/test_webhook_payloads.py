"""What integrators are told of our events."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from services.contracts.fieldwork.requests import RequestChanged
from services.contracts.messages import Event
from services.contracts.notifications.webhook_events import EVENT_KINDS, EventType, TrialData
from services.notifications.webhooks import payloads
from tests.unit.notifications import autopay_samples as autopay
from tests.unit.notifications import job_samples as jobs
from tests.unit.notifications import program_samples as programs
from tests.unit.notifications import proposal_samples as proposals
from tests.unit.notifications import request_samples as requests
from tests.unit.notifications import samples

CASES: list[tuple[str, Event, dict[str, Any]]] = [
    ("payment.succeeded", samples.paid(), {"status": "succeeded"}),
    ("payment.processing", samples.processing(), {"status": "processing"}),
    ("payment.failed", samples.failed(), {"status": "failed"}),
    ("payment.disputed", samples.disputed(), {"status": "disputed"}),
    ("autopay.authorized", autopay.authorized(), {"program_id": None}),
    ("autopay.declined", autopay.declined(), {"next_try_on": "2026-12-02"}),
    ("autopay.withheld", autopay.withheld(), {"invoice_id": str(autopay.INVOICE)}),
    ("autopay.ended", autopay.used_up(), {"because": "retries_used_up"}),
    ("program.offered", programs.offered(), {"status": "offered"}),
    ("agreement.signed", programs.agreed(), {}),
    ("proposal.delivered", proposals.delivered(), {"status": "pending", "id": str(samples.PROPOSAL)}),
    ("proposal.signed", samples.signed(), {"status": "accepted", "id": str(samples.PROPOSAL)}),
    ("proposal.declined", proposals.declined(), {"status": "rejected"}),
    ("proposal.expired", proposals.expired(), {"expired": True}),
    ("proposal.withdrawn", proposals.withdrawn(), {"status": "pending"}),
    ("quote.created", proposals.quoted(), {"id": str(proposals.QUOTE)}),
    ("job.created", jobs.created(), {}),
    ("request.commented", requests.commented(), {"customer_id": str(samples.LAKESIDE)}),
    ("request.closed", requests.closed(), {"customer_id": str(samples.LAKESIDE)}),
]


@pytest.mark.parametrize(("of_type", "event", "facts"), CASES, ids=lambda each: each if isinstance(each, str) else "")
def test_an_event_is_told_in_the_public_language(of_type: str, event: Event, facts: dict[str, Any]) -> None:
    told_type, data = payloads.of(event)
    payload = json.loads(payloads.written(told_type, event.made_at(), data))
    assert payload["type"] == of_type
    assert datetime.fromisoformat(payload["timestamp"]) == datetime.fromtimestamp(event.made_at(), UTC)
    assert facts.items() <= payload["data"].items()
    assert isinstance(data, EVENT_KINDS[told_type].data)


@pytest.mark.parametrize(("of_type", "event", "facts"), CASES, ids=lambda each: each if isinstance(each, str) else "")
def test_nothing_is_told_that_stays_inside(of_type: str, event: Event, facts: dict[str, Any]) -> None:
    told_type, data = payloads.of(event)
    words = payloads.written(told_type, event.made_at(), data)
    for inside in ('"ip"', '"user_agent"', '"token"', '"url"', '"text":"You authorise', '"company_id"'):
        assert inside not in words


def test_every_type_is_explained_and_told_by_one_event() -> None:
    told = [of_type for of_type, _ in payloads.TOLD.values()]
    assert sorted(told) == sorted(get_args(EventType)) == sorted(EVENT_KINDS)


def test_a_changed_request_is_told_without_what_was_said_about_it() -> None:
    event = RequestChanged(
        company_id=samples.EVERGREEN,
        version=2,
        request=requests.summary(),
        branch_id=samples.AUSTIN,
        customer_id=samples.LAKESIDE,
        internal=True,
    )
    of_type, data = payloads.of(event)
    told = json.loads(payloads.written(of_type, event.made_at(), data))["data"]
    assert of_type == "request.changed"
    assert "comments" not in told and told["customer_id"] == str(samples.LAKESIDE)


def test_a_test_event_says_so() -> None:
    payload = json.loads(payloads.written("webhook.test", 0, TrialData(message="Portico reaches you.")))
    assert payload == {
        "type": "webhook.test",
        "timestamp": "1970-01-01T00:00:00Z",
        "data": {"message": "Portico reaches you."},
    }
