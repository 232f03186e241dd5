"""Sessions: signing in at a portal or at the office, and signing out."""

from uuid import UUID

from sqlalchemy import delete, select

from services.chassis.work import Steps, Work
from services.contracts.errors import forbidden, not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.people import Client
from services.contracts.identity.sessions import SessionView, SignIn, SignInStaff, SignOut
from services.contracts.messages import Nothing
from services.identity import audit, credentials, lookups, records, rules, tokens
from services.identity.models import Account, Branch, Contact, SessionRow, StaffMember

OFFICE = "office"
"""Where staff sign in, beside the portals' slugs."""


def sign_in(work: Work, command: SignIn) -> Steps[SessionView]:
    """Lets a contact in at a branch that serves one of its properties, or where its customer is at home."""
    email = rules.canonical_email(command.email)
    portal = lookups.portal_by_slug(work.session, command.portal)
    if portal is None:
        raise not_found("There is no such portal.")
    right = yield from credentials.check(work, email, command.password, command.client)
    found = lookups.contact_by_email(work.session, email, portal.id)
    if found is None or not right:
        yield from credentials.failed(work, email, command.client)
        raise credentials.wrong_credentials()
    return _admit(work, found, Contact, email, command.client, portal.id)


def sign_in_staff(work: Work, command: SignInStaff) -> Steps[SessionView]:
    """Lets a staff member into the office."""
    email = rules.canonical_email(command.email)
    right = yield from credentials.check(work, email, command.password, command.client)
    found = lookups.staff_by_email(work.session, email)
    if found is None or not right:
        yield from credentials.failed(work, email, command.client)
        raise credentials.wrong_credentials()
    return _admit(work, found, StaffMember, email, command.client)


def _admit(
    work: Work,
    found: lookups.Found,
    person_type: type[Contact | StaffMember],
    email: str,
    client: Client,
    branch_id: UUID | None = None,
) -> SessionView:
    """Begins the session of whoever proved the account to be theirs, which also accepts an invitation."""
    work.enter(found.company_id)
    person = records.found(work, person_type, found.id, lock=True)
    if person.status not in rules.ENTERING_STATUSES:
        raise credentials.wrong_credentials()
    account_id = work.session.scalars(select(Account.id).where(Account.email == email)).one()
    person.accept(account_id)
    credentials.forgive(work, email)
    return begin(work, person, client, branch_id)


def begin(work: Work, person: Contact | StaffMember, client: Client, branch_id: UUID | None = None) -> SessionView:
    """A new session at the branch's portal, or at the office; the person's expired ones are swept away."""
    work.session.execute(delete(SessionRow).where(SessionRow.person_id == person.id, SessionRow.expires_at <= work.now))
    token = tokens.new_token()
    row = SessionRow(
        company_id=work.company_id,
        token_hash=tokens.digest(token),
        person_kind=person.kind,
        person_id=person.id,
        branch_id=branch_id,
        created_at=work.now,
        expires_at=work.now + rules.SESSION_LIFE,
        ip=client.ip,
        user_agent=client.user_agent[:400],
    )
    records.add(work, row)
    slug = records.found(work, Branch, branch_id).slug if branch_id else None
    audit.record(work, "session.started", person, after={"portal": slug or OFFICE}, actor=person, client=client)
    return SessionView(id=row.id, token=token, expires_at=row.expires_at, portal_slug=slug)


def sign_out(work: Work, _: SignOut) -> Nothing:
    """Ends the current session; a second time changes nothing."""
    principal = work.principal
    if principal.session_id is None:
        raise forbidden("There is no session to end.")
    mine = (SessionRow.id == principal.session_id, SessionRow.person_id == principal.id)
    if work.session.execute(delete(SessionRow).where(*mine).returning(SessionRow.id)).all():
        audit.record(work, "session.ended", principal)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[principal.id]))
    return Nothing()


def end_all(work: Work, person_id: UUID) -> None:
    """Ends every session of a person."""
    work.session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))
