"""Where the broker is reached by TLS, services and gateway make sure that it is the right one."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import ports, world
from deploy.local.broker import PrivateBroker
from deploy.local.ports import HOST
from deploy.local.processes import Process
from deploy.local.stack import Stack, for_tests
from gateway.bus import Bus
from gateway.link import Link, LinkLost
from tests.certificates import certify
from tests.chassis.conftest import until


class Encrypted:
    """A broker that listens by TLS alone besides its administrator's port, with a database for the sample service."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.port = ports.free_port()
        self.ca_file, self.wrong_ca_file = certify(folder, HOST), certify(folder, "elsewhere.test")
        broker = stack.broker
        assert isinstance(broker, PrivateBroker)
        broker.prepare()
        with (broker.folder / "rabbitmq.conf").open("a") as settings:
            settings.write(f"listeners.ssl.private = {HOST}:{self.port}\n")
            settings.write(f"ssl_options.certfile = {self.ca_file}\nssl_options.keyfile = {self.ca_file}\n")
        for program in broker.programs():
            stack.supervisor.start(program)
        stack.start_database()
        broker.wait(60)

    @property
    def url(self) -> str:
        login = self.stack.broker.url.partition("://")[2].rpartition("@")[0]
        return f"amqps://{login}@{HOST}:{self.port}/"

    def start(self, ca_file: Path) -> Process:
        """The sample service, which trusts these certificates."""
        database = self.stack.database("sample")
        migration = world.migration("sample", database)
        self.stack.supervisor.run_to_end(replace(migration, argv=(*migration.argv[:-1], "tests.sample")), 60)
        program = world.service(self.stack.site, "sample", self.url, database)
        env = {**program.env, "AMQP_CA_FILE": str(ca_file)}
        return self.stack.supervisor.start(replace(program, argv=(*program.argv[:-1], "tests.sample"), env=env))


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    with for_tests(private=True) as stack:
        yield Encrypted(stack, tmp_path_factory.mktemp("certificates"))


def test_a_service_and_the_gateway_work_over_tls(encrypted: Encrypted) -> None:
    process = encrypted.start(encrypted.ca_file)
    until(lambda: '"ready"' in process.output(), "the service takes calls", seconds=30)
    asyncio.run(ping(encrypted, encrypted.ca_file))
    encrypted.stack.supervisor.stop("sample")


def test_a_broker_with_another_certificate_is_told_nothing(encrypted: Encrypted) -> None:
    process = encrypted.start(encrypted.wrong_ca_file)
    until(lambda: "CERTIFICATE_VERIFY_FAILED" in process.output(), "the service refuses the broker", seconds=30)
    assert '"ready"' not in process.output()
    encrypted.stack.supervisor.stop("sample")


async def ping(encrypted: Encrypted, ca_file: Path) -> None:
    bus = Bus(encrypted.url, ca_file=str(ca_file))
    bus.start()
    try:
        async with asyncio.timeout(20):
            while not bus.connected:
                await asyncio.sleep(0.02)
        await bus.ping("sample", 5)
    finally:
        await bus.close()


def test_the_gateway_does_not_connect_to_a_broker_with_another_certificate(encrypted: Encrypted) -> None:
    with pytest.raises(LinkLost, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(Link.open(encrypted.url, lambda *_: None, str(encrypted.wrong_ca_file)))
