"""Timers run once across replicas; worklists are shared by them."""

from uuid import uuid4

from tests.chassis.client import Client, contact_of
from tests.chassis.conftest import Sample, until
from tests.sample.contracts.sample import AddNote


def test_a_timer_runs_once_per_period_across_replicas(sample: Sample) -> None:
    sample.start(replicas=3)
    until(lambda: len(sample.rows("SELECT 1 FROM turn")) >= 6, "six turns were taken", seconds=20)
    gaps = sample.rows(
        "SELECT extract(epoch FROM at - lag(at) OVER (ORDER BY at)) AS gap FROM turn ORDER BY at OFFSET 1"
    )
    assert min(gap for (gap,) in gaps) >= 0.9


def test_a_woken_worklist_works_off_each_row_once_across_replicas(sample: Sample, client: Client) -> None:
    sample.start(replicas=2)
    sent = []
    for number in range(40):
        command = AddNote(text=f"due {number}")
        sent.append((command, client.send(command, contact_of(uuid4()))))
    for command, correlation_id in sent:
        client.take(command, correlation_id)
    until(lambda: sample.rows("SELECT count(*) FROM note WHERE status = 'finished'") == [(40,)], "all were finished")
    worked = (
        "SELECT count(*), count(DISTINCT what) FROM tally t WHERE EXISTS (SELECT FROM note n WHERE n.text = t.what)"
    )
    # The note's own event counts once as well: two effects for each note, neither of them twice.
    until(lambda: sample.rows(worked) == [(80, 40)], "each row and each event took effect once")


def test_more_rows_than_one_look_finds_are_worked_off(running: Sample) -> None:
    running.rows(
        "INSERT INTO note (id, company_id, text, status) SELECT gen_random_uuid(), gen_random_uuid(),"
        " 'due ' || n, 'due' FROM generate_series(1, 120) n RETURNING id"
    )
    finished = "SELECT count(*) FROM note WHERE status = 'finished'"
    until(lambda: running.rows(finished) == [(120,)], "all were finished")


def test_rows_that_fail_hide_no_row_behind_them(running: Sample) -> None:
    # Look-ups answer in the order of ids here.
    running.rows(
        "INSERT INTO note (id, company_id, text, status)"
        " SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, gen_random_uuid(),"
        " CASE WHEN n <= 250 THEN 'due broken ' ELSE 'due ' END || n, 'due' FROM generate_series(1, 260) n RETURNING id"
    )
    finished = "SELECT count(*) FROM note WHERE status = 'finished'"
    until(lambda: running.rows(finished) == [(10,)], "those that can be finished were")
    assert running.rows("SELECT count(*) FROM note WHERE status = 'due'") == [(250,)]


def test_a_stop_waits_for_a_row_and_not_for_the_worklist(running: Sample) -> None:
    # All at once, so that one look finds them all.
    running.rows(
        "INSERT INTO note (id, company_id, text, status) SELECT gen_random_uuid(), gen_random_uuid(),"
        " 'due slow ' || n, 'due' FROM generate_series(1, 24) n RETURNING id"
    )
    finished = "SELECT count(*) FROM note WHERE status = 'finished'"
    until(lambda: running.rows(finished) != [(0,)], "the first one is finished")
    running.stop()
    assert running.rows("SELECT count(*) FROM note WHERE status = 'due'") != [(0,)]
    running.start()
    until(lambda: running.rows(finished) == [(24,)], "the next process has finished the others")
