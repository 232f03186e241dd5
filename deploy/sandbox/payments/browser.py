"""Serves what a portal's page loads: the Stripe.js stand-in and the card fields in their frame."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.payments import pages

_PARTS = ("requests.js", "elements.js", "challenge.js", "stripe.js")


def routes() -> list[Route]:
    """`/v3/` is the script, as at the provider; `/v3/fields` the page inside each element's frame."""
    folder = Path(__file__).parent / "static" / "v3"
    body = "\n".join((folder / part).read_text() for part in _PARTS)
    script = f'(() => {{\n"use strict";\n{body}\n}})();\n'

    async def stripe_js(_: Request) -> Response:
        return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def fields(_: Request) -> Response:
        return pages.render("fields.html", framed=True)

    return [Route("/v3/", stripe_js), Route("/v3/fields", fields)]
