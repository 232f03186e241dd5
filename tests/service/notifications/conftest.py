"""Notifications' use cases on a real database and SMTP server, beside a neighbour that answers as identity does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import httpx
import psycopg2
import pytest
from sqlalchemy import text

from deploy.local.ports import free_port
from deploy.local.stack import Stack
from services.chassis.executor import Executor
from services.chassis.wire import Unavailable
from services.chassis.work import Work
from services.contracts.errors import not_found
from services.contracts.identity.contacts import GetContact, GetContactPortals, ListContacts
from services.contracts.identity.customers import GetCustomer, GetProperty
from services.contracts.identity.invitations import MintInvitationLink
from services.contracts.identity.passwords import MintPasswordReset
from services.contracts.identity.portals import GetBranch, ListBranches
from services.contracts.identity.sessions import MintLoginCode
from services.contracts.identity.staff import GetStaffMember, ListStaff
from services.contracts.messages import Ask, Event, Page, View
from services.notifications import connections, deliveries, mails
from services.notifications.settings import notifications_settings
from tests.service.conftest import Databases
from tests.unit.notifications import program_samples, samples

Json = dict[str, Any]


DUE = " UNION ALL ".join(
    f"SELECT company_id, id FROM lookups.{look_up}(100)" for look_up in ("urgent_mails_due", "ordinary_mails_due")
)


class Inbox:
    """The mail stand-in as a process of its own."""

    def __init__(self, smtp_port: int, url: str) -> None:
        self.smtp_port = smtp_port
        self._http = httpx.Client(base_url=url, trust_env=False)

    def messages(self) -> list[Json]:
        """What arrived, newest first."""
        found: list[Json] = self._http.get("/api/messages").raise_for_status().json()
        return found

    def fault(self, kind: str, **rule: Any) -> None:
        """Makes it misbehave."""
        self._http.post("/api/faults", json={"kind": kind, **rule}).raise_for_status()

    def clear(self) -> None:
        """Forgets mails and faults."""
        self._http.delete("/api/messages").raise_for_status()
        self._http.delete("/api/faults").raise_for_status()

    def answers(self) -> bool:
        """Whether it takes calls yet."""
        try:
            return self._http.get("/api/messages").is_success
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Ends the connections to it."""
        self._http.close()


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """One mail server for all tests of this folder."""
    smtp_port, web_port = free_port(), free_port()
    state = tmp_path_factory.mktemp("mail") / "state"
    settings = {"MAIL_SMTP_PORT": str(smtp_port), "MAIL_WEB_PORT": str(web_port), "MAIL_STATE": str(state)}
    process = subprocess.Popen([sys.executable, "-m", "deploy.sandbox.mail"], env={**os.environ, **settings})
    inbox = Inbox(smtp_port, f"http://127.0.0.1:{web_port}")
    until(inbox.answers, "the mail server answers")
    yield inbox
    inbox.close()
    process.terminate()
    process.wait(10)


@pytest.fixture
def inbox(mail_server: Inbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """The mail server, empty and well-behaved, and notifications told to use it."""
    mail_server.clear()
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{mail_server.smtp_port}")
    monkeypatch.setenv("PUBLIC_URL", "https://portico.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "the key of the tests' unsubscribing")
    notifications_settings.cache_clear()
    yield mail_server
    connections.pool(notifications_settings().smtp_server()).close()
    notifications_settings.cache_clear()


class Identity:
    """Answers as identity would; a test changes what it knows."""

    def __init__(self) -> None:
        self.contact = samples.priya()
        self.contacts = [self.contact]
        self.branch = samples.branch()
        self.staff = {samples.ROSA: samples.rosa(), samples.OMAR: samples.omar()}
        self.property = samples.clubhouse()
        self.customer = program_samples.customer()
        self.link = samples.link()
        self.away = False
        self.invitation_used = False
        self.minted = 0

    def __call__(self, message: Ask[Any], work: Work) -> Any:
        if self.away:
            raise Unavailable
        match message:
            case GetBranch() | ListBranches():
                return self.branch if isinstance(message, GetBranch) else Page(items=[self.branch])
            case GetContact():
                return self.contact
            case GetStaffMember():
                return self.staff[message.staff_id]
            case ListStaff():
                return _one_a_page(list(self.staff.values()), message.cursor)
            case ListContacts():
                return _one_a_page(self.contacts, message.cursor)
            case GetProperty() | GetCustomer():
                return self.property if isinstance(message, GetProperty) else self.customer
            case GetContactPortals():
                return samples.portals()
            case MintInvitationLink() | MintLoginCode() | MintPasswordReset():
                return self._mint(message)
        raise AssertionError(f"notifications asked {message!r}")

    def _mint(self, message: MintInvitationLink | MintLoginCode | MintPasswordReset) -> View:
        if self.invitation_used:
            raise not_found()
        self.minted += 1
        views: dict[type, View] = {
            MintInvitationLink: self.link,
            MintLoginCode: samples.login(),
            MintPasswordReset: samples.reset(),
        }
        return views[type(message)].model_copy(update={"token": f"tok-secret-{self.minted}"})


def _one_a_page(items: Sequence[Any], cursor: str | None) -> Page[Any]:
    """As of a company with many."""
    at = int(cursor or 0)
    return Page(items=items[at : at + 1], next_cursor=str(at + 1) if at + 1 < len(items) else None)


class Notifications:
    """One replica's executor, and a look at its database."""

    def __init__(self, databases: Databases, identity: Identity, admin_url: str) -> None:
        self.engine = databases.engine("notifications")
        self.identity = identity
        self.woken: set[str] = set()
        self.executor = Executor(self.engine, b"k" * 32, self._committed, identity)
        self._admin_url = admin_url.rpartition("/")[0] + "/portico_notifications"

    def _committed(self, work: Work) -> None:
        self.woken |= work.woken

    def happens(self, event: Event, handler: str = "on_event") -> None:
        """An event arrives at a handler."""
        self.executor.event(handler, mails.queue, event)

    def deliver(self) -> int:
        """One turn of the worklists; answers how many rows were due."""
        due = self.due()
        for company_id, mail_id in due:
            self.executor.due(deliveries.deliver, company_id, mail_id)
        return len(due)

    def due(self) -> list[tuple[UUID, UUID]]:
        """What the look-ups find, as the service's own role: what is urgent before the rest."""
        with self.engine.connect() as connection:
            rows = connection.execute(text(DUE)).all()
        return [(row.company_id, row.id) for row in rows]

    def pass_time(self) -> None:
        """Lets every back-off, lease and pause end."""
        self.sql("UPDATE mail SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL")
        self.sql("UPDATE smtp_pace SET next_at = now(), away_until = now()")

    def mail(self) -> Json:
        """The only mail there is, as its row."""
        (row,) = self.sql("SELECT to_jsonb(mail) FROM mail")
        found: Json = row[0]
        return found

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the administrator sees or does, past the tenants' policy."""
        with psycopg2.connect(self._admin_url) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def identity() -> Identity:
    """The neighbour."""
    return Identity()


@pytest.fixture
def notifications(databases: Databases, backing: Stack, identity: Identity, inbox: Inbox) -> Notifications:
    """Notifications with empty tables."""
    notifications = Notifications(databases, identity, backing.server.admin_url)
    notifications.sql("TRUNCATE activity, mail, mail_copy, suppression, preferences, wish, inbox, outbox")
    notifications.sql("UPDATE smtp_pace SET next_at = now(), away_until = now(), failures = 0")
    return notifications


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Waits for a condition; fails with `what` did not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"within {seconds:g} s it did not come true that {what}")
        time.sleep(0.02)
