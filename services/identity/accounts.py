"""Accounts: whose they are, their passwords, and ending all their sessions at once."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, conflict, forbidden, invalid
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.passwords import ChangePassword, PasswordChanged
from services.contracts.identity.people import Client
from services.contracts.messages import Nothing, new_id
from services.identity import audit, branches, credentials, lookups, passwords, people, records
from services.identity.models import Account, Branch, Contact, Invitation, SessionRow, StaffMember


def of_email(work: Work, email: str) -> Account:
    """The account with this e-mail address, locked; it is made where there is none."""
    first = insert(Account).values(id=new_id(), email=email, created_at=work.now)
    work.session.execute(first.on_conflict_do_nothing())
    rows = select(Account).where(Account.email == email).with_for_update().execution_options(populate_existing=True)
    return work.session.scalars(rows).one()


def epoch_of(work: Work, email: str) -> int:
    """The account's present epoch; where there is no account yet it is the one that it will begin with."""
    return work.session.scalar(select(Account.epoch).where(Account.email == email)) or 0


def accept(work: Work, person: Contact | StaffMember) -> Account:
    """Binds a person to the account of their address, which they proved to be theirs: no invitation is left to use."""
    account = of_email(work, person.email)
    person.accept(account.id)
    close_invitations(work, person.id)
    return account


def close_invitations(work: Work, person_id: UUID) -> None:
    """Makes every open link of a person useless."""
    mine = (Invitation.person_id == person_id, Invitation.closed_at.is_(None))
    work.session.execute(update(Invitation).where(*mine).values(closed_at=work.now))


def change_password(work: Work, command: ChangePassword) -> Steps[Nothing]:
    """Whoever knows the present password sets another; all other sessions of the account end, everywhere."""
    principal = work.principal
    if principal.kind not in ("contact", "staff"):
        raise forbidden()
    person = people.found(work, principal.kind, principal.id)
    account = records.found(work, Account, person.account_id) if person.account_id else None
    if account is None or account.password_hash is None:
        raise conflict("You have no password yet. Have a link mailed that sets one.", reason="no_password")
    proved = yield from _prove(work, account.email, command)
    password_hash = yield lambda: passwords.hashed(command.password.get_secret_value())
    # The account that was proved to be theirs, whatever address the person has been given meanwhile.
    account = records.found(work, Account, account.id, lock=True)
    if account.password_hash != proved:
        raise _wrong_password()
    set_password(work, person, account, password_hash, command.client)
    kept = update(SessionRow).where(SessionRow.id == principal.session_id)
    work.session.execute(kept.values(account_epoch=account.epoch))
    return Nothing()


def _prove(work: Work, email: str, command: ChangePassword) -> Steps[str]:
    proved = yield from credentials.check(work, email, command.current_password, command.client)
    if not proved:
        raise _wrong_password()
    return proved


def _wrong_password() -> DomainError:
    return invalid("This is not your present password.", field="current_password", reason="wrong_password")


def set_password(
    work: Work,
    person: Contact | StaffMember,
    account: Account,
    password_hash: str,
    client: Client,
    branch: Branch | None = None,
) -> None:
    """Replaces the password of a person's account, tells them, and ends every session, code and reset it has."""
    account.set_password(password_hash)
    work.session.flush()
    audit.record(work, "password.changed", person, actor=person, client=client)
    branch = branch or people.home_branch(work, person)
    work.announce(
        PasswordChanged(
            company_id=work.company_id,
            person_kind=person.kind,
            person_id=person.id,
            changed_at=work.now,
            portal_slug=branch.slug if branch else None,
            brand=branches.brand(branch) if branch else people.company_brand(work),
        )
    )
    _tell_access_changed(work, account.id)


def _tell_access_changed(work: Work, account_id: UUID) -> None:
    """Whoever remembers a person of this account, at whichever company, forgets them."""
    people_by_company = defaultdict(list)
    for found in lookups.people_of_account(work.session, account_id):
        people_by_company[found.company_id].append(found.id)
    for company_id, person_ids in people_by_company.items():
        work.announce(AccessChanged(company_id=company_id, principal_ids=person_ids))
