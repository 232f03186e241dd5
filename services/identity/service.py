"""The identity service: its table of contents."""

from uuid import UUID

from services.chassis.service import Service, every, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.identity.api_keys import (
    ApiKeyView,
    CreateApiKey,
    GetApiKey,
    ListApiKeys,
    NewApiKeyView,
    RevokeApiKey,
)
from services.contracts.identity.audit import AuditEventView, ListAuditEvents
from services.contracts.identity.contacts import (
    AddColleague,
    ChangeColleague,
    ChangeContact,
    ChangeRole,
    ContactPortalsView,
    ContactView,
    CreateContact,
    CreateRole,
    DeleteRole,
    GetColleague,
    GetContact,
    GetContactPortals,
    GetRole,
    ListColleagues,
    ListContacts,
    ListRoles,
    PropertyFilterView,
    RequestPortals,
    RoleView,
    SetPropertyFilter,
)
from services.contracts.identity.customers import (
    ChangeCustomer,
    ChangeDetails,
    ChangeProperty,
    CreateCustomer,
    CreateProperty,
    CustomerView,
    DetailsChangeView,
    DetailsView,
    GetCustomer,
    GetDetails,
    GetProperty,
    ListCustomers,
    ListDetailsHistory,
    ListProperties,
    PropertyView,
)
from services.contracts.identity.feeds import ResolveReader
from services.contracts.identity.invitations import (
    AcceptInvitation,
    InvitationLinkView,
    InvitationsView,
    InvitationView,
    InviteContact,
    InviteContacts,
    InviteStaffMember,
    MintInvitationLink,
)
from services.contracts.identity.passwords import (
    ChangePassword,
    CompletePasswordReset,
    MintPasswordReset,
    PasswordResetLinkView,
    RequestPasswordReset,
)
from services.contracts.identity.portals import (
    BranchView,
    ChangeBranch,
    ChangeCompany,
    ChangeLogo,
    ChangePortalSettings,
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
    BeginViewing,
    EndSession,
    ListSessions,
    LoginCodeView,
    MintLoginCode,
    OwnSessionView,
    RequestLoginCode,
    ResolveSession,
    SessionPrincipal,
    SessionView,
    SignIn,
    SignInStaff,
    SignInWithCode,
    SignInWithLink,
    SignOut,
)
from services.contracts.identity.staff import (
    ChangeStaffMember,
    ConfirmTotp,
    CreateStaffMember,
    GetStaffMember,
    ListStaff,
    RecoveryCodesView,
    RemoveTotp,
    ResetTotp,
    StaffView,
    StartTotp,
    TotpSecretView,
)
from services.contracts.messages import Nothing, Page
from services.contracts.principals import Principal
from services.identity import (
    accounts,
    api_keys,
    audit,
    branches,
    codes,
    colleagues,
    companies,
    contacts,
    credentials,
    customers,
    details,
    feeds,
    invitations,
    mail_requests,
    portals,
    principals,
    properties,
    property_filters,
    resets,
    roles,
    second_factors,
    sessions,
    staff,
    viewing,
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
    def change_company(self, work: Work, command: ChangeCompany) -> CompanyView:
        return companies.change(work, command)

    @rpc
    def create_branch(self, work: Work, command: CreateBranch) -> BranchView:
        return branches.create(work, command)

    @rpc
    def change_branch(self, work: Work, command: ChangeBranch) -> BranchView:
        return branches.change(work, command)

    @rpc
    def change_logo(self, work: Work, command: ChangeLogo) -> BranchView:
        return branches.change_logo(work, command)

    @rpc
    def change_portal_settings(self, work: Work, command: ChangePortalSettings) -> BranchView:
        return branches.change_settings(work, command)

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
    def change_staff_member(self, work: Work, command: ChangeStaffMember) -> StaffView:
        return staff.change(work, command)

    @rpc
    def start_totp(self, work: Work, command: StartTotp) -> TotpSecretView:
        return second_factors.start(work, command)

    @rpc
    def confirm_totp(self, work: Work, command: ConfirmTotp) -> RecoveryCodesView:
        return second_factors.confirm(work, command)

    @rpc
    def remove_totp(self, work: Work, command: RemoveTotp) -> Steps[Nothing]:
        return second_factors.remove(work, command)

    @rpc
    def reset_totp(self, work: Work, command: ResetTotp) -> StaffView:
        return staff.reset_totp(work, command)

    @rpc
    def invite_staff_member(self, work: Work, command: InviteStaffMember) -> InvitationView:
        return staff.invite(work, command)

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
    def change_customer(self, work: Work, command: ChangeCustomer) -> CustomerView:
        return customers.change(work, command)

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
    def change_property(self, work: Work, command: ChangeProperty) -> PropertyView:
        return properties.change(work, command)

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

    @rpc
    def get_contact_portals(self, work: Work, query: GetContactPortals) -> ContactPortalsView:
        return portals.of_contact(work, query)

    # Roles

    @rpc
    def create_role(self, work: Work, command: CreateRole) -> RoleView:
        return roles.create(work, command)

    @rpc
    def change_role(self, work: Work, command: ChangeRole) -> RoleView:
        return roles.change(work, command)

    @rpc
    def delete_role(self, work: Work, command: DeleteRole) -> Nothing:
        return roles.delete(work, command)

    @rpc
    def list_roles(self, work: Work, query: ListRoles) -> Page[RoleView]:
        return roles.list_all(work, query)

    @rpc
    def get_role(self, work: Work, query: GetRole) -> RoleView:
        return roles.get(work, query)

    # What contacts do themselves

    @rpc
    def list_colleagues(self, work: Work, query: ListColleagues) -> Page[ContactView]:
        return colleagues.list_all(work, query)

    @rpc
    def get_colleague(self, work: Work, query: GetColleague) -> ContactView:
        return colleagues.get(work, query)

    @rpc
    def add_colleague(self, work: Work, command: AddColleague) -> ContactView:
        return colleagues.add(work, command)

    @rpc
    def change_colleague(self, work: Work, command: ChangeColleague) -> ContactView:
        return colleagues.change(work, command)

    @rpc
    def set_property_filter(self, work: Work, command: SetPropertyFilter) -> PropertyFilterView:
        return property_filters.choose(work, command)

    @rpc
    def get_details(self, work: Work, query: GetDetails) -> DetailsView:
        return details.get(work, query)

    @rpc
    def change_details(self, work: Work, command: ChangeDetails) -> DetailsView:
        return details.change(work, command)

    @rpc
    def list_details_history(self, work: Work, query: ListDetailsHistory) -> Page[DetailsChangeView]:
        return details.history(work, query)

    # Invitations

    @rpc
    def invite_contact(self, work: Work, command: InviteContact) -> InvitationView:
        return invitations.invite_contact(work, command)

    @rpc
    def invite_contacts(self, work: Work, command: InviteContacts) -> InvitationsView:
        return invitations.invite_contacts(work, command)

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
    def begin_viewing(self, work: Work, command: BeginViewing) -> SessionView:
        return viewing.begin(work, command)

    @rpc
    def resolve_session(self, work: Work, query: ResolveSession) -> SessionPrincipal:
        return principals.resolve(work, query)

    @rpc
    def resolve_reader(self, work: Work, query: ResolveReader) -> Principal:
        return feeds.resolve(work, query)

    # API keys

    @rpc
    def create_api_key(self, work: Work, command: CreateApiKey) -> NewApiKeyView:
        return api_keys.create(work, command)

    @rpc
    def revoke_api_key(self, work: Work, command: RevokeApiKey) -> ApiKeyView:
        return api_keys.revoke(work, command)

    @rpc
    def list_api_keys(self, work: Work, query: ListApiKeys) -> Page[ApiKeyView]:
        return api_keys.list_all(work, query)

    @rpc
    def get_api_key(self, work: Work, query: GetApiKey) -> ApiKeyView:
        return api_keys.get(work, query)

    # The audit trail

    @rpc
    def list_audit_events(self, work: Work, query: ListAuditEvents) -> Page[AuditEventView]:
        return audit.list_all(work, query)

    @rpc
    def list_sessions(self, work: Work, query: ListSessions) -> Page[OwnSessionView]:
        return sessions.list_own(work, query)

    @rpc
    def end_session(self, work: Work, command: EndSession) -> Nothing:
        return sessions.end(work, command)

    # Codes, links and passwords

    @rpc
    def request_login_code(self, work: Work, command: RequestLoginCode) -> Nothing:
        return mail_requests.request_login_code(work, command)

    @rpc
    def request_password_reset(self, work: Work, command: RequestPasswordReset) -> Nothing:
        return mail_requests.request_password_reset(work, command)

    @rpc
    def request_portals(self, work: Work, command: RequestPortals) -> Nothing:
        return mail_requests.request_portals(work, command)

    @worklist(seconds=5, due="due_mail_requests")
    def answer_mail_requests(self, work: Work, request_id: UUID) -> None:
        mail_requests.answer(work, request_id)

    @rpc
    def mint_login_code(self, work: Work, command: MintLoginCode) -> LoginCodeView:
        return codes.mint(work, command)

    @rpc
    def sign_in_with_code(self, work: Work, command: SignInWithCode) -> Steps[SessionView]:
        return codes.sign_in(work, command)

    @rpc
    def sign_in_with_link(self, work: Work, command: SignInWithLink) -> SessionView:
        return codes.sign_in_by_link(work, command)

    @rpc
    def mint_password_reset(self, work: Work, command: MintPasswordReset) -> PasswordResetLinkView:
        return resets.mint(work, command)

    @rpc
    def complete_password_reset(self, work: Work, command: CompletePasswordReset) -> Steps[Nothing]:
        return resets.complete(work, command)

    @rpc
    def change_password(self, work: Work, command: ChangePassword) -> Steps[Nothing]:
        return accounts.change_password(work, command)

    # Timers

    @every(seconds=3600)
    def forget_failures(self, work: Work) -> None:
        credentials.forget(work)
        mail_requests.forget(work)
