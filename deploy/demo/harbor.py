"""Harbor Insurance Agency; Bluebird Bakery and Delta Marine are its insureds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demo.company import ALL_PERMISSIONS, Office, address, usd
from deploy.demo.portico import Portico, Someone

NAME = "Harbor Insurance Agency"
SETTINGS = {
    "payment_method_types": ["card", "us_bank_account"],
    "sections": ["invoices", "programs"],
    "guest_payments": True,
}
BOTH = ["pay_in_full", "financed"]


async def load(portico: Portico) -> None:
    """Everything of Harbor's. Lena Fox sets no password: she signs in by code."""
    admin = await portico.open_company(NAME, "Harbor administrator", "admin@harbor.test")
    office = Office(portico, admin)
    branch = await office.branch("harbor", "Harbor Insurance", "#123a5f", "America/Chicago", SETTINGS)
    bakery = address("12 Chartres St", "New Orleans", "LA", "70112")
    marine = address("900 Tchoupitoulas St", "New Orleans", "LA", "70130")
    bluebird = await office.customer("Bluebird Bakery LLC", branch, bakery)
    await office.contact(bluebird, "Lena Fox", "lena@bluebird.test", ALL_PERMISSIONS, {}, primary=True)
    delta = await office.customer("Delta Marine", branch, marine)
    await office.contact(delta, "Raj Patel", "raj@deltamarine.test", ALL_PERMISSIONS, {}, primary=True)
    await _bluebird(office, bluebird)
    await _delta_marine(office, delta)


async def _bluebird(office: Office, customer_id: str) -> None:
    """One program financed, two of its installments paid; another to be chosen of; and something to be paid once."""
    lena = await office.portico.contact_by_code("harbor", "lena@bluebird.test")
    # It began before Harbor had a portal: a book of business moves in with its past dates.
    package = await _offered(
        office,
        customer_id,
        "Bakery package",
        [
            _policy("HIA-GL-1001", "General Liability", 4_800_00, begun=-66, taxes=240_00, earned_fees=150_00),
            _policy("HIA-PR-1002", "Commercial Property", 7_200_00, begun=-66, taxes=360_00, unearned_fees=120_00),
        ],
        _terms(first_due=-35),
    )
    await _finance(lena, package, "Lena Fox", paid_installments=2)
    await _bill_once(office, lena, package)
    van = _policy("HIA-CA-1003", "Commercial Auto", 3_100_00, begun=21, taxes=155_00, earned_fees=85_00)
    quote = {**_policy("HIA-Q-1004", "Cyber", 900_00, begun=21, taxes=45_00), "kind": "quote"}
    await _offered(office, customer_id, "Delivery van and cyber", [van, quote], _terms(first_due=51))


async def _delta_marine(office: Office, customer_id: str) -> None:
    """One program paid in full, another financed with autopay on."""
    raj = await office.portico.contact("harbor", "raj@deltamarine.test")
    hull = await _offered(
        office,
        customer_id,
        "Marine hull",
        [_policy("HIA-MC-2001", "Marine Hull", 6_400_00, begun=-20, taxes=320_00, earned_fees=100_00)],
        _terms(first_due=11),
    )
    program = await raj.get(f"/programs/{hull}")
    if program["status"] == "offered":
        program = await raj.put(f"/programs/{hull}/plan", {"plan": "pay_in_full"})
    await _pay(raj, "marine hull", program["invoices"][0])
    cargo = await _offered(
        office,
        customer_id,
        "Marine cargo",
        [_policy("HIA-MC-2002", "Marine Cargo", 9_000_00, begun=-10, taxes=450_00, earned_fees=120_00)],
        _terms(first_due=20),
    )
    await _finance(raj, cargo, "Raj Patel", paid_installments=0)
    if not (await raj.get(f"/programs/{cargo}"))["autopay"]["enabled"]:
        card = await _card(raj)
        await raj.put(f"/programs/{cargo}/autopay", {"enabled": True, "payment_method_id": card})


# What the agency does


def _day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def _policy(number: str, line: str, premium: int, *, begun: int, **amounts: int) -> dict[str, Any]:
    """A policy of a year from so many days after today; amounts in cents."""
    return {
        "number": number,
        "carrier": "Gulf States Mutual",
        "line": line,
        "premium": usd(premium),
        "effective_on": _day(begun),
        "expires_on": _day(begun + 365),
        **{name: usd(amount) for name, amount in amounts.items()},
    }


