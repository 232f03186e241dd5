"""Who a session belongs to and what they may do, in one look-up and one select; every request pays for it."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis.work import Work
from services.contracts.errors import DomainError, not_found
from services.contracts.identity.sessions import ResolveSession, SessionPrincipal
from services.contracts.principals import Portal, Principal, PropertyAccess, Viewer
from services.identity import api_keys, branches, lookups, records, rules, second_factors, tokens, viewing
from services.identity.access_models import ContactRole, PropertyFilterRow, Role
from services.identity.models import (
    Account,
    Branch,
    Company,
    Contact,
    Customer,
    Property,
    PropertyRoleRow,
    SessionRow,
    StaffMember,
)
from services.identity.office_models import ApiKey


def resolve(work: Work, query: ResolveSession) -> SessionPrincipal:
    """The session lives, and its person may still enter where it began; or the API key is good."""
    token = query.token.get_secret_value()
    if tokens.is_api_key(token):
        return _integration(work, token)
    found = lookups.session_by_token(work.session, tokens.digest(token))
    if found is None:
        raise _ended()
    work.enter(found.company_id)
    return (_contact if found.person_kind == "contact" else _staff)(work, found.id)


@cache
def _contacts() -> Select[Any]:
    """The select of a contact's session, made once: making it anew costs more than running it."""
    return (
        select(
            SessionRow.expires_at,
            SessionRow.authenticated_by,
            Contact,
            StaffMember,
            Customer,
            Branch,
            Company.fees,
            _properties(),
            _roles(),
            _filter(),
        )
        .join(Contact, Contact.id == SessionRow.person_id)
        .outerjoin(StaffMember, StaffMember.id == SessionRow.viewer_id)
        .join(Account, _signed_in_with(_account_of_viewer_or_contact()))
        .join(Customer, Customer.id == Contact.customer_id)
        .join(Branch, Branch.id == SessionRow.branch_id)
        .join(Company, Company.id == Branch.company_id)
        .where(SessionRow.id == bindparam("session_id"), SessionRow.expires_at > bindparam("now"))
    )


def _contact(work: Work, session_id: UUID) -> SessionPrincipal:
    row = work.session.execute(_contacts(), {"session_id": session_id, "now": work.now}).first()
    if row is None:
        raise _ended()
    expires_at, authenticated_by, contact, viewer, customer, branch, fees, properties, roles, chosen = row
    if not _is_let_in(contact, viewer, at_home=customer.home_branch_id == branch.id, served=bool(properties)):
        raise _ended()
    principal = _contact_principal(session_id, contact, customer, portal(branch, fees), properties)
    granted = principal.permissions.union(*roles)
    own = {each.property_id for each in principal.properties}
    held = {
        "authenticated_by": authenticated_by,
        "permissions": granted,
        "property_filter": [each for each in chosen or () if each in own],
        "viewer": Viewer(id=viewer.id, name=viewer.name) if viewer else None,
    }
    return SessionPrincipal(principal=principal.model_copy(update=held), expires_at=expires_at)


def _is_let_in(contact: Contact, viewer: StaffMember | None, *, at_home: bool, served: bool) -> bool:
    if viewer is None:
        return rules.may_enter(contact.status, at_home=at_home, served=served)
    return rules.may_be_viewed(contact.status, at_home=at_home, served=served) and viewing.may_view(viewer)


def _account_of_viewer_or_contact() -> ColumnElement[UUID | None]:
    return case((SessionRow.viewer_id.is_(None), Contact.account_id), else_=StaffMember.account_id)


