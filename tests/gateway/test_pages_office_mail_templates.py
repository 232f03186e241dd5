"""The office's pages of mail templates."""

from typing import get_args

import httpx
import pytest

from gateway.office.mail_words import AUDIENCES, GROUPS
from services.contracts.notifications.previews import (
    ListMailTemplates,
    MailPreview,
    MailTemplatesView,
    MailTemplateView,
    PreviewMail,
)
from services.notifications.rules import NOTICES, Audience, Template
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

LETTER = MailPreview(subject="Su código", text="Hola", html="<!doctype html><p>Hola</p>")


@pytest.fixture(autouse=True)
def notifications(neighbours: Neighbours, ada: httpx.AsyncClient) -> None:
    """Every template, and one letter for all."""
    items = [MailTemplateView(template=each.template, audience=each.audience, kind=each.preference) for each in NOTICES]
    neighbours.answer(ListMailTemplates, MailTemplatesView(items=items))
    neighbours.answer(PreviewMail, LETTER)


async def test_every_mail_and_everybody_who_gets_one_has_a_name() -> None:
    named = [template for group in GROUPS.values() for template in group]
    assert sorted(named) == sorted(get_args(Template))
    assert {*AUDIENCES} == {*get_args(Audience)}


async def test_all_mails_are_listed_with_when_they_are_sent_and_to_whom(ada: httpx.AsyncClient) -> None:
    text = (await ada.get("/office/mail-templates")).text
    for _, (name, occasion) in [each for group in GROUPS.values() for each in group.items()]:
        assert name in text and occasion.replace("'", "&#39;") in text
    assert "Essential" in text and "Optional" in text


async def test_a_mail_is_shown_in_a_frame_that_runs_nothing(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    page = await ada.get("/office/mail-templates/login_code?language=es&view=narrow")
    assert "Su código" in page.text and 'class="mail narrow" sandbox' in page.text
    message = neighbours.last(PreviewMail)
    assert (message["template"], message["language"]) == ("login_code", "es")
    frame = await ada.get(f"/office/mail-templates/login_code/letter?branch={message['branch_id']}&language=es")
    assert frame.text == LETTER.html
    policy = frame.headers["content-security-policy"]
    assert "sandbox" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy


async def test_a_mail_is_shown_as_text_too(ada: httpx.AsyncClient) -> None:
    page = await ada.get("/office/mail-templates/receipt?view=text")
    assert "<pre" in page.text and "<iframe" not in page.text


@pytest.mark.parametrize("wrong", ["nothing", "login_code?language=fr", "login_code?view=sideways"])
async def test_what_there_is_not_is_not_shown(ada: httpx.AsyncClient, wrong: str) -> None:
    assert (await ada.get(f"/office/mail-templates/{wrong}")).status_code in (404, 422)
