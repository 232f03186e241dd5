"""What is going on at Lakeside's properties: visits with their notes, and requests with what is said of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.company import Office
from deploy.demo.portico import Portico

TIME_ZONE = ZoneInfo("America/Chicago")
MOWING = ["Weekly mowing", "Edging"]


@dataclass(frozen=True)
class Planned:
    """A visit so many days from today; those of days gone by are completed. Notes are of text and whether shown."""

    days: int
    services: list[str]
    notes: tuple[tuple[str, bool], ...] = ()
    window: tuple[str, str] | None = ("09:00", "11:00")


CLUBHOUSE = (
    Planned(
        -20,
        MOWING,
        (
            ("Mowed and edged. One sprinkler head by the tennis court leaks.", True),
            ("The gate code is not the one on file: ask before the next visit.", False),
        ),
    ),
    Planned(-6, MOWING, (("Left the strip by the pool for the swim meet.", True),)),
    Planned(3, MOWING, (("Bring the spare blade.", False),)),
    Planned(17, MOWING),
    Planned(45, ["Seasonal pruning"], window=None),
)
NORTH_GATE = (
    Planned(-13, ["Weekly mowing"]),
    Planned(8, ["Weekly mowing"]),
)


async def visits(office: Office, clubhouse: str, north_gate: str) -> str:
    """Plans them where there are none yet; answers the first completed one at the clubhouse."""
    for property_id, planned in ((clubhouse, CLUBHOUSE), (north_gate, NORTH_GATE)):
        found = await office.admin.get(f"/office/visits?property={property_id}")
        if not found["items"]:
            for each in planned:
                await _visit(office, property_id, each)
    done = await office.admin.get(f"/office/visits?property={clubhouse}&window=completed&limit=100")
    return str([each["id"] for each in done["items"] if each["services"] == MOWING][-1])


async def _visit(office: Office, property_id: str, planned: Planned) -> None:
    day = (datetime.now(TIME_ZONE) + timedelta(days=planned.days)).date()
    body: dict[str, Any] = {"property_id": property_id, "date": day.isoformat(), "services": planned.services}
    if planned.window:
        body["window"] = dict(zip(("starts", "ends"), planned.window, strict=True))
    name = f"visit {property_id} {day}"
    made = await office.admin.post(name, "/office/visits", body)
    for number, (text, shown) in enumerate(planned.notes):
        note = {"text": text, "shown_in_portal": shown}
        await office.admin.post(f"{name} note {number}", f"/office/visits/{made['id']}/notes", note)
    if planned.days < 0:
        await office.admin.post(f"{name} completed", f"/office/visits/{made['id']}/complete")


async def requests(office: Office, portico: Portico, clubhouse: str, north_gate: str) -> None:
    """One that is talked about, one that is closed, and one that the customer does not see."""
    await _sprinkler(office, portico, clubhouse)
    for title, include_client in (("Walk the north fence with the board", True), ("Check crew hours", False)):
        body = {
            "property_id": north_gate,
            "title": title,
            "description": f"{title}.",
            "include_client": include_client,
        }
        made = await office.admin.post(f"request {title}", "/office/requests", body)
        if include_client:
            said = {"text": "Walked on Friday; the board is content.", "public": True}
            await office.admin.post(f"comment {title}", f"/office/requests/{made['id']}/comments", said)
            await office.admin.post(f"close {title}", f"/office/requests/{made['id']}/close")


async def _sprinkler(office: Office, portico: Portico, clubhouse: str) -> None:
    ben = await portico.contact("evergreen-austin", "ben@lakeside.test")
    body = {
        "property_id": clubhouse,
        "title": "Sprinkler head leaking",
        "description": "The head by the tennis court runs all night.",
        "category": "maintenance",
    }
    made = await ben.post("request sprinkler", "/requests", body)
    talk = (
        ("Thank you for telling us. The irrigation crew comes by this week.", True),
        ("The head may still be under warranty: look before replacing it.", False),
    )
    for number, (text, public) in enumerate(talk):
        said = {"text": text, "public": public}
        await office.admin.post(f"sprinkler comment {number}", f"/office/requests/{made['id']}/comments", said)
    thanks = {"text": "Thank you! The gate is open on weekdays."}
    await ben.post("sprinkler thanks", f"/requests/{made['id']}/comments", thanks)
