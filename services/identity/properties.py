"""Properties: the sites of customers, each served by one branch."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from services.chassis.work import Work
from services.contracts.errors import invalid, not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.customers import (
    ChangeProperty,
    CreateProperty,
    GetProperty,
    ListProperties,
    PropertyView,
)
from services.contracts.messages import Page
from services.contracts.principals import Principal, StaffRole
from services.contracts.snapshots import Address, CustomerSnapshot, Person
from services.identity import access, audit, pages, records
from services.identity.models import Branch, Customer, Property, PropertyRoleRow, StaffMember

SalesRep = aliased(StaffMember)
AccountOwner = aliased(StaffMember)


def create(work: Work, command: CreateProperty) -> PropertyView:
    """Customer, branch and staff are the company's own, and the staff hold the roles they are named for."""
    writer = access.office(work, "customers.write")
    customer = records.found(work, Customer, command.customer_id, field="customer_id")
    branch = records.found(work, Branch, command.branch_id, field="branch_id")
    site = Property(
        company_id=work.company_id,
        customer_id=customer.id,
        branch_id=branch.id,
        name=command.name,
        address=command.address.model_dump(mode="json"),
        sales_rep_id=_holder(work, command.sales_rep_id, "sales_rep"),
        account_owner_id=_holder(work, command.account_owner_id, "account_owner"),
    )
    records.add(work, site)
    return _one(work, site.id, writer)


def change(work: Work, command: ChangeProperty) -> PropertyView:
    """Another branch's portal shows it from now on: who is linked to it loses the one, and gains the other."""
    writer = access.office(work, "customers.write")
    site = records.found(work, Property, command.property_id, lock=True)
    before = _told(site)
    if command.branch_id is not None:
        site.branch_id = records.found(work, Branch, command.branch_id, field="branch_id").id
    if command.name is not None:
        site.name = command.name
    if command.address is not None:
        site.address = command.address.model_dump(mode="json")
    if command.sales_rep_id is not None:
        site.sales_rep_id = _holder(work, _named(command.sales_rep_id), "sales_rep")
    if command.account_owner_id is not None:
        site.account_owner_id = _holder(work, _named(command.account_owner_id), "account_owner")
    audit.record(work, "property.changed", site, before=before, after=_told(site))
    if site.branch_id != before["branch_id"]:
        _announce(work, site)
    work.session.flush()
    return _one(work, site.id, writer)


def _named(staff_id: UUID | Literal["unset"]) -> UUID | None:
    return None if staff_id == "unset" else staff_id


def _announce(work: Work, site: Property) -> None:
    linked = select(PropertyRoleRow.contact_id).where(PropertyRoleRow.property_id == site.id)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=list(work.session.scalars(linked))))


def _told(site: Property) -> dict[str, Any]:
    names = ("name", "address", "branch_id", "sales_rep_id", "account_owner_id")
    return {name: getattr(site, name) for name in names}


def _holder(work: Work, staff_id: UUID | None, role: StaffRole) -> UUID | None:
    if staff_id is None:
        return None
    member = records.found(work, StaffMember, staff_id, field=f"{role}_id")
    if role not in member.roles:
        raise invalid(f"This staff member does not hold the role {role}.", field=f"{role}_id")
    return member.id


def list_visible(work: Work, query: ListProperties) -> Page[PropertyView]:
    """By name: all of the company's for staff, for a contact its own in this portal; narrowed as is asked for."""
    principal = work.principal
    if principal.kind != "contact":
        access.office(work, "customers.read")
    statement = _visible_to(principal).where(pages.begins(Property.folded_name, query.search))
    if query.customer_id is not None:
        statement = statement.where(Property.customer_id == query.customer_id)
    return pages.read(work, query, Property, statement, lambda *row: _view_of(principal, *row))


def get(work: Work, query: GetProperty) -> PropertyView:
    """Any of the company's; for a contact only its own in this portal."""
    if work.principal.kind != "contact":
        access.office_or_service(work, "customers.read")
    return _one(work, query.property_id, work.principal)


def _one(work: Work, property_id: UUID, principal: Principal) -> PropertyView:
    row = work.session.execute(_visible_to(principal).where(Property.id == property_id)).first()
    if row is None:
        raise not_found()
    return _view_of(principal, *row)


def _visible_to(principal: Principal) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Property, Customer, SalesRep, AccountOwner)
        .join(Customer, Customer.id == Property.customer_id)
        .outerjoin(SalesRep, SalesRep.id == Property.sales_rep_id)
        .outerjoin(AccountOwner, AccountOwner.id == Property.account_owner_id)
    )
    if principal.kind != "contact":
        return statement
    return statement.join(PropertyRoleRow, PropertyRoleRow.property_id == Property.id).where(
        PropertyRoleRow.contact_id == principal.id,
        Property.branch_id == (principal.portal.branch_id if principal.portal else None),
    )


def _sees_phone(principal: Principal) -> bool:
    """A customer sees the service contact's phone number where the portal shows it."""
    return principal.kind != "contact" or (
        principal.portal is not None and principal.portal.settings.show_service_contact_phone
    )


def _view_of(principal: Principal, *row: Any) -> PropertyView:
    """A property as this principal sees it: what other systems call it is the office's own matter."""
    found = view(*row, shows_phone=_sees_phone(principal))
    return found.model_copy(update={"external_id": ""}) if principal.kind == "contact" else found


def view(
    site: Property,
    customer: Customer,
    sales_rep: StaffMember | None,
    account_owner: StaffMember | None,
    *,
    shows_phone: bool,
) -> PropertyView:
    """A property with who it belongs to and who looks after it."""
    return PropertyView(
        id=site.id,
        customer=CustomerSnapshot(
            id=customer.id, name=customer.name, address=Address.model_validate(customer.mailing_address)
        ),
        branch_id=site.branch_id,
        name=site.name,
        address=Address.model_validate(site.address),
        sales_rep=_person(sales_rep, shows_phone),
        account_owner=_person(account_owner, shows_phone),
        external_id=site.external_id or "",
    )


def _person(member: StaffMember | None, shows_phone: bool) -> Person | None:
    if member is None:
        return None
    return Person(id=member.id, name=member.name, email=member.email, phone=member.phone if shows_phone else None)
