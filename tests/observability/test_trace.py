"""One payment, followed from the browser to the mail: by its trace, and by what each process counts."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx
import pytest
from opentelemetry.trace import SpanKind
from playwright.sync_api import Browser, expect
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import world
from deploy.local.stack import Stack, for_tests
from tests.e2e.conftest import browser as browser
from tests.e2e.office import Office
from tests.e2e.visitor import CARD_SECONDS, PASSWORD, Visitor
from tests.observability.collector import Collector, Span, drawn

PRIYA, CARD = "priya@lakeside.test", "4242424242424242"
PROCESSES = (*world.SERVICES, "gateway")
PAYS, WEBHOOK = "POST /{portal}/pay", "POST /api/v1/webhooks/stripe"
OPENS_LINK = "GET /{portal}/pay/{token}"
WAIT_SECONDS = 60
Found = TypeVar("Found")
Counts = Counter[tuple[str, ...]]
"""By process, metric and the values of its labels."""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module")
def stack(collector: Collector) -> Iterator[Stack]:
    """A whole Portico with the demo companies, whose processes send their spans to the collector."""
    with for_tests() as stack:
        stack.start_backing()
        stack.migrate()
        for name in ("mail", "payments", *PROCESSES):
            stack.start(name)
        stack.wait_until_ready()
        stack.load_demo()
        for name in PROCESSES:
            stack.restart(name, {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"})
        stack.wait_until_ready()
        yield stack


@pytest.fixture(scope="module")
def office(stack: Stack) -> Iterator[Office]:
    with Office(stack.site.public_url, stack.site.mail_url) as office:
        yield office


class Payment:
    """What became of one payment: its trace and the provider's webhook's, and by how much each counter grew."""

    def __init__(self, stack: Stack, browser: Browser, collector: Collector, office: Office) -> None:
        self.invoice = office.invoice(12_300)
        context = browser.new_context(base_url=stack.site.public_url, timezone_id="America/Chicago")
        priya = Visitor(context.new_page(), f"{stack.site.public_url}/evergreen-austin")
        _choose_card(priya, self.invoice["number"])
        before = _counts(stack)
        priya.press("Pay $125.50")
        expect(priya.heading()).to_have_text("Thank you, your payment is complete", timeout=CARD_SECONDS)
        self.cookies = [str(each.get("value")) for each in context.cookies()]
        context.close()
        office.mail(PRIYA, self.invoice["number"])
        self.spans = _until(lambda: _followed(collector), "the trace reaches the mail")
        self.webhook = _until(lambda: _webhook(collector, self.spans[0]), "the provider's webhook is traced")
        self.moved = _counts(stack) - before

    def named(self, name: str) -> Span:
        """The one span of the payment's trace that is called so."""
        (found,) = (each for each in self.spans if each.name == name)
        return found

    def path(self, span: Span) -> list[Span]:
        """From the root to this span."""
        by_id = {each.id: each for each in self.spans}
        return [*(self.path(by_id[span.parent]) if span.parent else []), span]


def _choose_card(priya: Visitor, number: str) -> None:
    priya.sign_in(PRIYA)
    priya.open("/invoices?status=due")
    priya.follow(number)
    priya.follow("Pay this invoice")
    priya.add_card(CARD)


def _followed(collector: Collector) -> list[Span]:
    """The trace of the request that paid, once the mail of it is sent and its last span has come."""
    paying = [each for each in list(collector.spans) if each.name == PAYS]
    spans = collector.trace(paying[-1].trace) if paying else []
    return (
        spans
        if {"notifications.deliver", "notifications.tell_payment_succeeded"} <= {each.name for each in spans}
        else []
    )


def _webhook(collector: Collector, paying: Span) -> list[Span]:
    """The trace of what the provider told since then."""
    told = [each for each in list(collector.spans) if each.name == WEBHOOK and each.began > paying.began]
    return collector.trace(told[-1].trace) if told else []


def _until(find: Callable[[], Found], what: str) -> Found:
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := find()):
        assert time.monotonic() < deadline, f"within {WAIT_SECONDS} s it did not come true that {what}"
        time.sleep(0.1)
    return found


def _counts(stack: Stack) -> Counts:
    """What every process counts, as its /metrics tells."""
    counts: Counts = Counter()
    for name in PROCESSES:
        process = stack.supervisor.process(name)
        assert process
        told = httpx.get(f"http://127.0.0.1:{process.metrics_port}/metrics", trust_env=False, timeout=20).text
        for family in text_string_to_metric_families(told):
            for sample in family.samples:
                if sample.name.endswith(("_count", "_total")):
                    counts[(name, sample.name, *sample.labels.values())] = int(sample.value)
    return counts


@pytest.fixture(scope="module")
def payment(stack: Stack, browser: Browser, collector: Collector, office: Office) -> Payment:
    payment = Payment(stack, browser, collector, office)
    print("", drawn(payment.spans), "", drawn(payment.webhook), sep="\n")
    return payment


