"""Sessions: signing in by password at a portal or at the office, listing and ending one's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, literal, select, tuple_

from services.chassis import cursors
from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, forbidden, not_found
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.people import Client
from services.contracts.identity.sessions import (
    EndSession,
    ListSessions,
    OwnSessionView,
    SessionView,
    SignIn,
    SignInStaff,
    SignOut,
)
from services.contracts.messages import Nothing, Page
from services.contracts.principals import Authentication, Principal
from services.identity import (
    accounts,
    audit,
    browsers,
    credentials,
    lookups,
    people,
    records,
    rules,
    second_factors,
    tokens,
)
from services.identity.models import Account, Branch, Contact, SessionRow, StaffMember

OFFICE = "office"
"""Where staff sign in, beside the portals' slugs."""


def sign_in(work: Work, command: SignIn) -> Steps[SessionView]:
    """Lets a contact in at a branch that serves one of its properties, or where its customer is at home."""
    email = rules.canonical_email(command.email)
    branch_id = portal(work, command.portal).id
    proved = yield from credentials.check(work, email, command.password, command.client)
    if not proved:
        raise credentials.wrong_credentials()
    found = lookups.contact_by_email(work.session, email, branch_id)
    if found is None:
        yield credentials.committed
        raise _elsewhere(work, email)
    return _admit(work, found, Contact, proved, command.client, branch_id)


def portal(work: Work, slug: str) -> lookups.Found:
    """The branch whose portal is at this address."""
    found = lookups.portal_by_slug(work.session, slug)
    if found is None:
        raise not_found("There is no such portal.")
    return found


def _elsewhere(work: Work, email: str) -> DomainError:
    """The answer to a wrong password, but whoever knows the right one is told which portals it opens."""
    portals = [portal._asdict() for portal in lookups.portals_of_email(work.session, email)]
    return credentials.wrong_credentials(portals=portals) if portals else credentials.wrong_credentials()


def sign_in_staff(work: Work, command: SignInStaff) -> Steps[SessionView]:
    """Lets a staff member into the office."""
    email = rules.canonical_email(command.email)
    proved = yield from credentials.check(work, email, command.password, command.client)
    found = lookups.staff_by_email(work.session, email) if proved else None
    if proved is None or found is None:
        raise credentials.wrong_credentials()
    work.enter(found.company_id)
    code = command.totp.get_secret_value() if command.totp else None
    yield from second_factors.check(work, found.id, code, command.client)
    return _admit(work, found, StaffMember, proved, command.client)


def _admit(
    work: Work,
    found: lookups.Found,
    person_type: type[Contact | StaffMember],
    proved: str,
    client: Client,
    branch_id: UUID | None = None,
) -> SessionView:
    """Begins the session of whoever proved the account to be theirs, which also accepts an invitation."""
    work.enter(found.company_id)
    person = records.found(work, person_type, found.id, lock=True)
    if person.status not in rules.ENTERING_STATUSES:
        raise credentials.wrong_credentials()
    credentials.check_still(accounts.accept(work, person), proved)
    return begin(work, person, "password", client, branch_id)


def begin(
    work: Work,
    person: Contact | StaffMember,
    authenticated_by: Authentication,
    client: Client,
    branch_id: UUID | None = None,
) -> SessionView:
    """A new session at the branch's portal, or at the office; the person's expired ones are swept away."""
    work.session.execute(delete(SessionRow).where(SessionRow.person_id == person.id, SessionRow.expires_at <= work.now))
    token = tokens.new_token()
    row = SessionRow(
        company_id=work.company_id,
        token_hash=tokens.digest(token),
        person_kind=person.kind,
        person_id=person.id,
        branch_id=branch_id,
        account_epoch=_epoch(work, person),
        authenticated_by=authenticated_by,
        created_at=work.now,
        expires_at=work.now + rules.SESSION_LIFE,
        ip=client.ip,
        user_agent=client.user_agent[:400],
    )
    records.add(work, row)
    person.last_sign_in_at = work.now
    credentials.remember_network(work, person.email, client)
    branch = records.found(work, Branch, branch_id) if branch_id else None
    slug = branch.slug if branch else None
    browsers.remember(work, person, client, branch)
    audit.record(work, "session.started", person, after={"portal": slug or OFFICE}, actor=person, client=client)
    return SessionView(id=row.id, token=token, expires_at=row.expires_at, portal_slug=slug)


