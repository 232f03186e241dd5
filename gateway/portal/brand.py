"""A portal's colours as a stylesheet of its own, so that no page needs an inline style."""

from fastapi import APIRouter, Response

from gateway.pages.colours import palette
from gateway.portal.entry import OpenPortal

router = APIRouter()

_KEPT = {"Cache-Control": "public, max-age=300"}


@router.get("/{portal}/brand.css")
async def brand_css(portal: OpenPortal) -> Response:
    """The variables that app.css paints with."""
    colours = palette(portal.brand.colour)
    css = (
        f":root {{ --brand: {colours.brand}; --on-brand: {colours.on_brand}; "
        f"--brand-strong: {colours.strong}; --brand-soft: {colours.soft}; }}\n"
    )
    return Response(css, media_type="text/css", headers=_KEPT)
