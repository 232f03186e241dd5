"""Evergreen Grounds, a landscaper with two branches; Lakeside HOA and Oak Terrace are its customers."""

from dataclasses import dataclass
from typing import Any

from deploy.demo import grounds
from deploy.demo.company import ALL_PERMISSIONS, OTHERS_PERMISSIONS, Office, address, service, usd
from deploy.demo.portico import Portico

NAME = "Evergreen Grounds"

AUSTIN = {
    "payment_method_types": ["card", "us_bank_account"],
    "partial_payments": True,
    "fees": {"card": {"kind": "flat", "amount": usd(250)}},
    "line_item_detail": True,
    "show_service_contact_phone": True,
    "sections": ["invoices", "proposals", "quotes", "visits", "requests"],
}
DALLAS = {
    "payment_method_types": ["card"],
    "partial_payments": False,
    "line_item_detail": False,
    "show_service_contact_phone": False,
    "sections": ["invoices", "proposals"],
}


@dataclass(frozen=True)
class Sites:
    """Lakeside's properties, by id."""

    clubhouse: str
    north_gate: str
    dallas_annex: str


async def load(portico: Portico) -> None:
    """Everything of Evergreen's."""
    admin = await portico.open_company(NAME, "Evergreen administrator", "admin@evergreen.test")
    office = Office(portico, admin)
    austin = await office.branch("evergreen-austin", "Evergreen Austin", "#1f6f4a", "America/Chicago", AUSTIN)
    dallas = await office.branch("evergreen-dallas", "Evergreen Dallas", "#7a4b12", "America/Chicago", DALLAS)
    team = {
        "sales_rep_id": await office.staff("Rosa Diaz", "rosa@evergreen.test", ["sales_rep"], "+1 512 555 0141"),
        "account_owner_id": await office.staff("Omar Haddad", "omar@evergreen.test", ["account_owner"]),
    }
    sites, ben = await _lakeside(office, austin, dallas, team)
    await _lakeside_people(portico)
    contract = await _open_proposals(office, sites)
    await _other_proposals(office, sites)
    visit = await grounds.visits(office, sites.clubhouse, sites.north_gate)
    await _invoices(office, sites, ben, contract["id"], visit)
    await _credits(office, sites)
    await _pay_one(office, portico, sites)
    await grounds.requests(office, portico, sites.clubhouse, sites.north_gate)
    await _oak_terrace(office, austin, team)


async def _lakeside(office: Office, austin: str, dallas: str, team: dict[str, str]) -> tuple[Sites, str]:
    customer = await office.customer("Lakeside HOA", austin, address("400 Lakeshore Dr", "Austin", "TX", "78703"))
    sites = Sites(
        clubhouse=await office.property(
            customer, austin, "Clubhouse", address("410 Lakeshore Dr", "Austin", "TX", "78703"), **team
        ),
        north_gate=await office.property(
            customer, austin, "North Gate", address("1 North Gate Rd", "Austin", "TX", "78731"), **team
        ),
        dallas_annex=await office.property(
            customer, dallas, "Dallas Annex", address("88 Elm St", "Dallas", "TX", "75202"), **team
        ),
    )
    everywhere = {sites.clubhouse: "primary", sites.north_gate: "primary", sites.dallas_annex: "primary"}
    await office.contact(customer, "Priya Shah", "priya@lakeside.test", ALL_PERMISSIONS, everywhere, primary=True)
    ben = await office.contact(
        customer,
        "Ben Ortiz",
        "ben@lakeside.test",
        ["invoices.view", "invoices.pay", "proposals.view", "requests.view", "requests.create", "requests.comment"],
        {sites.clubhouse: "billing"},
    )
    await office.contact(
        customer,
        "Chen Wu",
        "chen@lakeside.test",
        OTHERS_PERMISSIONS,
        {sites.clubhouse: "other", sites.north_gate: "other"},
    )
    return sites, ben


async def _lakeside_people(portico: Portico) -> None:
    priya = await portico.contact("evergreen-austin", "priya@lakeside.test")
    await priya.put("/me/notification-preferences", {"electronic_receipts": True})
    await portico.contact("evergreen-dallas", "priya@lakeside.test")
    for email in ("ben@lakeside.test", "chen@lakeside.test"):
        await portico.contact("evergreen-austin", email)


