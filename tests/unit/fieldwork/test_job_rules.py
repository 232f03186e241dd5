"""How jobs move, whose they are, and when equipment is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import DomainError
from services.contracts.fieldwork.jobs import JobStatus
from services.contracts.principals import PropertyAccess
from services.fieldwork import job_rules
from services.fieldwork.job_rules import MOVES, Scope
from tests.unit.fieldwork.people import CLUBHOUSE, COURTYARD, NORTH_GATE, contact, staff

TODAY = date(2026, 5, 3)
STATUSES = st.sampled_from(sorted(MOVES))


@given(STATUSES, STATUSES)
def test_a_job_becomes_only_what_its_status_lets_it(before: JobStatus, after: JobStatus) -> None:
    allowed = after == before or after in MOVES[before]
    try:
        assert job_rules.moved(before, after, TODAY, is_newly_booked=False) == after
        assert allowed
    except DomainError as refused:
        assert refused.code == "conflict"
        assert not allowed


@given(STATUSES, st.booleans())
def test_a_date_books_a_wish_and_nothing_else(before: JobStatus, newly: bool) -> None:
    after = job_rules.moved(before, None, TODAY, is_newly_booked=newly)
    assert after == job_rules.moved(before, before, TODAY, is_newly_booked=newly), "a form says the status it showed"
    assert after == ("booked" if before == "requested" and newly else before)


def test_a_job_is_booked_for_a_day() -> None:
    with pytest.raises(DomainError) as refused:
        job_rules.moved("requested", "booked", None, is_newly_booked=False)
    assert refused.value.details["field"] == "date_booked"


@given(st.integers(-400, 400))
def test_a_service_is_due_soon_for_thirty_days(days: int) -> None:
    said = job_rules.service_of(TODAY + timedelta(days=days), TODAY)
    assert said == ("overdue" if days < 0 else "due_soon" if days <= 30 else "planned")
    assert job_rules.service_of(None, TODAY) == "none"


def test_rights_of_a_property_say_whose_jobs_are_seen_there() -> None:
    who = contact(CLUBHOUSE, NORTH_GATE, permissions=frozenset({"jobs.view", "jobs.view_own"}), sections=["jobs"])
    narrow = PropertyAccess(property_id=NORTH_GATE, role="other", permissions=frozenset({"jobs.view_own"}))
    scope = job_rules.jobs_seen(who.model_copy(update={"properties": [who.properties[0], narrow]}))
    assert scope.all_at == frozenset({CLUBHOUSE})
    assert (scope.own_at, scope.contact_id) == (frozenset({NORTH_GATE}), who.id)
    assert scope.at([NORTH_GATE, COURTYARD]).all_at == frozenset()
    assert scope.at([NORTH_GATE, COURTYARD]).own_at == frozenset({NORTH_GATE})


def test_staff_see_all_of_their_company() -> None:
    assert job_rules.jobs_seen(staff("sales_rep")) == Scope()
    assert job_rules.equipment_seen(staff("account_owner")) == Scope()