def sign_out(work: Work, _: SignOut) -> Nothing:
    """Ends the current session, and with a staff member's those in which they look; a second time changes nothing."""
    principal = work.principal
    if principal.session_id is None:
        raise forbidden("There is no session to end.")
    mine = (SessionRow.id == principal.session_id, SessionRow.person_id == principal.id)
    if work.session.execute(delete(SessionRow).where(*mine).returning(SessionRow.id)).all():
        audit.record(work, "viewing.ended" if principal.viewer else "session.ended", principal)
    end_viewing(work, SessionRow.viewer_id == principal.id)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[principal.id]))
    return Nothing()


def list_own(work: Work, query: ListSessions) -> Page[OwnSessionView]:
    """The principal's own that are still open, newest first."""
    principal = _owner(work)
    own = (
        select(SessionRow, Branch.slug)
        .outerjoin(Branch, Branch.id == SessionRow.branch_id)
        .where(*_open(work, principal))
        .order_by(SessionRow.created_at.desc(), SessionRow.id.desc())
    )
    if query.cursor is not None:
        began, row_id = cursors.position(query.cursor, datetime)
        own = own.where(tuple_(SessionRow.created_at, SessionRow.id) < tuple_(literal(began), literal(row_id)))
    rows = work.session.execute(own.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    last = shown[-1][0] if len(rows) > query.limit else None
    items = [_own_view(row, slug, principal) for row, slug in shown]
    return Page(items=items, next_cursor=cursors.after(last.created_at, last.id) if last else None)


def _own_view(row: SessionRow, slug: str | None, principal: Principal) -> OwnSessionView:
    return OwnSessionView(
        id=row.id,
        portal_slug=slug,
        started_at=row.created_at,
        expires_at=row.expires_at,
        ip=row.ip,
        user_agent=row.user_agent,
        current=row.id == principal.session_id,
    )


def end(work: Work, command: EndSession) -> Nothing:
    """Ends one of the principal's own; whoever remembers it forgets it."""
    principal = _owner(work)
    mine = delete(SessionRow).where(SessionRow.id == command.session_id, *_open(work, principal))
    if not work.session.execute(mine.returning(SessionRow.id)).all():
        raise not_found()
    audit.record(work, "session.ended", principal)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[principal.id]))
    return Nothing()


def _owner(work: Work) -> Principal:
    """A person who has sessions, and not somebody who looks at a portal as they do."""
    principal = work.principal
    if principal.session_id is None or principal.viewer:
        raise forbidden("These sessions are somebody else's.")
    return principal


def _open(work: Work, principal: Principal) -> tuple[ColumnElement[bool], ...]:
    person = people.found(work, "contact" if principal.kind == "contact" else "staff", principal.id)
    return (
        SessionRow.person_id == person.id,
        SessionRow.viewer_id.is_(None),
        SessionRow.expires_at > work.now,
        SessionRow.account_epoch == _epoch(work, person),
    )


def _epoch(work: Work, person: Contact | StaffMember) -> int:
    return records.found(work, Account, person.account_id).epoch if person.account_id else 0


def end_all(work: Work, person_id: UUID) -> None:
    """Ends every session of a person."""
    work.session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


def end_viewing(work: Work, *whose: ColumnElement[bool]) -> None:
    """Ends the sessions in which staff of the company look at a portal as a customer sees it: these, or all."""
    work.session.execute(delete(SessionRow).where(SessionRow.viewer_id.is_not(None), *whose))
