"""Amounts, dates, colours and addresses as pages write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages.addresses import address, own
from gateway.pages.colours import READABLE, contrast, palette
from gateway.pages.formats import method_name, moment, money, read_amount, tone, word
from services.contracts.money import MAX_AMOUNT, Money


@given(st.integers(min_value=0, max_value=MAX_AMOUNT))
def test_an_amount_that_a_page_writes_is_read_back_as_the_same(amount: int) -> None:
    assert read_amount(money(Money(amount=amount)), "USD") == Money(amount=amount)


@pytest.mark.parametrize(
    ("typed", "amount"), [("12", 1200), ("12.5", 1250), (" $1,234.56 ", 123456), ("0.05", 5), ("1234.50", 123450)]
)
def test_an_amount_may_be_typed_in_several_ways(typed: str, amount: int) -> None:
    assert read_amount(typed, "USD") == Money(amount=amount)


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1.234", "12,34", "1e3", "١٢", "5.", "$", "1 2", "9" * 14])
def test_what_is_no_amount_is_not_guessed_at(typed: str) -> None:
    assert read_amount(typed, "USD") is None


def test_an_amount_in_yen_has_no_fraction() -> None:
    assert money(Money(amount=500, currency="JPY")) == "¥500"
    assert read_amount("500", "JPY") == Money(amount=500, currency="JPY")
    assert read_amount("500.5", "JPY") is None


def test_a_moment_is_told_in_the_portals_time_zone() -> None:
    assert moment(datetime(2026, 11, 22, 2, 30, tzinfo=UTC), "America/Chicago") == "Nov 21, 2026, 8:30 PM CST"


def test_a_card_is_named_as_people_know_it() -> None:
    assert method_name("visa", "4242") == "Visa ending in 4242"
    assert method_name("amex", "0005") == "American Express ending in 0005"


def test_a_status_that_is_not_known_yet_is_shown_as_it_is() -> None:
    assert (word("half_done"), tone("half_done")) == ("Half done", "calm")


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_every_text_on_a_brands_colours_can_be_read(colour: int) -> None:
    colours = palette(f"#{colour:06x}")

    assert contrast(colours.on_brand, colours.brand) >= READABLE
    assert contrast(colours.strong, colours.soft) >= READABLE
    assert contrast(colours.strong, "#ffffff") >= READABLE


def test_contrast_is_measured_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_an_address_leaves_out_what_is_empty_and_repeats_lists() -> None:
    assert address("/a", {"x": ["1", "2"], "y": "", "z": None}) == "/a?x=1&x=2"
    assert address("/a?b=1", {"c": "&"}) == "/a?b=1&c=%26"


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/acme/",
        "//evil.example/acme/",
        "/acme//evil.example",
        "/other/dashboard",
        "/acme/../other/dashboard",
        "/acme/%2e%2E/other/dashboard",
        "/acme/..?a=b",
        "/acme/\\evil.example",
        "/acme/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_led_out_of_their_portal(asked: str) -> None:
    assert own("acme", asked, "/acme/dashboard") == "/acme/dashboard"


def test_a_page_of_the_portal_may_be_gone_on_to() -> None:
    for asked in ("/acme/pay?invoice=1", "/acme/pay?amount=..", "/acme/..hidden"):
        assert own("acme", asked, "/acme/dashboard") == asked
