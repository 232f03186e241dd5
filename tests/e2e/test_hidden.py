"""What no customer is to see leaks nowhere: no list, item, file, feed, search or mail tells of it."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg2
import pytest

from deploy.local.stack import Stack
from tests.e2e.pictures import photo
from tests.e2e.visitor import PASSWORD

MAIL_SECONDS = 60


@dataclass(frozen=True)
class Hidden:
    """Something that the office made and did not share; `mark` is a word of it that stands nowhere else."""

    mark: str
    item: str
    """The path of what it belongs to, or of itself."""
    file: str = ""


class Place:
    """Evergreen's administrator, and Priya and Ben of Lakeside who see everything that is shared at the Clubhouse."""

    def __init__(self, public_url: str, mail_url: str) -> None:
        self.http = httpx.Client(base_url=public_url, trust_env=False, timeout=60)
        self.mail = httpx.Client(base_url=mail_url, trust_env=False)
        self.admin = self._sign_in("/office/sessions", "admin@evergreen.test")
        self.priya = self._sign_in("/portals/evergreen-austin/sessions", "priya@lakeside.test")
        self.ben = self._sign_in("/portals/evergreen-austin/sessions", "ben@lakeside.test")
        properties = self.office("GET", "/properties")["items"]
        self.clubhouse = next(each["id"] for each in properties if each["name"] == "Clubhouse")
        asked = {"property_id": self.clubhouse, "title": "Barrier stuck", "description": "Half open."}
        self.request = self.call(self.ben, "POST", "/requests", json=asked).json()["id"]

    def _sign_in(self, path: str, email: str) -> str:
        answer = self.http.post(f"/api/v1{path}", json={"email": email, "password": PASSWORD})
        return str(answer.raise_for_status().json()["token"])

    def call(self, token: str, method: str, path: str, **said: Any) -> httpx.Response:
        """What the API answers."""
        return self.http.request(method, f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, **said)

    def office(self, method: str, path: str, **said: Any) -> Any:
        """What it answers the administrator, who may do everything."""
        return self.call(self.admin, method, f"/office{path}", **said).raise_for_status().json()

    def page(self, path: str) -> str:
        """A page as Priya sees it."""
        return self.http.get(f"/evergreen-austin{path}", headers={"Cookie": f"portico_session={self.priya}"}).text

    def attach(self, path: str, name: str, *, visible: bool) -> str:
        """Attaches a photo in the office; answers where customers would find it."""
        files = {"file": (f"{name}.jpg", photo(), "image/jpeg")}
        made = self.office("POST", f"{path}/attachments", files=files, data={"visible": str(visible).lower()})
        return f"{path}/attachments/{made['id']}"

    def mails(self, to: str) -> str:
        """All that was ever mailed to somebody."""
        return self.mail.get("/api/messages", params={"to": to}).raise_for_status().text


def _internal_comment(place: Place) -> Hidden:
    path = f"/requests/{place.request}"
    said = place.office("POST", f"{path}/comments", json={"text": "Quartzite is what we think"})
    file = place.attach(f"{path}/comments/{said['id']}", "quartzite", visible=True)
    return Hidden("uartzite", path, file)


def _unpublished_note(place: Place) -> Hidden:
    today = datetime.now(ZoneInfo("America/Chicago")).date().isoformat()
    body = {"property_id": place.clubhouse, "date": today, "services": ["Barrier check"]}
    path = f"/visits/{place.office('POST', '/visits', json=body)['id']}"
    place.office("POST", f"{path}/notes", json={"text": "Travertine is what we saw"})
    return Hidden("ravertine", path)


def _internal_request(place: Place) -> Hidden:
    body = {"property_id": place.clubhouse, "title": "Obsidian audit", "description": "Obsidian all over."}
    path = f"/requests/{place.office('POST', '/requests', json=body)['id']}"
    place.office("POST", f"{path}/comments", json={"text": "Obsidian indeed", "public": True})
    file = place.attach(path, "obsidian", visible=True)
    place.office("POST", f"{path}/close")
    return Hidden("bsidian", path, file)


