"""For each alert the series that must fire it, and series just short of that, which must not.

Series are in promtool's notation, a value each minute: `0x30` is 0 and thirty more of it, `0+5x30` rises by 5.
"""

from dataclasses import dataclass, field

Series = dict[str, str]

MINUTES = 30
"""After which it is looked at."""
NOW = MINUTES * 60
"""As promtool's clock starts at 0."""

CALM: Series = {
    'up{job="portico", process="gateway", instance="gateway:1"}': "1x60",
    'up{job="portico", process="billing", instance="billing:1"}': "1x60",
    'up{job="bus", instance="broker"}': "1x60",
    'rabbitmq_detailed_queue_consumers{queue="rpc-billing"}': "2x60",
    "portico_ledgers_proved_timestamp_seconds": "0+60x60",
    'portico_measured_timestamp_seconds{gauge="payments", process="billing"}': "0+60x60",
}
"""What is there on a night on which nothing happens; None in a case takes one of them away."""


@dataclass(frozen=True)
class Case:
    """What differs from the calm: `fires` it, and `not_yet`."""

    fires: dict[str, str | None]
    not_yet: dict[str, str | None] = field(default_factory=dict)


def _requests(failed: float) -> dict[str, str | None]:
    return {
        'portico_http_seconds_count{status="503"}': f"0+{failed:g}x60",
        'portico_http_seconds_count{status="200"}': "0+1000x60",
    }


def _slow(route: str) -> dict[str, str | None]:
    """A tenth of what is asked of a route takes over two and a half seconds."""
    buckets = {"1": 900, "2.5": 900, "5": 1000, "+Inf": 1000}
    return {
        f'portico_http_seconds_bucket{{route="{route}", le="{le}"}}': f"0+{count}x60" for le, count in buckets.items()
    }


def _provider(unknown: int) -> dict[str, str | None]:
    return {
        'portico_provider_seconds_count{outcome="unknown"}': f"0+{unknown}x60",
        'portico_provider_seconds_count{outcome="answered"}': "0+100x60",
    }


GATEWAY, BUS = 'up{job="portico", process="gateway", instance="gateway:1"}', 'up{job="bus", instance="broker"}'
ATTEMPTS = "portico_mail_attempts_total"
SEAL = "portico_seal_certificate_expires_timestamp_seconds"
MONTH = 30 * 86400

CASES = {
    "ProcessAway": Case(
        {'up{job="portico", process="billing", instance="billing:1"}': "1x20 0x20"},
        {'up{job="portico", process="billing", instance="billing:1"}': "1x29 0x20"},
    ),
    "GatewayAway": Case({GATEWAY: None}, {GATEWAY: "1x29 _x20"}),
    "NobodyAnswers": Case(
        {'rabbitmq_detailed_queue_consumers{queue="rpc-billing"}': "0x60"},
        {'rabbitmq_detailed_queue_consumers{queue="evt-idle"}': "0x60"},
    ),
    "BusAway": Case({BUS: None}, {BUS: "1x29 _x20"}),
    "BusRefuses": Case(
        {"rabbitmq_alarms_free_disk_space_watermark": "1x60", "rabbitmq_alarms_memory_used_watermark": "0x60"},
        {"rabbitmq_alarms_free_disk_space_watermark": "0x60", "rabbitmq_alarms_memory_used_watermark": "0x60"},
    ),
    "CallsFail": Case(_requests(20), _requests(9)),
    "PagesSlow": Case(_slow("/invoices"), _slow("/live")),
    "CallsExpire": Case(
        {'portico_expired_calls_total{process="billing"}': "0+10x60"},
        {'portico_expired_calls_total{process="billing"}': "0+5x60"},
    ),
    "BreakerOpen": Case(
        {'portico_breaker_open{service="billing"}': "1x60"}, {'portico_breaker_open{service="billing"}': "0x60"}
    ),
    "EventsDead": Case(
        {'portico_inbox_events{process="billing", state="dead"}': "0x29 1x9"},
        {'portico_inbox_events{process="billing", state="failed"}': "9x60"},
    ),
    "DeadLetters": Case(
        {'rabbitmq_detailed_queue_messages{queue="portico.dead-letters"}': "1x60"},
        {'rabbitmq_detailed_queue_messages{queue="portico.dead-letters"}': "0x60"},
    ),
    "OutboxWaits": Case(
        {'portico_outbox_events_oldest_seconds{process="billing", state="unpublished"}': "90x60"},
        {'portico_outbox_events_oldest_seconds{process="billing", state="unpublished"}': "60x60"},
    ),
    "EventsWait": Case(
        {'rabbitmq_detailed_queue_messages_ready{queue="evt-billing-paid--x.y"}': "2000x60"},
        {'rabbitmq_detailed_queue_messages_ready{queue="evt-billing-paid--x.y"}': "0x24 2000x9"},
    ),
    "PaymentsUnknown": Case(
        {'portico_payments_oldest_seconds{state="unknown"}': "901x60"},
        {
            'portico_payments_oldest_seconds{state="unknown"}': "900x60",
            'portico_payments_oldest_seconds{state="processing"}': "400000x60",
        },
    ),
    "RefundsUnknown": Case(
        {'portico_refunds_oldest_seconds{state="unknown"}': "901x60"},
        {'portico_refunds_oldest_seconds{state="unknown"}': "900x60"},
    ),
    "ProviderAway": Case(_provider(50), _provider(20)),
    "LedgerNotZero": Case({"portico_ledgers_unbalanced": "0x29 1x9"}, {"portico_ledgers_unbalanced": "0x60"}),
    "LedgerUnproved": Case(
        {"portico_ledgers_proved_timestamp_seconds": f"{NOW - 4 * 3600}x60"},
        {"portico_ledgers_proved_timestamp_seconds": f"{NOW - 2 * 3600}x60"},
    ),
    "AutopayStands": Case(
        {'portico_autopay_attempts_oldest_seconds{state="queued"}': "7201x60"},
        {
            'portico_autopay_attempts_oldest_seconds{state="queued"}': "7200x60",
            'portico_autopay_attempts_oldest_seconds{state="pending"}': "80000x60",
        },
    ),
    "SomebodyGuesses": Case({"portico_guarded_branches": "1x60"}, {"portico_guarded_branches": "0x60"}),
    # A counter with labels begins with its first sample: no mail has ever been sent by this process.
    "MailsFail": Case(
        {f'{ATTEMPTS}{{outcome="failed"}}': "0+1x60"},
        {f'{ATTEMPTS}{{outcome="failed"}}': "0+1x60", f'{ATTEMPTS}{{outcome="sent"}}': "0+2x60"},
    ),
    "MailsWait": Case(
        {'portico_mails_oldest_seconds{state="due"}': "601x60"},
        {
            'portico_mails_oldest_seconds{state="due"}': "0x60",
            'portico_mails_oldest_seconds{state="waiting"}': "80000x60",
        },
    ),
    "SealsWait": Case(
        {'portico_seals_oldest_seconds{state="waiting"}': "1801x60"},
        {'portico_seals_oldest_seconds{state="waiting"}': "1800x60"},
    ),
    "CertificateExpires": Case({SEAL: f"{MONTH - 86400}x60"}, {SEAL: f"{MONTH + 86400}x60"}),
    "GaugesStand": Case(
        {'portico_measured_timestamp_seconds{gauge="payments", process="billing"}': "0+60x20 1200x20"},
        {'portico_measured_timestamp_seconds{gauge="payments", process="billing"}': "0+60x26 1560x20"},
    ),
}
