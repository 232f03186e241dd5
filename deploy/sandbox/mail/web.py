"""The inbox over HTTP: JSON for tests, pages for people."""

import json
import re
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from deploy.sandbox.mail.faults import Faults, InvalidFault
from deploy.sandbox.mail.inbox import Inbox, Json

FOLDER = Path(__file__).parent
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
# A mail may style itself and its links may open, but it runs nothing and loads nothing from elsewhere.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
MOST = 1000
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")

_templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
)


def linked(text: str) -> Markup:
    """The text with its addresses as links."""
    parts, at = [], 0
    for match in _LINK.finditer(text):
        address = escape(match.group())
        parts += [escape(text[at : match.start()]), Markup('<a href="{0}" target="_blank">{0}</a>').format(address)]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


_templates.filters["linked"] = linked


class Web:
    """The handlers of one inbox."""

    def __init__(self, inbox: Inbox, faults: Faults) -> None:
        self.inbox, self.faults = inbox, faults

    def routes(self) -> list[Route | Mount]:
        """Every address."""
        return [
            Route("/api/messages", self.listed),
            Route("/api/messages", self.clear, methods=["DELETE"]),
            Route("/api/messages/{id:int}", self.one),
            Route("/api/record", self.record),
            Route("/api/faults", self.faults_listed),
            Route("/api/faults", self.add_fault, methods=["POST"]),
            Route("/api/faults", self.clear_faults, methods=["DELETE"]),
            Route("/", self.page),
            Route("/messages/{id:int}", self.page),
            Route("/messages/{id:int}/html", self.html),
            Route("/messages/{id:int}/attachments/{at:int}", self.attachment),
            Route("/clear", self.clear_by_form, methods=["POST"]),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ]

    async def listed(self, request: Request) -> Response:
        """`GET /api/messages?to=&limit=&before=`"""
        return JSONResponse(self._messages(request))

    async def one(self, request: Request) -> Response:
        """`GET /api/messages/{id}`"""
        return JSONResponse(self._found(request))

    async def record(self, _: Request) -> Response:
        """`GET /api/record`"""
        return JSONResponse(self.inbox.record())

    async def clear(self, _: Request) -> Response:
        """`DELETE /api/messages`"""
        self.inbox.clear()
        return Response(status_code=204)

    async def add_fault(self, request: Request) -> Response:
        """`POST /api/faults`"""
        try:
            return JSONResponse(self.faults.add(json.loads(await request.body())), 201)
        except ValueError as error:
            reason = str(error) if isinstance(error, InvalidFault) else "The body is not JSON."
            return JSONResponse({"detail": reason}, 422)

    async def faults_listed(self, _: Request) -> Response:
        """`GET /api/faults`"""
        return JSONResponse({"items": self.faults.listed()})

    async def clear_faults(self, _: Request) -> Response:
        """`DELETE /api/faults`"""
        self.faults.clear()
        return Response(status_code=204)

    async def page(self, request: Request) -> Response:
        """The list, and beside it the mail that was chosen."""
        chosen = self._found(request) if "id" in request.path_params else None
        messages = self._messages(request, 50)
        to = request.query_params.get("to", "")
        older = quote(str(messages[-1]["id"])) if len(messages) == 50 else None
        body = _templates.get_template("inbox.html").render(chosen=chosen, messages=messages, to=to, older=older)
        return HTMLResponse(body, headers={"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "no-referrer"})

    async def html(self, request: Request) -> Response:
        """A mail's HTML part, for the frame."""
        body = f'<base target="_blank">{self._found(request)["html"]}'
        headers = {"Content-Security-Policy": MAIL_POLICY, "Referrer-Policy": "no-referrer"}
        return HTMLResponse(body, headers=headers)

    async def attachment(self, request: Request) -> Response:
        """A file of a mail, always as a download."""
        mail = self.inbox.original(request.path_params["id"])
        at = request.path_params["at"]
        if mail is None or at >= len(mail.attachments):
            raise HTTPException(404)
        found = mail.attachments[at]
        disposition = f"attachment; filename*=UTF-8''{quote(found.name)}"
        headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
        return Response(found.content, headers=headers, media_type=found.content_type)

    async def clear_by_form(self, _: Request) -> Response:
        """The button on the page."""
        self.inbox.clear()
        return RedirectResponse("/", 303)

    def _messages(self, request: Request, usual: int = MOST) -> list[Json]:
        limit = _number(request, "limit") or usual
        return self.inbox.newest(request.query_params.get("to"), _number(request, "before"), min(limit, MOST))

    def _found(self, request: Request) -> Json:
        found = self.inbox.find(request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        return found


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if not given:
        return None
    if not given.isdigit() or len(given) > 15:
        raise HTTPException(422, f"{name} is a number.")
    return int(given)
