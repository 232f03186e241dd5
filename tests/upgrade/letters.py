"""Every message of one release, sent to the services of the other."""

import time
from contextlib import closing
from typing import Any

import orjson
import pika
from pydantic import SecretStr

from deploy.local.stack import Stack
from services.contracts.identity.sessions import ResolveSession
from tests.chassis.client import Client, Refused
from tests.faults.evidence import Evidence
from tests.faults.world import Site
from tests.upgrade.house import House
from tests.upgrade.versions import Version

Json = dict[str, Any]

ANSWER_SECONDS = 120.0
VOICES = (("whole", "nobody"), ("whole", "staff"), ("bare", "staff"), ("bare", "contact"))
"""With every field or just the required ones, and by whom: what one is refused another is let do."""


def principals(stack: Stack, site: Site) -> dict[str, Json | None]:
    """By whom messages are; taken once, for some of them end the sessions."""
    return {
        "nobody": None,
        "staff": _principal(stack, site.office.token),
        "contact": _principal(stack, site.payers[0].token),
    }


def _principal(stack: Stack, token: str) -> Json:
    with closing(Client(stack.broker.url_for("gateway"))) as client:
        found = client.ask(ResolveSession(token=SecretStr(token)), seconds=ANSWER_SECONDS)
    principal: Json = found.principal.model_dump(mode="json")
    return principal


class Letters:
    """From one release, the sender, to the other, whose services are the only ones that run."""

    def __init__(self, house: House, people: dict[str, Json | None], sender: Version, reader: Version) -> None:
        self._stack = house.stack
        self._sender, self._reader = sender, reader
        self._said, self._read = sender.run("contract.py"), reader.run("contract.py")
        self._people = people

    # Calls

    def calls(self) -> list[str]:
        """What went wrong with calls: one that was not understood, broke or stayed unanswered, or an odd answer."""
        asked = [(name, *voice) for name in self._both("query", "command") for voice in VOICES]
        drafts = [(name, self._content(name, whole == "whole"), self._people[who]) for name, whole, who in asked]
        replies = self._answers([name for name, *_ in asked], self._sender.run("write.py", drafts))
        told = {f"{name} ({whole}, by {who})": reply for (name, whole, who), reply in zip(asked, replies, strict=True)}
        answers = {call: reply for call, reply in told.items() if isinstance(reply, dict)}
        odd = self._sender.run("read.py", [(call.partition(" ")[0], answer) for call, answer in answers.items()])
        wrong = {call: reply for call, reply in told.items() if isinstance(reply, str)}
        wrong |= {call: problem for call, problem in zip(answers, odd, strict=True) if problem}
        return [f"{call}: {problem}" for call, problem in wrong.items()]

    def _answers(self, names: list[str], bodies: list[Json]) -> list[Any]:
        """All are sent, then all are waited for: an answer, None for a refusal, or what went wrong."""
        with closing(Client(self._stack.broker.url_for("gateway"))) as client:
            sent = [self._send(client, name, body) for name, body in zip(names, bodies, strict=True)]
            return [_reply(client, each) for each in sent]

    def _send(self, client: Client, name: str, body: Json) -> str:
        message = self._said[name]
        return client.send_raw(message["service"], message["method"], body["kwargs"], ANSWER_SECONDS)

    # Events

    def events(self) -> list[str]:
        """What went wrong with events: one that nobody could read, or whose handler failed."""
        names = self._both("event")
        staff = self._people["staff"]
        assert staff
        self._subscribe(staff)
        drafts = [(name, {**self._content(name, True), "company_id": staff["company_id"]}, None) for name in names]
        bodies = dict(zip(names, self._sender.run("write.py", drafts), strict=True))
        heard = self._reader.run("listeners.py")
        self._publish(bodies)
        return self._unhandled({(each, handler, bodies[name]["id"]) for name, each, handler in heard if name in bodies})

    def _subscribe(self, staff: Json) -> None:
        """Has a webhook want every event: one that nobody wants is read, and leaves no trace of it."""
        name = "notifications.CreateWebhook"
        types = self._read[name]["content"]["read"]["properties"]["event_types"]["items"]["enum"]
        content = {"url": f"{self._stack.site.mail_url}/nobody", "event_types": types}
        (reply,) = self._answers([name], self._reader.run("write.py", [(name, content, staff)]))
        assert isinstance(reply, dict), reply

    def _publish(self, bodies: dict[str, Json]) -> None:
        form = pika.BasicProperties(content_type="application/json", content_encoding="utf-8", delivery_mode=2)
        with closing(pika.BlockingConnection(pika.URLParameters(self._stack.broker.url))) as connection:
            channel = connection.channel()
            for name, body in bodies.items():
                message = self._said[name]
                channel.basic_publish(f"{message['service']}.events", message["method"], orjson.dumps(body), form)

    def _unhandled(self, expected: set[tuple[str, str, str]]) -> list[str]:
        """Those handlers that broke or were not reached; a refusal only says that a sample's ids are nobody's."""
        evidence = Evidence(self._stack)
        deadline = time.monotonic() + ANSWER_SECONDS
        met: dict[tuple[str, str, str], str | None] = {}
        while expected - met.keys() and time.monotonic() < deadline:
            time.sleep(0.2)
            rows = evidence.everywhere("SELECT handler, message_id::text, state, error FROM inbox")
            met = {row[:3]: None if _is_borne(*row[3:]) else row[4] for row in rows}
        unmet = [f"{service}.{handler} was not reached" for service, handler, _ in expected - met.keys()]
        return unmet + [f"{key[0]}.{key[1]}: {met[key]}" for key in expected & met.keys() if met[key]]

    # What is said

    def _both(self, *kinds: str) -> list[str]:
        """The messages of both releases: a new one is not sent before all replicas are new."""
        return sorted(name for name in self._said.keys() & self._read.keys() if self._said[name]["kind"] in kinds)

    def _content(self, name: str, whole: bool) -> Json:
        """The sender's kept sample, without fields that the reader has never heard of: those are not in use yet."""
        known = self._read[name]["content"]["read"]["properties"]
        required = self._said[name]["content"]["said"].get("required", [])
        sample: Json = self._said[name]["sample"]["message"]
        return {key: value for key, value in sample.items() if key in (known if whole else required)}


def _is_borne(state: str, error: str | None) -> bool:
    return state == "answered" or (error or "").startswith("DomainError(")


def _reply(client: Client, sent: str) -> Any:
    try:
        return client.take_raw(sent, ANSWER_SECONDS)
    except TimeoutError:
        return "it was not answered"
    except Refused as refused:
        return _fault(refused.error)


def _fault(error: Json) -> str | None:
    """What went wrong where a call was not just refused for a reason of the business."""
    if error["exc_type"] != "DomainError":
        return f"{error['exc_type']}: {error['value']}"
    not_understood = error["data"]["details"].get("errors")
    return f"not understood: {not_understood}" if not_understood else None
