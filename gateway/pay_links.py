"""Where pay links lead: the address that an invoice's PDF carries and that the office copies."""

from datetime import date
from uuid import UUID

from gateway.auth import Caller
from gateway.settings import GatewaySettings
from services.contracts.billing.pay_links import GetPayLink
from services.contracts.errors import DomainError, conflict
from services.contracts.identity.portals import GetBranch
from services.contracts.messages import View

TOKEN = "{token}"  # noqa: S105  # a place for one


class PayLink(View):
    """An address that lets anybody pay one invoice, and see nothing else, until the end of `expires_on`."""

    url: str
    expires_on: date


def address(settings: GatewaySettings, slug: str, token: str) -> str:
    """The page that a token opens."""
    return f"{settings.public_url}/{slug}/pay/{token}"


async def of_office(caller: Caller, settings: GatewaySettings, invoice_id: UUID) -> PayLink:
    """The link as the office copies it; raises DomainError where there is none."""
    link = await caller.ask(GetPayLink(invoice_id=invoice_id))
    branch = await caller.ask(GetBranch(branch_id=link.branch_id))
    if not branch.settings.electronic_payments:
        raise conflict("This branch takes no payments online.", reason="electronic_payments")
    return PayLink(url=address(settings, branch.slug, link.token), expires_on=link.expires_on)


async def on_pdf(caller: Caller, settings: GatewaySettings, invoice_id: UUID) -> str | None:
    """What its PDF is to carry, with a place for the token; None where nothing can be paid so."""
    portal = caller.principal.portal
    if portal:
        return address(settings, portal.slug, TOKEN) if portal.settings.electronic_payments else None
    try:
        link = await caller.ask(GetPayLink(invoice_id=invoice_id))
        branch = await caller.ask(GetBranch(branch_id=link.branch_id))
    except DomainError:
        # Nothing is owed, or a key may read no branches; whether the PDF itself may be read is asked with it.
        return None
    return address(settings, branch.slug, TOKEN) if branch.settings.electronic_payments else None
