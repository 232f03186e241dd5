"""CoolAir Services, an air-conditioning firm; Northside Dental is its customer."""

from deploy.demo import service_calls
from deploy.demo.company import ALL_PERMISSIONS, Office, address, usd
from deploy.demo.pictures import photo
from deploy.demo.portico import Portico, Someone

NAME = "CoolAir Services"
SETTINGS = {
    "payment_method_types": ["card", "us_bank_account"],
    "sections": ["invoices", "proposals", "quotes", "jobs", "visits", "equipment", "requests"],
}


async def load(portico: Portico) -> None:
    """Everything of CoolAir's."""
    admin = await portico.open_company(NAME, "CoolAir administrator", "admin@coolair.test")
    office = Office(portico, admin)
    branch = await office.branch("coolair", "CoolAir Services", "#0b5fa5", "America/Denver", SETTINGS)
    place = address("77 Molar Way", "Denver", "CO", "80202")
    customer = await office.customer("Northside Dental", branch, place)
    practice = await office.property(customer, branch, "Practice", place)
    mia_id = await office.contact(
        customer, "Mia Novak", "mia@northside.test", ALL_PERMISSIONS, {practice: "primary"}, primary=True
    )
    tom_id = await office.contact(
        customer, "Tom Berg", "tom@northside.test", ["jobs.view_own", "quotes.view_own"], {practice: "other"}
    )
    mia = await portico.contact("coolair", "mia@northside.test")
    await portico.contact("coolair", "tom@northside.test")
    technician = await office.staff("Ana Silva", "ana@coolair.test", ["office"], "303-555-0136")
    await service_calls.load(service_calls.Practice(practice, admin, technician, mia, mia_id, tom_id))
    await _quote(mia, practice)


async def _quote(mia: Someone, practice: str) -> None:
    """Mia asks for an offer, with a photo; it is still to be answered."""
    body = {
        "property_id": practice,
        "description": "A quieter air conditioner for the second treatment room.\nThe one there drowns out the radio.",
        "price_estimate": usd(320_000),
    }
    quote = await mia.post("quote treatment room", "/quotes", body)
    picture = photo("Second treatment room", "#c9d6df", "#eef1f2")
    path = f"/quotes/{quote['id']}/attachments"
    await mia.upload("photo of the treatment room", path, "Treatment room.jpg", picture)
