"""Where one Portico lives on this machine: its folder, its ports and its generated passwords."""

import fcntl
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.local.ports import HOST, Ports

CHECKOUT = Path(__file__).resolve().parents[2]


def write_private(path: Path, text: str) -> None:
    """Replaces a file at once, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


class Busy(Exception):
    """Somebody else holds the folder: its Portico runs."""


@contextmanager
def hold(folder: Path, wait: bool = False) -> Iterator[None]:
    """Holds a folder for one process at a time, and however that ends, its hold ends with it.

    Busy: another process has it, unless told to `wait`.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Busy("Portico is running in this checkout already; make stop ends it") from problem
        yield


class Credentials:
    """Random secrets by name, made on first use and kept in one file of mode 600."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str, prefix: str = "") -> str:
        """The secret of this name: `prefix` and 64 hexadecimal digits."""
        with self._lock:
            if name not in self._known:
                self._known[name] = prefix + secrets.token_hex(32)
                write_private(self._path, json.dumps(self._known, indent=1))
            return self._known[name]


@dataclass(frozen=True)
class Site:
    """One Portico: all that it keeps is under `folder`, all that it listens on is in `ports`."""

    folder: Path
    ports: Ports

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        self.files.mkdir(exist_ok=True)

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self.folder / "credentials.json")

    @property
    def key(self) -> str:
        """Tells this site's node, container and folder names from every other's on the machine."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def public_url(self) -> str:
        return f"http://{HOST}:{self.ports.gateway}"

    @property
    def mail_url(self) -> str:
        return f"http://{HOST}:{self.ports.mail}"

    @property
    def payments_url(self) -> str:
        return f"http://{HOST}:{self.ports.payments}"
