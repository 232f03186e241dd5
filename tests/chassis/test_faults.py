"""What the broker, the database or an operator may do to a running service, and how it comes back."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pika
import psycopg2
import pytest

from deploy.local import world
from deploy.local.stack import for_tests
from tests.chassis.client import Client, Refused, contact_of
from tests.chassis.conftest import Sample, until
from tests.sample.contracts.sample import AddNote, Charge, Echo, ListNotes, Sleep

COMPANY = uuid4()
ANNA = contact_of(COMPANY)
AWAY = "the database was away; trying again"


def test_a_graceful_stop_finishes_what_is_under_way(running: Sample, client: Client) -> None:
    query = Sleep(seconds=1.5)
    sent = client.send(query)
    client.ask(Echo(text="it has taken the call before this one"))
    running.stop()
    assert client.take(query, sent).text == "slept"


def test_a_call_that_comes_after_its_deadline_is_not_carried_out(running: Sample, client: Client) -> None:
    command = AddNote(text="too late")
    with pytest.raises(Refused):
        client.take(command, client.send(command, ANNA, seconds=-1))
    client.ask(Echo(text="and the service goes on"))
    assert running.rows("SELECT count(*) FROM note") == [(0,)]


def test_a_statement_ends_with_its_caller(running: Sample, client: Client) -> None:
    """A table that somebody has locked holds a call no longer than its caller waits."""
    locker = psycopg2.connect(running.url)
    locker.cursor().execute("LOCK TABLE note")
    command = AddNote(text="held")
    with pytest.raises(Refused):
        client.take(command, client.send(command, ANNA, seconds=2))
    locker.close()
    assert client.ask(ListNotes(), ANNA).notes == []


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A sample service on a broker and a database of its own, which may be killed."""
    with for_tests(private=True) as stack:
        stack.start_backing()
        migration = world.migration("sample", stack.database("sample"))
        stack.supervisor.run_to_end(replace(migration, argv=(*migration.argv[:-1], "tests.sample")), 60)
        sample = Sample(stack, tmp_path_factory.mktemp("frail") / "log")
        sample.start()
        # RabbitMQ 3.10 writes a quorum queue's name to disk some seconds after it was declared; a node that is
        # killed before then comes back without the queue's log. An orderly restart writes it.
        node = next(program for program in stack.broker.programs() if program.name == "broker")
        stack.supervisor.stop("broker")
        stack.supervisor.start(node)
        stack.broker.wait(30)
        yield sample


@pytest.fixture
def connect(frail: Sample) -> Iterator[Callable[[], Client]]:
    """Opens connections to the frail broker; those that it took with it are given up quietly."""
    opened: list[Client] = []

    def open_one() -> Client:
        opened.append(Client(frail.stack.broker.url))
        return opened[-1]

    yield open_one
    for client in opened:
        with suppress(pika.exceptions.AMQPError):
            client.close()


def test_the_service_comes_back_after_the_broker_was_killed(frail: Sample, connect: Callable[[], Client]) -> None:
    client = connect()
    until(lambda: answers(client), "the service came back after the broker's orderly restart", seconds=20)
    client.ask(AddNote(text="before"), ANNA)
    until(lambda: frail.rows("SELECT 1 FROM tally"), "events flow")
    frail.stack.supervisor.kill("broker")
    frail.stack.broker.wait(30)
    again = connect()
    until(lambda: answers(again), "the service answers again", seconds=20)
    again.ask(AddNote(text="after"), ANNA)
    handled = "SELECT count(DISTINCT what) FROM tally"
    until(lambda: frail.rows(handled) == [(2,)], "events flow again", seconds=20)


def test_a_reply_that_cannot_be_sent_does_not_end_the_service(frail: Sample, connect: Callable[[], Client]) -> None:
    """As nameko comes, a call that finishes while the broker is down takes the whole process with it."""
    process = frail.stack.supervisor.process("sample")
    client = connect()
    client.send(Sleep(seconds=1.5))
    client.ask(Echo(text="it has taken the call before this one"))
    frail.stack.supervisor.kill("broker")
    frail.stack.broker.wait(30)
    again = connect()
    until(lambda: answers(again), "the service answers again", seconds=20)
    assert process and process.exit_code() is None


def test_calls_wait_while_the_database_restarts_and_are_answered(frail: Sample, connect: Callable[[], Client]) -> None:
    client = connect()
    until(lambda: answers(client), "the service answers", seconds=20)
    command = AddNote(text="through a restart")
    frail.stack.supervisor.kill("database")
    sent = client.send(command, ANNA, seconds=20)
    assert client.take(command, sent, seconds=20).text == "through a restart"
    # A backend that outlives its killed server by a moment may have carried it out: the server is still starting.
    frail.stack.server.wait(30)
    assert frail.rows("SELECT count(*) FROM note WHERE text = 'through a restart'") == [(1,)]


def test_a_command_that_loses_the_database_between_its_steps_goes_on_at_once(
    frail: Sample, connect: Callable[[], Client]
) -> None:
    """Its own first step is no other call that it would have to wait for until its deadline."""
    client = connect()
    until(lambda: answers(client), "the service answers", seconds=20)
    command = Charge(text="pay slow, through a restart")
    sent = client.send(command, ANNA, seconds=60)
    until(lambda: frail.rows("SELECT 1 FROM note WHERE text = %s", command.text), "its first step is committed")
    process = frail.stack.supervisor.process("sample")
    assert process
    met_before = process.output().count(AWAY)
    frail.stack.supervisor.stop("database")
    until(lambda: process.output().count(AWAY) > met_before, "its second step met no database")
    frail.stack.start_database()
    assert client.take(command, sent, seconds=30).text == "charged"
    assert frail.rows("SELECT status FROM note WHERE text = %s", command.text) == [("charged",)]


def answers(client: Client) -> bool:
    try:
        return bool(client.ask(Echo(text="there?"), seconds=1).text)
    except (TimeoutError, Refused):
        return False
