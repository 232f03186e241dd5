"""A portal's brand: its colours as a stylesheet of its own, so that no page needs an inline style, and its logo."""

from fastapi import APIRouter, Request, Response

from gateway import logos
from gateway.files import send
from gateway.pages.colours import palette
from gateway.portal.entry import OpenPortal
from services.contracts.errors import not_found

router = APIRouter()

_KEPT = {"Cache-Control": "public, max-age=300"}
_KEPT_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/{portal}/brand.css")
async def brand_css(portal: OpenPortal) -> Response:
    """The variables that app.css paints with."""
    colours = palette(portal.brand.colour)
    css = (
        f":root {{ --brand: {colours.brand}; --on-brand: {colours.on_brand}; "
        f"--brand-strong: {colours.strong}; --brand-soft: {colours.soft}; }}\n"
    )
    return Response(css, media_type="text/css", headers=_KEPT)


@router.get("/{portal}/logo")
async def logo(request: Request, portal: OpenPortal) -> Response:
    """The logo, for anybody; under the address that names its hash a browser keeps it for good."""
    file = portal.brand.logo
    if file is None:
        raise not_found("This portal has no logo.")
    asked = f"{request.url.path}?{request.url.query}"
    headers = {
        **(_KEPT_FOR_GOOD if asked == logos.address(portal.slug, file.sha256) else _KEPT),
        "ETag": f'"{file.sha256}"',
        # Another site, such as the company's own, may show it too.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    response = await send(request.app.state.files, file, inline=True)
    response.headers.update(headers)
    return response
