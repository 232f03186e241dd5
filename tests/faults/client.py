"""A person's HTTP client that repeats what was not answered, with the same key, for as long as is reasonable."""

import random
import time
from typing import Any

import httpx

from tests.faults.journal import Command, Journal, Json, now

ANSWER_SECONDS = 12.0
"""How long one attempt is waited for; a repeat may overtake an attempt that is still under way."""
PATIENCE_SECONDS = 300.0
"""How long one command is repeated before it counts as never answered."""
UNANSWERED = {502, 503, 504}


class NeverAnswered(Exception):
    """Nobody answered within the client's patience."""


class Client:
    """One signed-in person. A client belongs to one thread."""

    def __init__(self, journal: Journal, base_url: str, email: str, token: str, chances: random.Random) -> None:
        self._journal = journal
        self._chances = chances
        self.email = email
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(
            base_url=f"{base_url}/api/v1", headers=headers, timeout=ANSWER_SECONDS, trust_env=False
        )

    def order(self, kind: str, path: str, body: Json, about: str = "") -> Command:
        """Has something done; answers the command with its answer, which may be a refusal."""
        return self.carry(self._journal.begin(kind, self.email, path, body, about))

    def carry(self, command: Command) -> Command:
        """Sends a command until it is answered."""
        command.begun_at = now()
        until = now() + PATIENCE_SECONDS
        while not command.status:
            if now() > until:
                raise NeverAnswered(f"{command.kind} {command.key} of {self.email}, sent {command.sent} times")
            self._attempt(command)
        return command

    def _attempt(self, command: Command) -> None:
        command.sent += 1
        command.last_sent_at = now()
        headers = {"Idempotency-Key": command.key}
        response = self._said("POST", command.path, json=command.body, headers=headers)
        if response is not None:
            command.answer = response.json() if response.content else {}
            command.answered_at = now()
            command.status = response.status_code

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer to a question, however often it has to be asked."""
        until = now() + PATIENCE_SECONDS
        while now() < until:
            response = self._said(method, path, json=body)
            if response is not None and response.is_success:
                found: Json = response.json()
                return found
            if response is not None:
                raise NeverAnswered(f"{method} {path} was refused: {response.status_code} {response.text[:300]}")
        raise NeverAnswered(f"{method} {path}")

    def _said(self, method: str, path: str, **request: Any) -> httpx.Response | None:
        """An answer, or None after a pause where there was none."""
        try:
            response = self._http.request(method, path, **request)
        except httpx.TransportError as problem:
            self._pause(type(problem).__name__)
            return None
        if response.status_code in (401, 429) or response.status_code == 500:
            self._journal.surprise(f"{self.email} {method} {path}: {response.status_code} {response.text[:300]}")
            self._pause(str(response.status_code))
            return None
        if response.status_code in UNANSWERED or _is_in_progress(response):
            self._pause(str(response.status_code))
            return None
        return response

    def _pause(self, what: str) -> None:
        self._journal.silences[what] += 1
        time.sleep(self._chances.uniform(0.1, 1.0))


def _is_in_progress(response: httpx.Response) -> bool:
    return response.status_code == 409 and response.json().get("reason") == "in_progress"
