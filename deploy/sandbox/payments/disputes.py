"""Disputes: money that a holder's bank takes back, answered with evidence, won or lost."""

from typing import Any

from deploy.sandbox.payments import balance, lists
from deploy.sandbox.payments.call import Call
from deploy.sandbox.payments.errors import invalid
from deploy.sandbox.payments.events import emit
from deploy.sandbox.payments.ids import new_id

Json = dict[str, Any]

UPDATE = frozenset({"evidence", "metadata", "submit", "expand"})
REASONS = ("fraudulent", "product_not_received", "duplicate", "credit_not_processed", "general", "unrecognized")
_DAYS_TO_ANSWER = 20
_ANSWERABLE = ("needs_response", "warning_needs_response")
_OPEN = (*_ANSWERABLE, "under_review", "warning_under_review")
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "duplicate": "12.6"}


def retrieve(call: Call) -> Json:
    """GET /v1/disputes/{id}"""
    return call.get("dispute", call.path["id"], "dispute")


def listed(call: Call) -> Json:
    """GET /v1/disputes, by `charge`, `payment_intent` and `created`."""
    where, values = lists.by_fields(call, "charge", "payment_intent")
    return lists.page(call, "dispute", "/v1/disputes", where, values)


def update(call: Call) -> Json:
    """POST /v1/disputes/{id}: evidence, sent to the bank unless `submit` is false.

    `uncategorized_text` decides a test as documented: `winning_evidence`, `losing_evidence`, and
    `escalate_inquiry_evidence` for an inquiry; with any other text the dispute stays under review.
    """
    dispute = call.get("dispute", call.path["id"], "dispute")
    dispute["metadata"] = call.params.metadata(dispute["metadata"])
    if "evidence" not in call.params:
        return call.store.save(dispute)
    if dispute["status"] not in _ANSWERABLE:
        raise invalid("This dispute does not take evidence any more.", "evidence", kept=True)
    dispute["evidence"].update(call.params.nested("evidence").values)
    dispute["evidence_details"]["has_evidence"] = True
    if call.params.text("submit") != "false":
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    call.store.save(dispute)
    emit(call, "charge.dispute.updated", dispute)
    return _decided(call, dispute) if dispute["status"] not in _ANSWERABLE else dispute


def accept(call: Call) -> Json:
    """POST /v1/disputes/{id}/close: the business gives in."""
    return close(call, call.get("dispute", call.path["id"], "dispute"), "lost")


def begin(call: Call, charge: Json, reason: str, inquiry: bool = False) -> Json:
    """A bank disputes a charge: the money leaves at once, unless the bank only inquires."""
    kind = charge["payment_method_details"]["type"]
    dispute = call.add(_dispute(call, charge, reason, inquiry))
    charge["disputed"] = True
    call.store.save(charge)
    emit(call, "charge.dispute.created", dispute)
    if not inquiry:
        _withdraw(call, dispute, 0 if kind == "us_bank_account" else balance.DISPUTE_FEE)
    return dispute


def lose_debit(call: Call, charge: Json, reason: str) -> Json:
    """A bank debit that comes back after it was paid leaves nothing to answer."""
    return close(call, begin(call, charge, reason), "lost")


def close(call: Call, dispute: Json, outcome: str) -> Json:
    """The bank decides: `won` brings the money back, `lost` leaves it there; an inquiry ends without either."""
    if dispute["status"] not in _OPEN:
        raise invalid(f"This dispute is already closed ({dispute['status']}).", kept=True)
    inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_closed" if inquiry else outcome
    if outcome == "won" and not inquiry:
        _move(call, dispute, dispute["amount"], 0, "dispute_reversal")
        emit(call, "charge.dispute.funds_reinstated", dispute)
    call.store.save(dispute)
    emit(call, "charge.dispute.closed", dispute)
    return dispute


def refuse_refund(call: Call, charge: Json) -> None:
    """Money that a bank holds or has taken is not given back a second time."""
    found = call.store.newest(call.account, "dispute", "AND parent = ?", (charge["payment_intent"],), 100)
    if any(dispute["status"] in ("needs_response", "under_review", "lost") for dispute in found):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")


def _decided(call: Call, dispute: Json) -> Json:
    text = dispute["evidence"].get("uncategorized_text")
    if text == "escalate_inquiry_evidence" and dispute["status"] == "warning_under_review":
        return _escalate(call, dispute)
    outcomes = {"winning_evidence": "won", "losing_evidence": "lost"}
    return close(call, dispute, outcomes[text]) if text in outcomes else dispute


def _escalate(call: Call, dispute: Json) -> Json:
    dispute["status"] = "needs_response"
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    emit(call, "charge.dispute.updated", dispute)
    _withdraw(call, dispute, balance.DISPUTE_FEE)
    return dispute


def _withdraw(call: Call, dispute: Json, fee: int) -> None:
    _move(call, dispute, -dispute["amount"], fee, "dispute")
    dispute["is_charge_refundable"] = False
    call.store.save(dispute)
    emit(call, "charge.dispute.funds_withdrawn", dispute)


def _move(call: Call, dispute: Json, amount: int, fee: int, category: str) -> None:
    moved = balance.record(call, "adjustment", dispute["id"], amount, dispute["currency"], fee, category)
    dispute["balance_transactions"].append(moved)


def _dispute(call: Call, charge: Json, reason: str, inquiry: bool) -> Json:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"uncategorized_text": None},
        "evidence_details": {
            "due_by": call.now + _DAYS_TO_ANSWER * 86_400,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _method(charge, reason, inquiry),
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _method(charge: Json, reason: str, inquiry: bool) -> Json:
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {"type": kind}
    card = {
        "brand": charge["payment_method_details"]["card"]["brand"],
        "case_type": "inquiry" if inquiry else "chargeback",
        "network_reason_code": _NETWORK_CODES.get(reason, "10.4"),
    }
    return {"card": card, "type": kind}
