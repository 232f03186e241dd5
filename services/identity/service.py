"""The identity service: its table of contents."""

from services.chassis.service import Service, every, on, rpc, worklist
from services.contracts.billing.imports import ImportRecorded
from services.contracts.notifications.mails import MailsAffected
from services.contracts.notifications.webhooks import WebhookChanged
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
    references,
    resets,
    roles,
    searches,
    second_factors,
    sessions,
    staff,
    viewing,
)
from services.identity.imports import desk as imports


class Identity(Service):
    """Who there is, and who may do what."""

    name = "identity"

    # Companies, branches, portals

    open_company = rpc(companies.open_company)
    get_company = rpc(companies.get)
    change_company = rpc(companies.change)
    create_branch = rpc(branches.create)
    change_branch = rpc(branches.change)
    change_logo = rpc(branches.change_logo)
    change_portal_settings = rpc(branches.change_settings)
    list_branches = rpc(branches.list_all)
    get_branch = rpc(branches.get)
    get_portal = rpc(branches.get_portal)

    # Staff

    create_staff_member = rpc(staff.create)
    change_staff_member = rpc(staff.change)
    invite_staff_member = rpc(staff.invite)
    list_staff = rpc(staff.list_all)
    get_staff_member = rpc(staff.get)
    start_totp = rpc(second_factors.start)
    confirm_totp = rpc(second_factors.confirm)
    remove_totp = rpc(second_factors.remove)
    reset_totp = rpc(staff.reset_totp)

    # Customers, properties, contacts

    create_customer = rpc(customers.create)
    change_customer = rpc(customers.change)
    list_customers = rpc(customers.list_all)
    get_customer = rpc(customers.get)
    create_property = rpc(properties.create)
    change_property = rpc(properties.change)
    list_properties = rpc(properties.list_visible)
    get_property = rpc(properties.get)
    create_contact = rpc(contacts.create)
    change_contact = rpc(contacts.change)
    list_contacts = rpc(contacts.list_all)
    get_contact = rpc(contacts.get)
    get_contact_portals = rpc(portals.of_contact)
    search_people = rpc(searches.search)
    find_references = rpc(references.find)

    # Imports

    start_import = rpc(imports.start)
    get_import = rpc(imports.get)
    list_imports = rpc(imports.page)
    list_bad_rows = rpc(imports.bad_rows)
    confirm_import = rpc(imports.confirm)
    cancel_import = rpc(imports.cancel)
    continue_imports = worklist(imports.go_on, seconds=5, due="due_imports")

    # Roles

    create_role = rpc(roles.create)
    change_role = rpc(roles.change)
    delete_role = rpc(roles.delete)
    list_roles = rpc(roles.list_all)
    get_role = rpc(roles.get)

    # What contacts do themselves

    list_colleagues = rpc(colleagues.list_all)
    get_colleague = rpc(colleagues.get)
    add_colleague = rpc(colleagues.add)
    change_colleague = rpc(colleagues.change)
    set_property_filter = rpc(property_filters.choose)
    get_details = rpc(details.get)
    change_details = rpc(details.change)
    list_details_history = rpc(details.history)

    # Invitations

    invite_contact = rpc(invitations.invite_contact)
    invite_contacts = rpc(invitations.invite_contacts)
    mint_invitation_link = rpc(invitations.mint_link)
    accept_invitation = rpc(invitations.accept)

    # Sessions

    sign_in = rpc(sessions.sign_in)
    sign_in_staff = rpc(sessions.sign_in_staff)
    sign_out = rpc(sessions.sign_out)
    begin_viewing = rpc(viewing.begin)
    list_sessions = rpc(sessions.list_own)
    end_session = rpc(sessions.end)
    resolve_session = rpc(principals.resolve)
    resolve_reader = rpc(feeds.resolve)

    # API keys

    create_api_key = rpc(api_keys.create)
    revoke_api_key = rpc(api_keys.revoke)
    list_api_keys = rpc(api_keys.list_all)
    get_api_key = rpc(api_keys.get)

    # The audit trail

    list_audit_events = rpc(audit.list_all)
    on_webhook_changed = on(WebhookChanged, audit.keep_of_webhook)
    on_mails_affected = on(MailsAffected, audit.keep_of_mail)
    on_import_recorded = on(ImportRecorded, audit.keep_of_import)

    # Codes, links and passwords

    request_login_code = rpc(mail_requests.request_login_code)
    request_password_reset = rpc(mail_requests.request_password_reset)
    request_portals = rpc(mail_requests.request_portals)
    answer_mail_requests = worklist(mail_requests.answer, seconds=5, due="due_mail_requests")
    mint_login_code = rpc(codes.mint)
    sign_in_with_code = rpc(codes.sign_in)
    sign_in_with_link = rpc(codes.sign_in_by_link)
    mint_password_reset = rpc(resets.mint)
    complete_password_reset = rpc(resets.complete)
    change_password = rpc(accounts.change_password)

    # Timers

    forget_failures = every(credentials.forget, seconds=3600)
    forget_mail_requests = every(mail_requests.forget, seconds=3600)
