"""CoolAir's work for Northside: equipment, and jobs in three states with time, photos and papers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from deploy.demo.pictures import paper, photo
from deploy.demo.portico import Someone

_NORTH, _SOUTH = "#b9c7c2", "#d8cbb6"


@dataclass(frozen=True)
class Practice:
    """Northside's site, and who looks after it and works there."""

    id: str
    admin: Someone
    technician: str
    """The id of the staff member."""
    mia: Someone
    mia_id: str
    tom_id: str


async def load(practice: Practice) -> None:
    """The equipment, then the jobs done on it."""
    roof = await _equipment(
        practice, "roof", "Rooftop unit", "Trane", "Precedent 5T", "TR-5520-118", "Roof, north side"
    )
    await _equipment(practice, "server", "Split air conditioner", "Daikin", "RXC24", "DK-24-7781", "Server room")
    await _completed(practice, roof)
    await _in_progress(practice)
    await _booked(practice)
    await _wished_for(practice)


async def _equipment(practice: Practice, name: str, kind: str, make: str, model: str, serial: str, place: str) -> str:
    body = {
        "property_id": practice.id,
        "kind": kind,
        "make": make,
        "model": model,
        "serial_number": serial,
        "location": place,
        "installed_on": "2023-05-12",
    }
    made = await practice.admin.post(f"equipment {name}", "/office/equipment", body)
    first = _day_of(made)
    dates = {
        "warranty_until": str(first + timedelta(days=540)),
        "last_serviced_on": str(first - timedelta(days=340)),
        "service_due_on": str(first + timedelta(days=20 if name == "roof" else 160)),
    }
    path = f"/office/equipment/{made['id']}"
    await practice.admin.patch(f"dates of {name}", path, dates)
    picture = photo(f"{make} {model}", _NORTH, "#eef1f2")
    await practice.admin.upload(f"photo of {name}", f"{path}/attachments", f"{name}.jpg", picture, visible=True)
    return str(made["id"])


async def _completed(practice: Practice, roof: str) -> None:
    job = await _job(practice, "spring", "Spring service of the rooftop unit", practice.mia_id, equipment_ids=[roof])
    first = _day_of(job)
    await _change(practice, job, "book spring", date_booked=str(first - timedelta(days=9)))
    await _log(practice, job, "spring 1", first - timedelta(days=9), 95, "Two of us on the roof")
    await _log(practice, job, "spring 2", first - timedelta(days=8), 40, "Came back with the right filter")
    done = "Cleaned both coils, replaced the filters and the fan belt, and checked the refrigerant: no leak found."
    await _change(practice, job, "start spring", status="in_progress")
    await _change(practice, job, "finish spring", status="completed", work_undertaken=done)
    path = f"/office/jobs/{job['id']}/attachments"
    for name, wall, visible in (("Before", _SOUTH, True), ("After", _NORTH, True), ("Wiring", "#777777", False)):
        picture = photo(f"{name} the service", wall, "#f4f4f0")
        await practice.admin.upload(f"spring {name}", path, f"{name} the service.jpg", picture, visible=visible)
    report = paper("Service report", ["Rooftop unit, Trane Precedent 5T", "Coils cleaned, filters replaced", done[:60]])
    await practice.admin.upload("spring report", path, "Service report.pdf", report, visible=True)
    costs = paper("Calculation", ["Filters 48.00", "Belt 22.50", "Labour 2 h 15 min", "For the office alone"])
    await practice.admin.upload("spring costs", path, "Calculation.pdf", costs, visible=False)


async def _in_progress(practice: Practice) -> None:
    job = await _job(practice, "thermostat", "The thermostat in the waiting room shows nothing", practice.tom_id)
    first = _day_of(job)
    await _change(practice, job, "book thermostat", date_booked=str(first - timedelta(days=1)))
    await _log(practice, job, "thermostat", first - timedelta(days=1), 55, "")
    found = "Found a burnt fuse on the control board. A new board is ordered; until then the unit runs by hand."
    await _change(practice, job, "start thermostat", status="in_progress", work_undertaken=found)
    board = photo("The control board", _SOUTH, "#2e4a3f")
    path = f"/office/jobs/{job['id']}/attachments"
    await practice.admin.upload("thermostat board", path, "Control board.jpg", board, visible=True)


async def _booked(practice: Practice) -> None:
    job = await _job(practice, "autumn", "Autumn check of every unit before the heating season", practice.mia_id)
    await _change(
        practice,
        job,
        "book autumn",
        date_booked=str(_day_of(job) + timedelta(days=12)),
        assigned_to_ids=[practice.technician],
    )


async def _wished_for(practice: Practice) -> None:
    body = {"property_id": practice.id, "description": "Water drips from the unit above the reception desk."}
    job = await practice.mia.post("job drip", "/jobs", body)
    drip = photo("It drips here", _SOUTH, "#dfe7ea")
    await practice.mia.upload("photo of the drip", f"/jobs/{job['id']}/attachments", "Reception.jpg", drip)


async def _job(practice: Practice, name: str, description: str, contact_id: str, **more: Any) -> dict[str, Any]:
    body = {"property_id": practice.id, "description": description, "contact_id": contact_id, **more}
    made: dict[str, Any] = await practice.admin.post(f"job {name}", "/office/jobs", body)
    return made


async def _change(practice: Practice, job: dict[str, Any], name: str, **change: Any) -> None:
    await practice.admin.patch(name, f"/office/jobs/{job['id']}", change)


async def _log(practice: Practice, job: dict[str, Any], name: str, day: date, minutes: int, note: str) -> None:
    body = {"worked_on": str(day), "minutes": minutes, "staff_id": practice.technician, "note": note}
    await practice.admin.post(f"time {name}", f"/office/jobs/{job['id']}/time", body)


def _day_of(made: dict[str, Any]) -> date:
    """When the demo was first loaded: what is loaded again is to say the same."""
    return datetime.fromisoformat(made["created_at"]).date()
