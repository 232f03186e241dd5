"""Staff members of a company."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import conflict
from services.contracts.identity.staff import CreateStaffMember, GetStaffMember, ListStaff, StaffView
from services.contracts.messages import Page
from services.identity import access, invitations, pages, records, rules
from services.identity.models import StaffMember


def create(work: Work, command: CreateStaffMember) -> StaffView:
    """A new staff member is invited at once."""
    granter = access.office(work, "staff.write")
    rules.check_granted_roles(command.roles, granter.staff_roles)
    member = StaffMember(
        company_id=work.company_id,
        name=command.name,
        email=command.email,
        phone=command.phone,
        status="not_invited",
        roles=sorted(set(command.roles)),
    )
    taken = conflict("A staff member has this e-mail address.", field="email", reason="email_taken")
    records.add(work, member, staff_member_company_id_email_key=taken)
    invitations.invite(work, member)
    return view(member)


def list_all(work: Work, query: ListStaff) -> Page[StaffView]:
    """By name, for staff."""
    access.office(work, "staff.read")
    return pages.read(work, query, StaffMember, select(StaffMember), view)


def get(work: Work, query: GetStaffMember) -> StaffView:
    """Any of the company's."""
    access.office_or_service(work, "staff.read")
    return view(records.found(work, StaffMember, query.staff_id))


def view(member: StaffMember) -> StaffView:
    """A staff member as colleagues see them."""
    return StaffView(
        id=member.id,
        name=member.name,
        email=member.email,
        phone=member.phone,
        roles=member.roles,
        status=member.status,
    )
