"""Signers are reminded while a proposal waits for them, and the sales rep is told when it expired."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.executor import Executor
from services.contracts.proposals.events import ProposalExpired, ProposalReminded
from services.contracts.proposals.proposals import DeclineProposal, MoveProposal, ProposalView, ResetProposal
from services.proposals import notices
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def days_later(office: Office, proposal: ProposalView, days: int) -> None:
    """Lets days pass for a proposal: all its moments lie further back."""
    office.change(
        "UPDATE proposal SET delivered_at = delivered_at - make_interval(days => %s),"
        " notice_at = notice_at - make_interval(days => %s), expires_on = expires_on - %s WHERE id = %s",
        days,
        days,
        days,
        proposal.id,
    )


def due(office: Office) -> list[UUID]:
    """What the look-up finds of this company's, as the service's own role."""
    with office.engine.connect() as connection:
        rows = connection.execute(text("SELECT company_id, id FROM lookups.due_notices(100)")).all()
    return [row.id for row in rows if row.company_id == office.world.company]


def give(office: Office) -> None:
    """A turn of the worklist."""
    for proposal_id in due(office):
        Executor(office.engine, b"k" * 32).due(notices.give, office.world.company, proposal_id)


def told(office: Office) -> tuple[int, int]:
    """How many reminders there were, and how often it was said that something expired."""
    return len(office.events(ProposalReminded)), len(office.events(ProposalExpired))


def test_a_proposal_that_waits_is_brought_to_mind_twice_and_no_more(office: Office) -> None:
    proposal = office.delivered()
    seen = []
    for _ in range(12):
        give(office)
        seen.append(told(office)[0])
        days_later(office, proposal, 1)
    assert seen[:3] == [0, 0, 0] and seen[-1] == 2
    assert due(office) == []


def test_a_proposal_that_expires_is_brought_to_mind_once_more_and_its_end_is_told(office: Office) -> None:
    proposal = office.delivered(expires_on=datetime.now(UTC).date() + timedelta(days=20))
    for _ in range(25):
        give(office)
        days_later(office, proposal, 1)
    assert told(office) == (3, 1)


def test_what_was_missed_is_said_once_when_the_service_is_back(office: Office) -> None:
    proposal = office.delivered(expires_on=datetime.now(UTC).date() + timedelta(days=20))
    days_later(office, proposal, 40)
    give(office)
    give(office)
    assert told(office) == (0, 1)


@pytest.mark.parametrize("answer", ["signed", "declined", "reset", "approved", "lost"])
def test_whatever_is_settled_is_not_brought_to_mind(office: Office, world: World, answer: str) -> None:
    proposal = office.delivered(expires_on=date.today() + timedelta(days=20))  # noqa: DTZ011  # far from any border
    match answer:
        case "signed":
            office.ask(signing(proposal), world.contact())
        case "declined":
            office.ask(DeclineProposal(proposal_id=proposal.id, reason="No"), world.contact())
        case "reset":
            office.ask(ResetProposal(proposal_id=proposal.id), office.staff)
        case _:
            office.ask(MoveProposal.model_validate({"proposal_id": proposal.id, "to": answer}), office.staff)
    office.change("UPDATE proposal SET delivered_at = delivered_at - interval '40 days'")
    give(office)
    assert told(office) == (0, 0)


def test_two_replicas_say_it_once(office: Office) -> None:
    proposal = office.delivered()
    days_later(office, proposal, 4)
    (found,) = due(office)
    for _ in range(2):
        Executor(office.engine, b"k" * 32).due(notices.give, office.world.company, found)
    assert told(office) == (1, 0)
