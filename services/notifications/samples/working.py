"""Samples of mails about proposals, quotes, requests, jobs and visits."""

from services.notifications.contents.shape import Content
from services.notifications.rules import Template
from services.notifications.samples.shape import NOON, Link, dollars

SITE = "Clubhouse"
LEAK = "Zone 3 by the gate.\nIt runs all night."


def samples(link: Link) -> dict[Template, Content]:
    """By template."""
    of_customers = {**_to_sign(link), **_signed(link), **_quotes(link), **_requests(link), **_jobs(link)}
    return {**of_customers, **_digest(link), **_webhooks(link)}


def _proposal(url: str, **change: object) -> Content:
    return {
        "kind": "contract",
        "number": "PRO-2026-00003",
        "title": "Spring planting",
        "revision": 1,
        "property": SITE,
        "total": dollars(4800.5),
        "url": url,
        **change,
    }


def _to_sign(link: Link) -> dict[Template, Content]:
    portal, office = link("proposals", "sample"), link("proposals", "sample", office=True)
    waits: Content = {"delivered_at": NOON, "expires_on": "2026-06-01"}
    return {
        "proposal_delivered": _proposal(portal, **waits),
        "proposal_reminder": _proposal(portal, **waits),
        "proposal_declined": _proposal(
            office, declined_by="Priya Shah", declined_at=NOON, reason_given="Too late in the year. Ask us in spring."
        ),
        "proposal_expired": _proposal(office, expires_on="2026-06-01"),
        "proposal_withdrawn": _proposal(portal, withdrawn_at=NOON),
    }


def _signed(link: Link) -> dict[Template, Content]:
    portal, office = link("proposals", "sample"), link("proposals", "sample", office=True)
    signature: Content = {"signed_by": "Priya Shah", "signed_at": NOON}
    change: Content = {"kind": "change_order", "title": "Two more oaks", "total": dollars(620)}
    pdf: Content = {"key": "sample", "name": "PRO-2026-00003.pdf", "content_type": "application/pdf"}
    copy = _proposal(portal, **signature, attachments=[{**pdf, "size": 1, "sha256": "0" * 64}])
    del copy["revision"]
    return {
        "proposal_signed": _proposal(office, **signature),
        "proposal_signed_copy": copy,
        "change_order_signed": _proposal(office, **signature, **change),
        "change_order_signed_copy": {**copy, **change},
    }


def _quotes(link: Link) -> dict[Template, Content]:
    quote: Content = {
        "number": "QUO-2026-00004",
        "customer": "Northside Dental",
        "property": "Practice",
        "description": "A heat pump for the waiting room.",
        "estimate": dollars(9000),
    }
    return {
        "quote_created": {
            **quote,
            "created_by": "Mia Novak",
            "created_at": NOON,
            "url": link("quotes", "sample", office=True),
        },
        "quote_finalized": {
            **quote,
            "assigned_to": "Rosa Diaz",
            "scheduled_on": "2026-05-20",
            "note": "Rosa comes by on Wednesday to measure.",
            "url": link("quotes", "sample"),
        },
    }


def _requests(link: Link) -> dict[Template, Content]:
    portal, office = link("requests", "sample"), link("requests", "sample", office=True)
    request: Content = {"number": "REQ-2026-00009", "title": "Sprinkler leaks", "property": SITE}
    said: Content = {"text": "The mason comes on Tuesday.", "said_at": NOON}
    return {
        "request_created": {
            **request,
            "description": LEAK,
            "created_by": "Chen Wu",
            "created_at": NOON,
            "url": office,
        },
        "request_commented": {**request, **said, "author": "Chen Wu", "url": office},
        "request_answered": {**request, **said, "author": "Omar Haddad", "url": portal},
        "request_closed": {**request, "closed_by": "Omar Haddad", "url": portal},
    }


def _jobs(link: Link) -> dict[Template, Content]:
    portal, office = link("jobs", "sample"), link("jobs", "sample", office=True)
    job: Content = {
        "number": "JOB-2026-00007",
        "description": "The air conditioner hums.\nAll night.",
        "status": "booked",
        "customer": "Northside Dental",
        "property": "Practice",
        "created_by": "Mia Novak",
        "preferred_date": "2026-05-18",
        "date_booked": "2026-05-19",
        "work_undertaken": "Replaced the bearing.",
    }
    return {
        "job_requested": {**job, "status": "requested", "date_booked": None, "url": office},
        "job_booked": {**job, "url": portal},
        "job_changed": {**job, "news": ["status", "date_booked"], "url": portal},
        "job_done": {**job, "status": "completed", "news": ["status", "work_undertaken"], "url": portal},
        "visit_reminder": {
            "property": SITE,
            "date": "2026-05-13",
            "starts": "08:00:00",
            "ends": "10:00:00",
            "services": ["Mowing", "Irrigation check"],
            "service_contact": "Rosa Diaz",
            "url": link("visits", "sample"),
        },
    }


def _webhooks(link: Link) -> dict[Template, Content]:
    return {
        "webhook_disabled": {
            "address": "https://books.example/hooks",
            "description": "Accounting",
            "because": "failing",
            "disabled_at": NOON,
            "url": link("webhooks", "sample", office=True),
        }
    }


def _digest(link: Link) -> dict[Template, Content]:
    told = (
        ("request_created", "REQ-2026-00007: Sprinkler leaks", "Priya Shah"),
        ("proposal_signed", "PRO-2026-00003: Spring planting", "Priya Shah"),
    )
    activities = [{"kind": kind, "title": title, "actor": actor, "at": NOON} for kind, title, actor in told]
    url = link("activities", office=True)
    return {"activities_digest": {"activities": activities, "unread": 2, "url": url}}
