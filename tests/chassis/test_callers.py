"""What a use case knows of its caller: where the call came from, and that a viewer only looks."""

from uuid import uuid4

import pytest

from services.contracts.principals import Viewer
from tests.chassis.client import Client, Refused, contact_of
from tests.chassis.conftest import Sample
from tests.sample.contracts.sample import AddNote, Charge, Leave, ListNotes, Locate, MintSecret

ANNA = contact_of(uuid4())
ROSA_AS_ANNA = ANNA.model_copy(update={"viewer": Viewer(id=uuid4(), name="Rosa Diaz")})


@pytest.mark.parametrize("command", [AddNote(text="mine"), Charge(text="mine"), MintSecret()])
def test_a_viewer_changes_nothing(running: Sample, client: Client, command: AddNote | Charge | MintSecret) -> None:
    with pytest.raises(Refused) as refusal:
        client.ask(command, ROSA_AS_ANNA)
    assert refusal.value.code == "forbidden"
    assert refusal.value.error["data"]["details"]["reason"] == "view_only"
    assert running.rows("SELECT 1 FROM note") == []


def test_a_refused_viewer_leaves_the_commands_id_to_who_may_send_it(running: Sample, client: Client) -> None:
    command = AddNote(text="mine")
    with pytest.raises(Refused):
        client.ask(command, ROSA_AS_ANNA)
    assert client.ask(command, ANNA).text == "mine"


def test_a_viewer_asks_what_they_like_and_may_leave(running: Sample, client: Client) -> None:
    client.ask(AddNote(text="mine"), ANNA)
    assert [each.text for each in client.ask(ListNotes(), ROSA_AS_ANNA).notes] == ["mine"]
    assert client.ask(Leave(), ROSA_AS_ANNA).text == "left"


def test_a_use_case_knows_where_its_call_came_from(running: Sample, client: Client) -> None:
    asked = client.ask(Locate(), ANNA, client_ip="192.0.2.7", user_agent="a phone")
    assert asked.text == "192.0.2.7|a phone"


def test_a_call_that_does_not_say_where_it_came_from_came_from_nowhere(running: Sample, client: Client) -> None:
    assert client.ask(Locate(), ANNA).text == "|"


def test_what_a_caller_calls_itself_is_bounded_and_fit_to_be_stored(running: Sample, client: Client) -> None:
    asked = client.ask(Locate(), ANNA, client_ip="192.0.2.7", user_agent="é\x00\n" + "x" * 10_000)
    assert asked.text == "192.0.2.7|???" + "x" * 497