async def _open_proposals(office: Office, sites: Sites) -> dict[str, Any]:
    """Those that wait for a signature; the contract of them is answered."""
    contract = await office.proposal(
        "Grounds maintenance 2027",
        "contract",
        sites.clubhouse,
        [
            service("Weekly mowing and edging", ("Mowing, per visit", 40, 18_500), ("Edging, per visit", 40, 4_500)),
            service("Seasonal pruning", ("Pruning, spring and autumn", 2, 62_000)),
            service("Irrigation check", ("Monthly inspection", 12, 9_500), optional=True),
            service("Holiday lights", ("Installation and removal", 1, 145_000), optional=True),
        ],
        "deliver",
    )
    await office.proposal(
        "Replace storm-damaged oaks",
        "change_order",
        sites.clubhouse,
        [service("Tree replacement", ("Live oak, 15 ft, planted", 2, 89_000))],
        "deliver",
        changes_proposal_id=contract["id"],
    )
    await office.proposal(
        "Annex lawn care 2027",
        "contract",
        sites.dallas_annex,
        [service("Lawn care", ("Visit", 26, 12_000))],
        "deliver",
    )
    return contract


async def _other_proposals(office: Office, sites: Sites) -> None:
    """One in production, one lost and one that is a draft."""
    await office.proposal(
        "Entry bed renewal",
        "work_order",
        sites.north_gate,
        [service("Entry beds", ("Perennials, planted", 60, 1_450), ("Mulch, cubic yards", 8, 7_200), tax="8.25")],
        "deliver",
        "approve",
        "start-production",
    )
    await office.proposal(
        "Gravel path",
        "work_order",
        sites.north_gate,
        [service("Path", ("Decomposed granite, laid", 1, 410_000))],
        "deliver",
        "mark-lost",
    )
    await office.proposal(
        "Pond study",
        "work_order",
        sites.clubhouse,
        [service("Study", ("Survey and drawings", 1, 280_000))],
    )


async def _invoices(office: Office, sites: Sites, ben: str, contract_id: str, visit_id: str) -> None:
    clubhouse = {"billing_contact_id": ben}
    await office.invoice(
        "clubhouse september", sites.clubhouse, [("Weekly mowing", 4, 18_500), ("Edging", 4, 4_500)], **clubhouse
    )
    await office.invoice(
        "clubhouse october",
        sites.clubhouse,
        [("Weekly mowing", 5, 18_500), ("Edging", 5, 4_500)],
        proposal_id=contract_id,
        visit_ids=[visit_id],
        **clubhouse,
    )
    await office.invoice(
        "clubhouse mulch", sites.clubhouse, [("Mulch, delivered", 12, 7_200)], net_days=14, **clubhouse
    )
    await office.invoice("north gate september", sites.north_gate, [("Weekly mowing", 4, 9_800)])
    await office.invoice("north gate october", sites.north_gate, [("Weekly mowing", 5, 9_800)])
    await office.invoice("north gate lights", sites.north_gate, [("Path light repair", 3, 6_450)], net_days=10)
    await office.invoice("annex october", sites.dallas_annex, [("Lawn care", 4, 12_000)])


async def _credits(office: Office, sites: Sites) -> None:
    """One that covers a part of an invoice, and one that covers nothing yet."""
    invoice = await office.invoice("north gate aeration", sites.north_gate, [("Core aeration", 2, 21_000)], net_days=20)
    credit = await office.credit("missed visit", sites.north_gate, 12_000, "A visit in August that we missed")
    await office.apply_credit("missed visit", credit["id"], invoice["id"], 12_000)
    await office.credit("goodwill", sites.clubhouse, 7_500, "Thank you for ten years with us")


async def _pay_one(office: Office, portico: Portico, sites: Sites) -> None:
    paid = await office.invoice("clubhouse august", sites.clubhouse, [("Weekly mowing", 4, 18_500)], net_days=0)
    priya = await portico.contact("evergreen-austin", "priya@lakeside.test")
    if (await priya.get(f"/invoices/{paid['id']}"))["status"] == "paid":
        return
    methods = (await priya.get("/payment-methods"))["items"]
    card = methods[0]["id"] if methods else await portico.keep_card(priya, "pm_card_visa")
    choice = {"invoice_ids": [paid["id"]], "payment_method_id": card}
    quote = await priya.post("quote august", "/payment-quotes", choice)
    await priya.post("pay august", "/payments", {**choice, "expected_total": quote["total"]})


async def _oak_terrace(office: Office, austin: str, team: dict[str, str]) -> None:
    place = address("2200 Oak Terrace", "Austin", "TX", "78745")
    customer = await office.customer("Oak Terrace Apartments", austin, place)
    courtyard = await office.property(customer, austin, "Courtyard", place, **team)
    await office.contact(
        customer, "Dana Reyes", "dana@oakterrace.test", ALL_PERMISSIONS, {courtyard: "primary"}, primary=True
    )
    await office.portico.contact("evergreen-austin", "dana@oakterrace.test")
    await office.invoice("courtyard october", courtyard, [("Courtyard care", 4, 14_000)])
