"""Visits: who plans them, who sees which, and what is upcoming by the clocks of their site."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
import pytest
from sqlalchemy import event

from services.contracts.errors import DomainError
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CancelVisit,
    ChangeVisit,
    ChangeVisitNote,
    CompleteVisit,
    CreateVisit,
    GetVisit,
    ListVisits,
    VisitView,
)
from services.contracts.messages import Page, new_id
from services.contracts.principals import Permission, Principal
from services.contracts.snapshots import Person
from services.fieldwork import visit_rules
from tests.service.conftest import Databases
from tests.service.fieldwork.coolair import ZONE, Desk

VISITS: frozenset[Permission] = frozenset({"visits.view"})
REP = Person(id=new_id(), name="Rosa Diaz", email="rosa@coolair.test", phone="+1 512 555 0141")


@pytest.fixture
def mia(desk: Desk) -> Principal:
    """A contact who sees visits at the practice."""
    return desk.world.contact("Mia Novak", desk.world.practice, permissions=VISITS, sections=["visits"])


def day(offset: int, zone: str = ZONE) -> date:
    return datetime.now(ZoneInfo(zone)).date() + timedelta(days=offset)


def planned(desk: Desk, offset: int = 3, **said: Any) -> VisitView:
    world = desk.world
    place = {"branch_id": world.branch, "customer_id": world.northside.id, "property": world.practice}
    usual = {"time_zone": ZONE, "date": day(offset), "services": ["Filters"], "service_contact": REP}
    return desk.ask(CreateVisit.model_validate({**place, **usual, **said}), world.office)


def completed(desk: Desk, offset: int = -3, **said: Any) -> VisitView:
    return desk.ask(CompleteVisit(visit_id=planned(desk, offset, **said).id), desk.world.office)


def dates(page: Page[VisitView]) -> list[date]:
    return [each.date for each in page.items]


def test_customers_see_thirty_days_ahead_and_what_was_completed(desk: Desk, mia: Principal) -> None:
    for offset in (31, 30, 0, -1):
        planned(desk, offset)
    completed(desk, -40)
    completed(desk, -2)
    desk.ask(CancelVisit(visit_id=planned(desk, 5).id), desk.world.office)
    assert dates(desk.ask(ListVisits(window="upcoming"), mia)) == [day(0), day(30)]
    assert dates(desk.ask(ListVisits(window="completed"), mia)) == [day(-2), day(-40)]
    assert dates(desk.ask(ListVisits(), mia)) == [day(30), day(0), day(-2), day(-40)]
    assert len(desk.ask(ListVisits(), desk.world.office).items) == 7


def test_a_visit_that_no_list_shows_is_not_found_by_its_id(desk: Desk, mia: Principal) -> None:
    beyond, missed, done = planned(desk, 31), planned(desk, -1), completed(desk, -40)
    cancelled = desk.ask(CancelVisit(visit_id=planned(desk, 5).id), desk.world.office)
    for hidden in (beyond, missed, cancelled):
        assert desk.refusal(GetVisit(visit_id=hidden.id), mia) == "not_found"
        assert desk.ask(GetVisit(visit_id=hidden.id), desk.world.office).id == hidden.id
    assert desk.ask(GetVisit(visit_id=done.id), mia).id == done.id


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Chicago", "UTC", "Pacific/Pago_Pago", "Asia/Kolkata"])
def test_the_database_draws_the_line_where_the_rule_does(desk: Desk, mia: Principal, zone: str) -> None:
    for offset in (-1, 0, 1, 29, 30, 31):
        planned(desk, offset, time_zone=zone, date=day(offset, zone))
    now = datetime.now(UTC)
    expected = [day(each, zone) for each in range(-1, 32) if each in (0, 1, 29, 30)]
    assert dates(desk.ask(ListVisits(window="upcoming"), mia)) == expected
    assert all(visit_rules.is_upcoming(each, now, zone) for each in expected)


def test_only_published_notes_are_shown_and_taking_one_back_hides_it(desk: Desk, mia: Principal) -> None:
    visit, office = completed(desk), desk.world.office
    for note, shown in (("Filters changed", True), ("He is never there", False)):
        visit = desk.ask(AddVisitNote(visit_id=visit.id, text=note, shown_in_portal=shown), office)
    assert [(each.text, each.shown_in_portal) for each in visit.notes] == [
        ("Filters changed", True),
        ("He is never there", False),
    ]
    assert [each.text for each in desk.ask(GetVisit(visit_id=visit.id), mia).notes] == ["Filters changed"]
    assert [each.text for each in desk.ask(ListVisits(), mia).items[0].notes] == ["Filters changed"]
    for note_view in visit.notes:
        change = ChangeVisitNote(visit_id=visit.id, note_id=note_view.id, shown_in_portal=not note_view.shown_in_portal)
        desk.ask(change, office)
    assert [each.text for each in desk.ask(GetVisit(visit_id=visit.id), mia).notes] == ["He is never there"]


def test_nobody_else_sees_a_visit(desk: Desk) -> None:
    visit, world = planned(desk), desk.world
    for who, stranger in world.other_sides().items():
        assert desk.refusal(GetVisit(visit_id=visit.id), stranger) == "not_found", who
    ned = world.contact("Ned", world.annex, permissions=VISITS, sections=["visits"])
    assert desk.refusal(GetVisit(visit_id=visit.id), ned) == "not_found"
    assert desk.ask(ListVisits(property_ids=[world.practice.id]), ned).items == []
    blind = world.contact("Pat", world.practice, permissions=frozenset(), sections=["visits"])
    assert desk.refusal(ListVisits(), blind) == "forbidden"
    off = world.contact("Mia Novak", world.practice, permissions=VISITS, sections=["jobs"])
    assert desk.refusal(ListVisits(), off) == "not_found"
    assert desk.refusal(ListVisits(), None) == "forbidden"


def test_only_who_plans_work_changes_visits(desk: Desk, mia: Principal) -> None:
    visit, rep = planned(desk, 0), desk.world.staff("sales_rep")
    commands = (
        ChangeVisit(visit_id=visit.id, services=["Other"]),
        CompleteVisit(visit_id=visit.id),
        CancelVisit(visit_id=visit.id),
        AddVisitNote(visit_id=visit.id, text="Hello", shown_in_portal=True),
    )
    for command in commands:
        assert desk.refusal(command, rep) == "forbidden"
        assert desk.refusal(command, mia) == "forbidden"
    assert desk.ask(GetVisit(visit_id=visit.id), rep).services == ["Filters"]


def test_a_visit_belongs_to_a_job_of_its_own_property_alone(desk: Desk, mia: Principal) -> None:
    world, job = desk.world, desk.job()
    assert desk.ask(GetVisit(visit_id=planned(desk, job_id=job.id).id), mia).job_id == job.id
    with pytest.raises(DomainError, match="another property"):
        planned(desk, job_id=desk.job(property=world.annex).id)
    with pytest.raises(DomainError):
        planned(desk, job_id=new_id())


def test_a_window_is_by_the_clocks_of_the_site_and_ends_after_it_starts(desk: Desk) -> None:
    window = {"starts": "09:00", "ends": "11:30"}
    visit = planned(desk, date=date(2027, 1, 15), window=window)
    assert visit.starts_at == datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
    assert visit.ends_at == datetime(2027, 1, 15, 17, 30, tzinfo=UTC)
    summer = desk.ask(ChangeVisit(visit_id=visit.id, date=date(2027, 7, 15)), desk.world.office)
    assert summer.starts_at == datetime(2027, 7, 15, 14, 0, tzinfo=UTC)
    wrong = ChangeVisit.model_validate({"visit_id": visit.id, "window": {"starts": "11:00", "ends": "09:00"}})
    assert desk.refusal(wrong, desk.world.office) == "invalid"
    assert desk.ask(ChangeVisit(visit_id=visit.id, window="unset"), desk.world.office).starts_at is None


def test_what_is_over_stays_as_it_is_and_a_day_to_come_is_not_over(desk: Desk) -> None:
    office, done, off = desk.world.office, completed(desk), planned(desk)
    desk.ask(CancelVisit(visit_id=off.id), office)
    assert desk.ask(CompleteVisit(visit_id=done.id), office).status == "completed"
    assert desk.ask(CancelVisit(visit_id=off.id), office).status == "cancelled"
    assert desk.refusal(CancelVisit(visit_id=done.id), office) == "conflict"
    assert desk.refusal(CompleteVisit(visit_id=off.id), office) == "conflict"
    assert desk.refusal(ChangeVisit(visit_id=done.id, services=["Other"]), office) == "conflict"
    assert desk.refusal(CompleteVisit(visit_id=planned(desk, 1).id), office) == "conflict"


def test_the_service_contacts_phone_is_shown_to_customers_by_setting(desk: Desk, mia: Principal) -> None:
    visit = planned(desk)
    assert mia.portal
    shows = mia.portal.settings.model_copy(update={"show_service_contact_phone": True})
    shown = mia.model_copy(update={"portal": mia.portal.model_copy(update={"settings": shows})})
    for who, phone in ((desk.world.office, REP.phone), (mia, None), (shown, REP.phone)):
        contact = desk.ask(GetVisit(visit_id=visit.id), who).service_contact
        assert contact and contact.phone == phone


def test_pages_hold_each_visit_once_in_both_directions(desk: Desk, mia: Principal) -> None:
    for offset in (1, 1, 2, 3, 3):
        planned(desk, offset)
        completed(desk, -offset)
    for window, expected in (("upcoming", [1, 1, 2, 3, 3]), ("completed", [-1, -1, -2, -3, -3])):
        query = ListVisits.model_validate({"window": window, "limit": 2})
        page = desk.ask(query, mia)
        found = page.items
        while page.next_cursor:
            page = desk.ask(query.model_copy(update={"cursor": page.next_cursor}), mia)
            found += page.items
        assert [each.date for each in found] == [day(offset) for offset in expected]
        assert len({each.id for each in found}) == 5


@pytest.mark.parametrize("window", ["upcoming", "completed", None])
@pytest.mark.parametrize("role", ["mia", "office"])
def test_a_page_of_many_visits_reads_no_more_than_it_shows(
    desk: Desk, databases: Databases, mia: Principal, role: str, window: Any
) -> None:
    """What years of visits cost a page: nothing, for an index leads it to those that it shows."""
    completed(desk, -400)
    planned(desk)
    statement, said = _asked(desk, ListVisits(window=window), mia if role == "mia" else desk.world.office)
    with closing(psycopg2.connect(databases.owner_url("fieldwork"))) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portico.company_id', %s, true)", [str(desk.world.company)])
        cursor.execute(MANY_MORE, {"company": str(desk.world.company)})
        cursor.execute("ANALYZE visit")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", said)
        [(plans,)] = cursor.fetchall()
        connection.rollback()
    assert _most_read(plans[0]["Plan"]) < 200


MANY_MORE = """
    INSERT INTO visit SELECT (jsonb_populate_record(v, jsonb_build_object(
        'id', gen_random_uuid(), 'date', v.date - mod(n, 3000),
        'begins_at', v.begins_at - make_interval(days => mod(n, 3000)),
        'customer_id', CASE WHEN mod(n, 2) = 0 THEN v.customer_id ELSE gen_random_uuid() END))).*
    FROM visit v, generate_series(1, 5000) n WHERE v.company_id = %(company)s AND v.status = 'completed'
"""


def _asked(desk: Desk, query: ListVisits, who: Principal) -> tuple[str, Any]:
    """The statement that the list is answered with."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, said: Any, *_: Any) -> None:
        if "ORDER BY visit.begins_at" in statement:
            # The company is set in the same round trip.
            heard.append((statement.rpartition(";")[2], said))

    event.listen(desk.engine, "before_cursor_execute", hear)
    desk.ask(query, who)
    event.remove(desk.engine, "before_cursor_execute", hear)
    return heard[0]


def _most_read(plan: dict[str, Any]) -> int:
    """The rows that its busiest step looked at."""
    mine = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    return int(max([mine, *map(_most_read, plan.get("Plans", []))]))
