"""The audit trail: each change of access and each sign-in, as it happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, select

from services.chassis.tables import Base
from services.chassis.work import Work
from services.contracts.billing.imports import ImportRecorded
from services.contracts.errors import DomainError
from services.contracts.identity.audit import Actor, AuditEventView, ListAuditEvents
from services.contracts.identity.people import Client, Json
from services.contracts.messages import Page
from services.contracts.notifications.mails import MailsAffected
from services.contracts.notifications.webhooks import WebhookChanged
from services.identity import access, pages
from services.identity.models import Contact, StaffMember
from services.identity.office_models import AuditEvent

OPERATOR = Actor(kind="operator", name="The operator")
"""Who acts on the command line, for no company."""


class Subject(Protocol):
    """A row, or a principal, that something happened to."""

    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Elsewhere:
    """A thing that another service keeps."""

    id: UUID
    name: str
    kind: str


def record(
    work: Work,
    action: str,
    subject: Subject,
    *,
    before: Json | None = None,
    after: Json | None = None,
    actor: Actor | Contact | StaffMember | None = None,
    client: Client | None = None,
) -> None:
    """Adds what happened to the trail, in the transaction of its effect; nothing where nothing changed.

    `action` is such as `contact.changed`. Where both `before` and `after` are given, only the fields that
    differ are kept; secrets never belong there. `actor` and `client` are those of the call unless named.
    """
    if before is not None and after is not None:
        before, after = _difference(before, after)
        if not after:
            return
    who = _actor(actor) if actor else _caller(work)
    origin = client or work.client
    row = AuditEvent(
        company_id=work.company_id,
        at=work.now,
        actor_kind=who.kind,
        actor_id=who.id,
        actor_name=who.name,
        topic=topic_of(action),
        action=action,
        subject_type=_type_of(subject),
        subject_id=subject.id,
        subject_name=subject.name,
        ip=origin.ip,
        user_agent=origin.user_agent,
        before=to_jsonable_python(before),
        after=to_jsonable_python(after),
    )
    work.session.add(row)


def keep_of_webhook(work: Work, event: WebhookChanged) -> None:
    """What was changed of an integrator's webhook, which notifications keeps."""
    origin = Client(ip=event.ip, user_agent=event.user_agent)
    subject = Elsewhere(event.webhook_id, event.url, "webhook")
    record(work, event.action, subject, before=event.before, after=event.after, actor=event.actor, client=origin)


def keep_of_mail(work: Work, event: MailsAffected) -> None:
    """Who had a mail sent again, or an address suppressed or lifted, which notifications keeps."""
    origin = Client(ip=event.ip, user_agent=event.user_agent)
    record(work, event.action, Elsewhere(event.subject_id, event.address, "mail"), actor=event.actor, client=origin)


def keep_of_import(work: Work, event: ImportRecorded) -> None:
    """What was done with a file whose rows billing keeps."""
    origin = Client(ip=event.ip, user_agent=event.user_agent)
    subject = Elsewhere(event.import_id, event.file_name, "import")
    record(work, event.action, subject, after=event.after, actor=event.actor, client=origin)


def list_all(work: Work, query: ListAuditEvents) -> Page[AuditEventView]:
    """Newest first, for administrators and the office."""
    access.office(work, "audit.read")
    found = select(AuditEvent).where(AuditEvent.company_id == work.company_id, *_filters(query))
    return pages.read_newest(work, query, found, AuditEvent.at, AuditEvent.id, view)


def _filters(query: ListAuditEvents) -> Iterator[ColumnElement[bool]]:
    """`since` is the first moment, `until` the first after the last."""
    if query.action is not None:
        yield AuditEvent.topic == topic_of(query.action)
        if "." in query.action:
            yield AuditEvent.action == query.action
    if query.actor_id is not None:
        yield AuditEvent.actor_id == query.actor_id
    if query.subject_id is not None:
        yield AuditEvent.subject_id == query.subject_id
    if query.since is not None:
        yield AuditEvent.at >= query.since
    if query.until is not None:
        yield AuditEvent.at < query.until


def view(event: AuditEvent) -> AuditEventView:
    """An event as staff read it."""
    return AuditEventView(
        id=event.id,
        at=event.at,
        actor=Actor(kind=event.actor_kind, id=event.actor_id, name=event.actor_name),
        action=event.action,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        subject_name=event.subject_name,
        ip=event.ip,
        user_agent=event.user_agent,
        before=event.before,
        after=event.after,
    )


def topic_of(action: str) -> str:
    """What an action is about: the part before the dot."""
    return action.partition(".")[0]


def _difference(before: Json, after: Json) -> tuple[Json, Json]:
    """The fields of both that are not the same in both."""
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in changed}, {key: after.get(key) for key in changed}


def _actor(who: Actor | Contact | StaffMember) -> Actor:
    return who if isinstance(who, Actor) else Actor(kind=who.kind, id=who.id, name=who.name)


def _caller(work: Work) -> Actor:
    """The principal; behind a contact whom a staff member is looking as it is that staff member."""
    try:
        principal = work.principal
    except DomainError:
        return Actor(kind="nobody")
    if principal.viewer:
        return Actor(kind="staff", id=principal.viewer.id, name=principal.viewer.name)
    return Actor(kind=principal.kind, id=principal.id, name=principal.name)


def _type_of(subject: Subject) -> str:
    """`contact`, `staff`, `branch` …: what the API calls it."""
    kind: str | None = getattr(subject, "kind", None)
    if kind:
        return kind
    assert isinstance(subject, Base)
    return str(subject.__tablename__)
