"""Autopay in the browser: read, agreed to, moved to another card, skipped, turned off; and watched by the office."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.office import Office
from tests.e2e.visitor import CARD_SECONDS, NARROW, WIDE, Visitor

PRIYA = "priya@lakeside.test"


@pytest.fixture
def enter(visit: Visit) -> Iterator[Callable[..., Visitor]]:
    """Priya enters; at the end autopay is off, and her cards are gone."""
    entered: list[Visitor] = []

    def priya(**how: bool) -> Visitor:
        entered.append(visit(PRIYA, **how))
        return entered[-1]

    yield priya
    for visitor in entered:
        visitor.open("/autopay")
        if visitor.page.locator("summary", has_text="Turn autopay off").count():
            turn_off(visitor)
        for last4 in ("4242", "4444"):
            remove(visitor, last4)


def add_card(priya: Visitor, number: str) -> None:
    """Through the provider's fields."""
    priya.open("/payment-methods")
    priya.type_card(number)
    priya.press("Save this card")
    expect(priya.page.get_by_role("alert").first).to_contain_text("was added", timeout=CARD_SECONDS)


def add_card_at_the_provider(priya: Visitor) -> None:
    """Through the provider's own page, without a script."""
    priya.open("/payment-methods")
    priya.press(re.compile("Enter a card on"))
    typed = {"Card number": "4242424242424242", "Expiry date": "12 / 34", "Security code": "123"}
    for label, value in {**typed, "Name on card": "Priya Shah", "ZIP code": "78701"}.items():
        priya.page.get_by_label(label).fill(value)
    priya.press(re.compile("^Save"))
    expect(priya.page.get_by_role("alert").first).to_contain_text("was added", timeout=CARD_SECONDS)


def remove(priya: Visitor, last4: str) -> None:
    """Takes a card away that is on file."""
    priya.open("/payment-methods")
    row = priya.page.locator(".row", has_text=last4)
    if row.count():
        row.locator("summary").click()
        row.get_by_role("button", name=re.compile("^Remove")).click()


def turn_off(priya: Visitor) -> None:
    """Withdraws the authorization."""
    priya.page.locator("summary", has_text="Turn autopay off").click()
    priya.press("Turn autopay off")
    expect(priya.page.get_by_role("alert").first).to_contain_text("Autopay is off")


def agree(priya: Visitor, button: str) -> None:
    """Reads the authorization, and agrees to it."""
    expect(priya.main()).to_contain_text("I authorize Evergreen Grounds to charge")
    priya.page.get_by_label(re.compile("I have read this authorization")).check()
    priya.press(button)
    expect(priya.page.get_by_role("alert").first).to_contain_text("Autopay is on")


def looks_right(priya: Visitor) -> None:
    """On both screens, and to those who do not see it."""
    assert priya.barriers() == []
    for width in (WIDE, NARROW):
        priya.page.set_viewport_size({"width": width, "height": 844})
        assert priya.overflow() <= 0


def test_priya_turns_autopay_on_moves_it_skips_a_charge_and_turns_it_off(
    enter: Callable[..., Visitor], office: Office
) -> None:
    invoice, priya = office.invoice(21_300, net_days=14), enter()
    add_card(priya, "4242424242424242")
    priya.open("/autopay")
    looks_right(priya)
    priya.page.get_by_label(re.compile("4242")).check()
    priya.page.get_by_label(re.compile("Limit for one invoice")).fill("5,000")
    priya.press("Read the authorization")
    expect(priya.main()).to_contain_text("An invoice over USD 5,000.00 is not charged")
    looks_right(priya)
    agree(priya, "Authorize and turn on")
    row = priya.page.locator(".row", has_text=invoice["number"])
    expect(row).to_contain_text("Charged on")
    looks_right(priya)
    assert "I authorize Evergreen Grounds" in office.mail(PRIYA, "Autopay is on")["text"]
    assert invoice["number"] in office.mail(PRIYA, "Autopay will charge")["text"]

    add_card(priya, "5555555555554444")
    priya.open("/payment-methods")
    card = priya.page.locator(".row", has_text="4242")
    card.locator("summary").click()
    priya.expected.add(409)
    card.get_by_role("button", name=re.compile("^Remove")).click()
    expect(priya.page.get_by_role("alert").first).to_contain_text("Autopay uses this method")

    priya.open("/autopay")
    priya.page.get_by_label(re.compile("4444")).check()
    priya.press("Read the authorization")
    agree(priya, "Authorize the change")
    expect(priya.main()).to_contain_text("Mastercard ending in 4444")

    priya.press("Skip the next charge")
    expect(priya.page.get_by_role("alert").first).to_contain_text("is skipped")
    priya.press("Do not skip after all")
    expect(priya.page.get_by_role("alert").first).to_contain_text("not skipped any more")
    turn_off(priya)
    office.mail(PRIYA, "Autopay is off")


def test_without_javascript_it_is_turned_on_and_whoever_does_not_tick_the_box_has_not_agreed(
    enter: Callable[..., Visitor],
) -> None:
    priya = enter(javascript=False)
    add_card_at_the_provider(priya)
    priya.open("/autopay")
    priya.page.get_by_label(re.compile("4242")).check()
    priya.press("Read the authorization")
    priya.page.locator("form[method=post]", has=priya.page.locator("#agreed")).evaluate(
        "form => form.noValidate = true"
    )
    priya.expected.add(422)
    priya.press("Authorize and turn on")
    expect(priya.page.get_by_role("alert").first).to_contain_text("Tick the box to agree")
    expect(priya.page.locator("#agreed-problem")).to_have_text("Tick the box to agree to the authorization.")
    agree(priya, "Authorize and turn on")


def test_chen_sees_autopay_but_cannot_change_it(visit: Visit) -> None:
    chen = visit("chen@lakeside.test")
    chen.open("/autopay")
    expect(chen.main()).to_contain_text("Only your primary contact can change autopay")
    assert chen.barriers() == []


def test_the_office_watches_the_runs_and_looks_at_the_days_to_come(visit: Visit) -> None:
    admin = visit()
    admin.page.goto("/office/login")
    admin.page.get_by_label("E-mail").fill("admin@evergreen.test")
    admin.page.get_by_label("Password").fill("portico-demo-2026")
    admin.press("Sign in")
    admin.follow("Autopay")
    expect(admin.heading()).to_have_text("Autopay")
    looks_right(admin)
    admin.follow("Dry run")
    admin.press("Look")
    expect(admin.heading()).to_have_text("Dry run")
    looks_right(admin)
