"""What the neighbours tell of Evergreen's office, for tests of its pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from gateway.auth import csrf_token
from services.contracts.identity.api_keys import ApiKeyView, ListApiKeys
from services.contracts.identity.audit import Actor, AuditEventView, ListAuditEvents
from services.contracts.identity.contacts import (
    ContactPortalsView,
    ContactView,
    GetContact,
    GetContactPortals,
    GetRole,
    ListContacts,
    ListRoles,
    PortalLink,
    PropertyRoleView,
    RoleView,
)
from services.contracts.identity.customers import (
    CustomerView,
    GetCustomer,
    GetProperty,
    ListCustomers,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.portals import BranchView, Brand, CompanyView, GetBranch, GetCompany, ListBranches
from services.contracts.identity.sessions import ListSessions, OwnSessionView, ResolveSession, SessionPrincipal
from services.contracts.identity.staff import GetStaffMember, ListStaff, StaffView
from services.contracts.messages import Page
from services.contracts.money import Money
from services.contracts.notifications.activities import ActivityFeed, ListActivities
from services.contracts.notifications.preferences import GetStaffPreferences, StaffPreferencesView
from services.contracts.principals import FeePolicy, PortalSettings, Principal, StaffRole
from tests.gateway import world
from tests.gateway.neighbours import Neighbours
from tests.gateway.world import id_of

TOKEN = "ada-session"
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ADA = Principal(
    kind="staff",
    id=id_of("ada"),
    company_id=world.COMPANY,
    name="Ada Berg",
    email="admin@evergreen.test",
    session_id=id_of("ada's session"),
    staff_roles=frozenset(("administrator",)),
)
COMPANY = CompanyView(id=world.COMPANY, name="Evergreen Grounds", payment_account="acct_1")
BRANCH = BranchView(
    id=world.BRANCH,
    company_id=world.COMPANY,
    slug="evergreen-austin",
    brand=Brand(name="Evergreen Austin", colour="#ffd400"),
    time_zone="America/Chicago",
    settings=PortalSettings(fees={"card": FeePolicy(kind="flat", amount=Money(amount=250))}),
)
BOOKKEEPER = RoleView(id=id_of("bookkeeper"), name="Bookkeeper", permissions=["invoices.view", "invoices.pay"])
CHEN = ContactView(
    id=id_of("chen"),
    customer_id=world.LAKESIDE.id,
    name="Chen Wu",
    email="chen@lakeside.test",
    status="active",
    permissions=["jobs.view_own"],
    effective_permissions=["jobs.view_own", "invoices.view", "invoices.pay"],
    property_roles=[PropertyRoleView(property_id=world.CLUBHOUSE.id, role="other", permissions=["jobs.view_own"])],
    role_ids=[BOOKKEEPER.id],
    last_sign_in_at=NOW,
)
SAM = ContactView(
    id=id_of("sam"),
    customer_id=world.LAKESIDE.id,
    name="Sam Lee",
    email="sam@lakeside.test",
    status="not_invited",
    permissions=[],
    property_roles=[],
)
OMAR = StaffView(
    id=id_of("omar"),
    name="Omar Haddad",
    email="omar@evergreen.test",
    phone=None,
    roles=["account_owner"],
    status="active",
    has_totp=True,
)
ADA_VIEW = OMAR.model_copy(
    update={"id": ADA.id, "name": ADA.name, "email": ADA.email, "roles": ["administrator"], "has_totp": False}
)
KEY = ApiKeyView(
    id=id_of("key"),
    name="Accounting",
    scopes=["invoices.read"],
    created_at=NOW,
    expires_at=None,
    last_used_at=None,
    revoked_at=None,
)
EVENT = AuditEventView(
    id=id_of("event"),
    at=NOW,
    actor=Actor(kind="staff", id=ADA.id, name="Ada Berg"),
    action="contact.changed",
    subject_type="contact",
    subject_id=CHEN.id,
    subject_name="Chen Wu",
    ip="203.0.113.7",
    user_agent="Firefox",
    before={"permissions": [], "status": "active"},
    after={"permissions": ["jobs.view_own"], "status": "active"},
)
SESSIONS = [
    OwnSessionView(
        id=id_of(name),
        portal_slug=None,
        started_at=NOW,
        expires_at=NOW,
        ip="203.0.113.7",
        user_agent="Firefox",
        current=name == "ada's session",
    )
    for name in ("ada's session", "another session")
]


def ada(*roles: StaffRole, **more: Any) -> Principal:
    """Ada in these roles."""
    return ADA.model_copy(update={"staff_roles": frozenset(roles or ("administrator",)), **more})


def sign_in(client: httpx.AsyncClient, neighbours: Neighbours, principal: Principal) -> None:
    """Gives the browser a session of this person."""
    session = SessionPrincipal(principal=principal, expires_at=datetime.now(UTC) + timedelta(hours=1))
    neighbours.answer(ResolveSession, session)
    client.cookies.set("portico_session", TOKEN)


def fields(**typed: Any) -> dict[str, Any]:
    """A form's fields, with what every form of Ada's session carries."""
    return {"csrf_token": csrf_token(TOKEN), "message_id": str(id_of("a form")), **typed}


def know_office(neighbours: Neighbours) -> None:
    """Everything that the office's pages show, to whoever asks."""
    neighbours.answer(GetCompany, COMPANY)
    neighbours.answer(ListBranches, Page[BranchView](items=[BRANCH]))
    neighbours.answer(GetBranch, BRANCH)
    neighbours.answer(ListCustomers, Page[CustomerView](items=[world.CUSTOMER]))
    neighbours.answer(GetCustomer, world.CUSTOMER)
    neighbours.answer(ListProperties, Page[PropertyView](items=[world.PLACE]))
    neighbours.answer(GetProperty, world.PLACE)
    neighbours.answer(ListContacts, Page[ContactView](items=[CHEN, SAM]))
    neighbours.answer(GetContact, CHEN)
    neighbours.answer(
        GetContactPortals,
        ContactPortalsView(
            name="Chen Wu",
            email="chen@lakeside.test",
            company_name="Evergreen Grounds",
            portals=[PortalLink(slug="evergreen-austin", brand=BRANCH.brand)],
        ),
    )
    neighbours.answer(ListRoles, Page[RoleView](items=[BOOKKEEPER]))
    neighbours.answer(GetRole, BOOKKEEPER)
    neighbours.answer(ListStaff, Page[StaffView](items=[ADA_VIEW, OMAR]))
    neighbours.answer(GetStaffMember, OMAR)
    neighbours.answer(ListSessions, Page[OwnSessionView](items=SESSIONS))
    neighbours.answer(GetStaffPreferences, StaffPreferencesView())
    neighbours.answer(ListActivities, ActivityFeed(items=[], unread=0))
    neighbours.answer(ListApiKeys, Page[ApiKeyView](items=[KEY]))
    neighbours.answer(ListAuditEvents, Page[AuditEventView](items=[EVENT], next_cursor="more"))
