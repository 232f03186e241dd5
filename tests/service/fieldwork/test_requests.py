"""Requests: who raises them, who sees them, and what is told of them."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.database import tenant_session
from services.contracts.errors import DomainError
from services.contracts.fieldwork.requests import GetRequest, ListRequests
from services.contracts.messages import new_id
from services.fieldwork.models import Request
from tests.service.fieldwork.conftest import Fieldwork
from tests.unit.fieldwork.people import (
    AUSTIN,
    CLUBHOUSE,
    COOLAIR,
    COURTYARD,
    DALLAS,
    EVERGREEN,
    LAKESIDE,
    NORTH_GATE,
    OAK_TERRACE,
    contact,
    request_at,
    staff,
)

OFFICE = staff("office")


def test_without_the_section_there_are_no_requests(fieldwork: Fieldwork) -> None:
    raised = fieldwork.create(contact(CLUBHOUSE), request_at(CLUBHOUSE))
    off = contact(CLUBHOUSE, sections=["invoices", "jobs"])
    attempts = (
        lambda: fieldwork.page(off, ListRequests()),
        lambda: fieldwork.find(off, GetRequest(request_id=raised.id)),
        lambda: fieldwork.create(off, request_at(CLUBHOUSE)),
    )
    for attempt in attempts:
        with pytest.raises(DomainError) as refusal:
            attempt()
        assert refusal.value.code == "not_found"
    assert fieldwork.page(OFFICE, ListRequests()).items


def test_a_contact_raises_a_request_and_finds_it_again(fieldwork: Fieldwork) -> None:
    chen = contact(CLUBHOUSE)
    raised = fieldwork.create(chen, request_at(CLUBHOUSE, title="Broken gate"))
    assert (raised.title, raised.status, raised.created_by) == ("Broken gate", "open", "Chen Wu")
    assert raised.include_client is None
    assert fieldwork.find(chen, GetRequest(request_id=raised.id)) == raised
    assert [each.id for each in fieldwork.page(chen, ListRequests()).items] == [raised.id]


def test_the_office_sees_that_a_contacts_request_includes_the_client(fieldwork: Fieldwork) -> None:
    raised = fieldwork.create(contact(CLUBHOUSE), request_at(CLUBHOUSE))
    assert fieldwork.find(OFFICE, GetRequest(request_id=raised.id)).include_client is True


def test_a_request_sent_twice_is_raised_once(fieldwork: Fieldwork) -> None:
    command = request_at(CLUBHOUSE)
    first, second = (fieldwork.create(OFFICE, command) for _ in range(2))
    assert first == second
    assert len(fieldwork.page(OFFICE, ListRequests()).items) == 1
    assert len(fieldwork.outbox()) == 1


def test_each_company_numbers_its_requests_from_one(fieldwork: Fieldwork) -> None:
    raised = [fieldwork.create(OFFICE, request_at(CLUBHOUSE)) for _ in range(2)]
    elsewhere = fieldwork.create(staff("office", company=COOLAIR), request_at(CLUBHOUSE))
    year = raised[0].created_at.year
    assert [each.number for each in raised] == [f"REQ-{year}-00001", f"REQ-{year}-00002"]
    assert elsewhere.number == f"REQ-{year}-00001"


def test_requests_raised_at_once_get_different_numbers_without_a_gap(fieldwork: Fieldwork) -> None:
    with ThreadPoolExecutor(8) as pool:
        raised = list(pool.map(lambda _: fieldwork.create(OFFICE, request_at(CLUBHOUSE)), range(24)))
    assert sorted(int(each.number[-5:]) for each in raised) == list(range(1, 25))


def test_a_new_request_is_told_to_the_other_services(fieldwork: Fieldwork) -> None:
    raised = fieldwork.create(contact(CLUBHOUSE), request_at(CLUBHOUSE))
    fieldwork.create(OFFICE, request_at(CLUBHOUSE))
    first, second = fieldwork.outbox()
    assert first["request"]["id"] == str(raised.id)
    assert first["company_id"] == str(EVERGREEN)
    assert first["branch_id"] == str(AUSTIN)
    assert (first["created_by_kind"], second["created_by_kind"]) == ("contact", "staff")
    assert (first["request"]["include_client"], second["request"]["include_client"]) == (True, False)


def test_a_contact_sees_nothing_that_does_not_include_the_client(fieldwork: Fieldwork) -> None:
    internal = fieldwork.create(OFFICE, request_at(CLUBHOUSE))
    shared = fieldwork.create(OFFICE, request_at(CLUBHOUSE, include_client=True))
    chen = contact(CLUBHOUSE)
    assert [each.id for each in fieldwork.page(chen, ListRequests()).items] == [shared.id]
    assert _refusal(lambda: fieldwork.find(chen, GetRequest(request_id=internal.id))) == "not_found"
    assert fieldwork.find(OFFICE, GetRequest(request_id=internal.id)).include_client is False


@pytest.mark.parametrize(
    ("property_id", "customer", "branch"),
    [(NORTH_GATE, LAKESIDE, AUSTIN), (CLUBHOUSE, OAK_TERRACE, AUSTIN), (CLUBHOUSE, LAKESIDE, DALLAS)],
    ids=["another property", "another customer", "another branch"],
)
def test_a_contact_sees_nothing_of(fieldwork: Fieldwork, property_id: UUID, customer: UUID, branch: UUID) -> None:
    elsewhere = request_at(property_id, customer=customer, branch=branch, include_client=True)
    raised = fieldwork.create(OFFICE, elsewhere)
    ben = contact(CLUBHOUSE)
    assert fieldwork.page(ben, ListRequests()).items == []
    assert fieldwork.page(ben, ListRequests(property_ids=[property_id])).items == []
    assert _refusal(lambda: fieldwork.find(ben, GetRequest(request_id=raised.id))) == "not_found"


def test_another_company_sees_nothing_even_where_the_query_forgets_to_filter(fieldwork: Fieldwork) -> None:
    raised = fieldwork.create(OFFICE, request_at(CLUBHOUSE))
    coolair = staff("administrator", company=COOLAIR)
    assert _refusal(lambda: fieldwork.find(coolair, GetRequest(request_id=raised.id))) == "not_found"
    assert fieldwork.page(coolair, ListRequests()).items == []
    with tenant_session(fieldwork.engine, COOLAIR) as session:
        assert session.scalars(select(Request)).all() == []
    with Session(fieldwork.engine) as session:
        assert session.scalars(select(Request)).all() == []


def test_the_list_is_newest_first_and_narrowed_to_the_chosen_properties(fieldwork: Fieldwork) -> None:
    first, _, third = (
        fieldwork.create(OFFICE, request_at(each, include_client=True)) for each in (CLUBHOUSE, COURTYARD, NORTH_GATE)
    )
    chen = contact(CLUBHOUSE, NORTH_GATE)
    assert [each.id for each in fieldwork.page(chen, ListRequests()).items] == [third.id, first.id]
    chosen = ListRequests(property_ids=[CLUBHOUSE, COURTYARD])
    assert [each.id for each in fieldwork.page(chen, chosen).items] == [first.id]


def test_pages_hold_every_request_once_though_one_is_raised_meanwhile(fieldwork: Fieldwork) -> None:
    raised = [fieldwork.create(OFFICE, request_at(CLUBHOUSE)).id for _ in range(7)]
    page = fieldwork.page(OFFICE, ListRequests(limit=3))
    seen = [each.id for each in page.items]
    fieldwork.create(OFFICE, request_at(CLUBHOUSE))
    while page.next_cursor:
        page = fieldwork.page(OFFICE, ListRequests(limit=3, cursor=page.next_cursor))
        seen += [each.id for each in page.items]
    assert seen == raised[::-1]


def test_a_full_last_page_has_no_cursor(fieldwork: Fieldwork) -> None:
    for _ in range(3):
        fieldwork.create(OFFICE, request_at(CLUBHOUSE))
    assert fieldwork.page(OFFICE, ListRequests(limit=3)).next_cursor is None


def test_an_unknown_request_and_a_wrong_cursor_are_refused(fieldwork: Fieldwork) -> None:
    assert _refusal(lambda: fieldwork.find(OFFICE, GetRequest(request_id=new_id()))) == "not_found"
    assert _refusal(lambda: fieldwork.page(OFFICE, ListRequests(cursor="e30="))) == "invalid"


def test_nobody_gets_anything_without_signing_in(fieldwork: Fieldwork) -> None:
    assert _refusal(lambda: fieldwork.page(None, ListRequests())) == "forbidden"
    assert _refusal(lambda: fieldwork.find(None, GetRequest(request_id=new_id()))) == "forbidden"
    assert _refusal(lambda: fieldwork.create(None, request_at(CLUBHOUSE))) == "forbidden"


def test_a_refused_request_leaves_nothing_and_uses_no_number(fieldwork: Fieldwork) -> None:
    assert _refusal(lambda: fieldwork.create(contact(CLUBHOUSE), request_at(NORTH_GATE))) == "not_found"
    assert fieldwork.outbox() == []
    assert fieldwork.create(OFFICE, request_at(CLUBHOUSE)).number.endswith("-00001")


def _refusal(act: object) -> str:
    assert callable(act)
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code
