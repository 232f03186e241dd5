"""No event is lost, and each takes effect once, whatever dies or repeats."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.local.sites import CHECKOUT
from tests.chassis.client import Client, contact_of
from tests.chassis.conftest import Sample, until
from tests.sample.contracts.sample import AddNote, NoteAdded

COMPANY = uuid4()
ANNA = contact_of(COMPANY)


def tallies(sample: Sample, what: str = "%") -> list[str]:
    return [row[0] for row in sample.rows("SELECT what FROM tally WHERE what LIKE %s ORDER BY id", what)]


def metrics(sample: Sample) -> str:
    """What the running replica tells of itself."""
    process = sample.stack.supervisor.process("sample", 1)
    assert process
    return httpx.get(f"http://127.0.0.1:{process.metrics_port}/metrics", trust_env=False, timeout=10).text


def test_an_event_is_handled_right_after_the_commit_and_not_at_the_next_tick(sample: Sample, client: Client) -> None:
    """The next tick is an hour away: only the commit itself can have woken the relay."""
    sample.start(OUTBOX_SECONDS="3600")
    for number in range(5):
        client.ask(AddNote(text=f"prompt {number}"), ANNA)
        until(lambda: len(tallies(sample)) == number + 1, "the event was handled")  # noqa: B023
    until(lambda: sample.rows("SELECT count(*) FROM outbox WHERE published_at IS NULL") == [(0,)], "all went out")
    sample.stop()


def test_an_event_delivered_twice_takes_effect_once(running: Sample, client: Client) -> None:
    event = NoteAdded(company_id=COMPANY, text="doubled")
    for _ in range(5):
        client.publish_event(event)
    client.publish_event(NoteAdded(company_id=COMPANY, text="after"))
    until(lambda: "after" in tallies(running), "the queue was worked off")
    assert tallies(running, "doubled") == ["doubled"]


def test_a_handler_that_raises_leaves_nothing_and_is_tried_again(
    running: Sample, client: Client, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.touch()
    client.publish_event(NoteAdded(company_id=COMPANY, text=f"raise:{broken}"))
    until(lambda: running.rows("SELECT state FROM inbox WHERE state = 'failed'"), "the failure was recorded")
    assert tallies(running) == []
    broken.unlink()
    until(lambda: tallies(running), "the event was handled at a later attempt")
    assert running.rows("SELECT state, error FROM inbox") == [("answered", None)]


def test_a_dead_event_is_visible_and_can_be_replayed(running: Sample, client: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.touch()
    event = NoteAdded(company_id=COMPANY, text=f"raise:{broken}")
    client.publish_event(event)
    until(lambda: running.rows("SELECT 1 FROM inbox WHERE state = 'failed'"), "the failure was recorded")
    running.rows("UPDATE inbox SET attempts = 7, due_at = now()")
    until(lambda: running.rows("SELECT 1 FROM inbox WHERE state = 'dead'"), "it was given up on")
    assert "handler failed" in operate(running, "dead")
    until(lambda: 'portico_inbox_events{state="dead"} 1.0' in metrics(running), "whoever watches is told of it")
    broken.unlink()
    assert "1 events" in operate(running, "replay", str(event.id))
    until(lambda: tallies(running), "the replayed event was handled")
    assert len(tallies(running)) == 1
    assert "0 dead events" in operate(running, "dead")


def test_a_kill_between_commit_and_publication_loses_no_event(sample: Sample, client: Client) -> None:
    """The broker refuses the relay while the command commits, as if the process died before it published."""
    sample.start()
    event = NoteAdded(company_id=COMPANY, text="left behind")
    sample.stop()
    sample.rows(
        "INSERT INTO outbox (id, type, payload, headers, created_at) VALUES (%s, 'note_added', %s, '{}', now())",
        str(event.id),
        event.model_dump_json(),
    )
    sample.start()
    until(lambda: tallies(sample), "the event that was left behind was handled")
    assert tallies(sample) == ["left behind"]


def test_two_replicas_killed_again_and_again_apply_each_event_once(sample: Sample, client: Client) -> None:
    sample.start(replicas=2)
    commands = [AddNote(text=f"storm {number}") for number in range(60)]
    for number, command in enumerate(commands):
        sent = client.send(command, ANNA, seconds=20)
        if number in (15, 35):
            sample.stack.supervisor.kill("sample", 1 + number % 2)
        client.take(command, sent, seconds=20)
    until(lambda: len(tallies(sample)) >= 60, "every event was handled")
    assert sorted(tallies(sample)) == sorted(command.text for command in commands)


def test_two_replicas_share_the_work(sample: Sample, client: Client) -> None:
    sample.start(replicas=2)
    for number in range(40):
        client.publish_event(NoteAdded(company_id=COMPANY, text=f"slow:{number}"))
    until(lambda: len(tallies(sample)) == 40, "all were handled")
    shares = sample.rows("SELECT replica, count(*) FROM tally GROUP BY replica")
    assert len(shares) == 2
    assert min(count for _, count in shares) >= 10


def test_an_event_that_is_not_what_it_says_does_not_stop_the_queue(running: Sample, client: Client) -> None:
    mangled = NoteAdded(company_id=COMPANY, text="").model_copy(update={"text": ["not", "a", "text"]})
    with pytest.warns(UserWarning, match="Expected `str`"):
        client.publish_event(mangled)
    client.publish_event(NoteAdded(company_id=COMPANY, text="next"))
    until(lambda: tallies(running, "next"), "the next event was handled")
    until(lambda: client.count_messages("portico.dead-letters") == 1, "the mangled one is kept for a look")
    client.purge("portico.dead-letters")


def operate(sample: Sample, *arguments: str) -> str:
    """What the operator's command prints."""
    url = sample.stack.database("sample").url
    env = {
        "DATABASE_URL": url,
        "AMQP_URL": sample.stack.broker.url,
        "INBOX_SECRET": "x" * 32,
        "PATH": os.environ["PATH"],
    }
    command, *rest = arguments
    argv = [sys.executable, "-m", "services.chassis", command, "tests.sample", *rest]
    return subprocess.run(argv, env=env, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("column", ["payload", "headers"])
def test_the_outbox_holds_what_is_published_and_no_more(running: Sample, client: Client, column: str) -> None:
    client.ask(AddNote(text="seen", secret="correct horse battery"), ANNA)
    kept = running.rows(f"SELECT {column}::text FROM outbox")
    assert len(kept) == 1
    assert "correct horse" not in kept[0][0]
