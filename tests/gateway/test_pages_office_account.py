"""The office's pages of one's own account."""

import httpx
import pytest

from gateway.office import feed
from services.contracts.errors import invalid
from services.contracts.identity.passwords import ChangePassword
from services.contracts.identity.sessions import EndSession
from services.contracts.identity.staff import (
    ConfirmTotp,
    RecoveryCodesView,
    RemoveTotp,
    StartTotp,
    TotpSecretView,
)
from services.contracts.messages import Nothing
from services.contracts.notifications.activities import ActivityFeed, ListActivities
from services.contracts.notifications.preferences import ChangeStaffPreferences, StaffPreferencesView
from tests.gateway import office_world
from tests.gateway.neighbours import Neighbours, Silence
from tests.gateway.office_world import ADA, fields
from tests.gateway.world import id_of

pytestmark = pytest.mark.anyio


async def test_the_password_is_changed_and_a_wrong_one_told_beside_its_field(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    typed = fields(current_password="the old password", password="a new password")
    neighbours.answer(ChangePassword, invalid("This is not your present password.", field="current_password"))
    wrong = await ada.post("/office/account/password", data=typed)
    neighbours.answer(ChangePassword, Nothing())
    good = await ada.post("/office/account/password", data=typed)

    assert (wrong.status_code, 'id="current_password-problem"' in wrong.text) == (422, True)
    assert "the old password" not in wrong.text
    assert good.headers["location"] == "/office/account?said=password"


async def test_sessions_are_listed_and_ended_and_ending_this_one_signs_out(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    neighbours.answer(EndSession, Nothing())
    shown = await ada.get("/office/account")
    other = await ada.post(f"/office/account/sessions/{id_of('another session')}/end", data=fields())
    own = await ada.post(f"/office/account/sessions/{ADA.session_id}/end", data=fields())

    assert "203.0.113.7" in shown.text
    assert other.headers["location"] == "/office/account?said=ended"
    assert own.headers["location"] == "/office/login"
    assert "Max-Age=0" in own.headers["set-cookie"]


async def test_a_second_factor_is_set_up_by_a_picture_or_a_text_and_codes_are_told_once(
    ada: httpx.AsyncClient, neighbours: Neighbours
) -> None:
    office_world.sign_in(ada, neighbours, office_world.ada(must_enrol=True))
    neighbours.answer(StartTotp, TotpSecretView(secret="JBSWY3DPEHPK3PXP", uri="otpauth://totp/Portico?secret=J"))
    begun = await ada.post("/office/account/second-factor", data=fields())
    neighbours.answer(ConfirmTotp, invalid("This code is wrong.", field="code"))
    wrong = await ada.post("/office/account/second-factor/confirmation", data=fields(code="000000"))
    neighbours.answer(ConfirmTotp, RecoveryCodesView(codes=["aaaa-bbbb", "cccc-dddd"]))
    office_world.sign_in(ada, neighbours, office_world.ada())
    good = await ada.post("/office/account/second-factor/confirmation", data=fields(code=" 123456 "))

    assert 'src="data:image/svg+xml;base64,' in begun.text
    assert "JBSWY3DPEHPK3PXP" in begun.text
    assert "img-src 'self' data:" in begun.headers["content-security-policy"]
    assert (wrong.status_code, 'id="code-problem"' in wrong.text) == (422, True)
    assert neighbours.last(ConfirmTotp)["code"] == "123456"
    assert "aaaa-bbbb" in good.text
    assert (await ada.get("/office")).status_code == 200


async def test_a_second_factor_is_turned_off_with_a_code(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(RemoveTotp, Nothing())

    answer = await ada.post("/office/account/second-factor/removal", data=fields(code="123456"))

    assert answer.headers["location"] == "/office/account?said=removed"


async def test_staff_choose_what_they_are_mailed_and_how_often(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ChangeStaffPreferences, StaffPreferencesView())
    shown = await ada.get("/office/account")
    saved = await ada.post("/office/account/mails", data=fields(request_news="on", digest="daily"))
    wrong = await ada.post("/office/account/mails", data=fields(digest="hourly"))

    assert shown.text.count('value="on" checked') == 4 and 'value="immediately" checked' in shown.text
    asked = neighbours.last(ChangeStaffPreferences)
    assert (asked["digest"], asked["request_news"], asked["job_requests"]) == ("daily", True, False)
    assert saved.headers["location"] == "/office/account?said=saved"
    assert (wrong.status_code, "Choose how often you are mailed." in wrong.text) == (422, True)


@pytest.mark.parametrize(
    ("unread", "told"), [(0, "No unread activities"), (3, ">3</span>"), (100, ">99+</span>")], ids=["none", "3", "many"]
)
async def test_a_bell_over_every_page_tells_how_many_activities_are_unread(
    ada: httpx.AsyncClient, neighbours: Neighbours, unread: int, told: str
) -> None:
    neighbours.answer(ListActivities, ActivityFeed(items=[], unread=unread))
    assert told in (await ada.get("/office/account")).text


async def test_a_page_does_not_wait_for_its_bell(
    ada: httpx.AsyncClient, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.05)
    neighbours.answer(ListActivities, Silence)
    shown = await ada.get("/office/account")
    assert (shown.status_code, "No unread activities" in shown.text) == (200, True)


async def test_a_bell_that_breaks_breaks_no_page(ada: httpx.AsyncClient, neighbours: Neighbours) -> None:
    neighbours.answer(ListActivities, lambda _: {"unread": "many"})
    shown = await ada.get("/office/account")
    assert (shown.status_code, "No unread activities" in shown.text) == (200, True)
