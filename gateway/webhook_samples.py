"""Sample payloads of webhooks, one for each type of event, for the pages and the OpenAPI document that explain them."""

from typing import Any

from services.contracts.notifications.webhook_events import EVENT_KINDS, EventType

_ADDRESS = {"line1": "1 Lake Road", "city": "Austin", "state": "TX", "zip": "78701"}
_SITE = {"id": "01a20043-a3bc-7377-bef4-b07fceeb1301", "name": "Clubhouse", "address": _ADDRESS}
_CUSTOMER = {"id": "01a20043-a3bc-7377-bef4-b07fceeb1302", "name": "Lakeside HOA", "address": _ADDRESS}
_BRANCH = "01a20043-a3bc-7377-bef4-b07fceeb1303"
_CONTACT = "01a20043-a3bc-7377-bef4-b07fceeb1304"
_ID = "01a20043-a3bc-7377-bef4-b07fceeb1326"
_INVOICE = "01a20043-a3bc-7377-bef4-b07fceeb1305"
_AT = "2026-11-21T17:00:00Z"


def _dollars(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def _payment(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": _ID,
        "number": "PAY-2026-00012",
        "status": status,
        "created_at": _AT,
        "subtotal": _dollars(48_000),
        "fee": _dollars(250),
        "total": _dollars(48_250),
        "payer": "Priya Shah",
        "method_type": "card",
        "method_brand": "visa",
        "method_last4": "4242",
        "allocations": [{"invoice_id": _INVOICE, "invoice_number": "INV-2026-00031", "amount": _dollars(48_000)}],
        "customer_id": _CUSTOMER["id"],
        **more,
    }


def _proposal(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": _ID,
        "number": "PRO-2026-00007",
        "title": "Grounds care 2027",
        "kind": "contract",
        "status": status,
        "revision": 1,
        "branch_id": _BRANCH,
        "customer_id": _CUSTOMER["id"],
        "property": _SITE,
        "total": _dollars(100_000),
        "expires_on": "2026-12-31",
        **more,
    }


def _autopay(**more: Any) -> dict[str, Any]:
    return {"branch_id": _BRANCH, "program_id": None, **more}


def _request(**more: Any) -> dict[str, Any]:
    return {
        "id": _ID,
        "number": "REQ-2026-00004",
        "title": "Sprinkler head leaking",
        "description": "By the north gate.",
        "status": "open",
        "property": _SITE,
        "created_at": _AT,
        "created_by": "Priya Shah",
        "include_client": True,
        "customer_id": _CUSTOMER["id"],
        "branch_id": _BRANCH,
        **more,
    }


def _quote(**more: Any) -> dict[str, Any]:
    return {
        "id": _ID,
        "number": "QUO-2026-00003",
        "status": "open",
        "description": "A hedge along the drive",
        "price_estimate": _dollars(150_000),
        "customer": _CUSTOMER,
        "property": _SITE,
        "contact_id": _CONTACT,
        "created_by": "Priya Shah",
        "created_at": _AT,
        "assigned_to": None,
        "scheduled_on": None,
        "note": "",
        "finalized_at": None,
        "proposals": [],
        **more,
    }


def _job(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": _ID,
        "number": "JOB-2026-00009",
        "status": status,
        "description": "Prune the oak",
        "property": _SITE,
        "customer": _CUSTOMER,
        "date_booked": "2026-12-01",
        "preferred_date": None,
        "time_logged": 0,
        "work_undertaken": "",
        "created_at": _AT,
        "created_by": "Priya Shah",
        "version": 1,
        "branch_id": _BRANCH,
        "time_zone": "America/Chicago",
        "contact_id": _CONTACT,
        "assigned_to": [],
        "time_entries": [],
        "history": [],
        "equipment": [],
        "attachments": [],
        **more,
    }


_INVOICE_DATA = {
    "id": _INVOICE,
    "number": "INV-2026-00031",
    "kind": "service",
    "status": "due",
    "issued_on": "2026-11-21",
    "due_on": "2026-12-21",
    "total": _dollars(48_000),
    "balance": _dollars(48_000),
    "customer": _CUSTOMER,
    "property": _SITE,
    "services": [{"service": "Mowing", "description": "", "quantity": 1, "unit_price": _dollars(48_000)}],
    "proposal_id": None,
    "service_contact": None,
    "payable": False,
}
_COMMENT = {
    "id": "01a20043-a3bc-7377-bef4-b07fceeb1306",
    "text": "It got worse over night.",
    "public": True,
    "author": "Priya Shah",
    "author_kind": "contact",
    "created_at": _AT,
}
_SIGNED = {"signed_at": _AT, "signed_by": "Priya Shah"}
_PROGRAM = {"number": "PRG-2026-00002", "name": "Clubhouse liability", "branch_id": _BRANCH}
_VISA = {"id": "01a20043-a3bc-7377-bef4-b07fceeb1307", "type": "card", "brand": "visa", "last4": "4242"}

_DATA: dict[EventType, dict[str, Any]] = {
    "invoice.shared": _INVOICE_DATA,
    "payment.processing": _payment("processing"),
    "payment.succeeded": _payment("succeeded"),
    "payment.failed": _payment("failed", decline_reason="The bank account was closed."),
    "payment.refunded": _payment("refunded", refunded=_dollars(48_250)),
    "payment.reversed": _payment("reversed", reversed=_dollars(48_250)),
    "payment.disputed": _payment("disputed"),
    "autopay.authorized": _autopay(payment_method=_VISA),
    "autopay.declined": _autopay(
        invoice_number="INV-2026-00031",
        amount=_dollars(48_000),
        decline_reason="The card has expired.",
        next_try_on="2026-11-24",
    ),
    "autopay.withheld": _autopay(
        invoice_id=_INVOICE, invoice_number="INV-2026-00031", amount=_dollars(48_000), cap=_dollars(30_000)
    ),
    "autopay.ended": _autopay(because="asked"),
    "program.offered": {
        **_PROGRAM,
        "id": _ID,
        "status": "offered",
        "customer": _CUSTOMER,
        "allowed_plans": ["pay_in_full", "financed"],
        "total": _dollars(1_200_000),
    },
    "agreement.signed": {
        **_PROGRAM,
        "program_id": _ID,
        "electronic_signature": _SIGNED,
        "down_payment": _dollars(240_000),
        "total_of_payments": _dollars(1_003_250),
    },
    "proposal.delivered": _proposal("pending", delivered_at=_AT),
    "proposal.signed": _proposal("accepted", electronic_signature=_SIGNED),
    "proposal.declined": _proposal(
        "rejected", declined={"declined_at": _AT, "declined_by": "Priya Shah", "reason": "Not this year."}
    ),
    "proposal.expired": _proposal("pending", expired=True),
    "proposal.withdrawn": _proposal("pending"),
    "quote.created": _quote(),
    "quote.finalized": _quote(status="finalized", finalized_at=_AT, note="We come and look at it."),
    "job.created": _job("requested", date_booked=None),
    "job.changed": _job("completed", work_undertaken="Pruned to the first fork.", version=4),
    "request.created": {**_request(), "comments": [], "attachments": []},
    "request.commented": _request(comment=_COMMENT),
    "request.changed": _request(priority="high"),
    "request.closed": _request(status="closed"),
}


def payload_of(of_type: EventType) -> dict[str, Any]:
    """A whole payload of this type, with every field that there is."""
    data = EVENT_KINDS[of_type].data.model_validate(_DATA[of_type])
    return {"type": of_type, "timestamp": _AT, "data": data.model_dump(mode="json")}
