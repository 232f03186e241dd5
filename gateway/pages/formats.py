"""How amounts, dates and words are written for people, and how a typed amount is read."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, get_currency_precision

from services.contracts.billing.payments import PaymentView
from services.contracts.money import MAX_AMOUNT, Money

LOCALE = "en_US"
_AMOUNT = re.compile(r"\$?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.([0-9]{1,3}))?")

WORDS = {
    "due": "Due",
    "overdue": "Overdue",
    "processing": "Payment processing",
    "paid": "Paid",
    "draft": "Draft",
    "created": "Started",
    "requires_action": "To confirm",
    "succeeded": "Paid",
    "failed": "Declined",
    "unknown": "Being checked",
    "void": "Void",
    "refunded": "Refunded",
    "partly_refunded": "Partly refunded",
    "disputed": "Disputed",
    "reversed": "Taken back",
    "pending": "Waiting for you",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "completed": "Completed",
    "asked": "Asked",
    "finalized": "Answered",
    "delivered": "Delivered",
    "approved": "Approved",
    "in_production": "In production",
    "won": "Won",
    "lost": "Lost",
    "declined": "Declined",
    "expired": "Expired",
    "low": "Low",
    "normal": "Normal",
    "high": "High",
    "urgent": "Urgent",
    "maintenance": "Maintenance",
    "damage": "Damage",
    "safety": "Safety",
    "scheduling": "Scheduling",
    "billing": "Billing",
    "other": "Something else",
    "open": "Open",
    "closed": "Closed",
    "service": "Services",
    "down_payment": "Down payment",
    "installment": "Installment",
    "pay_in_full": "Payment in full",
    "one_time": "One-time payment",
    "payoff": "Payoff",
    "work_order": "Work order",
    "contract": "Contract",
    "change_order": "Change order",
    "invoice": "Invoice",
    "payment": "Payment",
    "credit": "Credit",
    "credit_taken_back": "Credit taken back",
    "refund": "Refund",
    "reversal": "Payment taken back",
    "financed": "Financed",
    "offered": "To choose",
    "awaiting_signature": "To sign",
    "awaiting_payment": "To pay",
    "cancelled": "Cancelled",
    "scheduled": "Scheduled",
    "autopay_on": "On",
    "autopay_off": "Off",
    "autopay_paused": "Waiting for a method",
    "running": "Running",
    "attempt_queued": "To be tried",
    "attempt_charging": "Being tried",
    "attempt_pending": "At the bank",
    "attempt_charged": "Charged",
    "attempt_failed": "Declined",
    "attempt_waiting": "Another day",
    "attempt_dropped": "Not charged",
    "would_charge": "Would be charged",
    "would_not_charge": "Would not be charged",
    "event_received": "Waiting",
    "event_applied": "Applied",
    "event_ignored": "Ignored",
    "card": "Card",
    "us_bank_account": "Bank account",
}
"""What a status, a kind or a type is called on a page."""

TONES = {
    "event_received": "notice",
    "event_applied": "good",
    "autopay_on": "good",
    "autopay_paused": "alert",
    "running": "notice",
    "attempt_charging": "notice",
    "attempt_pending": "notice",
    "attempt_charged": "good",
    "attempt_failed": "alert",
    "would_charge": "good",
    "would_not_charge": "notice",
    "due": "notice",
    "overdue": "alert",
    "processing": "notice",
    "paid": "good",
    "created": "notice",
    "requires_action": "notice",
    "succeeded": "good",
    "failed": "alert",
    "unknown": "notice",
    "partly_refunded": "good",
    "disputed": "alert",
    "reversed": "alert",
    "pending": "notice",
    "accepted": "good",
    "rejected": "calm",
    "asked": "notice",
    "finalized": "good",
    "delivered": "notice",
    "approved": "good",
    "in_production": "good",
    "won": "good",
    "declined": "alert",
    "expired": "alert",
    "scheduled": "notice",
    "completed": "good",
    "cancelled": "calm",
    "urgent": "alert",
    "high": "notice",
    "open": "notice",
    "closed": "calm",
    "offered": "notice",
    "awaiting_signature": "notice",
    "awaiting_payment": "notice",
    "requested": "notice",
    "booked": "good",
    "in_progress": "notice",
    "due_soon": "notice",
    "not_invited": "calm",
    "invited": "notice",
    "active": "good",
    "disabled": "alert",
}
"""Which of the four tones a status is shown in; the word beside it always says the same."""

OFFLINE = {"check": "Check", "cash": "Cash", "bank_transfer": "Bank transfer", "other": "Received by our office"}
"""What the office receives, as the payer knows it."""

_BRANDS = {"amex": "American Express", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}


def money(value: Money) -> str:
    """`Money(123456)` as `$1,234.56`."""
    precision = get_currency_precision(value.currency)
    return format_currency(Decimal(value.amount).scaleb(-precision), value.currency, locale=LOCALE)


def percent(value: Decimal) -> str:
    """`Decimal("8.2500")` as `8.25%`."""
    return f"{value.normalize():f}%"


def plain_amount(value: Money) -> str:
    """`Money(123456)` as `1234.56`, the way it stands in a field."""
    precision = get_currency_precision(value.currency)
    return f"{Decimal(value.amount).scaleb(-precision):.{precision}f}"


def read_amount(typed: str, currency: str) -> Money | None:
    """What a person typed, such as `$1,234.5`; None where it is no amount of this currency."""
    found = _AMOUNT.fullmatch(typed.strip())
    precision = get_currency_precision(currency)
    if found is None or len(found[2] or "") > precision:
        return None
    whole, fraction = found[1].replace(",", ""), (found[2] or "").ljust(precision, "0")
    amount = int(whole + fraction)
    return Money(amount=amount, currency=currency) if amount <= MAX_AMOUNT else None


def read_percent(typed: str) -> Decimal | None:
    """A tax; none where nothing is typed, None where it is no tax."""
    text = typed.strip().removesuffix("%").strip() or "0"
    if not (text.replace(".", "", 1).isdecimal() and text.isascii()):
        return None
    percent = Decimal(text)
    return percent if percent <= 30 and percent == round(percent, 4) else None


def day(value: date) -> str:
    """A calendar day that belongs to no zone, as `Nov 21, 2026`."""
    return format_date(value, "medium", locale=LOCALE)


def duration(minutes: int) -> str:
    """`90` as `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} h"] if hours else []
    return " ".join([*said, f"{rest} min"] if rest or not hours else said)


def weekday(value: date) -> str:
    """A calendar day with the day of the week, as `Sat, Nov 21, 2026`."""
    return format_date(value, "EEE, MMM d, y", locale=LOCALE)


def clock(value: time) -> str:
    """What a site's clocks show, as `3:50 PM`."""
    return format_time(value, "h:mm a", locale=LOCALE)


def moment(value: datetime, time_zone: str) -> str:
    """An instant in the portal's time zone, as `Nov 21, 2026, 3:50 PM CST`."""
    return format_datetime(value, "MMM d, y, h:mm a z", tzinfo=ZoneInfo(time_zone), locale=LOCALE)


def moment_day(value: datetime, time_zone: str) -> str:
    """The day on which an instant falls in the portal's time zone."""
    return format_datetime(value, "MMM d, y", tzinfo=ZoneInfo(time_zone), locale=LOCALE)


def word(name: str) -> str:
    """The word for a status, kind or type; one that a newer service sends is shown as it is."""
    return WORDS.get(name, name.replace("_", " ").capitalize())


def tone(name: str) -> str:
    """The tone of a status; an unknown one is calm."""
    return TONES.get(name, "calm")


def method_name(brand: str, last4: str) -> str:
    """`Visa ending in 4242`."""
    known = _BRANDS.get(brand.lower(), brand.replace("_", " ").title())
    return f"{known} ending in {last4}"


def paid_with(payment: PaymentView) -> str:
    """What a payment was made with: `Visa ending in 4242`, or `Check 1042` where the office received it."""
    offline = OFFLINE.get(payment.method_type)
    if offline is None:
        return method_name(payment.method_brand, payment.method_last4)
    return f"{offline} {payment.reference}".rstrip()
