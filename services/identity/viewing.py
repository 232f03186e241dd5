"""Viewing as a customer: a staff member's session in which a portal looks as it does to a contact."""

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import conflict, forbidden, not_found
from services.contracts.identity.sessions import BeginViewing, SessionView
from services.contracts.principals import Scope
from services.identity import access, accounts, audit, portals, records, rules, tokens
from services.identity.models import Branch, Contact, SessionRow, StaffMember

SCOPE: Scope = "customers.write"
"""Who settles what contacts may do also sees what comes of it; sales reps and account owners have no need to."""


def begin(work: Work, command: BeginViewing) -> SessionView:
    """An hour at most, in a portal that the contact may enter; the staff member's own session goes on."""
    principal = access.office(work, SCOPE)
    if principal.kind != "staff":
        raise forbidden("Only a person looks at a portal.", reason="people_only")
    contact = records.found(work, Contact, command.contact_id, field="contact_id", lock=True)
    if contact.status == "disabled":
        raise conflict("A disabled contact sees no portal.", reason="disabled")
    branch = work.session.scalars(portals.entered_by(contact).where(Branch.slug == command.portal)).first()
    if branch is None:
        raise not_found("The contact has no such portal.", field="portal")
    token = tokens.new_token()
    row = SessionRow(
        company_id=work.company_id,
        token_hash=tokens.digest(token),
        person_kind=contact.kind,
        person_id=contact.id,
        viewer_id=principal.id,
        branch_id=branch.id,
        account_epoch=accounts.epoch_of(work, principal.email),
        created_at=work.now,
        expires_at=work.now + rules.VIEWING_LIFE,
        ip=command.client.ip,
        user_agent=command.client.user_agent,
    )
    records.add(work, row)
    audit.record(work, "viewing.started", contact, after={"portal": branch.slug}, client=command.client)
    return SessionView(id=row.id, token=token, expires_at=row.expires_at, portal_slug=branch.slug)


def may_view(member: StaffMember) -> bool:
    """Whether the member may look as a customer, still."""
    scopes = frozenset[Scope]().union(*(permissions.SCOPES_OF[role] for role in member.roles))
    return member.status in rules.ENTERING_STATUSES and SCOPE in scopes
