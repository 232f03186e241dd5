"""The identity service: its table of contents."""

from services.chassis.service import Service, every, rpc
from services.chassis.work import Steps, Work
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.contacts import ChangeContact, ContactView, CreateContact, GetContact, ListContacts
from services.contracts.identity.customers import (
    CreateCustomer,
    CreateProperty,
    CustomerView,
    GetCustomer,
    GetProperty,
    ListCustomers,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.invitations import (
    AcceptInvitation,
    InvitationLinkView,
    InvitationView,
    InviteContact,
    MintInvitationLink,
)
from services.contracts.identity.portals import (
    BranchView,
    CompanyView,
    CreateBranch,
    GetBranch,
    GetCompany,
    GetPortal,
    ListBranches,
    OpenCompany,
    PortalView,
)
from services.contracts.identity.sessions import (
    ResolveSession,
    SessionPrincipal,
    SessionView,
    SignIn,
    SignInStaff,
    SignOut,
)
from services.contracts.identity.staff import CreateStaffMember, GetStaffMember, ListStaff, StaffView
from services.contracts.messages import Nothing, Page
from services.identity import (
    audit,
    branches,
    companies,
    contacts,
    credentials,
    customers,
    invitations,
    principals,
    properties,
    sessions,
    staff,
)


class Identity(Service):
    """Who there is, and who may do what."""

    name = "identity"

    # Companies, branches, portals

    @rpc
    def open_company(self, work: Work, command: OpenCompany) -> CompanyView:
        return companies.open_company(work, command)

    @rpc
    def get_company(self, work: Work, query: GetCompany) -> CompanyView:
        return companies.get(work, query)

    @rpc
    def create_branch(self, work: Work, command: CreateBranch) -> BranchView:
        return branches.create(work, command)

    @rpc
    def list_branches(self, work: Work, query: ListBranches) -> Page[BranchView]:
        return branches.list_all(work, query)

    @rpc
    def get_branch(self, work: Work, query: GetBranch) -> BranchView:
        return branches.get(work, query)

    @rpc
    def get_portal(self, work: Work, query: GetPortal) -> PortalView:
        return branches.get_portal(work, query)

    # Staff

    @rpc
    def create_staff_member(self, work: Work, command: CreateStaffMember) -> StaffView:
        return staff.create(work, command)

    @rpc
    def list_staff(self, work: Work, query: ListStaff) -> Page[StaffView]:
        return staff.list_all(work, query)

    @rpc
    def get_staff_member(self, work: Work, query: GetStaffMember) -> StaffView:
        return staff.get(work, query)

    # Customers, properties, contacts

    @rpc
    def create_customer(self, work: Work, command: CreateCustomer) -> CustomerView:
        return customers.create(work, command)

    @rpc
    def list_customers(self, work: Work, query: ListCustomers) -> Page[CustomerView]:
        return customers.list_all(work, query)

    @rpc
    def get_customer(self, work: Work, query: GetCustomer) -> CustomerView:
        return customers.get(work, query)

    @rpc
    def create_property(self, work: Work, command: CreateProperty) -> PropertyView:
        return properties.create(work, command)

    @rpc
    def list_properties(self, work: Work, query: ListProperties) -> Page[PropertyView]:
        return properties.list_visible(work, query)

    @rpc
    def get_property(self, work: Work, query: GetProperty) -> PropertyView:
        return properties.get(work, query)

    @rpc
    def create_contact(self, work: Work, command: CreateContact) -> ContactView:
        return contacts.create(work, command)

    @rpc
    def change_contact(self, work: Work, command: ChangeContact) -> ContactView:
        return contacts.change(work, command)

    @rpc
    def list_contacts(self, work: Work, query: ListContacts) -> Page[ContactView]:
        return contacts.list_all(work, query)

    @rpc
    def get_contact(self, work: Work, query: GetContact) -> ContactView:
        return contacts.get(work, query)

    # Invitations

    @rpc
    def invite_contact(self, work: Work, command: InviteContact) -> InvitationView:
        return invitations.invite_contact(work, command)

    @rpc
    def mint_invitation_link(self, work: Work, command: MintInvitationLink) -> InvitationLinkView:
        return invitations.mint_link(work, command)

    @rpc
    def accept_invitation(self, work: Work, command: AcceptInvitation) -> Steps[SessionView]:
        return invitations.accept(work, command)

    # Sessions

    @rpc
    def sign_in(self, work: Work, command: SignIn) -> Steps[SessionView]:
        return sessions.sign_in(work, command)

    @rpc
    def sign_in_staff(self, work: Work, command: SignInStaff) -> Steps[SessionView]:
        return sessions.sign_in_staff(work, command)

    @rpc
    def sign_out(self, work: Work, command: SignOut) -> Nothing:
        return sessions.sign_out(work, command)

    @rpc
    def resolve_session(self, work: Work, query: ResolveSession) -> SessionPrincipal:
        return principals.resolve(work, query)

    # The audit trail

    @rpc
    def list_audit_events(self, work: Work, query: ListAuditEvents) -> Page[AuditEventView]:
        return audit.list_all(work, query)

    # Timers

    @every(seconds=3600)
    def forget_failures(self, work: Work) -> None:
        credentials.forget(work)
