"""The sample service's messages."""

from typing import ClassVar
from uuid import UUID

from pydantic import SecretStr

from services.contracts.messages import Command, Event, Query, View


class NoteView(View):
    id: UUID
    text: str
    secret_hint: str = ""


class NotesView(View):
    notes: list[NoteView]


class Echo(Query[NoteView]):
    text: str


class Locate(Query[NoteView]):
    """Answers where the call came from."""


class Sleep(Query[NoteView]):
    seconds: float


class AddNote(Command[NoteView]):
    text: str
    secret: SecretStr = SecretStr("")


class ListNotes(Query[NotesView]):
    """Answers every row that its query sees: it forgets to filter by company."""


class NoteAdded(Event):
    text: str


class Charge(Command[NoteView]):
    """Calls an outside system between two transactions."""

    deadline_seconds: ClassVar[float] = 20.0
    text: str


class MintSecret(Command[NoteView]):
    remembered: ClassVar[bool] = False


class CountTallies(Query[NotesView]):
    """One line for each time that an event took effect."""


class Leave(Command[NoteView]):
    """One of the few that a viewer may send."""

    by_viewer: ClassVar[bool] = True


class Touch(Command[NoteView]):
    """Makes an outside call with its transaction left open, which the chassis must refuse."""
