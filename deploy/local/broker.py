"""RabbitMQ for one site: a private node from the system's package, or the broker of a given URL."""

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pika
import pika.exceptions

from deploy import bus_users
from deploy.bus_users import ADMINISTRATOR, definitions
from deploy.local.ports import HOST, is_open
from deploy.local.processes import Program, Stage
from deploy.local.sites import Site, write_private

_SERVERS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server")


class NotReady(Exception):
    """Something that was started did not answer in time."""


class Broker(Protocol):
    """Any RabbitMQ that a site may use."""

    @property
    def url(self) -> str:
        """As its administrator."""

    def url_for(self, user: str) -> str:
        """As one of `bus_users.USERS`, where the broker tells them apart."""

    def prepare(self) -> None:
        """What must be done before its programs start."""

    def programs(self) -> list[Program]:
        """What the supervisor has to run; nothing where the broker runs by itself."""

    def wait(self, seconds: float) -> None:
        """Returns when it accepts our login; raises NotReady after `seconds`."""

    def close(self) -> None:
        """Stops what `prepare` started; its data is kept."""


@dataclass(frozen=True)
class GivenBroker:
    """The broker that `AMQP_URL` names; it is neither started nor stopped."""

    url: str

    def url_for(self, user: str) -> str:
        return self.url

    def prepare(self) -> None: ...

    def programs(self) -> list[Program]:
        return []

    def wait(self, seconds: float) -> None:
        wait_for_login(self.url, seconds)

    def close(self) -> None: ...


@dataclass(frozen=True)
class PrivateBroker:
    """A node of its own: own folder, cookie, node name, ports, name service and users, on 127.0.0.1 only."""

    site: Site

    @property
    def folder(self) -> Path:
        return self.site.folder / "broker"

    @property
    def url(self) -> str:
        return self.url_for(ADMINISTRATOR)

    def url_for(self, user: str) -> str:
        return f"amqp://{user}:{self._password(user)}@{HOST}:{self.site.ports.broker}/"

    def _password(self, user: str) -> str:
        return self.site.credentials.get(f"broker {user}")

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        known = definitions({user: self._password(user) for user in bus_users.names()})
        write_private(self.folder / "definitions.json", json.dumps(known))
        write_private(self.folder / "rabbitmq.conf", self._settings())
        write_private(self.folder / "enabled_plugins", "[].\n")

    def _settings(self) -> str:
        # Where there are definitions, the node makes no user `guest`.
        return (
            f"listeners.tcp.private = {HOST}:{self.site.ports.broker}\n"
            f"load_definitions = {self.folder / 'definitions.json'}\n"
            "disk_free_limit.absolute = 100MB\n"
            "vm_memory_high_watermark.absolute = 1GB\n"
            "log.console.level = warning\n"
        )

    def programs(self) -> list[Program]:
        # The node would start a name service by itself, but one that outlives it.
        epmd = (_epmd(), "-port", str(self.site.ports.epmd), "-address", HOST)
        return [
            Program("epmd", epmd, self.folder, stage=Stage.NAMES),
            Program("broker", (_server(),), self.folder, self._environment(), Stage.BACKING, stop_within=30),
        ]

    def _environment(self) -> dict[str, str]:
        folder, ports = self.folder, self.site.ports
        return {
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(ports.epmd),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_DIST_PORT": str(ports.distribution),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_NODENAME": f"portico-{self.site.key}@localhost",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # Makes the script become the node instead of watching over it, so that signals reach the node.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def wait(self, seconds: float) -> None:
        wait_for_login(self.url, seconds)

    def close(self) -> None: ...


def is_installed() -> bool:
    """Whether this machine has the programs of a private node."""
    return any(os.access(path, os.X_OK) for path in _SERVERS) and shutil.which("epmd") is not None


def wait_for_login(url: str, seconds: float) -> None:
    """Returns when the broker at `url` accepts its user; raises NotReady after `seconds`."""
    parameters = pika.URLParameters(url)
    deadline = time.monotonic() + seconds
    while True:
        if (parameters.host != HOST or is_open(parameters.port)) and _accepts(parameters):
            return
        if time.monotonic() > deadline:
            where = f"{parameters.host}:{parameters.port}"
            raise NotReady(f"RabbitMQ on {where} did not answer within {seconds:g} s")
        time.sleep(0.05)


def _accepts(parameters: pika.URLParameters) -> bool:
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError):
        return False
    return True


def _server() -> str:
    return next(path for path in _SERVERS if os.access(path, os.X_OK))


def _epmd() -> str:
    return shutil.which("epmd") or "/usr/bin/epmd"
