"""Bounds wrong passwords and codes, by account, by client network and by both, never telling who has an account.

An attempt is counted before it is looked at, and given back when it was right: guesses made at the same
time gain nothing, and one that is refused costs neither a hash nor a wait.
"""

from dataclasses import dataclass
from math import ceil

from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, forbidden
from services.contracts.identity.people import Client
from services.identity import counts, passwords, rules
from services.identity.account_models import FamiliarNetwork
from services.identity.models import Account, Attempts


@dataclass(frozen=True)
class Attempt:
    """Somebody at a client network who says that an account is theirs."""

    email_hash: str
    network: str

    def bounds(self) -> dict[str, rules.Bound]:
        """What is counted, and how far."""
        return {
            self.account: rules.ACCOUNT_BOUND,
            f"network:{self.network}": rules.NETWORK_BOUND,
            self.pair: rules.PAIR_BOUND,
        }

    @property
    def account(self) -> str:
        return f"account:{self.email_hash}"

    @property
    def pair(self) -> str:
        return f"pair:{self.email_hash}@{self.network}"


def attempt_of(email: str, client: Client) -> Attempt:
    """The attempt of this client at the account with this e-mail address, whether there is one or not."""
    return Attempt(counts.email_hash(email), counts.network(client))


def check(work: Work, email: str, password: SecretStr, client: Client) -> Steps[str | None]:
    """The hash that the password was proved by; None where it is not the account's. An unknown address takes as long.

    The account's password may be set anew meanwhile: whoever lets somebody in compares, with `check_still`.
    """
    attempt = attempt_of(email, client)
    count(work, attempt)
    password_hash = work.session.scalar(select(Account.password_hash).where(Account.email == email))
    right: bool = yield lambda: passwords.matches(password.get_secret_value(), password_hash)
    if right:
        give_back(work, attempt)
    return password_hash if right else None


def check_still(account: Account, proved: str) -> None:
    """Refuses a password that was right and is the account's no more; the account is locked, so it stays so."""
    if account.password_hash != proved:
        raise wrong_credentials()


def count(work: Work, attempt: Attempt) -> None:
    """Counts an attempt as failed; refuses it, with the time to wait, where too many did.

    The transaction must be committed before what was given is looked at.
    """
    rows = counts.locked(work, attempt.bounds())
    heeded = attempt.bounds()
    if is_familiar(work, attempt):
        del heeded[attempt.account]
    seconds = max(_left(rows[subject], bound, work) for subject, bound in heeded.items())
    if seconds:
        raise forbidden("Too many attempts. Please wait.", reason="too_many_attempts", retry_after=seconds)
    for subject, bound in attempt.bounds().items():
        rows[subject].fail(bound, work.now)


def give_back(work: Work, attempt: Attempt) -> None:
    """Takes a counted attempt back that was right, and forgets the wrong ones from the same network."""
    rows = counts.locked(work, attempt.bounds())
    work.session.delete(rows.pop(attempt.pair))
    for row in rows.values():
        row.failures = max(0.0, row.failures - 1)


def remember_network(work: Work, email: str, client: Client) -> None:
    """Whose account it is has signed in from there, so an attack from elsewhere does not slow them down."""
    attempt = attempt_of(email, client)
    key = {"email_hash": attempt.email_hash, "network": attempt.network}
    seen = insert(FamiliarNetwork).values(**key, seen_at=work.now)
    work.session.execute(seen.on_conflict_do_update(index_elements=list(key), set_={"seen_at": work.now}))


def forget(work: Work) -> None:
    """Removes the counts and the networks that no longer matter."""
    work.session.execute(delete(Attempts).where(Attempts.failed_at < work.now - rules.FORGOTTEN_AFTER))
    work.session.execute(delete(FamiliarNetwork).where(FamiliarNetwork.seen_at < work.now - rules.FAMILIAR_FOR))


def wrong_credentials(what: str = "password", **details: object) -> DomainError:
    """The one answer to a wrong password or code, an unknown address, a disabled contact and another portal's."""
    return forbidden(f"The e-mail address or the {what} is wrong.", reason="wrong_credentials", **details)


def committed() -> None:
    """The outside call of a step that only commits: `yield committed` keeps what a refusal after it would undo."""


def is_familiar(work: Work, attempt: Attempt) -> bool:
    """Whether somebody has signed in to the account from this network of late."""
    seen = select(FamiliarNetwork.seen_at).where(
        FamiliarNetwork.email_hash == attempt.email_hash,
        FamiliarNetwork.network == attempt.network,
        FamiliarNetwork.seen_at > work.now - rules.FAMILIAR_FOR,
    )
    return work.session.scalar(seen) is not None


def _left(attempts: Attempts, bound: rules.Bound, work: Work) -> int:
    """Whole seconds until an attempt is looked at again."""
    return ceil(rules.left_to_wait(bound, attempts.failures, attempts.failed_at, work.now).total_seconds())