def _terms(first_due: int) -> dict[str, Any]:
    """Ten installments; the first is due so many days after today."""
    return {
        "annual_rate": "8.75",
        "installments": 10,
        "first_due_on": _day(first_due),
        "late_fee_policy": "LA",
    }


async def _offered(
    office: Office, customer_id: str, name: str, policies: list[dict[str, Any]], terms: dict[str, Any]
) -> str:
    """The id of a program that its insured may choose of; one that is there already keeps its dates."""
    listed = (await office.admin.get(f"/office/programs?customer={customer_id}&limit=100"))["items"]
    found = next((each for each in listed if each["name"] == name and each["status"] != "draft"), None)
    if found:
        return str(found["id"])
    body = {"customer_id": customer_id, "name": name, "policies": policies}
    made = await office.admin.post(f"program {name}", "/office/programs", body)
    offer = {"allowed_plans": BOTH, "allowed_payment_methods": SETTINGS["payment_method_types"], "terms": terms}
    await office.admin.post(f"offer {name}", f"/office/programs/{made['id']}/offer", offer)
    return str(made["id"])


async def _bill_once(office: Office, lena: Someone, program_id: str) -> None:
    """One payment that was made once, and one that is still to be made."""
    for description, cents, paid in (
        ("Certificate of insurance, rush", 45_00, True),
        ("Oven inspection", 120_00, False),
    ):
        known = (await lena.get("/invoices?kind=one_time&limit=100"))["items"]
        if any(each["services"] == [description] for each in known):
            continue
        body = {"description": description, "amount": usd(cents), "due_on": _day(14)}
        invoice = await office.admin.post(f"bill {description}", f"/office/programs/{program_id}/invoices", body)
        if paid:
            await _pay(lena, description, invoice)


# What the insureds do


async def _finance(person: Someone, program_id: str, name: str, paid_installments: int) -> None:
    """Chooses to finance, signs, makes the down payment and pays the first installments, as far as that is to do."""
    path = f"/programs/{program_id}"
    program = await person.get(path)
    if program["status"] == "offered":
        program = await person.put(f"{path}/plan", {"plan": "financed"})
    if program["status"] == "awaiting_signature":
        await _sign(person, path, name)
    billed = await person.when(path, lambda each: _is_billed(each["finance_agreement"]))
    invoices = {each["id"]: each for each in billed["invoices"]}
    for each in billed["invoices"]:
        if each["kind"] == "down_payment":
            await _pay(person, f"down payment {name}", each)
    for row in billed["finance_agreement"]["installments"][:paid_installments]:
        await _pay(person, f"installment {name} {row['number']}", invoices[row["invoice_id"]])


def _is_billed(agreement: dict[str, Any]) -> bool:
    return all(each["invoice_id"] for each in agreement["installments"])


async def _sign(person: Someone, path: str, name: str) -> None:
    program = await person.when(path, lambda each: _to_sign(each) or _is_billed(each["finance_agreement"]))
    to_sign = _to_sign(program)
    if to_sign:
        body = {
            "name": name,
            "signature": {"typed": name},
            "consent_version": to_sign["consent"]["version"],
            "document_sha256": to_sign["document_sha256"],
        }
        await person.post(f"sign {path}", f"{path}/finance-agreement/signature", body)


def _to_sign(program: dict[str, Any]) -> dict[str, Any] | None:
    """The document, once it can be signed."""
    document: dict[str, Any] | None = program["finance_agreement"]["to_sign"]
    return document if document and document["consent"] else None


async def _pay(person: Someone, name: str, invoice: dict[str, Any]) -> None:
    if invoice["status"] == "paid":
        return
    choice = {"invoice_ids": [invoice["id"]], "payment_method_id": await _card(person)}
    quote = await person.post(f"quote {name}", "/payment-quotes", choice)
    await person.post(f"pay {name}", "/payments", {**choice, "expected_total": quote["total"]})


async def _card(person: Someone) -> str:
    methods = (await person.get("/payment-methods"))["items"]
    return str(methods[0]["id"]) if methods else await person.portico.keep_card(person, "pm_card_visa")
