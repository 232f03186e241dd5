"""Reminders of visits: the afternoon before, once for each day that a visit is planned for."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.fieldwork.visits import (
    AddVisitNote,
    CancelVisit,
    ChangeVisit,
    CompleteVisit,
    VisitUpcoming,
    VisitView,
)
from services.fieldwork import visit_rules, visits
from services.fieldwork.visit_models import Visit
from tests.service.fieldwork.coolair import ZONE, Desk
from tests.service.fieldwork.test_visits import REP, day, planned


def remind_at(desk: Desk, visit: VisitView) -> datetime | None:
    """When its customer is told."""
    with tenant_session(desk.engine, desk.world.company) as session:
        return session.get_one(Visit, visit.id).remind_at


def moved(desk: Desk, visit: VisitView, offset: int) -> None:
    """Days pass until it is so many days off, and the hour of reminders is here."""
    with tenant_session(desk.engine, desk.world.company) as session:
        statement = text("UPDATE visit SET date = :day, remind_at = now() WHERE id = :id")
        session.execute(statement, {"day": day(offset), "id": visit.id})
        session.commit()


def reminded(desk: Desk) -> list[VisitUpcoming]:
    """One turn of the worklist; answers all that was told so far."""
    with desk.engine.connect() as connection:
        due = connection.execute(text("SELECT company_id, id FROM lookups.due_visit_reminders(100)")).all()
    for company_id, visit_id in due:
        desk.executor.due(visits.remind, company_id, visit_id)
    return desk.told(VisitUpcoming)


def test_it_is_told_of_once_the_afternoon_before(desk: Desk) -> None:
    visit = planned(desk, 4)
    assert remind_at(desk, visit) == visit_rules.moment(day(3), visit_rules.REMIND_AT, ZONE)
    assert reminded(desk) == []
    moved(desk, visit, 1)
    assert [each.visit.id for each in reminded(desk)] == [visit.id]
    assert len(reminded(desk)) == 1 and remind_at(desk, visit) is None


def test_another_day_is_another_occasion(desk: Desk) -> None:
    visit = planned(desk, 4)
    moved(desk, visit, 1)
    reminded(desk)
    changed = desk.ask(ChangeVisit(visit_id=visit.id, date=day(6)), desk.world.office)
    assert remind_at(desk, changed) == visit_rules.moment(day(5), visit_rules.REMIND_AT, ZONE)


@pytest.mark.parametrize("over", [CancelVisit, CompleteVisit])
def test_what_is_over_is_not_told_of(desk: Desk, over: Any) -> None:
    visit = planned(desk, 4)
    moved(desk, visit, 0)
    desk.ask(over(visit_id=visit.id), desk.world.office)
    assert remind_at(desk, visit) is None and reminded(desk) == []


def test_a_visit_of_today_that_was_forgotten_is_not_told_of_as_tomorrows(desk: Desk) -> None:
    visit = planned(desk, 4)
    moved(desk, visit, 0)
    assert reminded(desk) == [] and remind_at(desk, visit) is None


def test_one_that_is_planned_for_today_is_not_told_of(desk: Desk) -> None:
    assert remind_at(desk, planned(desk, 0)) is None


def test_nothing_is_told_that_a_portal_may_hide(desk: Desk) -> None:
    visit = planned(desk, 4)
    desk.ask(AddVisitNote(visit_id=visit.id, text="The key is under the mat."), desk.world.office)
    moved(desk, visit, 1)
    (told,) = reminded(desk)
    assert told.visit.notes == [] and told.visit.service_contact is not None
    assert (told.visit.service_contact.name, told.visit.service_contact.phone) == (REP.name, None)
