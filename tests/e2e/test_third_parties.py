"""A third party finds a program by its policy number and the insured's ZIP, and pays it without a login."""

from typing import Any

import httpx
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.test_pay_links import DONE, EMAIL, GOOD, type_card
from tests.e2e.visitor import CARD_SECONDS, NARROW, WIDE, Visitor

LENA = "lena@bluebird.test"
NUMBER, ZIP = "HIA-GL-1001", "70112"


def look_up(visit: Visit, **how: Any) -> Visitor:
    """Somebody at the agency's page for third parties who has found Bluebird's program."""
    guest = visit(portal="harbor", **how)
    guest.open("/pay")
    guest.page.get_by_label("Policy number").fill("hia gl 1001")
    guest.page.get_by_label("ZIP code of the insured").fill(ZIP)
    guest.press("See what is due")
    expect(guest.heading()).to_have_text("What is due")
    return guest


def test_a_third_party_finds_an_installment_pays_it_and_the_insured_is_told(visit: Visit, office: Office) -> None:
    guest = visit(portal="harbor")
    guest.expected.add(404)
    guest.open("/pay")
    guest.page.get_by_label("Policy number").fill(NUMBER)
    guest.page.get_by_label("ZIP code of the insured").fill("70130")
    guest.press("See what is due")
    expect(guest.main()).to_contain_text("There is no program with this policy number and ZIP code.")

    guest = look_up(visit)
    expect(guest.main()).to_contain_text("Program of B. B. L.")
    for secret in ("Bluebird", "Chartres", "Lena", NUMBER, "Visa"):
        expect(guest.page.locator("body")).not_to_contain_text(secret)
    last = guest.page.get_by_role("link", name="INV-").last
    number = last.inner_text().split("INV-")[1].split()[0]
    last.click()
    expect(guest.heading()).to_have_text(f"Pay invoice INV-{number}")
    guest.page.get_by_label("Your e-mail").fill(EMAIL)
    type_card(guest, GOOD)
    guest.page.get_by_role("button", name="Pay $").click()

    expect(guest.heading()).to_have_text(DONE, timeout=CARD_SECONDS)
    receipt = guest.page.get_by_role("link", name="Receipt as PDF").get_attribute("href") or ""
    assert guest.download(receipt.removeprefix("/harbor")).startswith(b"%PDF")
    office.mail(EMAIL, f"INV-{number}")
    told = office.mail(LENA, f"INV-{number}")
    assert "Paid for you" in told["subject"]
    guest.follow("What is due")
    expect(guest.page.get_by_role("region", name="Paid", exact=True)).to_contain_text(f"INV-{number}")


def test_the_api_of_third_parties(stack: Stack) -> None:
    with httpx.Client(base_url=f"{stack.site.public_url}/api/v1", trust_env=False, timeout=30) as http:
        wrong = [
            http.post("/portals/harbor/guest-sessions", json={"policy_numbers": numbers, "zip": code})
            for numbers, code in ((["HIA-XX-1"], ZIP), ([NUMBER], "99999"), ([NUMBER, "HIA-MC-2001"], ZIP))
        ]
        off = {"policy_numbers": [NUMBER], "zip": ZIP}
        wrong.append(http.post("/portals/coolair/guest-sessions", json=off))
        assert [each.status_code for each in wrong] == [404] * 4
        assert len({str({**each.json(), "request_id": ""}) for each in wrong}) == 1

        both = {"policy_numbers": [NUMBER, "HIA-PR-1002"], "zip": ZIP}
        session = http.post("/portals/harbor/guest-sessions", json=both)
        assert session.status_code == 201
        http.headers["Authorization"] = f"Bearer {session.json()['token']}"
        program = http.get("/guest/program").raise_for_status().json()
        assert (program["status"], program["initials"]) == ("active", "B. B. L.")
        due = next(each for each in program["invoices"] if each["payable"])
        chosen = {"invoice_ids": [due["id"]], "type": "card"}
        quote = http.post("/guest/payment-quotes", json=chosen).raise_for_status().json()
        order = {**chosen, "expected_total": quote["total"], "email": EMAIL}
        headers = {"Idempotency-Key": "once"}
        begun = [http.post("/guest/payments", json=order, headers=headers).raise_for_status() for _ in range(2)]
        assert begun[0].status_code == 201 and begun[0].json() == begun[1].json()
        told = begun[0].json()
        assert {"id", "client_secret", "publishable_key", "hosted_url"} <= told.keys()
        assert http.get(f"/guest/payments/{told['id']}").json()["status"] == "requires_action"
        assert http.get(f"/guest/payments/{told['id']}/receipt").status_code == 409
        page = http.get(told["hosted_url"], follow_redirects=False)
        assert page.status_code == 303 and page.headers["location"].startswith(stack.site.payments_url)


def test_the_pages_of_third_parties_are_accessible_and_fit(visit: Visit) -> None:
    for width in (WIDE, NARROW):
        guest = look_up(visit, width=width)
        seen = [guest.page.url.partition("/harbor")[2], "/pay/look-up"]
        first = guest.page.get_by_role("link", name="INV-").first.get_attribute("href") or ""
        for path in (*seen, first.removeprefix("/harbor")):
            guest.open(path)
            assert guest.barriers() == []
            assert guest.overflow() <= 0


def test_without_javascript_a_third_party_comes_as_far(visit: Visit) -> None:
    guest = look_up(visit, javascript=False)
    guest.page.get_by_role("link", name="INV-").first.click()
    guest.page.get_by_label("Your e-mail").fill(EMAIL)
    guest.page.get_by_role("button", name="Pay $").click()
    expect(guest.page.get_by_label("Card number")).to_be_visible()


def test_a_portal_without_third_parties_asks_to_sign_in(visit: Visit) -> None:
    guest = visit()
    guest.open("/pay")
    expect(guest.heading()).to_have_text("Sign in")
