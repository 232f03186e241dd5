"""The people who try every route, and the ids of what they try it on: all of it Lakeside's."""

from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
from PIL import Image

from tests.e2e.access.integrations import WEBHOOK
from tests.e2e.access.programs import OFFER, PROGRAM
from tests.e2e.office import Office
from tests.e2e.visitor import PASSWORD

WITHOUT = "without@lakeside.test"
"""A contact of Lakeside's who may nothing."""
PORTALS = {"priya": ("priya@lakeside.test", "evergreen-austin"), "dana": ("dana@oakterrace.test", "evergreen-austin"),
           "mia": ("mia@northside.test", "coolair"), "without": (WITHOUT, "evergreen-austin")}  # fmt: skip
LENT = ("jobs", "equipment", "programs")
"""Sections that the Austin portal has only while its routes are tried."""
OFFICES = {
    "admin": "admin@evergreen.test",
    "rosa": "rosa@evergreen.test",
    "omar": "omar@evergreen.test",
    "stranger": "admin@coolair.test",
}


@dataclass
class AccessWorld:
    """Signs its people in when they are first needed, each time anew for a session that is to end."""

    base_url: str
    office: Office
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=f"{self.base_url}/api/v1", trust_env=False, timeout=30)
        self._make_contact()
        self._open_sections(*LENT)
        self._find_ids()
        self._attach()

    def close(self) -> None:
        """Leaves the demo world's people as they were, and ends its connections."""
        self.call("priya", "PUT /me/property-filter", {"property_ids": []}).raise_for_status()
        self._open_sections()
        self._http.close()

    def routes(self) -> set[str]:
        """Every route of the OpenAPI document, without the prefix of the API."""
        paths = self._http.get("/openapi.json").raise_for_status().json()["paths"]
        return {
            f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in paths.items() for method in methods
        }

    def call(self, who: str | None, route: str, body: dict[str, Any] | None) -> httpx.Response:
        """What somebody is answered; None has no session."""
        method, _, path = route.partition(" ")
        headers = {"Authorization": f"Bearer {self._token(who, route)}"} if who else {}
        sent = _filled(body, self.ids)
        if sent and "file" in sent:
            return self._http.request(method, path.format(**self._ids_of(path)), headers=headers, files=_picture())
        return self._http.request(method, path.format(**self._ids_of(path)), headers=headers, json=sent)

    def lakeside_is_in(self, answer: httpx.Response) -> bool:
        """Whether the answer tells of anything of Lakeside's that was not in the request itself."""
        asked = str(answer.request.url) + answer.request.read().decode("latin-1")
        # Dana is at home in the same branch.
        private = [each for name, each in self.ids.items() if name != "branch_id"]
        return any(each in answer.text and each not in asked for each in private)

    def _token(self, who: str, route: str) -> str:
        if "/sessions/current" in route:
            return self._sign_in(who)
        if who not in self.tokens:
            self.tokens[who] = self._sign_in(who)
        return self.tokens[who]

    def _sign_in(self, who: str) -> str:
        if who == "key":
            return self._key()
        if who in OFFICES:
            path, known = "/office/sessions", {"email": OFFICES[who], "password": PASSWORD}
        else:
            email, portal = PORTALS[who]
            path, known = f"/portals/{portal}/sessions", {"email": email, "password": PASSWORD}
        token: str = self._http.post(path, json=known).raise_for_status().json()["token"]
        return token

    def _key(self) -> str:
        """An API key that may read the audit trail and nothing else."""
        body = {"name": "Narrow", "scopes": ["audit.read"]}
        key: str = self.call("admin", "POST /office/api-keys", body).raise_for_status().json()["key"]
        return key

    def _make_contact(self) -> None:
        place = next(each for each in self.office.get("/office/properties")["items"] if each["name"] == "Clubhouse")
        made = self._contact(place, "Without permissions", WITHOUT)
        self.call("admin", f"POST /office/contacts/{made}/invitation", None).raise_for_status()
        token = self.office.invitation(WITHOUT).rpartition("/")[2]
        acceptance = {"token": token, "password": PASSWORD}
        self._http.post("/invitations/acceptance", json=acceptance).raise_for_status()
        self.ids |= {
            "property_id": place["id"],
            "branch_id": place["branch_id"],
            "customer_id": place["customer"]["id"],
            "nothing_id": str(uuid4()),
            "event_id": str(uuid4()),
            "address": "nobody@nowhere.test",
            "mail_id": self._mail(),
            "payment_method_id": str(uuid4()),
            "run_id": str(uuid4()),
            "contact_id": self._contact(place, "Somebody of Lakeside", "somebody@lakeside.test"),
        }

    def _mail(self) -> str:
        """One that the demo's proposals made, and that has been sent."""
        found = self.call("admin", "GET /office/mails?template=proposal_delivered&status=sent", None)
        return str(found.raise_for_status().json()["items"][0]["id"])

    def _contact(self, place: dict[str, Any], name: str, email: str) -> str:
        """The id of a new contact of Lakeside's at the place, who may nothing."""
        body = {
            "customer_id": place["customer"]["id"],
            "name": name,
            "email": email,
            "permissions": [],
            "property_roles": [{"property_id": place["id"], "role": "other"}],
        }
        contact_id: str = self.call("admin", "POST /office/contacts", body).raise_for_status().json()["id"]
        return contact_id

    def _find_ids(self) -> None:
        paid = self.call("priya", "GET /payments", None).json()["items"]
        requests = self.call("priya", "GET /requests", None).json()["items"]
        sessions = self.call("priya", "GET /sessions", None).json()["items"]
        role = self.call("admin", "POST /office/roles", {"name": "Visitor", "permissions": []})
        clerk = {"name": "A gardener", "email": "gardener@evergreen.test", "roles": ["sales_rep"]}
        credit = {
            "customer_id": self.ids["customer_id"],
            "amount": {"amount": 500, "currency": "USD"},
            "reason": "Rain",
        }
        key = {"name": "Invoices", "scopes": ["invoices.read"]}
        quote = {"property_id": "{property_id}", "description": "A fence"}
        self.ids |= {
            "invoice_id": self.office.invoice(5_000)["id"],
            "payment_id": next(each["id"] for each in paid if each["status"] == "succeeded"),
            "proposal_id": self._revised_proposal(),
            "revision": "1",
            "quote_id": self.call("priya", "POST /quotes", quote).raise_for_status().json()["id"],
            "request_id": requests[0]["id"],
            **self._visit(),
            "program_id": self._program(),
            "session_id": next(each["id"] for each in sessions if not each["current"]),
            "credit_id": self.call("admin", "POST /office/credits", credit).json()["id"],
            "role_id": role.json()["id"],
            "staff_id": self.call("admin", "POST /office/staff", clerk).json()["id"],
            "import_id": self._import(),
            "api_key_id": self.call("admin", "POST /office/api-keys", key).json()["id"],
            "webhook_id": self.call("admin", "POST /office/webhooks", WEBHOOK).raise_for_status().json()["id"],
            "delivery_id": str(uuid4()),
        }

    def _import(self) -> str:
        """An import of a file that has no rows."""
        file = {"file": ("rows.csv", b"nothing", "text/csv")}
        headers = {"Authorization": f"Bearer {self._token('admin', '')}"}
        made = self._http.post("/office/imports", headers=headers, data={"kind": "customers"}, files=file)
        import_id: str = made.raise_for_status().json()["id"]
        return import_id

    def _open_sections(self, *more: str) -> None:
        """The portal's sections and these besides, for the routes of them; without any, as they were."""
        path = "/office/branches/{branch_id}/settings"
        now = self.call("admin", f"GET {path}", None).json()["sections"]
        sections = [each for each in now if each not in LENT] + list(more)
        self.call("admin", f"PATCH {path}", {"sections": sections}).raise_for_status()

    def _attach(self) -> None:
        """A job, equipment and a comment of Lakeside's, and a photo that Priya attached to each of what takes some."""
        asked = {
            "job_id": ("POST /jobs", {"property_id": "{property_id}", "description": "Mulch"}),
            "equipment_id": ("POST /equipment", {"property_id": "{property_id}", "kind": "Pump"}),
            "comment_id": ("POST /requests/{request_id}/comments", {"text": "See the photo"}),
        }
        for name, (route, body) in asked.items():
            self.ids[name] = self.call("priya", route, body).raise_for_status().json()["id"]
        worked = {"worked_on": "2026-01-05", "minutes": 60}
        logged = self.call("admin", "POST /office/jobs/{job_id}/time", worked).raise_for_status().json()
        self.ids["entry_id"] = logged["time_entries"][0]["id"]
        owners = ("jobs/{job_id}", "equipment/{equipment_id}", "quotes/{quote_id}", "requests/{request_id}")
        for owner in (*owners, "requests/{request_id}/comments/{comment_id}"):
            made = self.call("priya", f"POST /{owner}/attachments", {"file": "A photo"}).raise_for_status()
            self.ids[f"attached to {owner}"] = made.json()["id"]

    def _ids_of(self, path: str) -> dict[str, str]:
        """The ids that a path names; its attachment is that of what stands before it."""
        owner = path.removeprefix("/office").partition("/attachments")[0].removeprefix("/")
        return {**self.ids, "attachment_id": self.ids.get(f"attached to {owner}", "")}

    def _program(self) -> str:
        """The id of a program that Lakeside was offered."""
        made = self.call("admin", "POST /office/programs", PROGRAM).raise_for_status().json()
        self.call("admin", f"POST /office/programs/{made['id']}/offer", OFFER).raise_for_status()
        return str(made["id"])

    def _visit(self) -> dict[str, str]:
        """A visit of today at the clubhouse with a note, so that it can be completed."""
        today = datetime.now(ZoneInfo("America/Chicago")).date().isoformat()
        body = {"property_id": "{property_id}", "date": today, "services": ["Hedges"]}
        self.ids["visit_id"] = self.call("admin", "POST /office/visits", body).raise_for_status().json()["id"]
        note = self.call("admin", "POST /office/visits/{visit_id}/notes", {"text": "Ring twice"}).raise_for_status()
        return {"visit_id": self.ids["visit_id"], "note_id": note.json()["notes"][0]["id"]}

    def _revised_proposal(self) -> str:
        """The id of a proposal that Priya had signed, and that waits to be signed again."""
        self.ids["proposal_id"] = self.office.proposal("Mowing, asked for by everybody")["id"]
        shown = self.call("priya", "GET /proposals/{proposal_id}", None).raise_for_status().json()
        signature = {
            "name": "Priya Shah",
            "signature": {"typed": "Priya Shah"},
            "consent_version": shown["consent"]["version"],
            "document_sha256": shown["document_sha256"],
        }
        self.call("priya", "POST /proposals/{proposal_id}/signature", signature).raise_for_status()
        for act in ("reset", "deliver"):
            self.call("admin", f"POST /office/proposals/{{proposal_id}}/{act}", None).raise_for_status()
        return self.ids["proposal_id"]


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    return value.format(**ids) if isinstance(value, str) else value


def _picture() -> dict[str, Any]:
    written = BytesIO()
    Image.new("RGB", (20, 10), "green").save(written, "PNG")
    return {"file": ("logo.png", written.getvalue(), "image/png")}
