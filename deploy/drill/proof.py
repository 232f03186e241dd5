"""Proves a copy: that it holds what it held at its moment, the files that it names, and books and evidence that agree.

Nothing that works by itself runs on the copy: the audits read it, and ask the provider what it has charged. They are
given no bus to speak to and no mail server.
"""

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore

from deploy.drill import contents
from deploy.drill.backup import Moment
from deploy.drill.contents import Contents, NamedFile
from deploy.drill.copies import Server
from deploy.local.sites import CHECKOUT
from deploy.local.world import SERVICES

_NOT_NEEDED = ("STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET", "GUEST_SECRET", "INBOX_SECRET")
_NOWHERE = "amqp://127.0.0.1:9"


@dataclass(frozen=True)
class Finding:
    """What was looked at, and a sentence for each thing that does not agree with it."""

    about: str
    wrong: list[str]


def findings(
    server: Server, files: Path, moment: Moment, variables: Mapping[str, str], until: datetime
) -> Iterator[Finding]:
    """All that is proved of the copy that the server runs on and of the files beside it.

    `variables` are billing's, of which the provider's key is needed; it is asked for what it charged `until` then.
    """
    store = LocalStore(prefix=files, mkdir=True)
    for service in SERVICES:
        with contents.opened(server.administrator_url, service) as connection:
            found, named = contents.read(connection), contents.named_files(connection)
        rows = sum(each.rows for each in found.tables.values())
        about = f"{service}: schema {found.version}, {len(found.tables)} tables, {rows} rows"
        yield Finding(about, _differences(moment.databases[service], found))
        yield Finding(f"{service}: {len(named)} files", [wrong for each in named if (wrong := _wrong(store, each))])
    yield _audit("billing", server, files, variables, "--until", until.isoformat())
    yield _audit("proposals", server, files, variables)


def _differences(before: Contents, found: Contents) -> list[str]:
    """What a database held and does not hold, by table."""
    wrong = [] if before.version == found.version else [f"the schema was {before.version}"]
    for name in sorted(before.tables.keys() | found.tables.keys()):
        was, is_now = before.tables.get(name), found.tables.get(name)
        if was is None or is_now is None:
            wrong.append(f"{name} is new" if was is None else f"{name} is missing")
        elif was.rows != is_now.rows:
            wrong.append(f"{name} has {is_now.rows} rows and had {was.rows}")
        elif was.checksum != is_now.checksum:
            wrong.append(f"{name} has other contents than it had")
    return wrong


def _wrong(store: ObjectStore, named: NamedFile) -> str | None:
    """What is wrong with a file that a row names, or None."""
    try:
        kept = hashlib.sha256(obstore.get(store, named.key).bytes()).hexdigest()
    except FileNotFoundError:
        return f"{named.table} names the file {named.key}, which is not there"
    return None if kept == named.sha256 else f"{named.table} names the file {named.key}, which has other contents"


def _audit(service: str, server: Server, files: Path, variables: Mapping[str, str], *options: str) -> Finding:
    environment = {
        **dict.fromkeys(_NOT_NEEDED, secrets.token_hex(32)),
        **variables,
        "PATH": os.environ.get("PATH", ""),
        "AMQP_URL": _NOWHERE,
        "DATABASE_URL": server.url(service),
        "FILES_URL": files.as_uri(),
    }
    command = (sys.executable, "-m", f"services.{service}.audit", *options)
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    return Finding(f"{service}: its audit", _said(done))


def _said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What an audit that ended with 1 has printed; of one that broke, its last words."""
    if not done.returncode:
        return []
    return done.stdout.splitlines() or done.stderr.splitlines()[-1:]
