"""One-time codes, and the links beside them: a contact signs in by what is mailed, without any password."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, not_found
from services.contracts.identity.people import Client
from services.contracts.identity.sessions import (
    LoginCodeRequested,
    LoginCodeView,
    MintLoginCode,
    SessionView,
    SignInWithCode,
    SignInWithLink,
)
from services.contracts.principals import Authentication
from services.identity import access, accounts, branches, credentials, lookups, records, rules, sessions, tokens
from services.identity.account_models import LoginCode, LoginSecret
from services.identity.models import Branch, Contact


def grant(work: Work, email: str, slug: str) -> None:
    """Has a code mailed to the contact with this address who may enter the portal, if there is one."""
    portal = lookups.portal_by_slug(work.session, slug)
    found = lookups.mailed_contact(work.session, email, portal.id) if portal else None
    if portal is None or found is None:
        return
    work.enter(found.company_id)
    login = LoginCode(
        company_id=found.company_id,
        contact_id=found.id,
        branch_id=portal.id,
        email=email,
        account_epoch=accounts.epoch_of(work, email),
        created_at=work.now,
    )
    records.add(work, login)
    work.announce(
        LoginCodeRequested(
            company_id=found.company_id, login_code_id=login.id, person_kind="contact", person_id=found.id
        )
    )


def mint(work: Work, command: MintLoginCode) -> LoginCodeView:
    """A fresh code and link of an open login, for the service that mails them and nobody else."""
    access.service(work)
    login = records.found(work, LoginCode, command.login_code_id)
    contact = records.found(work, Contact, login.contact_id)
    if not _is_open(work, login, contact) or login.created_at + rules.MINTING_LIFE <= work.now:
        raise _gone()
    code, token = tokens.new_code(), tokens.new_word()
    secret = LoginSecret(
        token_hash=tokens.digest(token),
        code_hash=tokens.code_digest(login.branch_id, login.email, code),
        company_id=work.company_id,
        login_code_id=login.id,
        expires_at=work.now + rules.LOGIN_CODE_LIFE,
    )
    records.add(work, secret)
    branch = records.found(work, Branch, login.branch_id)
    return LoginCodeView(
        code=code,
        token=token,
        name=contact.name,
        email=contact.email,
        portal_slug=branch.slug,
        brand=branches.brand(branch),
        expires_at=secret.expires_at,
    )


def sign_in(work: Work, command: SignInWithCode) -> Steps[SessionView]:
    """A wrong code is bounded as a wrong password is, and leaves the right one good for its owner."""
    branch_id = sessions.portal(work, command.portal).id
    email = rules.canonical_email(command.email)
    attempt = credentials.attempt_of(email, command.client)
    credentials.count(work, attempt)
    yield credentials.committed
    digest = tokens.code_digest(branch_id, email, "".join(command.code.get_secret_value().split()))
    found = lookups.login_by_code(work.session, digest)
    if found is None:
        raise _wrong_code()
    credentials.give_back(work, attempt)
    login = _login(work, found, LoginSecret.code_hash == digest, branch_id)
    if login is None:
        raise _wrong_code()
    return _admit(work, login, "code", command.client)


def sign_in_by_link(work: Work, command: SignInWithLink) -> SessionView:
    """Nobody guesses a link, so that no attempt is counted."""
    branch_id = sessions.portal(work, command.portal).id
    digest = tokens.digest(command.token.get_secret_value())
    found = lookups.login_by_token(work.session, digest)
    login = _login(work, found, LoginSecret.token_hash == digest, branch_id) if found else None
    if login is None:
        raise _gone()
    return _admit(work, login, "link", command.client)


def _login(work: Work, found: lookups.Found, told: ColumnElement[bool], branch_id: UUID) -> LoginCode | None:
    """The login that the code or link opens, locked, so that it is used once; None where it does not any more."""
    work.enter(found.company_id)
    login = records.found(work, LoginCode, found.id, lock=True)
    secret = select(LoginSecret.expires_at).where(told, LoginSecret.login_code_id == login.id)
    if work.session.scalars(secret).one() <= work.now or login.branch_id != branch_id:
        return None
    contact = records.found(work, Contact, login.contact_id, lock=True)
    entering = lookups.mailed_contact(work.session, contact.email, branch_id)
    may_enter = entering is not None and entering.id == contact.id
    return login if may_enter and _is_open(work, login, contact) else None


def _is_open(work: Work, login: LoginCode, contact: Contact) -> bool:
    return contact.status != "disabled" and login.is_open(contact.email, accounts.epoch_of(work, contact.email))


def _admit(work: Work, login: LoginCode, authenticated_by: Authentication, client: Client) -> SessionView:
    """Uses up every code and link of the contact, and accepts the invitation that there may be."""
    mine = (LoginCode.contact_id == login.contact_id, LoginCode.closed_at.is_(None))
    work.session.execute(update(LoginCode).where(*mine).values(closed_at=work.now))
    contact = records.found(work, Contact, login.contact_id)
    accounts.accept(work, contact)
    return sessions.begin(work, contact, authenticated_by, client, login.branch_id)


def _wrong_code() -> DomainError:
    return credentials.wrong_credentials("code")


def _gone() -> DomainError:
    return not_found("This link has been used, or its time is over. Ask for another.", reason="login_link_gone")