def test_one_trace_leads_from_the_browsers_request_through_every_service_to_the_mail(payment: Payment) -> None:
    assert [(each.service, each.name, each.kind) for each in payment.path(payment.named("deliveries._send"))] == [
        ("gateway", PAYS, SpanKind.SERVER),
        ("gateway", "billing.pay_invoices", SpanKind.CLIENT),
        ("billing", "billing.pay_invoices", SpanKind.SERVER),
        ("billing", "announce payment_succeeded", SpanKind.PRODUCER),
        ("notifications", "notifications.on_payment_succeeded", SpanKind.CONSUMER),
        ("notifications", "notifications.deliver", SpanKind.INTERNAL),
        ("notifications", "deliveries._send", SpanKind.CLIENT),
    ]


def test_the_trace_has_each_call_to_the_provider_and_to_a_neighbour_under_what_made_it(payment: Payment) -> None:
    (paying,) = (each for each in payment.spans if each.name == "billing.pay_invoices" and each.service == "billing")
    steps = [each.name for each in payment.spans if each.parent == paying.id and not each.is_statement]
    assert steps == ["settlement._introduce", "settlement._confirm", "announce payment_succeeded"]
    asked = [each for each in payment.spans if each.service == "identity" and each.kind == SpanKind.SERVER]
    assert {each.name for each in asked} >= {"identity.get_contact"}
    for each in asked:
        *_, caller, asking, _ = payment.path(each)
        assert (asking.service, asking.name, asking.kind) == ("notifications", each.name, SpanKind.CLIENT)
        assert caller.name in ("notifications.on_payment_succeeded", "notifications.deliver")
    assert {each.service for each in payment.spans if each.is_statement} == {"billing", "notifications", "identity"}


def test_what_the_provider_tells_of_the_payment_begins_a_trace_of_its_own(payment: Payment) -> None:
    assert [(each.service, each.name, each.kind) for each in payment.webhook if not each.is_statement] == [
        ("gateway", WEBHOOK, SpanKind.SERVER),
        ("gateway", "billing.receive_provider_event", SpanKind.CLIENT),
        ("billing", "billing.receive_provider_event", SpanKind.SERVER),
    ]


def test_each_process_counts_what_the_payment_made_it_do(payment: Payment) -> None:
    once = (
        ("gateway", "portico_http_seconds_count", "POST", "/{portal}/pay", "303"),
        ("billing", "portico_rpc_seconds_count", "pay_invoices", "answered"),
        ("notifications", "portico_event_seconds_count", "on_payment_succeeded"),
        ("notifications", "portico_event_seconds_count", "tell_payment_succeeded"),
        ("notifications", "portico_mail_attempts_total", "sent", "receipt"),
    )
    assert {each: payment.moved[each] for each in once} == dict.fromkeys(once, 1)
    assert payment.moved["gateway", "portico_http_seconds_count", "POST", "/api/v1/webhooks/stripe", "200"] >= 1
    # Made, and confirmed.
    assert payment.moved["billing", "portico_provider_seconds_count", "answered"] >= 2
    assert payment.moved["identity", "portico_rpc_seconds_count", "get_contact", "answered"] >= 1


def test_spans_hold_nobodys_data_and_no_secret(
    stack: Stack, collector: Collector, payment: Payment, office: Office
) -> None:
    link = office.pay_link(office.invoice(4_500))
    httpx.get(link, trust_env=False, timeout=20).raise_for_status()
    httpx.get(
        f"{stack.site.public_url}/evergreen-austin/login?next=/search%3Fq%3DLakeside", trust_env=False, timeout=20
    )
    _until(lambda: any(each.name == OPENS_LINK for each in list(collector.spans)), "the opened pay link is traced")
    credentials = json.loads((stack.site.folder / "credentials.json").read_text()).values()
    private = (PRIYA, "Priya", "Lakeside", CARD, "78703", PASSWORD, payment.invoice["number"], link[-20:])
    told = "".join(each.told for each in list(collector.spans))
    assert [each for each in (*private, *credentials, *payment.cookies) if each in told] == []


def test_a_step_that_fails_tells_its_kind_alone(stack: Stack, collector: Collector, office: Office) -> None:
    refusal = {"kind": "reject_recipient", "address": PRIYA, "reply": f"550 5.1.1 {PRIYA} is unknown here"}
    with httpx.Client(base_url=stack.site.mail_url, trust_env=False) as mail:
        mail.post("/api/faults", json=refusal).raise_for_status()
        office.invoice(4_600)
        failed = _until(lambda: [each for each in list(collector.spans) if each.failure], "a failed step is traced")
        mail.delete("/api/faults").raise_for_status()
    assert {(each.name, each.failure) for each in failed} == {("deliveries._send", "NotSent")}
    assert [each for each in failed if PRIYA in each.told] == []
