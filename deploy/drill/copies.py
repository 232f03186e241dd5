"""A backup as a server's data: laid down to be started, or run beside what lives, where no network reaches it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from deploy.drill.backup import BASE, LOG, Moment
from deploy.local.database import PrivateDatabase
from deploy.local.ports import free_ports
from deploy.local.processes import Program, launch
from deploy.local.sites import Site

_START_SECONDS = 600
_STOP_SECONDS = 30
_KEPT_LOG = "log-of-backup"
_LOGINS = "local all all trust\n"
"""Whoever may enter the socket's folder, which is its owner alone."""
_ALONE = {"listen_addresses": "", "archive_mode": "off", "shared_preload_libraries": "", "hot_standby": "off"}


def lay(backup: Path, moment: Moment, data: Path) -> None:
    """Fills a folder, which must not be there, so that a server started on it comes to the backup's moment."""
    shutil.copytree(backup / BASE, data)
    shutil.copytree(backup / LOG, data / _KEPT_LOG, ignore=shutil.ignore_patterns("*.partial"))
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f'restore_command = \'cp "{_KEPT_LOG}/%f" "%p"\'\n')
        settings.write(f"recovery_target_name = '{moment.name}'\nrecovery_target_action = 'promote'\n")
    (data / "recovery.signal").touch()
    data.chmod(0o700)


@dataclass(frozen=True)
class Server:
    """How a copy is reached, while it runs: by its socket's `folder`, without passwords."""

    folder: Path
    administrator: str

    @property
    def administrator_url(self) -> str:
        return self._url(self.administrator, "postgres")

    def url(self, service: str) -> str:
        """As the service logs in, which sees one company at a time."""
        return self._url(f"portico_{service}", f"portico_{service}")

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{quote(user)}@/{database}?host={quote(str(self.folder))}"


@contextmanager
def running(backup: Path, moment: Moment) -> Iterator[Server]:
    """A server on a copy of the backup; nothing is left of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        copy = Copy(Site(Path(folder), free_ports()), backup=backup, moment=moment)
        try:
            copy.prepare()
            with _launched(copy):
                yield copy.server
        finally:
            copy.forget()


@contextmanager
def _launched(copy: "Copy") -> Iterator[None]:
    (program,) = copy.programs()
    process = launch(program, 1, copy.site.logs)
    try:
        copy.wait(_START_SECONDS)
        yield
    finally:
        process.ask_to_stop()
        process.wait_or_kill(_STOP_SECONDS)


@dataclass(frozen=True)
class Copy(PrivateDatabase):
    """A private server whose data come from a backup."""

    backup: Path = field(kw_only=True)
    moment: Moment = field(kw_only=True)

    @property
    def server(self) -> Server:
        return Server(self._data, self.moment.administrator)

    @property
    def admin_url(self) -> str:
        return self.server.administrator_url

    def _make_data(self) -> None:
        lay(self.backup, self.moment, self._data)
        # The original's may lie elsewhere, and name what only its machine has.
        (self._data / "drill.conf").touch()
        (self._data / "drill.hba").write_text(_LOGINS)
        if self.user:
            for each in (self._data, *self._data.rglob("*")):
                shutil.chown(each, self.user, self.user)

    def programs(self) -> list[Program]:
        (program,) = super().programs()
        files = {"config_file": self._data / "drill.conf", "hba_file": self._data / "drill.hba"}
        settings = {**_ALONE, **files, "unix_socket_directories": self._data}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [replace(program, argv=(program.argv[0], "-D", str(self._data), *options))]
