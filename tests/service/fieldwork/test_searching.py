"""Search in fieldwork: jobs by number, equipment by serial number in any case, by an index, and nobody else's."""

import pytest
from sqlalchemy import text

from services.chassis.database import tenant_session
from services.contracts.fieldwork.search import SearchWork
from services.contracts.principals import Principal
from tests.service.fieldwork.coolair import Desk


def found(desk: Desk, who: Principal, sought: str) -> list[tuple[str, str]]:
    """The kind and the id of each hit."""
    return [(each.kind, str(each.id)) for each in desk.ask(SearchWork(sought=sought), who).items]


def test_jobs_and_equipment_are_found_by_their_numbers(desk: Desk) -> None:
    job, unit = desk.job(), desk.equipment(serial_number="Dk-77 A")
    assert ("job", str(job.id)) in found(desk, desk.world.office, job.number.lower())
    assert ("equipment", str(unit.id)) in found(desk, desk.world.office, "dK-77")
    assert found(desk, desk.world.office, "77 A") == []


def test_nothing_is_found_by_a_customer_or_another_company(desk: Desk) -> None:
    job = desk.job()
    desk.equipment(serial_number="DK-78")
    for principal in (desk.world.mia, *desk.world.other_sides().values()):
        assert found(desk, principal, job.number) == found(desk, principal, "DK-78") == []


@pytest.mark.parametrize(
    ("table", "column"), [("equipment", "folded_serial"), ("job", "number"), ("request", "number")]
)
def test_a_search_reads_a_range_of_an_index(desk: Desk, table: str, column: str) -> None:
    """As the service's own role, whose policy lets no condition use an index that could tell of others' rows."""
    with tenant_session(desk.engine, desk.world.office.company_id) as session:
        # On a small table reading all of it is cheaper: what is asked is whether an index can serve at all.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        asked = f"SELECT * FROM {table} WHERE company_id = :company AND {column} ^@ 'dk' ORDER BY {column} LIMIT 10"
        plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}"), {"company": desk.world.office.company_id}))

    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert ">= " in condition and "< " in condition, plan
