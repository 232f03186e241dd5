"""Guests' visits: who is at a secret address, what they look at, and the pages that tell nobody that address."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from gateway import guests
from gateway.auth import Caller
from gateway.errors import Problem
from gateway.pages.render import page
from gateway.portal.entry import OpenPortal
from gateway.portal.secrets import NO_REFERRER
from gateway.security import content_policy
from gateway.settings import GatewaySettings
from services.contracts.billing.pay_links import OpenHostedPage
from services.contracts.principals import PaymentMethodType


@dataclass(frozen=True)
class GuestVisit:
    """A guest at a secret address, which is `root` within the portal; `invoice_id` is what they look at or pay."""

    caller: Caller
    root: str
    invoice_id: UUID | None

    @property
    def here(self) -> str:
        """The page that pays the invoice."""
        return f"{self.root}/invoices/{self.invoice_id}" if self.caller.principal.guest_program_id else self.root

    @property
    def back(self) -> str | None:
        """The program, where there is more to be seen than one invoice."""
        return self.root if self.caller.principal.guest_program_id else None

    @property
    def types(self) -> list[PaymentMethodType]:
        """What the portal takes."""
        assert self.caller.principal.portal
        return self.caller.principal.portal.settings.payment_method_types

    @property
    def takes_parts(self) -> bool:
        """Whether less than the balance may be paid."""
        assert self.caller.principal.portal
        return self.caller.principal.portal.settings.partial_payments


async def _visit(request: Request, portal: OpenPortal, token: str, invoice_id: UUID | None = None) -> GuestVisit:
    caller = await guests.of_secret(request, portal, token)
    known = caller.principal.guest_invoice_ids
    only = None if caller.principal.guest_program_id or not known else known[0]
    return GuestVisit(caller, f"/{portal.slug}/pay/{token}", invoice_id or only)


Visit = Annotated[GuestVisit, Depends(_visit)]


async def hosted_page(request: Request, visit: GuestVisit, payment_id: UUID) -> str:
    """The address of the provider's page for a payment that was begun; the fields can no longer pay it."""
    settings: GatewaySettings = request.app.state.settings
    command = OpenHostedPage(
        payment_id=payment_id, cancel_url=f"{settings.public_url}{visit.here if visit.invoice_id else visit.root}"
    )
    return (await visit.caller.ask(command)).url


def secret_page(request: Request, template: str, problem: Problem | None = None, **values: object) -> Response:
    """A page that may show the provider's fields and tells nobody its address."""
    settings: GatewaySettings = request.app.state.settings
    headers = {
        **((problem.headers or {}) if problem else {}),
        **NO_REFERRER,
        "Content-Security-Policy": content_policy(settings.provider_origins),
    }
    status = problem.status_code if problem else 200
    return page(request, template, status, headers=headers, provider_script=settings.stripe_js_url, **values)
