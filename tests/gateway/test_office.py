"""Proposals and requests, and what the office issues."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from services.contracts.billing.invoices import CreateInvoice
from services.contracts.fieldwork.requests import CreateRequest
from services.contracts.identity.contacts import ContactView, GetContact
from services.contracts.identity.customers import CreateCustomer, GetCustomer, GetProperty
from services.contracts.identity.portals import BranchView, Brand, CompanyView, GetBranch, GetCompany
from services.contracts.principals import PortalSettings
from services.contracts.proposals.proposals import CreateProposal, DeliverProposal, GetProposal
from services.contracts.proposals.signing import SignatureView, SignProposal
from tests.gateway import world
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

BRANCH = BranchView(
    id=world.BRANCH,
    company_id=world.COMPANY,
    slug="evergreen-austin",
    brand=Brand(name="Evergreen Austin"),
    time_zone="America/Chicago",
    settings=PortalSettings(line_item_detail=False),
)


async def test_a_signature_carries_where_it_came_from(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    proposal_id, sha256 = world.id_of("proposal"), "ab" * 32
    signed = SignatureView(
        id=world.id_of("signature"),
        proposal_id=proposal_id,
        signed_at=datetime(2026, 11, 20, tzinfo=UTC),
        signed_by="Priya Shah",
        total=world.dollars(100),
        document_sha256=sha256,
    )
    neighbours.answer(SignProposal, signed)
    body = {
        "name": "Priya Shah",
        "signature": {"typed": "Priya Shah"},
        "optional_service_ids": [str(world.id_of("mulch"))],
        "consent_version": "1",
        "document_sha256": sha256,
    }
    headers = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "Browser/1"}
    answer = await priya.post(f"/api/v1/proposals/{proposal_id}/signature", json=body, headers=headers)
    assert answer.status_code == 201
    asked = neighbours.heard[-1].message
    assert asked["client"] == {"ip": "203.0.113.9", "user_agent": "Browser/1"}
    assert asked["signature"] == {"typed": "Priya Shah", "drawn": None}


async def test_a_request_carries_its_property_as_it_is_today(priya: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(CreateRequest, world.request_view())
    body = {"property_id": str(world.CLUBHOUSE.id), "title": "Broken sprinkler", "description": "By the gate"}
    assert (await priya.post("/api/v1/requests", json=body)).status_code == 201
    asked = neighbours.heard[-1].message
    assert asked["property"] == world.CLUBHOUSE.model_dump(mode="json")
    assert (asked["branch_id"], asked["customer_id"]) == (str(world.BRANCH), str(world.LAKESIDE.id))


# The office


LINES = [{"service": "Weekly mowing", "unit_price": {"amount": 48000, "currency": "USD"}}]


async def test_an_invoice_is_made_out_in_names_of_the_day(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(CreateInvoice, world.invoice())
    body = {"property_id": str(world.CLUBHOUSE.id), "services": LINES}
    assert (await rosa.post("/api/v1/office/invoices", json=body)).status_code == 201
    asked = neighbours.heard[-1].message
    assert asked["customer"] == world.LAKESIDE.model_dump(mode="json")
    assert asked["service_contact"]["name"] == "Rosa Diaz"
    assert (asked["branch_id"], asked["time_zone"]) == (str(world.BRANCH), "America/Chicago")


async def test_an_invoice_without_a_property_comes_from_the_home_branch(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(CreateInvoice, world.invoice())
    body = {"customer_id": str(world.CUSTOMER.id), "services": LINES}
    assert (await rosa.post("/api/v1/office/invoices", json=body)).status_code == 201
    asked = neighbours.heard[-1].message
    assert (asked["property"], asked["branch_id"]) == (None, str(world.BRANCH))


@pytest.mark.parametrize("customer_id", [None, str(world.id_of("Oak Terrace"))])
async def test_an_invoice_needs_a_customer_who_fits_its_property(
    rosa: httpx.AsyncClient, neighbours: Neighbours, customer_id: str | None
) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    property_id = str(world.CLUBHOUSE.id) if customer_id else None
    body = {"customer_id": customer_id, "property_id": property_id, "services": LINES}
    assert (await rosa.post("/api/v1/office/invoices", json=body)).status_code == 422
    assert not neighbours.calls(CreateInvoice)


async def test_an_invoice_names_only_a_contact_and_a_proposal_of_its_customer(
    rosa: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    oak_terrace = world.LAKESIDE.model_copy(update={"id": world.id_of("Oak Terrace")})
    dana = ContactView(
        id=world.id_of("Dana"),
        customer_id=oak_terrace.id,
        name="Dana Reyes",
        email="dana@oakterrace.test",
        status="active",
        permissions=["invoices.pay"],
        property_roles=[],
    )
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(GetContact, dana)
    neighbours.answer(GetProposal, world.proposal().model_copy(update={"customer": oak_terrace}))
    for field in ("billing_contact_id", "proposal_id"):
        body = {"property_id": str(world.CLUBHOUSE.id), "services": LINES, field: str(dana.id)}
        answer = await rosa.post("/api/v1/office/invoices", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not neighbours.calls(CreateInvoice)


async def test_a_proposal_is_sold_by_the_propertys_sales_rep(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(CreateProposal, world.proposal())
    lines = [{"description": "Mowing", "unit_price": {"amount": 100, "currency": "USD"}}]
    body = {
        "kind": "contract",
        "title": "Summer",
        "property_id": str(world.CLUBHOUSE.id),
        "services": [{"name": "Mowing", "lines": lines}],
    }
    assert (await rosa.post("/api/v1/office/proposals", json=body)).status_code == 201
    assert neighbours.heard[-1].message["sales_rep"] == world.ROSA_AS_CONTACT.model_dump(mode="json")


async def test_a_proposal_is_delivered_as_its_branch_shows_it(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    company = CompanyView(id=world.COMPANY, name="Evergreen Grounds", payment_account="acct_1")
    neighbours.answer(GetCompany, company)
    neighbours.answer(GetProposal, world.proposal())
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(DeliverProposal, world.proposal())
    answer = await rosa.post(f"/api/v1/office/proposals/{world.id_of('proposal')}/deliver")
    assert answer.status_code == 200
    asked = neighbours.heard[-1].message
    assert (asked["company_name"], asked["line_item_detail"]) == ("Evergreen Grounds", False)


async def test_the_id_in_a_body_is_never_the_commands(rosa: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(CreateCustomer, world.CUSTOMER)
    body = {
        "id": str(UUID(int=7)),
        "name": "Lakeside HOA",
        "home_branch_id": str(world.BRANCH),
        "mailing_address": dict(world.ADDRESS),
    }
    assert (await rosa.post("/api/v1/office/customers", json=body)).status_code == 201
    assert neighbours.heard[-1].message["id"] != body["id"]
