"""Checks passwords and bounds wrong ones, by account and by client address, never telling who has an account."""

import hashlib
from math import ceil

from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, forbidden
from services.contracts.identity.people import Client
from services.identity import passwords, rules
from services.identity.models import Account, Attempts


def check(work: Work, email: str, password: SecretStr, client: Client) -> Steps[bool]:
    """Whether it is the password of the account with this e-mail address, and attempts at it count just now.

    Whether they count is asked after the hash was compared and with the count locked, so that guesses
    made at the same time gain nothing. An unknown address takes as long as a known one.
    """
    refuse_flood(work, client)
    password_hash = work.session.scalar(select(Account.password_hash).where(Account.email == email))
    right = yield lambda: passwords.matches(password.get_secret_value(), password_hash)
    attempts = work.session.get(Attempts, _account(email), with_for_update=True)
    return right and (attempts is None or not _left(attempts, rules.ACCOUNT_BOUND, work))


def refuse_flood(work: Work, client: Client) -> None:
    """Refuses an address from which too many wrong passwords came, and says when to try again."""
    attempts = work.session.get(Attempts, _address(client))
    seconds = _left(attempts, rules.ADDRESS_BOUND, work) if attempts else 0
    if seconds:
        raise forbidden("Too many attempts. Please wait.", reason="too_many_attempts", retry_after=seconds)


def failed(work: Work, email: str, client: Client) -> Steps[None]:
    """Counts a wrong password; committed here, because the refusal that follows undoes all else."""
    for subject, bound in ((_account(email), rules.ACCOUNT_BOUND), (_address(client), rules.ADDRESS_BOUND)):
        _locked(work, subject).fail(bound, work.now)
    yield _nothing


def forgive(work: Work, email: str) -> None:
    """Forgets an account's wrong passwords, after the right one."""
    work.session.execute(delete(Attempts).where(Attempts.subject == _account(email)))


def forget(work: Work) -> None:
    """Removes the counts that no longer matter."""
    work.session.execute(delete(Attempts).where(Attempts.failed_at < work.now - rules.FORGOTTEN_AFTER))


def wrong_credentials() -> DomainError:
    """The one answer to a wrong password, an unknown address, a disabled contact and another portal's."""
    return forbidden("The e-mail address or the password is wrong.", reason="wrong_credentials")


def _nothing() -> None:
    """The outside call of a step that only commits."""


def _locked(work: Work, subject: str) -> Attempts:
    """The subject's count, locked; it is made where there is none."""
    first = insert(Attempts).values(subject=subject, failures=0, failed_at=work.now)
    work.session.execute(first.on_conflict_do_nothing())
    return work.session.get_one(Attempts, subject, with_for_update=True, populate_existing=True)


def _left(attempts: Attempts, bound: rules.Bound, work: Work) -> int:
    """Whole seconds until an attempt counts again."""
    return ceil(rules.left_to_wait(bound, attempts.failures, attempts.failed_at, work.now).total_seconds())


def _account(email: str) -> str:
    # A hash, because what people type there is not always their address.
    return f"account:{hashlib.sha256(email.encode()).hexdigest()}"


def _address(client: Client) -> str:
    return f"address:{rules.network_of(client.ip)}"
