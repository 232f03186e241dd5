"""The portals' own addresses, as customers are told them."""

from fastapi import Request

from gateway.settings import GatewaySettings


def portal_link(request: Request, slug: str) -> str:
    """The whole address of a portal."""
    settings: GatewaySettings = request.app.state.settings
    return f"{settings.public_url}/{slug}"
