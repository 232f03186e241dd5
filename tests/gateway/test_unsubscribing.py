"""The addresses to unsubscribe in mails: for anybody who has one, and saying nothing of whose it is."""

import logging

import httpx
import pytest
from fastapi import FastAPI

from services.contracts.errors import not_found
from services.contracts.notifications.preferences import ChangeSubscription, GetSubscription, SubscriptionView
from tests.gateway.neighbours import Neighbours

pytestmark = pytest.mark.anyio

TOKEN = "signed-Token_1"
ADDRESS = f"/unsubscribe/{TOKEN}"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
WANTED = SubscriptionView(kind="visit_reminders", wanted=True)
UNWANTED = SubscriptionView(kind="visit_reminders", wanted=False)


@pytest.fixture
def subscribed(neighbours: Neighbours) -> Neighbours:
    """Notifications knows the token."""
    neighbours.answer(GetSubscription, WANTED)
    neighbours.answer(ChangeSubscription, lambda said: WANTED if said["wanted"] else UNWANTED)
    return neighbours


async def test_whoever_only_looks_at_the_address_changes_nothing(
    client: httpx.AsyncClient, subscribed: Neighbours
) -> None:
    for _ in range(2):
        answer = await client.get(ADDRESS)
        assert answer.status_code == 200 and "Visit reminders" in answer.text
    assert (await client.head(ADDRESS)).status_code in (200, 405)
    assert subscribed.calls(ChangeSubscription) == []


@pytest.mark.parametrize("as_parts", [False, True], ids=["urlencoded", "multipart"])
async def test_a_mail_program_unsubscribes_with_one_post_without_cookies(
    client: httpx.AsyncClient, subscribed: Neighbours, as_parts: bool
) -> None:
    sent = {"files": {"List-Unsubscribe": (None, "One-Click")}} if as_parts else {"data": ONE_CLICK}
    answer = await client.post(ADDRESS, headers={"Origin": "null"}, **sent)
    assert answer.status_code == 200
    assert [each.message["wanted"] for each in subscribed.calls(ChangeSubscription)] == [False]
    assert subscribed.calls(ChangeSubscription)[0].principal is None


async def test_the_page_can_undo_what_it_did(client: httpx.AsyncClient, subscribed: Neighbours) -> None:
    gone = await client.post(ADDRESS)
    back = await client.post(ADDRESS, data={"again": "1"})
    assert "You are mailed these no longer." in gone.text and "Undo" in gone.text
    assert "You are mailed these again." in back.text
    assert [each.message["wanted"] for each in subscribed.calls(ChangeSubscription)] == [False, True]


@pytest.mark.parametrize("token", ["tampered", "x" * 500, "%C3%A4"])
async def test_an_address_that_is_none_of_ours_is_a_friendly_404(
    client: httpx.AsyncClient, neighbours: Neighbours, token: str
) -> None:
    for message in (GetSubscription, ChangeSubscription):
        neighbours.answer(message, not_found())
    for answer in (await client.get(f"/unsubscribe/{token}"), await client.post(f"/unsubscribe/{token}")):
        assert answer.status_code == 404 and "This link is not complete" in answer.text


async def test_the_address_is_told_to_nobody(
    client: httpx.AsyncClient, subscribed: Neighbours, capsys: pytest.CaptureFixture[str], app: FastAPI
) -> None:
    answer = await client.get(ADDRESS)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (answer.headers["cache-control"], "set-cookie" in answer.headers) == ("no-store", False)
    logging.shutdown()
    assert TOKEN not in "".join(capsys.readouterr())
