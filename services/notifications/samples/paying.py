"""Samples of mails about invoices, payments, methods, autopay and programs."""

from services.notifications.contents.shape import Content
from services.notifications.rules import Template
from services.notifications.samples.shape import BANK, BROWSER, CARD, IP, LATER, NOON, Link, dollars

AGREED = (
    "I authorize Evergreen Grounds to debit the bank account specified above for any amount owed for charges arising "
    "from my use of their services, until I revoke this authorization."
)
BANK_REFUSES = "Your bank account has insufficient funds. Please use another payment method."
CARD_REFUSES = "Your card has insufficient funds. Please use another payment method."


def samples(link: Link) -> dict[Template, Content]:
    """By template."""
    return {**_payments(link), **_methods(link), **_autopay(link), **_invoices(link), **_programs(link)}


def _payment(link: Link, **change: object) -> Content:
    return {
        "number": "PAY-2026-00007",
        "paid_at": NOON,
        "payer": "Priya Shah",
        "method": CARD,
        "invoices": [
            {"number": "INV-2026-00041", "amount": dollars(1000)},
            {"number": "INV-2026-00042", "amount": dollars(250)},
        ],
        "fee": dollars(2.5),
        "total": dollars(1252.5),
        "because": None,
        "by_autopay": False,
        "url": link("payments", "sample"),
        **change,
    }


def _payments(link: Link) -> dict[Template, Content]:
    by_bank = {"method": BANK, "fee": None, "total": dollars(1250)}
    return {
        "receipt": _payment(link, is_wished=True),
        "payment_processing": _payment(link, **by_bank, mandate=AGREED),
        "payment_failed": _payment(link, **by_bank, because=BANK_REFUSES),
        "payment_refunded": _payment(link, amount=dollars(50.1), fee_back=dollars(0.1)),
        "payment_reversed": _payment(link, **by_bank, amount=dollars(1250)),
        "payment_disputed": _payment(link, is_held=True, respond_by=LATER, url=link("payments", "sample", office=True)),
        "guest_paid": _payment(link, payer="raj@deltamarine.test"),
        "guessing_noticed": {
            "failures": 40,
            "opened": 3,
            "noticed_at": NOON,
            "until": LATER,
            "url": link("portals", "sample", office=True),
        },
    }


def _methods(link: Link) -> dict[Template, Content]:
    url = link("payment-methods")
    return {
        "mandate": {
            "method": BANK,
            "text": AGREED,
            "accepted_at": NOON,
            "ip": IP,
            "user_agent": BROWSER,
            "url": url,
        },
        "method_added": {"method": CARD, "expires_on": "2028-08-31", "added_at": NOON, "url": url},
        "card_expiring": {"method": CARD, "expires_on": "2026-06-30", "by_autopay": True, "url": url},
    }


def _autopay(link: Link) -> dict[Template, Content]:
    url = link("autopay")
    invoice: Content = {"invoice": "INV-2026-00041", "amount": dollars(1000)}
    debit = {**invoice, "on": "2026-05-26", "due": "2026-05-26", "is_late": False, "is_over_cap": False}
    return {
        "autopay_on": {
            "replaces": False,
            "method": CARD,
            "text": AGREED.replace("debit the bank account", "charge the card"),
            "accepted_at": NOON,
            "ip": IP,
            "user_agent": BROWSER,
            "url": url,
        },
        "autopay_off": {"url": url},
        "autopay_stopped": {**invoice, "because": CARD_REFUSES, "url": url},
        "autopay_upcoming": {
            "method": CARD,
            "debits": [debit, {**debit, "invoice": "INV-2026-00042", "is_over_cap": True}],
            "url": url,
        },
        "autopay_declined": {**invoice, "because": CARD_REFUSES, "next_try": "2026-05-29", "url": url},
        "autopay_withheld": {
            **invoice,
            "cap": dollars(500),
            "invoice_url": link("invoices", "sample"),
            "url": url,
        },
    }


def _invoice(link: Link, **change: object) -> Content:
    return {
        "number": "INV-2026-00041",
        "kind": "service",
        "services": ["Mowing", "Irrigation check"],
        "customer": "Lakeside HOA",
        "property": "Clubhouse",
        "due_on": "2026-05-26",
        "balance": dollars(1000),
        "url": link("invoices", "sample"),
        **change,
    }


def _invoices(link: Link) -> dict[Template, Content]:
    of_program = {"customer": "Bluebird Bakery LLC", "property": None, "number": "INV-2026-00090"}
    return {
        "invoice_shared": _invoice(link),
        "invoice_due_soon": _invoice(link),
        "invoice_overdue": _invoice(link, due_on="2026-05-09", days=3),
        "payment_requested": _invoice(
            link, **of_program, kind="one_time", services=["Additional premium HIA-GL-1001"], again=False
        ),
        "payoff": _invoice(
            link, **of_program, kind="payoff", services=["Payoff of the loan"], balance=dollars(8123.45), again=False
        ),
    }


def _programs(link: Link) -> dict[Template, Content]:
    return {
        "program_offered": {
            "number": "PRG-2026-00007",
            "program": "Bakery package",
            "customer": "Bluebird Bakery LLC",
            "total": dollars(12500),
            "may_finance": True,
            "may_pay_in_full": True,
            "url": link("programs", "sample", "plan"),
        },
        "agreement_signed": {
            "number": "FA-2026-00003",
            "program": "Bakery package",
            "signed_by": "Lena Fox",
            "signed_at": NOON,
            "down_payment": dollars(2500),
            "total_of_payments": dollars(10432.1),
            "pdf_url": link("programs", "sample", "finance-agreement"),
            "url": link("programs", "sample"),
        },
    }
