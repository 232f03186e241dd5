"""Staff's second factor: an authenticator app, set up by its owner, asked for after the right password."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from services.chassis.work import Steps, Work
from services.contracts.errors import DomainError, conflict, forbidden, invalid
from services.contracts.identity.contacts import AccessChanged
from services.contracts.identity.people import Client
from services.contracts.identity.staff import (
    ConfirmTotp,
    RecoveryCodesView,
    RemoveTotp,
    StartTotp,
    TotpSecretView,
)
from services.contracts.messages import Nothing
from services.identity import audit, credentials, records, sealing, tokens, totp
from services.identity.models import Company, StaffMember
from services.identity.office_models import RecoveryCode, SecondFactor

SEALED_FOR = "totp secret"


# Its owner's


def start(work: Work, _: StartTotp) -> TotpSecretView:
    """A fresh secret, in place of one that was not confirmed."""
    member = _owner(work)
    if is_set(work, member.id):
        raise conflict("Your second factor is set up already.", reason="totp_set")
    secret = totp.new_secret()
    clear(work, member.id)
    records.add(
        work,
        SecondFactor(
            staff_id=member.id,
            company_id=work.company_id,
            sealed_secret=sealing.sealed(secret, SEALED_FOR, member.id),
            last_step=0,
        ),
    )
    issuer = records.found(work, Company, work.company_id).name
    return TotpSecretView(secret=totp.in_base32(secret), uri=totp.uri(secret, member.email, issuer))


def confirm(work: Work, command: ConfirmTotp) -> RecoveryCodesView:
    """The app shows the right code, so it counts from now on; the recovery codes are told this once."""
    member = _owner(work)
    factor = work.session.get(SecondFactor, member.id, with_for_update=True)
    if factor is None:
        raise conflict("Begin with a new secret.", reason="totp_not_started")
    step = _step(work, factor, totp.canonical(command.code.get_secret_value()))
    if step is None:
        raise _wrong_code()
    factor.confirm(step, work.now)
    codes = [totp.new_recovery_code() for _ in range(totp.RECOVERY_CODES)]
    for code in codes:
        work.session.add(RecoveryCode(staff_id=member.id, code_hash=_recovery_digest(code), company_id=work.company_id))
    audit.record(work, "totp.set", member)
    work.announce(AccessChanged(company_id=work.company_id, principal_ids=[member.id]))
    return RecoveryCodesView(codes=codes)


def remove(work: Work, command: RemoveTotp) -> Steps[Nothing]:
    """Given a good code, the password alone opens the office again, unless the company asks for more."""
    member = _owner(work)
    if records.found(work, Company, work.company_id).totp_required:
        raise conflict("Your company asks for a second factor.", reason="totp_required")
    if not is_set(work, member.id):
        raise conflict("You have no second factor.", reason="totp_not_set")
    right = yield from _prove(work, member.id, command.code.get_secret_value(), work.client)
    if not right:
        raise _wrong_code()
    member = _owner(work)
    clear(work, member.id)
    audit.record(work, "totp.removed", member)
    return Nothing()


def _owner(work: Work) -> StaffMember:
    """The staff member who is calling, locked: what they do about their factor happens one after the other."""
    if work.principal.kind != "staff":
        raise forbidden("Second factors are for the company's staff.")
    return records.found(work, StaffMember, work.principal.id, lock=True)


def _wrong_code() -> DomainError:
    return invalid("This code is wrong, or has been used.", field="code", reason="wrong_totp")


# Signing in


def check(work: Work, staff_id: UUID, code: str | None, client: Client) -> Steps[None]:
    """Refuses a sign-in, whose password was right, without a good code where the member has a second factor."""
    if not is_set(work, staff_id):
        return
    if not code:
        # The password was right: that it counts no more as a wrong one must outlive the refusal.
        yield credentials.committed
        raise forbidden("Enter the code of your authenticator app.", reason="totp_required")
    right = yield from _prove(work, staff_id, code, client)
    if not right:
        raise forbidden("This code is wrong, or has been used.", reason="wrong_totp")


def _prove(work: Work, staff_id: UUID, code: str, client: Client) -> Steps[bool]:
    """Whether the code is good, which it then is no more. Wrong ones are bounded as wrong passwords are.

    They are counted apart from these: else whoever knows the password could have the count forgotten by it.
    """
    attempt = credentials.attempt_of(f"second factor of {staff_id}", client)
    credentials.count(work, attempt)
    yield credentials.committed
    right = _use_up(work, staff_id, totp.canonical(code))
    if right:
        credentials.give_back(work, attempt)
    return right


def _use_up(work: Work, staff_id: UUID, code: str) -> bool:
    factor = work.session.get(SecondFactor, staff_id, with_for_update=True, populate_existing=True)
    if factor is None:
        return False
    step = _step(work, factor, code)
    if step is not None:
        factor.last_step = step
        return True
    used = delete(RecoveryCode).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == _recovery_digest(code)
    )
    return bool(work.session.execute(used.returning(RecoveryCode.staff_id)).all())


def _step(work: Work, factor: SecondFactor, code: str) -> int | None:
    secret = sealing.opened(factor.sealed_secret, SEALED_FOR, factor.staff_id)
    return totp.matching_step(secret, code, work.now, after=factor.last_step)


def _recovery_digest(code: str) -> bytes:
    return tokens.digest(totp.canonical(code))


# For everybody


def is_set(work: Work, staff_id: UUID) -> bool:
    """Whether the member has set one up."""
    return bool(work.session.scalar(select(has_one(literal(staff_id)))))


def has_one(staff_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether the member has set one up, within a statement about members."""
    return exists().where(SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_not(None))


def clear(work: Work, staff_id: UUID) -> None:
    """Takes a member's factor away, with its recovery codes."""
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    work.session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff_id))
