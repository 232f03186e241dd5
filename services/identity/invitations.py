"""Invitations: the mailed link with which a contact or staff member opens their account."""

from uuid import UUID

from sqlalchemy import select

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, forbidden, not_found
from services.contracts.identity.audit import Actor
from services.contracts.identity.invitations import (
    AcceptInvitation,
    InvitationLinkView,
    InvitationOutcome,
    InvitationsView,
    InvitationView,
    InviteContact,
    InviteContacts,
    MintInvitationLink,
    PersonInvited,
)
from services.contracts.identity.portals import Brand
from services.contracts.identity.sessions import SessionView
from services.contracts.principals import Authentication
from services.identity import (
    access,
    accounts,
    audit,
    branches,
    credentials,
    delegation,
    lookups,
    passwords,
    people,
    records,
    rules,
    sessions,
    tokens,
)
from services.identity.models import (
    Account,
    Company,
    Contact,
    Invitation,
    InvitationToken,
    StaffMember,
)


def invite_contact(work: Work, command: InviteContact) -> InvitationView:
    """Invites a contact, or again; each invitation is mailed, and one used closes all.

    The office invites anybody, a contact those colleagues whose rights they could change.
    """
    if work.principal.kind == "contact":
        manager = delegation.manager(work)
        colleague = delegation.colleague_below(work, manager, command.contact_id)
        delegation.check_mails(work, manager)
        return invite(work, colleague)
    access.office(work, "customers.write")
    return invite(work, records.found(work, Contact, command.contact_id, lock=True))


def invite_contacts(work: Work, command: InviteContacts) -> InvitationsView:
    """Invites each once; who cannot be invited does not keep the others from it."""
    access.office(work, "customers.write")
    # Locked in one order, so that two who invite the same people do not wait for each other for ever.
    outcomes = {contact_id: _outcome(work, contact_id) for contact_id in sorted(set(command.contact_ids))}
    return InvitationsView(items=[outcomes[each] for each in dict.fromkeys(command.contact_ids)])


def _outcome(work: Work, contact_id: UUID) -> InvitationOutcome:
    try:
        invitation = invite(work, records.found(work, Contact, contact_id, lock=True))
    except DomainError as refusal:
        return InvitationOutcome(contact_id=contact_id, problem=refusal.message)
    return InvitationOutcome(contact_id=contact_id, invitation=invitation)


def invite(work: Work, person: Contact | StaffMember, by: Actor | None = None) -> InvitationView:
    """An open invitation; its link is minted by whoever mails it."""
    person.invite()
    invitation = Invitation(
        company_id=work.company_id, person_kind=person.kind, person_id=person.id, created_at=work.now
    )
    records.add(work, invitation)
    audit.record(work, "invitation.sent", person, actor=by)
    work.announce(
        PersonInvited(
            company_id=work.company_id, invitation_id=invitation.id, person_kind=person.kind, person_id=person.id
        )
    )
    return InvitationView(id=invitation.id, expires_at=work.now + rules.INVITATION_LIFE)


def mint_link(work: Work, command: MintInvitationLink) -> InvitationLinkView:
    """A fresh token of an open invitation, for the service that mails it and nobody else."""
    access.service(work)
    invitation = records.found(work, Invitation, command.invitation_id)
    if invitation.closed_at:
        raise _gone()
    token = tokens.new_token()
    row = InvitationToken(
        token_hash=tokens.digest(token),
        company_id=work.company_id,
        invitation_id=invitation.id,
        expires_at=work.now + rules.INVITATION_LIFE,
    )
    records.add(work, row)
    return _link(work, _invited(work, invitation), token, row)


def _link(work: Work, person: Contact | StaffMember, token: str, row: InvitationToken) -> InvitationLinkView:
    company = records.found(work, Company, work.company_id)
    home = people.home_branch(work, person)
    return InvitationLinkView(
        token=token,
        name=person.name,
        email=person.email,
        company_name=company.name,
        portal_slug=home.slug if home else None,
        brand=branches.brand(home) if home else Brand(name=company.name),
        expires_at=row.expires_at,
    )


def accept(work: Work, command: AcceptInvitation) -> Steps[SessionView]:
    """Opens the account and signs in; an account that has a password keeps it and must be given that one."""
    email = _invited(work, _open_invitation(work, command)).email
    if _has_password(work, email):
        proved = yield from _prove_password(work, email, command)
        session = _admit(work, command, "password")
        credentials.check_still(accounts.of_email(work, email), proved)
        return session
    password_hash = yield lambda: passwords.hashed(command.password.get_secret_value())
    session = _admit(work, command, "invitation")
    accounts.of_email(work, email).set_first_password(password_hash)
    return session


def _prove_password(work: Work, email: str, command: AcceptInvitation) -> Steps[str]:
    proved = yield from credentials.check(work, email, command.password, command.client)
    if not proved:
        raise forbidden("You have a password here already. Please use that one.", reason="existing_password")
    return proved


def _admit(work: Work, command: AcceptInvitation, authenticated_by: Authentication) -> SessionView:
    """Uses the invitation up, and begins the session at the home branch's portal or at the office."""
    person = _invited(work, _open_invitation(work, command))
    accounts.accept(work, person)
    audit.record(work, "invitation.accepted", person, actor=person, client=command.client)
    home = people.home_branch(work, person)
    return sessions.begin(work, person, authenticated_by, command.client, home.id if home else None)


def _open_invitation(work: Work, command: AcceptInvitation) -> Invitation:
    """The invitation that the token opens, locked, so that it is used once."""
    token_hash = tokens.digest(command.token.get_secret_value())
    found = lookups.invitation_by_token(work.session, token_hash)
    if found is None:
        raise _gone()
    work.enter(found.company_id)
    invitation = records.found(work, Invitation, found.id, lock=True)
    token = work.session.get_one(InvitationToken, token_hash)
    if invitation.closed_at or token.expires_at <= work.now:
        raise _gone()
    return invitation


def _invited(work: Work, invitation: Invitation) -> Contact | StaffMember:
    return people.found(work, invitation.person_kind, invitation.person_id, lock=True)


def _has_password(work: Work, email: str) -> bool:
    return work.session.scalar(select(Account.password_hash).where(Account.email == email)) is not None


def _gone() -> DomainError:
    return not_found("This invitation has been used, or its time is over.", reason="invitation_gone")
