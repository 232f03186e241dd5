"""What the lists of jobs, visits, requests and equipment cost as a company grows to 1,000,000 rows of each."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import httpx
import psycopg2

from deploy.local.stack import Stack
from tests.e2e.visitor import PASSWORD
from tests.load.compare import Json
from tests.load.growth import AIM_RATIO, LARGE, MANY, OWN, SMALL, batches, cost

MIA, TOM, PRIYA = "mia@northside.test", "tom@northside.test", "priya@lakeside.test"
PORTALS = {MIA: "coolair", TOM: "coolair", PRIYA: "evergreen-austin"}
INVOLVED = ("gateway", "fieldwork", "identity", "broker", "database")


@dataclass(frozen=True)
class Grown:
    """A table that grows: `copied` are columns as in the template, `made` what each row has of its own."""

    table: str
    copied: tuple[str, ...]
    made: tuple[str, ...]

    def statement(self) -> str:
        """Adds the rows from `first` to `last`: the template's customer's own, or 50 each of as many others."""
        mine = ("customer_id", "property_id")
        columns = ", ".join(("id", "created_at", *mine, *self.copied, *(each.partition("=")[0] for each in self.made)))
        own = ", ".join(f"CASE WHEN %(own)s THEN {each} ELSE md5('{each} ' || n / %(each)s)::uuid END" for each in mine)
        said = ", ".join((*self.copied, *(each.partition("=")[2] for each in self.made)))
        return (
            f"INSERT INTO {self.table} ({columns})"
            f" SELECT gen_random_uuid(), created_at - n * interval '1 second', {own}, {said}"
            f" FROM (SELECT * FROM {self.table} WHERE id = %(template)s) AS template,"
            " generate_series(%(first)s, %(last)s) n"
        )


_SITE = ("company_id", "branch_id", "property", "created_by", "version")
JOBS = Grown(
    "job",
    (*_SITE, "time_zone", "customer", "description", "time_logged", "work_undertaken", "assigned_to", "date_booked"),
    (
        "number='GEN-' || n",
        "status=(ARRAY['booked', 'in_progress', 'completed'])[1 + n %% 3]",
        "contact_id=CASE WHEN %(own)s THEN contact_id ELSE md5('contact ' || n / %(each)s)::uuid END",
    ),
)
EQUIPMENT = Grown(
    "equipment",
    (*_SITE, "time_zone", "customer", "kind", "make", "model", "location"),
    ("serial_number='GEN-' || n", "service_due_on=CURRENT_DATE + (n %% 1000)::int"),
)
REQUESTS = Grown(
    "request",
    (
        *_SITE,
        *("title", "description", "include_client", "created_by_id", "created_by_kind", "category", "priority"),
    ),
    ("number='GEN-' || n", "status=(ARRAY['open', 'closed'])[1 + n %% 2]"),
)
_DAYS = "CASE WHEN n %% 2 = 0 THEN 1 + n %% 28 ELSE -1 - n %% 700 END"
"""How far away a visit is: one half of them within the next four weeks, the other within the last two years."""

VISITS = Grown(
    "visit",
    ("company_id", "branch_id", "property", "time_zone", "services", "service_contact", "version"),
    (
        "status=(ARRAY['scheduled', 'completed'])[1 + n %% 2]",
        f"date=CURRENT_DATE + ({_DAYS})::int",
        f"begins_at=date_trunc('day', now()) + ({_DAYS}) * interval '1 day' + n %% 86400 * interval '1 second'",
        f"completed_at=CASE WHEN n %% 2 = 1 THEN now() + ({_DAYS}) * interval '1 day' END",
    ),
)
LISTS = {
    "jobs": (MIA, "/api/v1/jobs"),
    "booked jobs": (MIA, "/api/v1/jobs?status=booked"),
    "own jobs": (TOM, "/api/v1/jobs"),
    "equipment": (MIA, "/api/v1/equipment"),
    "due equipment": (MIA, "/api/v1/equipment?due=true"),
    "requests": (MIA, "/api/v1/requests"),
    "open requests": (MIA, "/api/v1/requests?status=open"),
    "visits to come": (PRIYA, "/api/v1/visits?window=upcoming"),
    "visits completed": (PRIYA, "/api/v1/visits?window=completed"),
}


def measure(stack: Stack, rounds: int, say: Callable[[str], None]) -> Json:
    """CPU per request of all processes involved, at each size; the demo must be loaded."""
    url = stack.site.public_url
    tokens = {who: _sign_in(url, who) for who in PORTALS}
    templates = _templates(url, tokens)
    found: dict[str, dict[str, float]] = {}
    number = 0
    for name, own, total in (
        (f"{OWN} of {SMALL:,}", OWN, SMALL),
        (f"{OWN} of {LARGE:,}", 0, LARGE - SMALL),
        (f"{MANY:,} of {LARGE + MANY:,}", MANY, MANY),
    ):
        for grown, template in templates.items():
            _grow(stack.server.admin_url, grown, template, first=number, own=own, count=total)
        number += total
        say(f"{name}: generated")
        found[name] = {label: cost(stack, path, tokens[who], rounds, INVOLVED) for label, (who, path) in LISTS.items()}
        say(f"{name}: " + ", ".join(f"{label} {took:.2f} ms" for label, took in found[name].items()))
    small, large, many = found.values()
    return {"aim_ratio": AIM_RATIO, "cpu_ms": found, "ratios": _ratios(small, large, many)}


def _ratios(small: dict[str, float], large: dict[str, float], many: dict[str, float]) -> dict[str, float]:
    of_large = {f"{label}, company of 1,000,000": round(large[label] / small[label], 2) for label in LISTS}
    return of_large | {f"{label}, customer of 100,000": round(many[label] / small[label], 2) for label in LISTS}


def _grow(admin_url: str, grown: Grown, template: str, *, first: int, own: int, count: int) -> None:
    """Adds `count` rows, the first `own` of them the template's customer's; as the server's administrator."""
    with closing(psycopg2.connect(f"{admin_url.rpartition('/')[0]}/portico_fieldwork")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for start, end, is_own in batches(first, own, count):
                values = {"template": template, "first": start, "last": end - 1, "own": is_own, "each": OWN}
                cursor.execute(grown.statement(), values)
            # What the server does by itself in time, and would do in the middle of the measurement.
            cursor.execute(f"VACUUM ANALYZE {grown.table}")
            cursor.execute("CHECKPOINT")


def _templates(url: str, tokens: dict[str, str]) -> dict[Grown, str]:
    """A job of Tom's, equipment and a request of Mia's, and a visit at Priya's, which the rows are like."""
    mia, tom, priya = ({"Authorization": f"Bearer {tokens[who]}"} for who in (MIA, TOM, PRIYA))
    with httpx.Client(base_url=f"{url}/api/v1", timeout=20, trust_env=False) as http:
        job = http.get("/jobs", headers=tom).raise_for_status().json()["items"][0]
        equipment = http.get("/equipment", headers=mia).raise_for_status().json()["items"][0]
        visit = http.get("/visits", headers=priya).raise_for_status().json()["items"][0]
        body = {"property_id": job["property"]["id"], "title": "It hums", "description": "All night"}
        request = http.post("/requests", headers=mia, json=body).raise_for_status().json()
    return {JOBS: job["id"], EQUIPMENT: equipment["id"], REQUESTS: request["id"], VISITS: visit["id"]}


def _sign_in(url: str, email: str) -> str:
    known = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{url}/api/v1/portals/{PORTALS[email]}/sessions", json=known, timeout=20, trust_env=False)
    token: str = answer.raise_for_status().json()["token"]
    return token
