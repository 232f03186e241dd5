"""The audit trail: who did what, when, from where, with what changed; filtered, newest first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from gateway.auth import Caller
from gateway.office.entry import AuditReader
from gateway.office.showing import show_list
from gateway.pages.forms import Form
from gateway.paging import Cursor, every
from services.contracts.errors import invalid
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.staff import ListStaff

router = APIRouter()

KINDS = (
    ("session", "Sign-ins and sign-outs"),
    ("viewing", "Viewing as a customer"),
    ("password", "Passwords"),
    ("totp", "Second factors"),
    ("invitation", "Invitations"),
    ("contact", "Contacts"),
    ("role", "Roles"),
    ("customer", "Customers"),
    ("property", "Properties"),
    ("details", "My Details"),
    ("staff", "Staff"),
    ("api_key", "API keys"),
    ("webhook", "Webhooks"),
    ("mail", "Mails sent again, and suppressed addresses"),
    ("import", "Imports"),
    ("branch", "Portals"),
    ("settings", "Portals' settings"),
    ("company", "Company"),
)
"""What can be asked for: the parts of the actions before their dots."""

_NOTHING = "—"
Typed = Annotated[str, Query(max_length=100)]


@router.get("/office/audit")
async def audit(
    request: Request,
    member: AuditReader,
    action: Typed = "",
    actor: Typed = "",
    subject: Typed = "",
    since: Typed = "",
    until: Typed = "",
    cursor: Cursor = None,
) -> Response:
    """One page of the trail; both days of the filter are included, in UTC."""
    query = _query(action, actor, subject, since, until)
    found = await member.ask(query.model_copy(update={"cursor": cursor}))
    form = Form({"action": action, "actor": actor, "since": since, "until": until, "subject": subject})
    return show_list(
        request,
        member,
        "office/audit.html",
        found,
        cursor,
        here="audit",
        form=form,
        kinds=KINDS,
        actors=await _actors(member),
        filtered=any(form.values.values()),
        changes=changes,
    )


def _query(action: str, actor: str, subject: str, since: str, until: str) -> ListAuditEvents:
    """The question that the filter asks; raises `invalid` where it is none."""
    try:
        return ListAuditEvents(
            action=action or None,
            actor_id=UUID(actor) if actor else None,
            subject_id=UUID(subject) if subject else None,
            since=_midnight(date.fromisoformat(since)) if since else None,
            until=_midnight(date.fromisoformat(until) + timedelta(days=1)) if until else None,
        )
    except (ValueError, OverflowError, ValidationError):
        raise invalid("This filter cannot be understood. Choose days such as 2026-11-21.") from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def _actors(member: Caller) -> list[tuple[UUID, str]]:
    return [(person.id, person.name) for person in await every(member, ListStaff())]


def changes(event: AuditEventView) -> Iterator[tuple[str, str, str]]:
    """Each field that changed, as it was and as it is."""
    before, after = event.before or {}, event.after or {}
    for name in dict.fromkeys([*before, *after]):
        if name not in before or name not in after or before[name] != after[name]:
            yield name.replace("_", " "), _told(before.get(name)), _told(after.get(name))


def _told(value: Any) -> str:
    """A value in one line."""
    match value:
        case None | "" | [] | {}:
            return _NOTHING
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_told, value))
        case dict():
            return "; ".join(f"{name.replace('_', ' ')}: {_told(each)}" for name, each in value.items())
        case _:
            return str(value)
