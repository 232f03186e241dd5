"""Signing on pages: what was shown is what is signed."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.contracts.errors import conflict, forbidden
from services.contracts.proposals.proposals import GetProposal
from services.contracts.proposals.signing import SignatureView, SignProposal
from tests.gateway import pages_world, world
from tests.gateway.neighbours import Neighbours
from tests.gateway.pages_world import HASH, PORTAL, fields, priya, proposal, sign_in
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio
HERE = f"{PORTAL}/proposals/{id_of('proposal')}"
FLOWERS, LIGHTS = str(id_of("Flowers")), str(id_of("Lights"))
SIGNED = SignatureView(
    id=id_of("signature"),
    proposal_id=id_of("proposal"),
    signed_at=world.request_view().created_at,
    signed_by="Priya Shah",
    total=world.dollars(1000),
    document_sha256=HASH,
)


@pytest.fixture
async def browser(client: httpx.AsyncClient, neighbours: Neighbours) -> AsyncIterator[httpx.AsyncClient]:
    """Priya's browser, signed in."""
    pages_world.know_portal(neighbours)
    neighbours.answer(SignProposal, SIGNED)
    sign_in(client, neighbours, priya())
    yield client


def form(**typed: str) -> dict[str, str]:
    """The form as Priya sends it, without any option."""
    agreed = {"name": "Priya Shah", "mark": "typed", "consent": "yes", "consent_version": "2026-1"}
    return fields(**agreed, document_sha256=HASH, shown="", drawn="") | typed


async def test_the_form_names_the_document_and_the_statement(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{HERE}/sign")).text

    assert f'name="document_sha256" value="{HASH}"' in page
    assert 'name="consent_version" value="2026-1"' in page
    assert f'href="{HERE}/pdf"' in page
    assert "You agree to sign electronically." in page
    assert "Sign for $1,000.00" in page


async def test_the_total_follows_the_options(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"{HERE}/sign?option={FLOWERS}&option={LIGHTS}")).text

    assert "Sign for $1,250.00" in page
    assert f'name="shown" value="{FLOWERS},{LIGHTS}"' in page


async def test_signing_sends_what_was_shown_and_leads_to_the_signed_proposal(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await browser.post(
        f"{HERE}/sign", data=form(option=FLOWERS, shown=FLOWERS), headers={"User-Agent": "Firefox"}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?signed=1")
    (sent,) = neighbours.calls(SignProposal)
    assert sent.message["optional_service_ids"] == [FLOWERS]
    assert sent.message["document_sha256"] == HASH
    assert sent.message["signature"] == {"typed": "Priya Shah", "drawn": None}
    assert sent.message["client"] == {"ip": "10.0.0.1", "user_agent": "Firefox"}


async def test_the_same_form_sent_twice_is_the_same_command(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    for _ in range(2):
        await browser.post(f"{HERE}/sign", data=form())

    first, second = neighbours.calls(SignProposal)
    assert first.message == second.message


async def test_options_whose_total_was_not_shown_are_shown_once_more(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    answer = await browser.post(f"{HERE}/sign", data=form(option=LIGHTS))

    assert answer.status_code == 200
    assert "Please confirm the new total." in answer.text
    assert "Sign for $1,050.00" in answer.text
    assert f'name="shown" value="{LIGHTS}"' in answer.text
    assert 'value="Priya Shah"' in answer.text
    assert not neighbours.calls(SignProposal)


async def test_an_option_of_another_proposal_is_not_signed(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    await browser.post(f"{HERE}/sign", data=form(option=str(id_of("somebody else's"))))

    (sent,) = neighbours.calls(SignProposal)
    assert sent.message["optional_service_ids"] == []


async def test_nobody_signs_without_consent(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    without = {name: value for name, value in form().items() if name != "consent"}

    answer = await browser.post(f"{HERE}/sign", data=without)

    assert answer.status_code == 422
    assert '<a href="#consent">Tick that you agree to sign electronically.</a>' in answer.text
    assert not neighbours.calls(SignProposal)


async def test_nobody_signs_without_a_name(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    answer = await browser.post(f"{HERE}/sign", data=form(name=" "))

    assert answer.status_code == 422
    assert '<a href="#name">Enter your full name' in answer.text
    assert not neighbours.calls(SignProposal)


@pytest.mark.parametrize("drawn", ["", "data:text/html;base64,AAAA"])
async def test_a_drawing_must_be_one(browser: httpx.AsyncClient, neighbours: Neighbours, drawn: str) -> None:
    answer = await browser.post(f"{HERE}/sign", data=form(mark="drawn", drawn=drawn))

    assert answer.status_code == 422
    assert "Draw your signature, or use your typed name." in answer.text
    assert not neighbours.calls(SignProposal)


async def test_a_drawing_is_sent_as_the_signature(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    await browser.post(f"{HERE}/sign", data=form(mark="drawn", drawn="data:image/png;base64,iVBORw0KGgo="))

    (sent,) = neighbours.calls(SignProposal)
    assert sent.message["signature"] == {"typed": None, "drawn": "data:image/png;base64,iVBORw0KGgo="}


async def test_a_document_that_changed_is_shown_and_agreed_to_afresh(
    browser: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    changed = "The proposal has changed since it was shown to you."
    neighbours.answer(SignProposal, conflict(changed, reason="document_changed"))
    neighbours.answer(GetProposal, proposal(document_sha256="cd" * 32))

    answer = await browser.post(f"{HERE}/sign", data=form())

    assert answer.status_code == 409
    assert changed in answer.text
    assert f'name="document_sha256" value="{"cd" * 32}"' in answer.text
    assert 'value="yes" required>' in answer.text


async def test_what_can_no_longer_be_signed_says_why(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(SignProposal, conflict("This proposal is signed already.", reason="already_signed"))
    neighbours.answer(GetProposal, proposal(signable=False))

    answer = await browser.post(f"{HERE}/sign", data=form())

    assert answer.status_code == 409
    assert "This proposal is signed already." in answer.text
    assert "Sign for" not in answer.text


async def test_who_may_not_sign_is_told_so(browser: httpx.AsyncClient, neighbours: Neighbours) -> None:
    why = "Only the property's primary or billing contact can sign."
    neighbours.answer(SignProposal, forbidden(why))
    neighbours.answer(GetProposal, proposal(signable=False, not_signable_because=why))

    page, form_page = await browser.get(HERE), await browser.get(f"{HERE}/sign")
    sent = await browser.post(f"{HERE}/sign", data=form())

    assert why in page.text.replace("&#39;", "'")
    assert f"{HERE}/sign" not in page.text
    assert form_page.headers["location"] == HERE
    assert sent.status_code == 403


async def test_a_lump_sum_shows_no_lines_and_a_hidden_phone_none(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(HERE)).text

    assert "Rosa Diaz" in page
    assert "tel:" not in page
    assert "×" not in page
