"""Requests for a mail by people who are not signed in.

The call keeps the request and no more, so that it tells nothing of who exists. A worklist looks a moment
later whether anybody is to get the mail, and deletes the request.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete, select

from services.chassis.work import Work
from services.contracts.identity.contacts import PortalsRequested, RequestPortals
from services.contracts.identity.passwords import RequestPasswordReset
from services.contracts.identity.people import Client
from services.contracts.identity.sessions import RequestLoginCode
from services.contracts.messages import Nothing
from services.identity import codes, counts, credentials, lookups, resets, rules, sessions
from services.identity.account_models import MailRequest, RequestKind


def request_login_code(work: Work, command: RequestLoginCode) -> Nothing:
    """Somebody wants to enter a portal by what is mailed to them."""
    sessions.portal(work, command.portal)
    return _keep(work, "login_code", command.email, command.portal, command.client)


def request_password_reset(work: Work, command: RequestPasswordReset) -> Nothing:
    """Somebody forgot their password, at a portal or at the office."""
    if command.portal != sessions.OFFICE:
        sessions.portal(work, command.portal)
    return _keep(work, "password_reset", command.email, command.portal, command.client)


def request_portals(work: Work, command: RequestPortals) -> Nothing:
    """Somebody does not know where their portals are."""
    return _keep(work, "portals", command.email, "", command.client)


def _keep(work: Work, kind: RequestKind, email: str, door: str, client: Client) -> Nothing:
    """Keeps the request, unless too many came: then it is silently left."""
    if _allowed(work, kind, email, client):
        work.session.add(MailRequest(kind=kind, email=email, door=door, created_at=work.now))
        work.wake("answer_mail_requests")
    return Nothing()


def _allowed(work: Work, kind: RequestKind, email: str, client: Client) -> bool:
    """Uses one up of what the address and the client network may have, if all of it has one left.

    An address that others use up is still mailed at the wish of a network from which its owner has signed in.
    The steps are the same for both, so that they tell nothing of whom they are taken for.
    """
    attempt = credentials.attempt_of(email, client)
    address, network = attempt.email_hash, attempt.network
    familiar = credentials.is_familiar(work, attempt)
    allowances = {
        f"mails:{kind}:{address}@{network}": rules.PAIR_MAILS,
        f"mails:to:{address}": rules.FAMILIAR_MAILS if familiar else rules.ADDRESS_MAILS,
        f"mails:from:{network}": rules.NETWORK_MAILS,
    }
    return counts.admitted(work, allowances)


def answer(work: Work, request_id: UUID) -> None:
    """Looks who is to get the mail, and has it sent; whoever asked has long been answered."""
    due = select(MailRequest).where(MailRequest.id == request_id).with_for_update(skip_locked=True)
    request = work.session.scalar(due)
    if request is None:
        return
    work.session.delete(request)
    _ANSWERS[request.kind](work, request.email, request.door)


def _tell_portals(work: Work, email: str, _: str) -> None:
    """One mail for each company, under its own name."""
    for found in lookups.mailed_contacts(work.session, email):
        work.announce(PortalsRequested(company_id=found.company_id, person_kind="contact", person_id=found.id))


_ANSWERS: dict[RequestKind, Callable[[Work, str, str], None]] = {
    "login_code": codes.grant,
    "password_reset": resets.grant,
    "portals": _tell_portals,
}


def forget(work: Work) -> None:
    """Removes requests that could not be answered in time."""
    work.session.execute(delete(MailRequest).where(MailRequest.created_at < work.now - rules.FORGOTTEN_AFTER))
