"""Who may send identity's messages: staff read, office and administrators write, services ask for single things."""

from services.chassis.work import Work
from services.contracts.errors import DomainError, forbidden
from services.contracts.principals import Principal

WRITING_ROLES = frozenset({"administrator", "office"})


def nobody(work: Work) -> None:
    """Refuses a message that only comes from outside every company."""
    try:
        principal = work.principal
    except DomainError:
        return
    raise forbidden(f"A {principal.kind} of a company does not do this.")


def staff(work: Work) -> Principal:
    """A staff member of any role, who may read all of the company."""
    return _of_kinds(work, "staff")


def staff_or_service(work: Work) -> Principal:
    """A staff member, or a service that acts by itself for the company."""
    return _of_kinds(work, "staff", "system")


def service(work: Work) -> Principal:
    """A service that acts by itself for the company."""
    return _of_kinds(work, "system")


def writer(work: Work) -> Principal:
    """A staff member who may change things."""
    principal = staff(work)
    if not principal.staff_roles & WRITING_ROLES:
        raise forbidden()
    return principal


def _of_kinds(work: Work, *kinds: str) -> Principal:
    principal = work.principal
    if principal.kind not in kinds:
        raise forbidden()
    return principal
