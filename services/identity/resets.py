"""Password resets: a mailed link that sets the password of the account, and ends all its sessions."""

from sqlalchemy import select

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, not_found
from services.contracts.identity.passwords import (
    CompletePasswordReset,
    MintPasswordReset,
    PasswordResetLinkView,
    PasswordResetRequested,
)
from services.contracts.identity.people import PersonKind
from services.contracts.messages import Nothing
from services.identity import access, accounts, branches, lookups, passwords, people, records, rules, sessions, tokens
from services.identity.account_models import PasswordReset, PasswordResetToken
from services.identity.models import Branch, Contact, StaffMember


def grant(work: Work, email: str, door: str) -> None:
    """Has a link mailed to the person with this address who may enter by the door, if there is one."""
    if door == sessions.OFFICE:
        staff = lookups.staff_by_email(work.session, email)
        if staff:
            _grant(work, "staff", staff, email, None)
        return
    portal = lookups.portal_by_slug(work.session, door)
    contact = lookups.mailed_contact(work.session, email, portal.id) if portal else None
    if contact:
        _grant(work, "contact", contact, email, portal)


def _grant(work: Work, kind: PersonKind, found: lookups.Found, email: str, portal: lookups.Found | None) -> None:
    work.enter(found.company_id)
    reset = PasswordReset(
        company_id=found.company_id,
        person_kind=kind,
        person_id=found.id,
        branch_id=portal.id if portal else None,
        email=email,
        account_epoch=accounts.epoch_of(work, email),
        created_at=work.now,
    )
    records.add(work, reset)
    work.announce(
        PasswordResetRequested(
            company_id=found.company_id, password_reset_id=reset.id, person_kind=kind, person_id=found.id
        )
    )


def mint(work: Work, command: MintPasswordReset) -> PasswordResetLinkView:
    """A fresh token of an open reset, for the service that mails it and nobody else."""
    access.service(work)
    reset = records.found(work, PasswordReset, command.password_reset_id)
    person = people.found(work, reset.person_kind, reset.person_id)
    if not _is_open(work, reset, person) or reset.created_at + rules.MINTING_LIFE <= work.now:
        raise _gone()
    token = tokens.new_token()
    row = PasswordResetToken(
        token_hash=tokens.digest(token),
        company_id=work.company_id,
        password_reset_id=reset.id,
        expires_at=work.now + rules.PASSWORD_RESET_LIFE,
    )
    records.add(work, row)
    branch = _branch(work, reset)
    return PasswordResetLinkView(
        token=token,
        name=person.name,
        email=person.email,
        portal_slug=branch.slug if branch else None,
        brand=branches.brand(branch) if branch else people.company_brand(work),
        expires_at=row.expires_at,
    )


def complete(work: Work, command: CompletePasswordReset) -> Steps[Nothing]:
    """Whoever reads the account's mail sets its password, which accepts an invitation too, but signs nobody in."""
    _open_reset(work, command)
    password_hash = yield lambda: passwords.hashed(command.password.get_secret_value())
    reset, person = _open_reset(work, command)
    account = accounts.accept(work, person)
    reset.closed_at = work.now
    accounts.set_password(work, person, account, password_hash, command.client, _branch(work, reset))
    return Nothing()


def _open_reset(work: Work, command: CompletePasswordReset) -> tuple[PasswordReset, Contact | StaffMember]:
    """The reset that the token opens and its person, locked, so that it is used once."""
    digest = tokens.digest(command.token.get_secret_value())
    found = lookups.password_reset_by_token(work.session, digest)
    if found is None:
        raise _gone()
    work.enter(found.company_id)
    reset = records.found(work, PasswordReset, found.id, lock=True)
    expires_at = select(PasswordResetToken.expires_at).where(PasswordResetToken.token_hash == digest)
    person = people.found(work, reset.person_kind, reset.person_id, lock=True)
    if work.session.scalars(expires_at).one() <= work.now or not _is_open(work, reset, person):
        raise _gone()
    return reset, person


def _is_open(work: Work, reset: PasswordReset, person: Contact | StaffMember) -> bool:
    """Another reset of the account that was used meanwhile began a new epoch, so that this one is over."""
    return person.status != "disabled" and reset.is_open(person.email, accounts.epoch_of(work, person.email))


def _branch(work: Work, reset: PasswordReset) -> Branch | None:
    return records.found(work, Branch, reset.branch_id) if reset.branch_id else None


def _gone() -> DomainError:
    return not_found("This link has been used, or its time is over. Ask for another.", reason="password_reset_gone")
