"""Autopay's rules: notice periods, days of runs, what a decline means, and the words of an authorization."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.autopay_rules import (
    BANK_RETRIES,
    HARD_CARD_CODES,
    NO_TRY,
    NOTICE,
    RETRY_DAYS,
    Terms,
    charge_day,
    first_run,
    meaning,
    morning,
    must_be_told,
    retry_day,
    seconds_deferred,
)
from services.contracts.money import Money
from services.contracts.principals import PaymentMethodType

ZONES = ("America/Chicago", "America/New_York", "Pacific/Honolulu", "Pacific/Auckland", "UTC")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
TYPES: tuple[PaymentMethodType, ...] = ("card", "us_bank_account")


def test_a_run_begins_at_six_there() -> None:
    assert morning(date(2026, 12, 1), "America/Chicago") == datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert morning(date(2026, 7, 1), "America/Chicago") == datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_the_first_debit_and_each_that_differs_or_comes_after_its_day_is_announced() -> None:
    day = date(2026, 5, 1)
    assert must_be_told(100, None, day, day) and must_be_told(100, 101, day, day)
    assert must_be_told(100, 100, day, day + timedelta(days=1)) and not must_be_told(100, 100, day, day)


def test_an_announced_debit_waits_for_its_notice_and_an_equal_one_for_its_due_date() -> None:
    noon = datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert charge_day(date(2026, 11, 25), noon, "America/Chicago", announced_now=True) == date(2026, 12, 1)
    assert charge_day(date(2026, 12, 9), noon, "America/Chicago", announced_now=True) == date(2026, 12, 9)
    assert charge_day(date(2026, 11, 25), noon, "America/Chicago", announced_now=False) == date(2026, 11, 25)
    assert charge_day(date(2026, 11, 1), noon, "America/Chicago", announced_now=False) == date(2026, 11, 20)


@given(DAYS, MOMENTS, st.sampled_from(ZONES))
def test_nothing_is_charged_before_ten_whole_days_of_notice_nor_before_it_is_due(
    due_on: date, now: datetime, zone: str
) -> None:
    day = charge_day(due_on, now, zone, announced_now=True)
    assert morning(day, zone) - now >= NOTICE
    assert day >= due_on


@given(DAYS, MOMENTS, st.sampled_from(ZONES))
def test_no_day_before_it_would_have_done(day: date, earliest: datetime, zone: str) -> None:
    first = first_run(day, earliest, zone)
    assert morning(first, zone) >= earliest and first >= day
    assert first == day or morning(first - timedelta(days=1), zone) < earliest


@given(MOMENTS, st.sampled_from(ZONES))
def test_an_equal_debit_is_never_charged_in_the_past(now: datetime, zone: str) -> None:
    assert charge_day(date(2020, 1, 1), now, zone, announced_now=False) == now.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("code", "method_type", "expected"),
    [
        ("insufficient_funds", "card", "soft"),
        ("processing_error", "card", "soft"),
        ("card_declined", "card", "soft"),
        ("card_velocity_exceeded", "card", "soft"),
        ("lost_card", "card", "hard"),
        ("stolen_card", "card", "hard"),
        ("expired_card", "card", "hard"),
        ("authentication_required", "card", "hard"),
        ("revocation_of_authorization", "card", "hard"),
        ("refused", "card", "hard"),
        ("insufficient_funds", "us_bank_account", "soft"),
        ("account_closed", "us_bank_account", "hard"),
        ("debit_not_authorized", "us_bank_account", "hard"),
        ("a_code_of_next_year", "us_bank_account", "hard"),
        ("a_code_of_next_year", "card", "soft"),
        ("busy", "card", "again"),
        ("not_sent", "us_bank_account", "again"),
        ("canceled", "card", "again"),
    ],
)
def test_a_decline_is_tried_again_unless_its_code_is_final(
    code: str, method_type: PaymentMethodType, expected: str
) -> None:
    assert meaning(code, method_type) == expected


def test_no_code_means_two_things() -> None:
    assert not HARD_CARD_CODES & NO_TRY


def test_a_card_is_tried_again_one_three_five_and_seven_days_after_the_first_decline() -> None:
    first = date(2026, 12, 1)
    todays = [first, *(first + timedelta(days=each) for each in RETRY_DAYS)]
    found = [retry_day("card", declines, first, today) for declines, today in enumerate(todays, 1)]
    assert found == [date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 6), date(2026, 12, 8), None]


def test_a_banks_debit_is_sent_again_at_most_twice() -> None:
    first = date(2026, 12, 1)
    assert retry_day("us_bank_account", 1, first, first) == date(2026, 12, 2)
    assert retry_day("us_bank_account", 2, first, date(2026, 12, 6)) == date(2026, 12, 7)
    assert retry_day("us_bank_account", 3, first, date(2026, 12, 10)) is None


@given(st.sampled_from(TYPES), DAYS, st.lists(st.integers(0, 40), min_size=8, max_size=8))
def test_tries_are_days_apart_bounded_and_within_the_networks_thirty_days_where_the_answer_is_prompt(
    method_type: PaymentMethodType, first: date, delays: list[int]
) -> None:
    prompt = method_type == "card"
    today, tries = first, 1
    while True:
        day = retry_day(method_type, tries, first, today)
        if day is None:
            break
        assert day > today
        today, tries = day + timedelta(days=0 if prompt else delays[tries]), tries + 1
    assert tries == 1 + (len(RETRY_DAYS) if prompt else BANK_RETRIES)
    assert not prompt or today - first <= timedelta(days=30)


def test_a_provider_that_is_away_is_asked_ever_more_seldom() -> None:
    waits = [seconds_deferred(each) for each in range(10)]
    assert waits == sorted(waits) and waits[-1] == waits[-2] == 3600


def _terms(method_type: PaymentMethodType = "card", cap: Money | None = None) -> Terms:
    return Terms(
        "Evergreen Grounds", "Evergreen Austin", "each service invoice", method_type, "Visa ending in 4242", cap
    )


def test_the_words_name_whom_what_how_much_when_and_how_it_is_withdrawn() -> None:
    text = _terms(cap=Money(amount=1_234_500)).text
    for named in (
        "I authorize Evergreen Grounds to charge Visa ending in 4242",
        "each service invoice",
        "never more than I was told",
        "USD 12,345.00",
        "10 days ahead",
        "1, 3, 5 and 7 days",
        "turn autopay off, skip the next charge or choose another method",
        "by writing to Evergreen Grounds",
    ):
        assert named in text


def test_a_bank_accounts_words_name_the_two_further_debits() -> None:
    text = _terms("us_bank_account").text
    assert "at most twice" in text and "United States law" in text


def test_other_words_have_another_hash() -> None:
    assert len({_terms().sha256, _terms("us_bank_account").sha256, _terms(cap=Money(amount=1)).sha256}) == 3
