"""A migrated database for each service, as its login role sees it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from deploy.local.stack import Stack
from services.chassis.database import connect


class Databases:
    """Databases of services, each migrated when it is first asked for."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._engines: dict[str, Engine] = {}

    def engine(self, service: str) -> Engine:
        """An engine that logs in as the service does."""
        if service not in self._engines:
            self._stack.migrate([service])
            self._engines[service] = connect(self._stack.database(service).url)
        return self._engines[service]

    def owner_url(self, service: str) -> str:
        """The URL of the role that runs the migrations."""
        return self._stack.database(service).owner_url

    def close(self) -> None:
        """Gives all connections back."""
        for engine in self._engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def databases(backing: Stack) -> Iterator[Databases]:
    """The services' databases on the tests' own server."""
    databases = Databases(backing)
    yield databases
    databases.close()


@pytest.fixture(scope="session", autouse=True)
def files_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The folder where every service of this process keeps its files: a process opens one store."""
    with pytest.MonkeyPatch.context() as patch:
        url = tmp_path_factory.mktemp("files").as_uri()
        patch.setenv("FILES_URL", url)
        yield url
