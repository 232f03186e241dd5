"""A command takes effect once, whoever repeats it and however."""

from uuid import uuid4

import pytest

from tests.chassis.client import Client, Refused, contact_of
from tests.chassis.conftest import Sample, until
from tests.sample.contracts.sample import AddNote, Charge, Echo, ListNotes, MintSecret, Touch

COMPANY = uuid4()
ANNA = contact_of(COMPANY)


def test_a_repeated_command_gets_the_stored_answer(running: Sample, client: Client) -> None:
    command = AddNote(text="once")
    first = client.ask(command, ANNA)
    assert client.ask(command, ANNA) == first
    assert running.rows("SELECT count(*) FROM note") == [(1,)]


def test_the_same_id_with_another_payload_is_a_conflict(running: Sample, client: Client) -> None:
    command = AddNote(text="once")
    client.ask(command, ANNA)
    with pytest.raises(Refused) as refusal:
        client.ask(command.model_copy(update={"text": "twice"}), ANNA)
    assert refusal.value.code == "conflict"
    assert running.rows("SELECT text FROM note") == [("once",)]


def test_another_principal_with_the_same_id_never_meets_the_answer(running: Sample, client: Client) -> None:
    command = AddNote(text="mine")
    client.ask(command, ANNA)
    for other in (contact_of(COMPANY), contact_of(uuid4())):
        with pytest.raises(Refused) as refusal:
            client.ask(command, other)
        assert refusal.value.code == "conflict"


def test_two_at_once_take_effect_once_and_both_are_answered(running: Sample, client: Client) -> None:
    commands = [AddNote(text=f"at once {number}") for number in range(20)]
    sent = [(each, client.send(each, ANNA)) for each in commands for _ in range(3)]
    answers = [client.take(each, correlation_id) for each, correlation_id in sent]
    assert len({answer.id for answer in answers}) == 20
    assert running.rows("SELECT count(*) FROM note") == [(20,)]


def test_a_refusal_rolls_back_and_is_not_kept(running: Sample, client: Client) -> None:
    command = AddNote(text="refuse this")
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            client.ask(command, ANNA)
        assert refusal.value.code == "conflict"
    assert running.rows("SELECT count(*) FROM note") == [(0,)]
    assert running.rows("SELECT count(*) FROM inbox WHERE handler = 'add_note'") == [(0,)]


def test_a_bug_says_nothing_of_itself_and_changes_nothing(running: Sample, client: Client) -> None:
    with pytest.raises(Refused) as refusal:
        client.ask(AddNote(text="crash"), ANNA)
    assert refusal.value.error["exc_type"] == "InternalError"
    assert "secret" not in str(refusal.value.error)
    assert running.rows("SELECT count(*) FROM note") == [(0,)]


def test_a_row_that_the_database_refuses_is_logged_without_what_was_in_it(running: Sample, client: Client) -> None:
    with pytest.raises(Refused):
        client.ask(AddNote(text="incomplete: mia@northside.test\n\nand a second line of hers"), ANNA)
    process = running.stack.supervisor.process("sample")
    assert process
    written = process.output()
    assert "NotNullViolation" in written and "INSERT INTO timer" in written
    assert "mia@northside.test" not in written and "second line" not in written


def test_a_value_that_the_database_cannot_read_is_not_logged(running: Sample, client: Client) -> None:
    with pytest.raises(Refused):
        client.ask(AddNote(text="unreadable: leo@northside.test"), ANNA)
    process = running.stack.supervisor.process("sample")
    assert process
    written = process.output()
    assert "unsupported Unicode escape sequence" in written
    assert "leo@northside.test" not in written


def test_a_secret_in_a_payload_is_kept_nowhere(running: Sample, client: Client) -> None:
    client.ask(AddNote(text="with a password", secret="correct horse battery"), ANNA)
    until(lambda: running.rows("SELECT 1 FROM tally"), "its event was handled too")
    kept = running.rows("SELECT row_to_json(inbox)::text FROM inbox")
    assert len(kept) == 2
    assert not any("correct horse" in row for (row,) in kept)


def test_a_changed_secret_is_another_payload(running: Sample, client: Client) -> None:
    command = AddNote(text="with a password", secret="correct horse battery")
    client.ask(command, ANNA)
    changed = AddNote(id=command.id, text="with a password", secret="staple")
    with pytest.raises(Refused) as refusal:
        client.ask(changed, ANNA)
    assert refusal.value.code == "conflict"


