"""Takes a backup of all databases and of the files they name, as of one moment, while Portico works.

The base backup and the log that follows it come from the server itself. For the moment, writers wait some
milliseconds: meanwhile a snapshot of each database is taken and the moment is marked in the server's log, so that the
copy can be brought to it exactly, and be compared with what the snapshots hold.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import obstore
import psycopg2
from obstore.store import LocalStore, from_url
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection, parse_dsn
from psycopg2.sql import SQL, Identifier

from deploy.drill import contents
from deploy.drill.contents import Contents, Table
from deploy.local.database import binaries
from deploy.local.world import SERVICES

BASE, LOG, FILES, MOMENT = "base", "log", "files", "moment.json"
_PATIENCE = 60.0
_PG = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}


class BackupFailed(Exception):
    """There is no backup to rely on; the message says why."""


@dataclass(frozen=True)
class Moment:
    """Of when a backup is, what the server's log calls it, who administers it, and what each database held."""

    at: datetime
    name: str
    administrator: str
    databases: dict[str, Contents]


def take(administrator_url: str, files_url: str, folder: Path) -> Moment:
    """Fills the folder, which must be new, and answers the moment. BackupFailed: it was not to be had."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise BackupFailed(f"{folder} is there already: each backup has a folder of its own.") from None
    reached = _reached(administrator_url)
    with ExitStack() as held:
        receiving = held.enter_context(_receiving(reached, folder / LOG))
        _run(reached, "pg_basebackup", f"--pgdata={folder / BASE}", "--checkpoint=fast", "--no-password")
        snapshots, name, at, segment = _mark(administrator_url, held)
        databases = {service: contents.read(each) for service, each in snapshots.items()}
        _copy_files(snapshots, files_url, folder / FILES)
        _await_segment(administrator_url, folder / LOG / segment, receiving)
    moment = Moment(at, name, reached["PGUSER"], databases)
    (folder / MOMENT).write_text(json.dumps(asdict(moment), default=str, indent=1))
    return moment


def moment_of(folder: Path) -> Moment:
    """What a backup says of itself."""
    told = json.loads((folder / MOMENT).read_text())
    databases = {
        service: Contents(each["version"], {name: Table(**table) for name, table in each["tables"].items()})
        for service, each in told["databases"].items()
    }
    return Moment(datetime.fromisoformat(told["at"]), told["name"], told["administrator"], databases)


def _reached(administrator_url: str) -> dict[str, str]:
    """How the server's own programs reach it: by variables, since anybody may read a command line."""
    told = parse_dsn(administrator_url)
    return {_PG[name]: value for name, value in told.items() if name in _PG}


def _run(reached: Mapping[str, str], program: str, *options: str) -> None:
    done = subprocess.run(
        (str(binaries() / program), *options), env=_environment(reached), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()}")


def _environment(reached: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), **reached}


@contextmanager
def _receiving(reached: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Has the server's log be written to the folder for as long as the block lasts."""
    folder.mkdir()
    command = (str(binaries() / "pg_receivewal"), f"--directory={folder}", "--no-loop", "--no-password")
    with subprocess.Popen(command, env=_environment(reached), stderr=subprocess.PIPE, text=True) as receiving:
        try:
            _await(lambda: any(folder.iterdir()), receiving)
            yield receiving
        finally:
            receiving.send_signal(signal.SIGINT)
            receiving.wait()


def _mark(administrator_url: str, held: ExitStack) -> tuple[dict[str, connection], str, datetime, str]:
    """Snapshots of all databases at one moment, what it is called, when it was, and which file of the log has it."""
    snapshots = {each: held.enter_context(contents.opened(administrator_url, each)) for each in SERVICES}
    with ExitStack() as waiting:
        for service in SERVICES:
            _hold_writers(waiting.enter_context(contents.opened(administrator_url, service)))
        for snapshot in snapshots.values():
            snapshot.set_session(ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
            with snapshot.cursor() as cursor:
                cursor.execute("SELECT 1")
        at = datetime.now(UTC)
        name = f"drill {at:%Y-%m-%d %H:%M:%S.%f}"
        segment = _administer(administrator_url, "SELECT pg_walfile_name(pg_create_restore_point(%s))", name)
    return snapshots, name, at, segment


def _hold_writers(database: connection) -> None:
    """Nobody writes until the connection ends; who is writing comes to an end first."""
    named = SQL(", ").join(map(Identifier, contents.tables(database)))
    with database.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute(SQL("LOCK TABLE {} IN SHARE MODE").format(named))


def _administer(url: str, statement: str, *values: str) -> str:
    server = psycopg2.connect(url, connect_timeout=10)
    try:
        with server, server.cursor() as cursor:
            cursor.execute(statement, values)
            return str((cursor.fetchone() or [""])[0])
    finally:
        server.close()


def _copy_files(snapshots: Mapping[str, connection], files_url: str, folder: Path) -> None:
    """Every file that a row names. They never change, so later is as good as now."""
    source, target = from_url(files_url), LocalStore(prefix=folder, mkdir=True)
    for key in {each.key for snapshot in snapshots.values() for each in contents.named_files(snapshot)}:
        try:
            obstore.put(target, key, obstore.get(source, key).bytes())
        except FileNotFoundError:
            # The proof names it, with the row that misses it.
            continue


def _await_segment(administrator_url: str, segment: Path, receiving: subprocess.Popen[str]) -> None:
    """Returns when the file of the log that has the moment is here in full."""
    _administer(administrator_url, "SELECT pg_switch_wal()")
    _await(segment.exists, receiving)


def _await(condition: Callable[[], bool], receiving: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if receiving.poll() is not None:
            raise BackupFailed(f"pg_receivewal ended: {receiving.communicate()[1].strip()}")
        if time.monotonic() > deadline:
            raise BackupFailed(f"The server's log did not come within {_PATIENCE:g} s")
        time.sleep(0.05)
