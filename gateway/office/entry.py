"""Who may enter a page of the office: staff with a session, a second factor where it is asked for, and the scope."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request

from gateway.auth import Caller, csrf_token, office_caller
from gateway.errors import SignInNeeded
from gateway.office import feed
from gateway.office.frame import DOOR, frame_of
from services.contracts.errors import forbidden
from services.contracts.permissions import may_in_office
from services.contracts.principals import Scope

SECOND_FACTOR = "/office/account/second-factor"


async def _at_the_door(request: Request) -> None:
    request.state.frame = DOOR


async def _anybody(request: Request) -> Caller:
    caller = await office_caller(request)
    request.state.frame = frame_of(caller, csrf_token(caller.token))
    return caller


AtTheDoor = Depends(_at_the_door)
"""A page for those who have not signed in."""

Enrolling = Annotated[Caller, Depends(_anybody)]
"""A staff member who is signed in, be it without the second factor that their company asks for."""


async def entering(request: Request, caller: Enrolling) -> Caller:
    """A staff member who has all that their company asks for; raises SignInNeeded where something is missing."""
    # Signed in by half: what is missing is behind that page.
    if caller.principal.must_enrol:
        raise SignInNeeded(SECOND_FACTOR)
    request.state.frame = replace(request.state.frame, unread=await feed.unread(caller))
    return caller


Member = Annotated[Caller, Depends(entering)]
"""A staff member who is signed in; anybody else is led to the sign-in page."""


def _holding(scope: Scope) -> Callable[[Caller], Awaitable[Caller]]:
    async def enter(member: Member) -> Caller:
        if not may_in_office(member.principal, scope):
            raise forbidden("Your role at the company does not include this.")
        return member

    return enter


CompanyReader = Annotated[Caller, Depends(_holding("company.read"))]
CompanyWriter = Annotated[Caller, Depends(_holding("company.write"))]
StaffReader = Annotated[Caller, Depends(_holding("staff.read"))]
StaffWriter = Annotated[Caller, Depends(_holding("staff.write"))]
CustomersReader = Annotated[Caller, Depends(_holding("customers.read"))]
CustomersWriter = Annotated[Caller, Depends(_holding("customers.write"))]
entering_jobs = _holding("jobs.read")
JobsReader = Annotated[Caller, Depends(entering_jobs)]
JobsWriter = Annotated[Caller, Depends(_holding("jobs.write"))]
entering_requests = _holding("requests.read")
RequestsReader = Annotated[Caller, Depends(entering_requests)]
RequestsWriter = Annotated[Caller, Depends(_holding("requests.write"))]
VisitsReader = Annotated[Caller, Depends(_holding("jobs.read"))]
VisitsWriter = Annotated[Caller, Depends(_holding("jobs.write"))]
ProposalsReader = Annotated[Caller, Depends(_holding("proposals.read"))]
ProposalsWriter = Annotated[Caller, Depends(_holding("proposals.write"))]
entering_quotes = _holding("quotes.read")
QuotesReader = Annotated[Caller, Depends(entering_quotes)]
QuotesWriter = Annotated[Caller, Depends(_holding("quotes.write"))]
ProgramsReader = Annotated[Caller, Depends(_holding("programs.read"))]
ProgramsWriter = Annotated[Caller, Depends(_holding("programs.write"))]
InvoicesReader = Annotated[Caller, Depends(_holding("invoices.read"))]
InvoicesWriter = Annotated[Caller, Depends(_holding("invoices.write"))]
PaymentsReader = Annotated[Caller, Depends(_holding("payments.read"))]
PaymentsWriter = Annotated[Caller, Depends(_holding("payments.write"))]
KeysReader = Annotated[Caller, Depends(_holding("api_keys.read"))]
KeysWriter = Annotated[Caller, Depends(_holding("api_keys.write"))]
WebhooksReader = Annotated[Caller, Depends(_holding("webhooks.read"))]
WebhooksWriter = Annotated[Caller, Depends(_holding("webhooks.write"))]
AuditReader = Annotated[Caller, Depends(_holding("audit.read"))]
MailsReader = Annotated[Caller, Depends(_holding("mails.read"))]
MailsWriter = Annotated[Caller, Depends(_holding("mails.write"))]
