"""Harbor Insurance Agency; Bluebird Bakery and Delta Marine are its insureds."""

from deploy.demo.company import ALL_PERMISSIONS, Office, address
from deploy.demo.portico import Portico

NAME = "Harbor Insurance Agency"
SETTINGS = {"payment_method_types": ["card", "us_bank_account"], "sections": ["invoices"]}


async def load(portico: Portico) -> None:
    """Everything of Harbor's. Lena Fox sets no password: she stays invited."""
    admin = await portico.open_company(NAME, "Harbor administrator", "admin@harbor.test")
    office = Office(portico, admin)
    branch = await office.branch("harbor", "Harbor Insurance", "#123a5f", "America/Chicago", SETTINGS)
    bakery = address("12 Chartres St", "New Orleans", "LA", "70112")
    marine = address("900 Tchoupitoulas St", "New Orleans", "LA", "70130")
    bluebird = await office.customer("Bluebird Bakery LLC", branch, bakery)
    await office.contact(bluebird, "Lena Fox", "lena@bluebird.test", ALL_PERMISSIONS, {}, primary=True)
    delta = await office.customer("Delta Marine", branch, marine)
    await office.contact(delta, "Raj Patel", "raj@deltamarine.test", ALL_PERMISSIONS, {}, primary=True)
    await portico.contact("harbor", "raj@deltamarine.test")