def _signed_in_with(account_id: ColumnElement[UUID | None] | InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    """That account, unless everybody was signed out of it since the session began."""
    return and_(Account.id == account_id, Account.epoch == SessionRow.account_epoch)


def _properties() -> ScalarSelect[Any]:
    """The contact's properties that the session's branch serves, as JSON."""
    row = PropertyRoleRow
    access = func.json_build_object("property_id", row.property_id, "role", row.role, "permissions", row.permissions)
    return (
        select(func.coalesce(func.json_agg(access), "[]"))
        .join(Property, Property.id == PropertyRoleRow.property_id)
        .where(PropertyRoleRow.contact_id == SessionRow.person_id, Property.branch_id == SessionRow.branch_id)
        .correlate(SessionRow)
        .scalar_subquery()
    )


def _roles() -> ScalarSelect[Any]:
    """The permissions of each role that the contact holds, as JSON."""
    return (
        select(func.coalesce(func.json_agg(Role.permissions), "[]"))
        .join(ContactRole, ContactRole.role_id == Role.id)
        .where(ContactRole.contact_id == SessionRow.person_id)
        .correlate(SessionRow)
        .scalar_subquery()
    )


def _filter() -> ScalarSelect[Any]:
    """The properties that the contact chose in the session's portal; some may be theirs no longer."""
    return (
        select(PropertyFilterRow.property_ids)
        .where(
            PropertyFilterRow.contact_id == SessionRow.person_id, PropertyFilterRow.branch_id == SessionRow.branch_id
        )
        .correlate(SessionRow)
        .scalar_subquery()
    )


def _contact_principal(
    session_id: UUID, contact: Contact, customer: Customer, portal: Portal, properties: list[dict[str, Any]]
) -> Principal:
    return Principal(
        kind="contact",
        id=contact.id,
        company_id=contact.company_id,
        name=contact.name,
        email=contact.email,
        session_id=session_id,
        portal=portal,
        customer_id=customer.id,
        is_customer_primary=customer.primary_contact_id == contact.id,
        permissions=frozenset(contact.permissions),
        properties=[PropertyAccess.model_validate(each) for each in properties],
    )


def portal(branch: Branch, fees: Mapping[str, Any]) -> Portal:
    """The portal of a branch, as it travels with who is in it."""
    return Portal(
        branch_id=branch.id,
        slug=branch.slug,
        name=branch.name,
        time_zone=branch.time_zone,
        settings=branches.offered(branch, fees),
        logo=branch.logo["sha256"] if branch.logo else None,
    )


def _staff(work: Work, session_id: UUID) -> SessionPrincipal:
    statement = (
        select(SessionRow.expires_at, StaffMember, Company.totp_required, second_factors.has_one(StaffMember.id))
        .join(StaffMember, StaffMember.id == SessionRow.person_id)
        .join(Company, Company.id == StaffMember.company_id)
        .join(Account, _signed_in_with(StaffMember.account_id))
        .where(SessionRow.id == session_id, SessionRow.expires_at > work.now)
    )
    row = work.session.execute(statement).first()
    if row is None or row[1].status not in rules.ENTERING_STATUSES:
        raise _ended()
    expires_at, member, totp_required, has_totp = row
    principal = Principal(
        kind="staff",
        id=member.id,
        company_id=member.company_id,
        name=member.name,
        email=member.email,
        session_id=session_id,
        staff_roles=frozenset(member.roles),
        must_enrol=totp_required and not has_totp,
    )
    return SessionPrincipal(principal=principal, expires_at=expires_at)


def _integration(work: Work, token: str) -> SessionPrincipal:
    found = lookups.api_key_by_hash(work.session, tokens.digest(token))
    if found is None:
        raise _ended()
    work.enter(found.company_id)
    key = records.found(work, ApiKey, found.id)
    if not key.is_good(work.now):
        raise _ended()
    api_keys.note_use(work, key)
    principal = Principal(
        kind="integration", id=key.id, company_id=key.company_id, name=key.name, scopes=frozenset(key.scopes)
    )
    return SessionPrincipal(principal=principal, expires_at=key.expires_at or work.now + rules.API_KEY_LIFE)


def _ended() -> DomainError:
    return not_found("The session has ended.")
