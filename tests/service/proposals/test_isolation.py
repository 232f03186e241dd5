"""Another company's proposals do not exist, not even for code that forgets to ask whose they are."""

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import ProgrammingError

from services.chassis.database import tenant_session
from services.chassis.tables import NumberSeries
from services.contracts.messages import Ask
from services.contracts.proposals.proposals import (
    DeliverProposal,
    GetProposal,
    GetProposalPdf,
    ListProposals,
    MoveProposal,
)
from services.proposals.models import OfferedService, Proposal, Signature
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


@pytest.fixture
def stranger(office: Office) -> Office:
    """Another company's office."""
    return Office(office.databases, World())


def test_another_companys_ids_are_not_found_by_anybody(office: Office, stranger: Office) -> None:
    proposal, draft = office.delivered(), office.draft()
    world = office.world
    lookalike = World(stranger.world.company, world.branch, world.customer, world.clubhouse)
    asks: list[Ask[Any]] = [GetProposal(proposal_id=proposal.id), GetProposalPdf(proposal_id=proposal.id)]
    acts: list[Ask[Any]] = [
        DeliverProposal(proposal_id=draft.id, company_name="Mine now"),
        MoveProposal(proposal_id=proposal.id, to="won"),
    ]
    for ask in [*asks, *acts]:
        assert stranger.refusal(ask, stranger.staff).code == "not_found"
    for ask in [*asks, signing(proposal)]:
        assert stranger.refusal(ask, lookalike.contact()).code == "not_found"
    for principal in (stranger.staff, lookalike.contact()):
        assert stranger.ask(ListProposals(), principal).items == []
    assert office.seen_by(office.staff, proposal.id) == proposal


@pytest.mark.parametrize("table", [Proposal, OfferedService, Signature, NumberSeries])
def test_a_use_case_that_forgets_its_filter_sees_nothing_of_another_company(
    office: Office, stranger: Office, table: Any
) -> None:
    office.ask(signing(office.delivered()), office.world.contact())
    with tenant_session(office.engine, office.world.company) as session:
        assert session.scalars(select(table)).all()
    for company in (stranger.world.company, None):
        with tenant_session(office.engine, company) as session:
            assert session.scalars(select(table)).all() == []


def test_nothing_can_be_written_into_another_company(office: Office, stranger: Office) -> None:
    proposal = office.delivered()
    with tenant_session(office.engine, stranger.world.company) as session:
        changed = session.execute(update(Proposal).where(Proposal.id == proposal.id).values(title="Mine now"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text("INSERT INTO number_series VALUES (:company, 'PRO', 1999, 1)"),
                {"company": str(office.world.company)},
            )


@pytest.mark.parametrize("act", [delete(Signature), update(Signature).values(signed_by="Somebody else")])
def test_the_service_itself_cannot_change_evidence(office: Office, act: Any) -> None:
    office.ask(signing(office.delivered()), office.world.contact())
    with (
        tenant_session(office.engine, office.world.company) as session,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        session.execute(act)
