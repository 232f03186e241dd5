"""Answers that several services have a part in, asked in parallel; the API and the pages share them."""

import asyncio
from typing import Generic, TypeVar
from uuid import UUID

from gateway.auth import Caller
from gateway.paging import LARGEST_PAGE, every
from services.contracts import permissions
from services.contracts.billing.invoices import BalanceView, GetBalance, InvoiceSummary, ListInvoices
from services.contracts.fieldwork import ListRequests, RequestView
from services.contracts.identity.customers import CustomerView, GetCustomer, ListProperties
from services.contracts.identity.portals import ListBranches
from services.contracts.messages import Page, View
from services.contracts.principals import Permission, PropertyRole, StaffRole
from services.contracts.proposals import ListProposals, ProposalSummary
from services.contracts.snapshots import Address

Item = TypeVar("Item")

SHOWN = 5
"""Items of each section on the dashboard."""


class OwnProperty(View):
    """A property of the contact, and what they are there."""

    id: UUID
    name: str
    address: Address
    role: PropertyRole | None


class OwnBranch(View):
    """A branch whose portal the principal may enter."""

    id: UUID
    slug: str
    name: str
    time_zone: str


class Me(View):
    """Who is signed in."""

    id: UUID
    kind: str
    name: str
    email: str
    customer: CustomerView | None
    permissions: list[Permission]
    properties: list[OwnProperty]
    branches: list[OwnBranch]
    staff_roles: list[StaffRole]


async def me(caller: Caller) -> Me:
    """The principal with names for what it only has ids of."""
    who = caller.principal
    customer, properties, branches = await asyncio.gather(_customer(caller), _properties(caller), _branches(caller))
    return Me(
        id=who.id,
        kind=who.kind,
        name=who.name,
        email=who.email,
        customer=customer,
        permissions=sorted(who.permissions),
        properties=properties,
        branches=branches,
        staff_roles=sorted(who.staff_roles),
    )


async def _customer(caller: Caller) -> CustomerView | None:
    if not caller.principal.customer_id:
        return None
    return await caller.ask(GetCustomer(customer_id=caller.principal.customer_id))


async def _properties(caller: Caller) -> list[OwnProperty]:
    if not caller.principal.properties:
        return []
    found = await every(caller, ListProperties())
    role_at = caller.principal.role_at
    return [OwnProperty(id=each.id, name=each.name, address=each.address, role=role_at(each.id)) for each in found]


async def _branches(caller: Caller) -> list[OwnBranch]:
    portal = caller.principal.portal
    if portal:
        return [OwnBranch(id=portal.branch_id, slug=portal.slug, name=portal.name, time_zone=portal.time_zone)]
    found = await every(caller, ListBranches())
    return [OwnBranch(id=each.id, slug=each.slug, name=each.brand.name, time_zone=each.time_zone) for each in found]


class SectionView(View, Generic[Item]):
    """`count` things wait, or more than that where `more`; `items` are the next few."""

    count: int
    more: bool
    items: list[Item]


class Dashboard(View):
    """The home page: a section is null where the portal or the contact does not have it."""

    balance: BalanceView | None
    invoices: SectionView[InvoiceSummary] | None
    """Due, the earliest first."""
    proposals: SectionView[ProposalSummary] | None
    """Pending."""
    requests: SectionView[RequestView] | None


async def dashboard(caller: Caller, property_ids: list[UUID]) -> Dashboard:
    """Counts and next items of every section that is on, for the selected properties."""
    balance, invoices, proposals, requests = await asyncio.gather(
        _balance(caller, property_ids),
        _invoices(caller, property_ids),
        _proposals(caller, property_ids),
        _requests(caller, property_ids),
    )
    return Dashboard(balance=balance, invoices=invoices, proposals=proposals, requests=requests)


async def _balance(caller: Caller, property_ids: list[UUID]) -> BalanceView | None:
    if not permissions.may(caller.principal, "invoices.view"):
        return None
    return await caller.ask(GetBalance(property_ids=property_ids))


async def _invoices(caller: Caller, property_ids: list[UUID]) -> SectionView[InvoiceSummary] | None:
    if not permissions.may(caller.principal, "invoices.view"):
        return None
    query = ListInvoices(status="due", property_ids=property_ids, limit=LARGEST_PAGE)
    page = await caller.ask(query)
    return _section(page, sorted(page.items, key=lambda invoice: (invoice.due_on, invoice.number)))


async def _proposals(caller: Caller, property_ids: list[UUID]) -> SectionView[ProposalSummary] | None:
    if not permissions.may(caller.principal, "proposals.view"):
        return None
    query = ListProposals(status="pending", property_ids=property_ids, limit=LARGEST_PAGE)
    page = await caller.ask(query)
    return _section(page, page.items)


async def _requests(caller: Caller, property_ids: list[UUID]) -> SectionView[RequestView] | None:
    if not permissions.may(caller.principal, "requests.view"):
        return None
    page = await caller.ask(ListRequests(property_ids=property_ids, limit=LARGEST_PAGE))
    return _section(page, page.items)


def _section(page: Page[Item], ordered: list[Item]) -> SectionView[Item]:
    return SectionView(count=len(page.items), more=page.next_cursor is not None, items=ordered[:SHOWN])
