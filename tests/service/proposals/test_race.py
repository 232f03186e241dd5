"""Two contacts who sign at the same moment make one signature; a signer and an office that moves it do not cross."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

import psycopg2

from services.chassis.database import connect
from services.chassis.executor import Executor
from services.contracts.errors import DomainError
from services.contracts.messages import Command
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import DeclineProposal, MoveProposal, ResetProposal
from services.contracts.proposals.signing import SignDocument, SignProposal
from services.proposals import declining, proposals, revisions, signatures
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing

Contender = tuple[Command[Any], Principal]


USE_CASES: dict[type[Command[Any]], Any] = {
    SignProposal: signatures.sign,
    SignDocument: signatures.sign_document,
    MoveProposal: proposals.move,
    DeclineProposal: declining.decline,
    ResetProposal: revisions.reset,
}


def started(begin: Barrier) -> None:
    """What each process does first."""
    begin.wait()


def outcome(url: str, command: Command[Any], principal: Principal) -> str:
    """Carries out a command, in a process of its own; answers its name, or the reason of the refusal."""
    use_case: Any = USE_CASES[type(command)]
    engine = connect(url)
    try:
        Executor(engine, b"k" * 32).answer(use_case, command, principal)
    except DomainError as refusal:
        return str(refusal.details["reason"])
    finally:
        engine.dispose()
    return command.method()


def contend(office: Office, table: str, row_id: UUID, contenders: Sequence[Contender]) -> list[str]:
    """The outcomes of contenders that all wait for the row before any of them gets it."""
    url = office.engine.url.render_as_string(hide_password=False)
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    # They begin together, so that none waits for the row as long as the lock time-out.
    begin = context.Barrier(len(contenders) + 1, timeout=60)
    with ProcessPoolExecutor(len(contenders), context, initializer=started, initargs=(begin,)) as processes:
        with psycopg2.connect(office.databases.owner_url("proposals")) as owner, owner.cursor() as cursor:
            cursor.execute("SELECT set_config('portico.company_id', %s, true)", (str(office.world.company),))
            cursor.execute(f"SELECT FROM {table} WHERE id = %s FOR UPDATE", (str(row_id),))
            outcomes = [processes.submit(outcome, url, *each) for each in contenders]
            begin.wait()
            until_waiting(office, len(contenders))
            owner.rollback()
        return sorted(each.result(30) for each in outcomes)


def until_waiting(office: Office, processes: int) -> None:
    """Returns when so many processes wait for a lock."""
    deadline = time.monotonic() + 30
    while office.rows("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted") != [(processes,)]:
        assert time.monotonic() < deadline, "the contenders did not meet"
        time.sleep(0.02)


def test_of_contacts_who_sign_at_the_same_moment_one_signs(office: Office, world: World) -> None:
    shown = office.delivered()
    contenders = [(signing(shown), world.contact(role)) for role in ("primary", "billing", "primary")]
    assert contend(office, "proposal", shown.id, contenders) == ["already_signed", "already_signed", "sign_proposal"]
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]
    assert office.rows("SELECT count(*) FROM proposal WHERE signature_id = (SELECT id FROM signature)") == [(1,)]


def test_one_command_sent_twice_at_the_same_moment_signs_once_and_both_are_answered(
    office: Office, world: World
) -> None:
    shown = office.delivered()
    signer = (signing(shown), world.contact())
    # The repeat waits for the first at the inbox, not at the proposal's row: two wait all the same.
    assert contend(office, "proposal", shown.id, [signer, signer]) == ["sign_proposal", "sign_proposal"]
    assert office.rows("SELECT count(*) FROM signature") == [(1,)]


def test_a_proposal_is_either_signed_before_it_is_lost_or_not_at_all(office: Office, world: World) -> None:
    shown = office.delivered()
    contenders: list[Contender] = [
        (signing(shown), world.contact()),
        (MoveProposal(proposal_id=shown.id, to="lost"), office.staff),
    ]
    outcomes = contend(office, "proposal", shown.id, contenders)
    signatures_kept = office.rows("SELECT count(*) FROM signature")
    assert (outcomes, signatures_kept) in [
        (["move_proposal", "sign_proposal"], [(1,)]),
        (["move_proposal", "not_delivered"], [(0,)]),
    ]
    assert office.seen_by(world.contact(), shown.id).status == "rejected"


def test_of_a_signature_and_a_no_at_the_same_moment_one_counts(office: Office, world: World) -> None:
    shown = office.delivered()
    contenders: list[Contender] = [
        (signing(shown), world.contact()),
        (DeclineProposal(proposal_id=shown.id, reason="No"), world.contact("billing")),
    ]
    outcomes = contend(office, "proposal", shown.id, contenders)
    seen = office.seen_by(world.contact(), shown.id)
    assert (outcomes, seen.status, seen.declined is not None) in [
        (["already_signed", "sign_proposal"], "accepted", False),
        (["decline_proposal", "declined"], "rejected", True),
    ]


def test_a_proposal_is_signed_before_it_is_taken_back_or_not_at_all(office: Office, world: World) -> None:
    shown = office.delivered()
    contenders: list[Contender] = [
        (signing(shown), world.contact()),
        (DeclineProposal(proposal_id=shown.id, reason="No"), world.contact("billing")),
        (ResetProposal(proposal_id=shown.id), office.staff),
    ]
    outcomes = set(contend(office, "proposal", shown.id, contenders))
    assert "reset_proposal" in outcomes and not {"sign_proposal", "decline_proposal"} <= outcomes
    draft = office.seen_by(office.staff, shown.id)
    assert (draft.office_status, draft.electronic_signature, draft.declined) == ("draft", None, None)
    (kept,) = draft.revisions
    assert (kept.electronic_signature is not None) == ("sign_proposal" in outcomes)
    assert (kept.declined is not None) == ("decline_proposal" in outcomes)


def test_two_resets_at_the_same_moment_take_back_one_revision(office: Office) -> None:
    shown = office.delivered()
    contenders: list[Contender] = [(ResetProposal(proposal_id=shown.id), office.staff) for _ in range(2)]
    assert contend(office, "proposal", shown.id, contenders) == ["no_such_move", "reset_proposal"]
    assert office.seen_by(office.staff, shown.id).revision == 2
