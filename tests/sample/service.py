"""The sample service: each entry shows one promise of the chassis."""

import os
from pathlib import Path
from uuid import UUID

from eventlet import sleep
from sqlalchemy import cast, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.service import Service, every, on, rpc, worklist
from services.chassis.tables import TimerRow
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


def echo(work: Work, query: Echo) -> NoteView:
    """Says the same."""
    return NoteView(id=query.id, text=query.text)


def locate(work: Work, query: Locate) -> NoteView:
    """Says where the call came from."""
    return NoteView(id=query.id, text=f"{work.client.ip}|{work.client.user_agent}")


def doze(work: Work, query: Sleep) -> NoteView:
    """Answers after a while."""
    sleep(query.seconds)
    return NoteView(id=query.id, text="slept")


def list_notes(work: Work, query: ListNotes) -> NotesView:
    """All of the company's."""
    notes = work.session.scalars(select(Note).order_by(Note.id))
    return NotesView(notes=[NoteView(id=each.id, text=each.text) for each in notes])


def mint_secret(work: Work, command: MintSecret) -> NoteView:
    """Another one each time."""
    return NoteView(id=new_id(), text="fresh")


def leave(work: Work, command: Leave) -> NoteView:
    """Changes nothing."""
    return NoteView(id=command.id, text="left")


def count_tallies(work: Work, query: CountTallies) -> NotesView:
    """What was handled, and by which replica."""
    rows = work.session.scalars(select(Tally).order_by(Tally.id))
    return NotesView(notes=[NoteView(id=query.id, text=f"{each.what} {each.replica}") for each in rows])


def take_turn(work: Work) -> None:
    """Notes which replica's turn it was."""
    work.session.add(Turn(replica=os.getpid(), at=work.now))


def add_note(work: Work, command: AddNote) -> NoteView:
    """Keeps a note and tells of it; `refuse` in its text refuses it after the write, `incomplete` a constraint does.

    `unreadable` has the database fail at reading it.
    """
    note = Note(id=new_id(), company_id=work.company_id, text=command.text, status="kept")
    work.session.add(note)
    if command.text.startswith("due"):
        note.status = "due"
        work.wake("finish_note")
    work.session.flush()
    if "refuse" in command.text:
        from services.contracts.errors import conflict

        raise conflict("refused after the write")
    if "incomplete" in command.text:
        # A shared table: of a tenant's row PostgreSQL itself tells nothing.
        work.session.execute(insert(TimerRow).values(name=command.text))
    if "unreadable" in command.text:
        work.session.scalar(select(cast(f"{command.text}\0", JSONB)))
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
    """Works a due note off, once, whichever replica finds it; `slow` in its text takes a while, `broken` fails."""
    due = select(Note).where(Note.id == note_id, Note.status == "due").with_for_update(skip_locked=True)
    note = work.session.scalars(due).first()
    if note:
        if "slow" in note.text:
            sleep(0.25)
        if "broken" in note.text:
            raise RuntimeError("the note cannot be finished")
        note.status = "finished"
        work.session.add(Tally(company_id=note.company_id, what=note.text, replica=os.getpid(), at=work.now))


class Sample(Service):
    """Every kind of entry."""

    name = "sample"

    echo = rpc(echo)
    locate = rpc(locate)
    sleep = rpc(doze)
    add_note = rpc(add_note)
    list_notes = rpc(list_notes)
    charge = rpc(charge)
    mint_secret = rpc(mint_secret)
    leave = rpc(leave)
    touch = rpc(touch)
    count_tallies = rpc(count_tallies)

    on_note_added = on(NoteAdded, tally_note)
    finish_note = worklist(finish_note, seconds=0.5, due="due_notes")
    take_turn = every(take_turn, seconds=1)
