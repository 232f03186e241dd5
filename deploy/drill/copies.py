"""A scratch server on a copy of a backup, brought to the backup's moment, which no network reaches."""

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
_OWN_SETTINGS = "drill.conf"
_LOGINS = "local all all trust\n"
"""Whoever may enter the socket's folder, which is its owner alone."""


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
            (program,) = copy.programs()
            process = launch(program, 1, copy.site.logs)
            try:
                copy.wait(_START_SECONDS)
                yield copy.server
            finally:
                process.ask_to_stop()
                process.wait_or_kill(_STOP_SECONDS)
        finally:
            copy.forget()


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
        shutil.copytree(self.backup / BASE, self._data)
        shutil.copytree(self.backup / LOG, self._data / LOG, ignore=shutil.ignore_patterns("*.partial"))
        # What its server was told by ALTER SYSTEM, where it archives to, say, is not for a copy.
        (self._data / "postgresql.auto.conf").write_text("")
        (self._data / _OWN_SETTINGS).write_text("".join(f"{name} = '{value}'\n" for name, value in self._settings()))
        (self._data / "drill.hba").write_text(_LOGINS)
        (self._data / "recovery.signal").touch()
        self._data.chmod(0o700)
        self._give_away()

    def _settings(self) -> Iterator[tuple[str, str]]:
        yield "hba_file", str(self._data / "drill.hba")
        yield "listen_addresses", ""
        yield "unix_socket_directories", str(self._data)
        yield "restore_command", f'cp "{self._data / LOG}/%f" "%p"'
        yield "recovery_target_name", self.moment.name
        yield "recovery_target_action", "promote"
        yield "hot_standby", "off"
        yield "archive_mode", "off"
        yield "autovacuum", "off"

    def _give_away(self) -> None:
        if self.user:
            for each in (self._data, *self._data.rglob("*")):
                shutil.chown(each, self.user, self.user)

    def programs(self) -> list[Program]:
        (program,) = super().programs()
        argv = (program.argv[0], "-D", str(self._data), "-c", f"config_file={self._data / _OWN_SETTINGS}")
        return [replace(program, argv=argv)]
