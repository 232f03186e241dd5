"""RabbitMQ and PostgreSQL in containers, where a Docker engine answers and has or can get their images."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import docker
import docker.errors
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.local import broker, database
from deploy.local.ports import HOST
from deploy.local.processes import Program
from deploy.local.sites import Site

BROKER_IMAGE = "rabbitmq:4-alpine"
DATABASE_IMAGE = "postgres:18-alpine"
_USER = "portico"

# The reaper would be one more image with access to the engine; fixed names and `_remove_stale` do its work.
testcontainers_config.ryuk_disabled = True


def engine_offers(image: str) -> bool:
    """Whether a Docker engine answers that has this image or can fetch it."""
    if not _has_address():
        return False
    try:
        images = docker.from_env(timeout=300).images
        if not images.list(image):
            images.pull(image)
    except (docker.errors.DockerException, OSError):
        return False
    return True


def _has_address() -> bool:
    """Whether there is an engine to try: the client leaks its socket where there is none."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    return not host.startswith("unix://") or Path(host.removeprefix("unix://")).exists()


def forget(site: Site) -> None:
    """Removes a site's containers and their data, where there is an engine."""
    if not _has_address():
        return
    try:
        engine = docker.from_env()
    except docker.errors.DockerException:
        return
    _remove_stale(_broker_name(site))
    _remove_stale(_database_name(site))
    try:
        engine.volumes.get(_broker_name(site)).remove()
    except docker.errors.NotFound:
        return


def _broker_name(site: Site) -> str:
    return f"portico-{site.key}-broker"


def _database_name(site: Site) -> str:
    return f"portico-{site.key}-database"


@dataclass
class ContainerBroker:
    """A broker whose data is in a named volume, so that it outlives the container."""

    site: Site
    _container: DockerContainer | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"amqp://{_USER}:{self.site.credentials.get('broker')}@{HOST}:{self.site.ports.broker}/"

    def url_for(self, user: str) -> str:
        return self.url

    def prepare(self) -> None:
        env = {"RABBITMQ_DEFAULT_USER": _USER, "RABBITMQ_DEFAULT_PASS": self.site.credentials.get("broker")}
        container = _described(_broker_name(self.site), BROKER_IMAGE, env, 5672, self.site.ports.broker)
        # The data folder is named after the node, and the node after the host.
        container.with_kwargs(hostname="portico").with_volume_mapping(
            _broker_name(self.site), "/var/lib/rabbitmq", "rw"
        )
        self._container = container.start()

    def programs(self) -> list[Program]:
        return []

    def wait(self, seconds: float) -> None:
        broker.wait_for_login(self.url, seconds)

    def close(self) -> None:
        _end(self._container)


@dataclass
class ContainerDatabase:
    """A database server for tests: what it holds ends with the container."""

    site: Site
    _container: DockerContainer | None = field(default=None, init=False)

    @property
    def admin_url(self) -> str:
        password = self.site.credentials.get("database")
        return f"postgresql://{_USER}:{password}@{HOST}:{self.site.ports.database}/postgres"

    def prepare(self) -> None:
        env = {"POSTGRES_USER": _USER, "POSTGRES_PASSWORD": self.site.credentials.get("database")}
        container = _described(_database_name(self.site), DATABASE_IMAGE, env, 5432, self.site.ports.database)
        options = [f"-c {name}={value}" for name, value in {"max_connections": "300", **database.UNSYNCED}.items()]
        self._container = container.with_command(f"postgres {' '.join(options)}").start()

    def programs(self) -> list[Program]:
        return []

    def wait(self, seconds: float) -> None:
        database.wait_for_login(self.admin_url, seconds)

    def close(self) -> None:
        _end(self._container)


def _described(name: str, image: str, env: Mapping[str, str], inside: int, outside: int) -> DockerContainer:
    _remove_stale(name)
    container = DockerContainer(image).with_name(name).with_envs(**env)
    # On the loopback address only: the library's own method publishes on every address, and its type knows
    # nothing of what the engine's client takes.
    container.ports = cast("dict[str, int | None]", {f"{inside}/tcp": (HOST, outside)})
    return container


def _remove_stale(name: str) -> None:
    """Removes the container that a killed run left under this name."""
    try:
        docker.from_env().containers.get(name).remove(force=True, v=True)
    except docker.errors.NotFound:
        return


def _end(container: DockerContainer | None) -> None:
    if container is not None:
        container.get_wrapped_container().stop(timeout=20)
        container.stop()
