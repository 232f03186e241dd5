"""CoolAir Services, an air-conditioning firm; Northside Dental is its customer."""

from deploy.demo.company import ALL_PERMISSIONS, Office, address
from deploy.demo.portico import Portico

NAME = "CoolAir Services"
SETTINGS = {
    "payment_method_types": ["card", "us_bank_account"],
    "sections": ["invoices", "proposals", "quotes", "requests"],
}


async def load(portico: Portico) -> None:
    """Everything of CoolAir's."""
    admin = await portico.open_company(NAME, "CoolAir administrator", "admin@coolair.test")
    office = Office(portico, admin)
    branch = await office.branch("coolair", "CoolAir Services", "#0b5fa5", "America/Denver", SETTINGS)
    place = address("77 Molar Way", "Denver", "CO", "80202")
    customer = await office.customer("Northside Dental", branch, place)
    practice = await office.property(customer, branch, "Practice", place)
    await office.contact(
        customer, "Mia Novak", "mia@northside.test", ALL_PERMISSIONS, {practice: "primary"}, primary=True
    )
    await office.contact(
        customer, "Tom Berg", "tom@northside.test", ["jobs.view_own", "quotes.view_own"], {practice: "other"}
    )
    for email in ("mia@northside.test", "tom@northside.test"):
        await portico.contact("coolair", email)
