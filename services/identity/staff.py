"""Staff members of a company."""

from sqlalchemy import select

from services.chassis.work import Work
from services.contracts.errors import conflict, forbidden
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.invitations import InvitationView, InviteStaffMember
from services.contracts.identity.people import Json
from services.contracts.identity.staff import (
    ChangeStaffMember,
    CreateStaffMember,
    GetStaffMember,
    ListStaff,
    ResetTotp,
    StaffView,
)
from services.contracts.messages import Page
from services.contracts.principals import Principal
from services.identity import access, accounts, audit, invitations, pages, records, rules, second_factors, sessions
from services.identity.models import Company, SessionRow, StaffMember


def create(work: Work, command: CreateStaffMember) -> StaffView:
    """A new staff member is invited at once."""
    granter = access.office(work, "staff.write")
    rules.check_granted_roles(command.roles, granter)
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
    audit.record(work, "staff.created", member, after=_told(member))
    invitations.invite(work, member)
    return view_of(work, member)


def change(work: Work, command: ChangeStaffMember) -> StaffView:
    """What changes holds at once; only an administrator changes one, and the last one stays."""
    changer = access.office(work, "staff.write")
    _one_at_a_time(work)
    member = records.found(work, StaffMember, command.staff_id, lock=True)
    before = _told(member)
    check_changer(changer, member)
    _change_access(work, changer, member, command)
    if command.name is not None:
        member.name = command.name
    if command.phone is not None:
        member.phone = command.phone
    disabled = before["status"] != "disabled" and member.status == "disabled"
    action = "staff.disabled" if disabled else "staff.changed"
    audit.record(work, action, member, before=before, after=_told(member))
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[member.id]))
    return view_of(work, member)


def _one_at_a_time(work: Work) -> None:
    """Lets a company's staff be changed by one alone, so that two administrators cannot end each other.

    Rows that refer to the company may be added meanwhile.
    """
    work.session.get_one(Company, work.company_id, with_for_update={"key_share": True})


def check_changer(changer: Principal, member: StaffMember) -> None:
    """Refuses a change of an administrator by anybody who is none."""
    if "administrator" in member.roles and "administrator" not in changer.staff_roles:
        raise forbidden("Only an administrator changes an administrator.", reason="administrator")


def _change_access(work: Work, changer: Principal, member: StaffMember, command: ChangeStaffMember) -> None:
    """Roles and status, of anybody but oneself."""
    if command.roles is None and command.status is None:
        return
    if member.id == changer.id:
        raise forbidden("Nobody changes their own roles or status.", reason="own_access")
    was_administrator = _is_active_administrator(member)
    if command.roles is not None:
        rules.check_granted_roles(command.roles, changer)
        member.roles = sorted(set(command.roles))
    if command.status == "active":
        member.enable()
    if command.status == "disabled":
        _disable(work, member)
    if was_administrator and not _is_active_administrator(member):
        _keep_an_administrator(work, member)


def _is_active_administrator(member: StaffMember) -> bool:
    return member.status == "active" and "administrator" in member.roles


def _keep_an_administrator(work: Work, leaving: StaffMember) -> None:
    others = select(StaffMember.id).where(
        StaffMember.id != leaving.id, StaffMember.status == "active", StaffMember.roles.contains(["administrator"])
    )
    if work.session.scalar(others.limit(1)) is None:
        raise conflict("A company keeps at least one active administrator.", reason="last_administrator")


def _disable(work: Work, member: StaffMember) -> None:
    """Ends what lets the member in: sessions, those in which they look as a customer, and open invitations."""
    member.disable()
    _end_sessions(work, member)
    accounts.close_invitations(work, member.id)


def _end_sessions(work: Work, member: StaffMember) -> None:
    sessions.end_all(work, member.id)
    sessions.end_viewing(work, SessionRow.viewer_id == member.id)


def invite(work: Work, command: InviteStaffMember) -> InvitationView:
    """Invites a member again who has not accepted yet; whoever has signs in with their password."""
    inviter = access.office(work, "staff.write")
    member = records.found(work, StaffMember, command.staff_id, lock=True)
    check_changer(inviter, member)
    if member.status == "active":
        raise conflict("This person has accepted an invitation already.", reason="already_active")
    return invitations.invite(work, member)


def reset_totp(work: Work, command: ResetTotp) -> StaffView:
    """An administrator takes a colleague's second factor away, who lost it; whatever it opened is closed."""
    administrator = access.office(work, "staff.write")
    if "administrator" not in administrator.staff_roles:
        raise forbidden("Only an administrator does this.", reason="administrator")
    if command.staff_id == administrator.id:
        raise forbidden("Nobody resets their own; remove it with a code.", reason="own_access")
    member = records.found(work, StaffMember, command.staff_id, lock=True)
    if second_factors.is_set(work, member.id):
        second_factors.clear(work, member.id)
        _end_sessions(work, member)
        audit.record(work, "totp.reset", member)
        work.announce(AccessChanged(company_id=work.company_id, principal_ids=[member.id]))
    return view_of(work, member)


def list_all(work: Work, query: ListStaff) -> Page[StaffView]:
    """By name, for staff and for services that write to them."""
    access.office_or_service(work, "staff.read")
    found = select(StaffMember, second_factors.has_one(StaffMember.id))
    return pages.read(work, query, StaffMember, found, view)


def get(work: Work, query: GetStaffMember) -> StaffView:
    """Any of the company's."""
    access.office_or_service(work, "staff.read")
    return view_of(work, records.found(work, StaffMember, query.staff_id))


def view_of(work: Work, member: StaffMember) -> StaffView:
    """One member as colleagues see them."""
    return view(member, second_factors.is_set(work, member.id))


def view(member: StaffMember, has_totp: bool) -> StaffView:
    """A staff member as colleagues see them."""
    return StaffView(
        id=member.id,
        name=member.name,
        email=member.email,
        phone=member.phone,
        roles=member.roles,
        status=member.status,
        last_sign_in_at=member.last_sign_in_at,
        has_totp=has_totp,
    )


def _told(member: StaffMember) -> Json:
    """What the audit trail says of a member."""
    return {
        "name": member.name,
        "email": member.email,
        "phone": member.phone,
        "roles": list(member.roles),
        "status": member.status,
    }
