"""Mail templates: every mail that the company's people get, with a preview of each."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway import mail_kinds
from gateway.office import framed
from gateway.office.entry import CompanyWriter
from gateway.office.mail_words import AUDIENCES, GROUPS
from gateway.office.showing import show
from services.contracts.errors import not_found
from services.contracts.identity.portals import ListBranches
from services.contracts.notifications.previews import ListMailTemplates, PreviewMail
from services.contracts.principals import Language

router = APIRouter()

_PATH = "/office/mail-templates"
_ONE = _PATH + "/{template}"

View = Literal["wide", "narrow", "text"]


@router.get(_PATH)
async def templates(request: Request, member: CompanyWriter) -> Response:
    """All of them, by part of the portal."""
    found = await member.ask(ListMailTemplates())
    known = {each.template: each for each in found.items}
    return show(
        request,
        member,
        "office/mail_templates/list.html",
        here="mail-templates",
        groups=GROUPS,
        known=known,
        audiences=AUDIENCES,
    )


@router.get(_ONE)
async def preview(
    request: Request,
    template: str,
    member: CompanyWriter,
    branch: UUID | None = None,
    language: Language = "en",
    view: View = "wide",
) -> Response:
    """One with sample data, in a branch's brand: as a page, as on a phone, or as plain text."""
    name, occasion = _named(template)
    branches = (await member.ask(ListBranches(limit=100))).items
    if not branches:
        raise not_found("Open a portal first: a mail is shown in its brand.")
    chosen = branch or branches[0].id
    letter = await member.ask(PreviewMail(template=template, branch_id=chosen, language=language))
    shown = show(
        request,
        member,
        "office/mail_templates/item.html",
        here="mail-templates",
        mail=template,
        name=name,
        occasion=occasion,
        branches=branches,
        chosen=chosen,
        language=language,
        languages=mail_kinds.LANGUAGES,
        view=view,
        letter=letter,
    )
    return framed.around(shown)


@router.get(f"{_ONE}/letter")
async def letter(template: str, member: CompanyWriter, branch: UUID, language: Language = "en") -> Response:
    """The mail itself, for the frame of the preview."""
    found = await member.ask(PreviewMail(template=template, branch_id=branch, language=language))
    return framed.letter(found.html)


def _named(template: str) -> tuple[str, str]:
    for group in GROUPS.values():
        if template in group:
            return group[template]
    raise not_found("There is no such mail.")
