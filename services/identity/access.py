"""Who may send identity's messages: the office within its scopes, services that act by themselves, or nobody."""

from services.chassis.work import Work
from services.contracts import permissions
from services.contracts.errors import DomainError, forbidden
from services.contracts.principals import Principal, Scope


def nobody(work: Work) -> None:
    """Refuses a message that only comes from outside every company."""
    try:
        principal = work.principal
    except DomainError:
        return
    raise forbidden(f"A {principal.kind} of a company does not do this.")


def office(work: Work, scope: Scope) -> Principal:
    """A staff member or an integration who may do this."""
    principal = work.principal
    if not permissions.may_in_office(principal, scope):
        raise forbidden()
    return principal


def office_or_service(work: Work, scope: Scope) -> Principal:
    """Likewise, or a service that acts by itself for the company."""
    return work.principal if work.principal.kind == "system" else office(work, scope)


def service(work: Work) -> Principal:
    """A service that acts by itself for the company."""
    principal = work.principal
    if principal.kind != "system":
        raise forbidden()
    return principal