def test_an_answer_that_is_a_secret_is_not_remembered(running: Sample, client: Client) -> None:
    command = MintSecret()
    assert client.ask(command, ANNA).id != client.ask(command, ANNA).id
    assert running.rows("SELECT count(*) FROM inbox WHERE handler = 'mint_secret'") == [(0,)]


def test_an_outside_call_is_made_once_for_a_repeated_command(running: Sample, client: Client) -> None:
    command = Charge(text="pay")
    first = client.ask(command, ANNA)
    assert first.text == "charged"
    assert client.ask(command, ANNA) == first
    assert running.outside_log.read_text() == "pay\n"


def test_a_repeat_waits_for_the_first_that_is_calling_outside(running: Sample, client: Client) -> None:
    command = Charge(text="pay slow")
    sent = [client.send(command, ANNA) for _ in range(3)]
    answers = {client.take(command, each).text for each in sent}
    assert answers == {"charged"}
    assert running.outside_log.read_text() == "pay slow\n"


def test_a_call_that_fails_outside_is_told_to_the_use_case(running: Sample, client: Client) -> None:
    assert client.ask(Charge(text="pay lost"), ANNA).text == "unknown"
    assert running.rows("SELECT status FROM note") == [("unknown",)]


def test_a_command_killed_while_calling_outside_is_resumed_and_answered(running: Sample, client: Client) -> None:
    process = running.stack.supervisor.process("sample")
    assert process
    command = Charge(text="pay slow")
    sent = client.send(command, ANNA, seconds=20)
    until(lambda: running.outside_log.read_text(), "the outside system was called")
    process.popen.kill()
    assert client.take(command, sent, seconds=20).text == "charged"
    assert running.rows("SELECT count(*), min(status) FROM note") == [(1, "charged")]


def test_an_outside_call_inside_a_transaction_is_refused(running: Sample, client: Client) -> None:
    with pytest.raises(Refused) as refusal:
        client.ask(Touch(), ANNA)
    assert refusal.value.error["exc_type"] == "InternalError"
    process = running.stack.supervisor.process("sample")
    assert process and "a transaction was open" in process.output()


def test_a_use_case_that_forgets_its_filter_sees_nothing_of_another_company(running: Sample, client: Client) -> None:
    client.ask(AddNote(text="ours"), ANNA)
    client.ask(AddNote(text="theirs"), contact_of(uuid4()))
    assert [note.text for note in client.ask(ListNotes(), ANNA).notes] == ["ours"]
    assert client.ask(ListNotes(), contact_of(uuid4())).notes == []
    assert client.ask(ListNotes(), None).notes == []


def test_bad_messages_are_refused_and_change_nothing(running: Sample, client: Client) -> None:
    for kwargs in (
        {},
        {"message": None},
        {"message": {"text": 5}},
        {"message": {"text": "x", "unknown": 1}},
        {"message": {"text": "x"}, "principal": {"kind": "wizard"}},
        {"message": {"text": "x"}, "else": 1},
    ):
        with pytest.raises(Refused):
            client.take_raw(client.send_raw("sample", "add_note", kwargs))
    with pytest.raises(Refused):
        client.take_raw(client.send_raw("sample", "no_such_method", {"message": {}}))
    assert running.rows("SELECT count(*) FROM note") == [(0,)]
    assert client.ask(Echo(text="still here")).text == "still here"


def test_a_text_with_nul_is_refused_and_one_that_speaks_of_it_is_not(running: Sample, client: Client) -> None:
    anna = ANNA.model_dump(mode="json")
    for message, principal in (
        ({"text": "a\0b"}, anna),
        ({"text": "ab", "secret": "a\0b"}, anna),
        ({"text": "ab", "a\0b": 1}, anna),
        ({"text": "ab"}, {**anna, "name": "a\0b"}),
    ):
        with pytest.raises(Refused) as refusal:
            client.take_raw(client.send_raw("sample", "add_note", {"message": message, "principal": principal}))
        assert refusal.value.code == "invalid"
    client.ask(AddNote(text=r"\u0000 is NUL"), ANNA)
    assert running.rows("SELECT text FROM note") == [(r"\u0000 is NUL",)]
