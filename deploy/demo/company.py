"""How the demo makes a company's customers, sites and people; each is named and made once."""

from dataclasses import dataclass
from typing import Any

from deploy.demo.portico import Portico, Someone
from services.contracts.permissions import PERMISSIONS

ALL_PERMISSIONS: list[str] = [*sorted(PERMISSIONS)]
OTHERS_PERMISSIONS: list[str] = [*sorted(PERMISSIONS - {"invoices.pay", "proposals.sign"})]
"""What an `other` contact of a property can use: it takes another role to sign, and to pay (C12, C26)."""


def address(line1: str, city: str, state: str, zip_code: str) -> dict[str, str]:
    """A postal address."""
    return {"line1": line1, "city": city, "state": state, "zip": zip_code}


def usd(cents: int) -> dict[str, Any]:
    """An amount of US dollars, in cents."""
    return {"amount": cents, "currency": "USD"}


@dataclass(frozen=True)
class Office:
    """A company, through its administrator."""

    portico: Portico
    admin: Someone

    async def branch(self, slug: str, name: str, colour: str, time_zone: str, settings: dict[str, Any]) -> str:
        """The branch's id."""
        body = {"slug": slug, "brand": {"name": name, "colour": colour}, "time_zone": time_zone, "settings": settings}
        return str((await self.admin.post(f"branch {slug}", "/office/branches", body))["id"])

    async def staff(self, name: str, email: str, roles: list[str], phone: str | None = None) -> str:
        """The staff member's id; the invitation is accepted."""
        body = {"name": name, "email": email, "roles": roles, "phone": phone}
        made = await self.admin.post(f"staff {email}", "/office/staff", body)
        await self.portico.staff(email)
        return str(made["id"])

    async def customer(self, name: str, branch_id: str, mailing_address: dict[str, str]) -> str:
        """The customer's id."""
        body = {"name": name, "home_branch_id": branch_id, "mailing_address": mailing_address}
        return str((await self.admin.post(f"customer {name}", "/office/customers", body))["id"])

    async def property(self, customer_id: str, branch_id: str, name: str, place: dict[str, str], **staff: str) -> str:
        """The property's id. `staff` may name `sales_rep_id` and `account_owner_id`."""
        body = {"customer_id": customer_id, "branch_id": branch_id, "name": name, "address": place, **staff}
        return str((await self.admin.post(f"property {customer_id} {name}", "/office/properties", body))["id"])

    async def contact(
        self,
        customer_id: str,
        name: str,
        email: str,
        permissions: list[str],
        roles: dict[str, str],
        *,
        primary: bool = False,
    ) -> str:
        """The contact's id; `roles` are by property id. The contact is invited."""
        body = {
            "customer_id": customer_id,
            "name": name,
            "email": email,
            "permissions": permissions,
            "property_roles": [{"property_id": each, "role": role} for each, role in roles.items()],
            "primary": primary,
        }
        contact_id = str((await self.admin.post(f"contact {email}", "/office/contacts", body))["id"])
        await self.admin.post(f"invite {email}", f"/office/contacts/{contact_id}/invitation")
        return contact_id

    async def invoice(
        self, name: str, property_id: str, lines: list[tuple[str, int, int]], **more: Any
    ) -> dict[str, Any]:
        """A shared invoice; each line is a service, a quantity and a unit price in cents."""
        services = [
            {"service": service, "quantity": quantity, "unit_price": usd(price)} for service, quantity, price in lines
        ]
        body = {"property_id": property_id, "services": services, **more}
        made = await self.admin.post(f"invoice {name}", "/office/invoices", body)
        shared: dict[str, Any] = await self.admin.post(f"share {name}", f"/office/invoices/{made['id']}/share")
        return shared

    async def credit(self, name: str, property_id: str, cents: int, reason: str) -> dict[str, Any]:
        """A credit that the company grants the property's customer."""
        body = {"property_id": property_id, "amount": usd(cents), "reason": reason}
        made: dict[str, Any] = await self.admin.post(f"credit {name}", "/office/credits", body)
        return made

    async def apply_credit(self, name: str, credit_id: str, invoice_id: str, cents: int) -> None:
        """Has so much of a credit reduce an invoice."""
        body = {"invoice_id": invoice_id, "amount": usd(cents)}
        await self.admin.post(f"apply {name}", f"/office/credits/{credit_id}/apply", body)

    async def proposal(
        self, title: str, kind: str, property_id: str, services: list[dict[str, Any]], *acts: str, **more: Any
    ) -> dict[str, Any]:
        """A proposal, brought along the office statuses by `acts` such as `deliver`."""
        body = {"kind": kind, "title": title, "property_id": property_id, "services": services, **more}
        made: dict[str, Any] = await self.admin.post(f"proposal {title}", "/office/proposals", body)
        for act in acts:
            made = await self.admin.post(f"{act} {title}", f"/office/proposals/{made['id']}/{act}")
        return made


def service(
    name: str, *lines: tuple[str, int, int], optional: bool = False, description: str = "", tax: str = "0"
) -> dict[str, Any]:
    """A service of a proposal; each line is a description, a quantity and a unit price in cents, taxed in per cent."""
    return {
        "name": name,
        "description": description,
        "optional": optional,
        "lines": [
            {"description": what, "quantity": quantity, "unit_price": usd(price), "tax_percent": tax}
            for what, quantity, price in lines
        ],
    }
