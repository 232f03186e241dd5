"""Answers that several services have a part in, asked in parallel; the API and the pages share them."""

import asyncio
from typing import Generic, TypeVar
from uuid import UUID

from gateway.auth import Caller
from gateway.paging import LARGEST_PAGE, every
from services.contracts import permissions
from services.contracts.billing.invoices import BalanceView, GetBalance, InvoiceSummary, ListInvoices
from services.contracts.fieldwork.jobs import JobStatus, JobSummary, ListJobs
from services.contracts.fieldwork.requests import ListRequests, RequestSummary
from services.contracts.fieldwork.visits import ListVisits, VisitView
from services.contracts.identity.contacts import GetContactPortals
from services.contracts.identity.customers import CustomerView, GetCustomer, ListProperties, PropertyView
from services.contracts.identity.portals import ListBranches
from services.contracts.messages import Page, View
from services.contracts.principals import Permission, Principal, PropertyRole, Scope, StaffRole, Viewer
from services.contracts.proposals.proposals import ListProposals, ProposalSummary
from services.contracts.snapshots import Address

Item = TypeVar("Item")

FINISHED: frozenset[JobStatus] = frozenset({"completed", "cancelled"})
VIEWING_JOBS: tuple[Permission, ...] = ("jobs.view", "jobs.view_own")
SHOWN = 5
"""Items of each section on the dashboard."""


class OwnProperty(View):
    """A property of the contact, and what they are there."""

    id: UUID
    name: str
    address: Address
    role: PropertyRole | None
    permissions: list[Permission] | None
    """What of the contact's permissions counts here; null is all of them."""


class OwnBranch(View):
    """A branch whose portal the principal may enter; for staff any of the company's."""

    id: UUID | None
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
    """Granted to a contact, themselves or by a role."""
    properties: list[OwnProperty]
    property_filter: list[UUID]
    """The contact's saved choice; empty is all of them."""
    branches: list[OwnBranch]
    viewer: Viewer | None
    """The staff member who looks at the portal as this contact."""
    staff_roles: list[StaffRole]
    scopes: list[Scope]
    """What may be done in the office."""
    must_enrol: bool
    """Whether a second factor must be set up before anything else."""


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
        property_filter=who.property_filter,
        branches=branches,
        viewer=who.viewer,
        staff_roles=sorted(who.staff_roles),
        scopes=sorted(permissions.scopes_of(who)),
        must_enrol=who.must_enrol,
    )


async def _customer(caller: Caller) -> CustomerView | None:
    if not caller.principal.customer_id:
        return None
    return await caller.ask(GetCustomer(customer_id=caller.principal.customer_id))


async def _properties(caller: Caller) -> list[OwnProperty]:
    if not caller.principal.properties:
        return []
    found = await every(caller, ListProperties())
    return [_own(caller.principal, each) for each in found]


def _own(principal: Principal, found: PropertyView) -> OwnProperty:
    access = principal.access_at(found.id)
    narrowed = access.permissions if access else None
    return OwnProperty(
        id=found.id,
        name=found.name,
        address=found.address,
        role=access.role if access else None,
        permissions=None if narrowed is None else sorted(narrowed),
    )


async def _branches(caller: Caller) -> list[OwnBranch]:
    if caller.principal.kind == "contact":
        portals = (await caller.ask(GetContactPortals())).portals
        return [
            OwnBranch(id=each.branch_id, slug=each.slug, name=each.brand.name, time_zone=each.time_zone)
            for each in portals
        ]
    if not permissions.may_in_office(caller.principal, "company.read"):
        return []
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
    requests: SectionView[RequestSummary] | None
    """Open, newest first."""
    jobs: SectionView[JobSummary] | None = None
    """Those that are neither completed nor cancelled, newest first."""
    visits: SectionView[VisitView] | None = None
    """Of the next 30 days, the first one first."""


def under_way(jobs: Page[JobSummary]) -> Page[JobSummary]:
    """Of the newest jobs, those of which something is still to come."""
    return jobs.model_copy(update={"items": [each for each in jobs.items if each.status not in FINISHED]})


async def dashboard(caller: Caller, property_ids: list[UUID]) -> Dashboard:
    """Counts and next items of every section that is on, for the selected properties."""
    balance, invoices, proposals, requests, jobs, visits = await asyncio.gather(
        _balance(caller, property_ids),
        _invoices(caller, property_ids),
        _proposals(caller, property_ids),
        _requests(caller, property_ids),
        _jobs(caller, property_ids),
        _visits(caller, property_ids),
    )
    return Dashboard(
        balance=balance, invoices=invoices, proposals=proposals, requests=requests, jobs=jobs, visits=visits
    )


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


async def _requests(caller: Caller, property_ids: list[UUID]) -> SectionView[RequestSummary] | None:
    if not permissions.may(caller.principal, "requests.view"):
        return None
    page = await caller.ask(ListRequests(status="open", property_ids=property_ids, limit=LARGEST_PAGE))
    return _section(page, page.items)


async def _jobs(caller: Caller, property_ids: list[UUID]) -> SectionView[JobSummary] | None:
    if not any(permissions.may(caller.principal, each) for each in VIEWING_JOBS):
        return None
    page = under_way(await caller.ask(ListJobs(property_ids=property_ids, limit=LARGEST_PAGE)))
    return _section(page, page.items)


async def _visits(caller: Caller, property_ids: list[UUID]) -> SectionView[VisitView] | None:
    if not permissions.may(caller.principal, "visits.view"):
        return None
    page = await caller.ask(ListVisits(window="upcoming", property_ids=property_ids, limit=LARGEST_PAGE))
    return _section(page, page.items)


def _section(page: Page[Item], ordered: list[Item]) -> SectionView[Item]:
    return SectionView(count=len(page.items), more=page.next_cursor is not None, items=ordered[:SHOWN])
