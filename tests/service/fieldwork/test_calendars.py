"""The secret addresses of calendars: whose they are, and that a revoked one is nobody's."""

from pydantic import SecretStr
from sqlalchemy import text

from services.contracts.fieldwork.visits import GetCalendar, MakeCalendar, ResolveCalendar, RevokeCalendar
from services.contracts.principals import Permission, Principal
from tests.service.fieldwork.coolair import Desk

VISITS: frozenset[Permission] = frozenset({"visits.view"})


def _contact(desk: Desk, permissions: frozenset[Permission] = VISITS) -> Principal:
    return desk.world.contact("Mia Novak", desk.world.practice, permissions=permissions, sections=["visits"])


def _refused(desk: Desk, token: str) -> str:
    return desk.refusal(ResolveCalendar(token=SecretStr(token)), None)


def test_an_address_leads_to_who_made_it_and_only_its_hash_is_kept(desk: Desk) -> None:
    mia = _contact(desk)
    assert desk.ask(GetCalendar(), mia).created_at is None
    made = desk.ask(MakeCalendar(), mia)
    owner = desk.ask(ResolveCalendar(token=SecretStr(made.token)), None)
    assert (owner.company_id, owner.contact_id, owner.branch_id) == (desk.world.company, mia.id, desk.world.branch)
    assert desk.ask(GetCalendar(), mia).created_at == made.created_at
    with desk.engine.connect() as connection:
        connection.execute(text("SELECT set_config('portico.company_id', :id, true)"), {"id": str(desk.world.company)})
        for table in ("calendar_address", "inbox", "outbox"):
            kept = connection.scalars(text(f"SELECT t::text FROM {table} t")).all()
            assert made.token not in "".join(kept), table


def test_a_new_address_takes_the_place_of_the_one_before(desk: Desk) -> None:
    mia = _contact(desk)
    first, second = (desk.ask(MakeCalendar(), mia).token for _ in range(2))
    assert _refused(desk, first) == "not_found"
    assert desk.ask(ResolveCalendar(token=SecretStr(second)), None).contact_id == mia.id


def test_a_revoked_address_opens_nothing_and_others_go_on(desk: Desk) -> None:
    mia, ned = _contact(desk), _contact(desk)
    revoked, other = (desk.ask(MakeCalendar(), who).token for who in (mia, ned))
    desk.ask(RevokeCalendar(), mia)
    assert _refused(desk, revoked) == "not_found"
    assert desk.ask(ResolveCalendar(token=SecretStr(other)), None).contact_id == ned.id


def test_nobody_makes_an_address_who_may_not_see_visits(desk: Desk) -> None:
    assert desk.refusal(MakeCalendar(), _contact(desk, frozenset())) == "forbidden"
    assert desk.refusal(MakeCalendar(), desk.world.office) == "forbidden"
    assert _refused(desk, "guessed") == "not_found"
