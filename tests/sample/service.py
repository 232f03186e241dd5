"""The sample service: each method shows one promise of the chassis."""

import os
from pathlib import Path
from uuid import UUID

from eventlet import sleep
from sqlalchemy import select

from services.chassis.service import Service, every, on, rpc, worklist
from services.chassis.work import Steps, Work
from services.contracts.messages import new_id
from tests.sample.contracts.sample import (
    AddNote,
    Charge,
    CountTallies,
    Echo,
    Leave,
    ListNotes,
    Locate,
    MintSecret,
    NoteAdded,
    NotesView,
    NoteView,
    Sleep,
    Touch,
)
from tests.sample.models import Note, Tally, Turn


class Sample(Service):
    name = "sample"

    @rpc
    def echo(self, work: Work, query: Echo) -> NoteView:
        return NoteView(id=query.id, text=query.text)

    @rpc
    def locate(self, work: Work, query: Locate) -> NoteView:
        return NoteView(id=query.id, text=f"{work.client.ip}|{work.client.user_agent}")

    @rpc
    def sleep(self, work: Work, query: Sleep) -> NoteView:
        sleep(query.seconds)
        return NoteView(id=query.id, text="slept")

    @rpc
    def add_note(self, work: Work, command: AddNote) -> NoteView:
        return add_note(work, command)

    @rpc
    def list_notes(self, work: Work, query: ListNotes) -> NotesView:
        notes = work.session.scalars(select(Note).order_by(Note.id))
        return NotesView(notes=[NoteView(id=each.id, text=each.text) for each in notes])

    @rpc
    def charge(self, work: Work, command: Charge) -> Steps[NoteView]:
        return charge(work, command)

    @rpc
    def mint_secret(self, work: Work, command: MintSecret) -> NoteView:
        return NoteView(id=new_id(), text="fresh")

    @rpc
    def leave(self, work: Work, command: Leave) -> NoteView:
        return NoteView(id=command.id, text="left")

    @rpc
    def touch(self, work: Work, command: Touch) -> Steps[NoteView]:
        return touch(work, command)

    @rpc
    def count_tallies(self, work: Work, query: CountTallies) -> NotesView:
        rows = work.session.scalars(select(Tally).order_by(Tally.id))
        return NotesView(notes=[NoteView(id=query.id, text=f"{each.what} {each.replica}") for each in rows])

    @on(NoteAdded)
    def on_note_added(self, work: Work, event: NoteAdded) -> None:
        tally_note(work, event)

    @worklist(seconds=0.5, due="due_notes")
    def finish_note(self, work: Work, note_id: UUID) -> None:
        finish_note(work, note_id)

    @every(seconds=1)
    def take_turn(self, work: Work) -> None:
        work.session.add(Turn(replica=os.getpid(), at=work.now))


def add_note(work: Work, command: AddNote) -> NoteView:
    """Keeps a note and tells of it; `refuse` in its text refuses it after the write."""
    note = Note(id=new_id(), company_id=work.company_id, text=command.text, status="kept")
    work.session.add(note)
    if command.text.startswith("due"):
        note.status = "due"
        work.wake("finish_note")
    work.session.flush()
    if "refuse" in command.text:
        from services.contracts.errors import conflict

        raise conflict("refused after the write")
    if "crash" in command.text:
        raise RuntimeError("a bug, with a secret in it")
    work.announce(NoteAdded(company_id=work.company_id, text=command.text))
    return NoteView(id=note.id, text=note.text)


def charge(work: Work, command: Charge) -> Steps[NoteView]:
    """Commits the attempt, calls out, records the outcome; run again, it goes on where it was."""
    note = work.session.get(Note, command.id)
    if note is None:
        note = Note(id=command.id, company_id=work.company_id, text=command.text, status="attempted")
        work.session.add(note)
    text = command.text
    try:
        outcome: str = yield lambda: call_outside(text)
    except ConnectionError:
        outcome = "unknown"
    note = work.session.get_one(Note, command.id, with_for_update=True)
    note.status = outcome
    return NoteView(id=note.id, text=outcome)


def call_outside(text: str) -> str:
    """The outside system: a line in a file for each call, slow or failing by what the text says."""
    with Path(os.environ["OUTSIDE_LOG"]).open("a") as log:
        log.write(f"{text}\n")
    if "slow" in text:
        sleep(1.5)
    if "lost" in text:
        raise ConnectionError
    return "charged"


def touch(work: Work, command: Touch) -> Steps[NoteView]:
    """Reads the database inside the outside call."""
    yield lambda: work.session.scalars(select(Note)).all()
    return NoteView(id=command.id, text="never answered")


def tally_note(work: Work, event: NoteAdded) -> None:
    """Counts the event; a text `raise:<file>` raises after the write for as long as the file is there."""
    work.session.add(Tally(company_id=event.company_id, what=event.text, replica=os.getpid(), at=work.now))
    work.session.flush()
    kind, _, file = event.text.partition(":")
    if kind == "raise" and Path(file).exists():
        raise RuntimeError("the handler failed")
    if kind == "slow":
        sleep(0.5)


def finish_note(work: Work, note_id: UUID) -> None:
    """Works a due note off, once, whichever replica finds it."""
    due = select(Note).where(Note.id == note_id, Note.status == "due").with_for_update(skip_locked=True)
    note = work.session.scalars(due).first()
    if note:
        note.status = "finished"
        work.session.add(Tally(company_id=note.company_id, what=note.text, replica=os.getpid(), at=work.now))