def _hidden_photo(place: Place) -> Hidden:
    path = f"/requests/{place.request}"
    return Hidden("alabaster", path, place.attach(path, "alabaster", visible=False))


THINGS = {
    "an internal comment": _internal_comment,
    "an unpublished note": _unpublished_note,
    "a request without the client": _internal_request,
    "a hidden photo": _hidden_photo,
}


def _in_lists(place: Place, _: Hidden) -> str:
    asked = ("/requests", "/visits?window=upcoming", "/visits?window=completed", "/visits", "/dashboard")
    told = [place.call(place.priya, "GET", each).raise_for_status().text for each in asked]
    return "".join([*told, *map(place.page, ("/requests", "/visits", "/visits?window=completed", "/dashboard"))])


def _in_items(place: Place, hidden: Hidden) -> str:
    return place.call(place.priya, "GET", hidden.item).text + place.page(hidden.item)


def _in_files(place: Place, hidden: Hidden) -> str:
    for path in (hidden.file, f"{hidden.file}/thumbnail") if hidden.file else ():
        assert place.call(place.priya, "GET", path).status_code == httpx.codes.NOT_FOUND
        assert place.call(place.admin, "GET", f"/office{path}").status_code == httpx.codes.OK
        page = place.http.get(f"/evergreen-austin{path}", headers={"Cookie": f"portico_session={place.priya}"})
        assert page.status_code == httpx.codes.NOT_FOUND
    return place.call(place.priya, "GET", hidden.file.rpartition("/")[0]).text if hidden.file else ""


def _in_feed(place: Place, _: Hidden) -> str:
    url = place.call(place.priya, "POST", "/me/calendar").raise_for_status().json()["url"]
    told = httpx.get(url, trust_env=False).raise_for_status().text
    assert "Barrier check" in told
    return told


def _in_search(place: Place, hidden: Hidden) -> str:
    # The first letter is missing from the mark, so that the search itself, which pages repeat, does not bear it.
    found = [place.call(place.priya, "GET", "/requests", params={"search": each}) for each in ("O", "Obsid", "Q", "a")]
    return "".join(each.raise_for_status().text for each in found)


def _in_mails(place: Place, _: Hidden) -> str:
    return place.mails("ben@lakeside.test") + place.mails("priya@lakeside.test")


SURFACES = {
    "list": _in_lists,
    "item": _in_items,
    "file": _in_files,
    "feed": _in_feed,
    "search": _in_search,
    "mail": _in_mails,
}


@pytest.fixture(scope="module")
def place(stack: Stack) -> Iterator[Place]:
    """The demo world's people."""
    place = Place(stack.site.public_url, stack.site.mail_url)
    yield place
    place.http.close()
    place.mail.close()


@pytest.fixture(scope="module")
def hidden(place: Place, stack: Stack) -> Iterator[dict[str, Hidden]]:
    """Everything that is hidden, made before anything is looked at; whatever could tell of it by mail has arrived."""
    made = {name: make(place) for name, make in THINGS.items()}
    place.office("POST", f"/requests/{place.request}/comments", json={"text": "Limestone it is", "public": True})
    deadline = time.monotonic() + MAIL_SECONDS
    while "Limestone" not in place.mails("ben@lakeside.test"):
        assert time.monotonic() < deadline, "the answer was not mailed"
        time.sleep(0.1)
    while _mails_due(stack):
        assert time.monotonic() < deadline, "some mails were not sent"
        time.sleep(0.1)
    yield made


def _mails_due(stack: Stack) -> int:
    """How many mails are still to be sent, of whatever was announced before the last one that has arrived."""
    url = f"{stack.server.admin_url.rpartition('/')[0]}/portico_notifications"
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mail WHERE next_attempt_at <= now() OR status = 'sending'")
        return int(cursor.fetchall()[0][0])


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("thing", THINGS)
def test_what_is_hidden_is_told_nowhere(place: Place, hidden: dict[str, Hidden], thing: str, surface: str) -> None:
    told = SURFACES[surface](place, hidden[thing])
    assert hidden[thing].mark not in told
    # What is shared is told there, so the surface was really looked at.
    assert "uartzite" in str(place.office("GET", hidden["an internal comment"].item))
