"""Makes what an installation keeps secret, as files that processes read, and each service's database with its roles.

    python -m deploy.installation secrets FOLDER --bus broker:5671 --tls --database database:5432 [--sandbox]
    python -m deploy.installation databases FOLDER

`secrets` fills FOLDER with a folder for each process, whose files are the variables of OPERATIONS.md. What it makes it
keeps in `generated.json` and writes again each time, with the same options: what is taken out there is made anew. It
says which files only you can give: the provider's keys, the mail server's address, the key that seals. With `--sandbox`
these are made too, for a trial with the stand-ins. `databases` makes or repairs the databases and roles whose passwords
are in FOLDER, as the administrator whose URL is in `database/administrator_url`.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy import bus_users
from deploy.bus_users import SCALER, USERS, definitions
from deploy.local import seals
from deploy.local.roles import make_service_database
from deploy.local.sites import Credentials, write_private
from deploy.local.world import SERVICES
from services.contracts.billing.provider import PROVIDER_EVENTS

IMAGE_USER = 10001
"""Whom the images run as."""
_OWN_SECRETS = {
    "identity": ("identity_secret",),
    "billing": ("guest_secret",),
    "notifications": ("unsubscribe_secret", "webhook_secret"),
}
_GIVEN = {
    "billing": ("stripe_api_key", "stripe_publishable_key", "stripe_webhook_secret"),
    "notifications": ("smtp_url",),
    "proposals": ("seal_key.pem", "seal_chain.pem"),
}
"""What only the operator can give; `main` names what is missing."""


class Installation:
    """The folder of one installation's secrets; `bus` and `database` are `host:port`."""

    def __init__(self, folder: Path, bus: str, database: str, *, tls: bool) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._credentials = Credentials(folder / "generated.json")
        self._bus, self._database, self._tls = bus, database, tls

    def write(self) -> None:
        """Writes all that can be made: secrets as they were, and what each process may do on the bus as of now."""
        self._write_bus()
        self._put("database", "administrator_password", self._credentials.get("database"))
        self._put("database", "administrator_url", self._database_url("postgres", self._credentials.get("database")))
        for user in USERS:
            self._put(user.name, "amqp_url", self._bus_url(user.name))
        for service in SERVICES:
            self._write_service(service)

    def write_for_sandbox(self) -> None:
        """Writes what the stand-ins of provider, mail server and certificate authority share with the services."""
        for name, prefix in (("api_key", "sk_test_"), ("publishable_key", "pk_test_"), ("webhook_secret", "whsec_")):
            secret = self._credentials.get(f"payments {name}", prefix=prefix)
            self._put("billing", f"stripe_{name}", secret)
            self._put("payments", f"sandbox_{name}", secret)
        self._put("payments", "sandbox_webhook_events", " ".join(PROVIDER_EVENTS))
        self._put("notifications", "smtp_url", "smtp://mail:1025")
        made = self.folder / "seal"
        seals.variables(made)
        self._put("proposals", "seal_key.pem", (made / seals.KEY).read_text())
        self._put("proposals", "seal_chain.pem", (made / seals.CHAIN).read_text())

    def missing(self) -> Iterator[Path]:
        """The files that only the operator can give, and has not yet given."""
        for process, names in _GIVEN.items():
            for name in names:
                if not (self.folder / process / name).exists():
                    yield self.folder / process / name

    def _write_bus(self) -> None:
        known = {user: self._credentials.get(f"broker {user}") for user in bus_users.names()}
        self._put("bus", "definitions.json", json.dumps(definitions(known)))
        self._put("scaler", "host", self._bus_url(SCALER))
        self._put("scaler", "tls", "enable" if self._tls else "disable")

    def _write_service(self, service: str) -> None:
        role, owner = f"portico_{service}", f"portico_{service}_owner"
        passwords = {each: self._credentials.get(f"database {each}") for each in (role, owner)}
        self._put(service, "database_url", self._database_url(role, passwords[role], role))
        self._put(f"{service}-owner", "migration_database_url", self._database_url(owner, passwords[owner], role))
        self._put(service, "inbox_secret", self._credentials.get(f"inbox {service}"))
        for name in _OWN_SECRETS.get(service, ()):
            self._put(service, name, self._credentials.get(name))

    def _bus_url(self, user: str) -> str:
        scheme = "amqps" if self._tls else "amqp"
        return f"{scheme}://{user}:{self._credentials.get(f'broker {user}')}@{self._bus}/"

    def _database_url(self, user: str, password: str, database: str = "postgres") -> str:
        query = "?sslmode=verify-full&sslrootcert=/run/certificates/ca.crt" if self._tls else ""
        return f"postgresql://{user}:{password}@{self._database}/{database}{query}"

    def _put(self, process: str, name: str, text: str) -> None:
        folder = self.folder / process
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / name, text)
        if os.geteuid() == 0:
            # Containers see the very files, and their processes are not root.
            for path in (folder, folder / name):
                os.chown(path, IMAGE_USER, IMAGE_USER)


def make_databases(folder: Path) -> None:
    """Makes or repairs each service's database and roles."""
    credentials = Credentials(folder / "generated.json")
    admin_url = (folder / "database" / "administrator_url").read_text()
    for service in SERVICES:
        make_service_database(admin_url, service, credentials)
        print(f"portico_{service} is there")


def main() -> None:
    """Does what the command line says; ends with 1 where files are missing that only the operator can give."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    secrets = commands.add_parser("secrets")
    secrets.add_argument("folder", type=Path)
    secrets.add_argument("--bus", default="broker:5672", metavar="HOST:PORT")
    secrets.add_argument("--database", default="database:5432", metavar="HOST:PORT")
    secrets.add_argument("--tls", action="store_true", help="broker and database are reached by TLS alone")
    secrets.add_argument("--sandbox", action="store_true", help="a trial with the stand-ins")
    commands.add_parser("databases").add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.command == "databases":
        make_databases(given.folder)
        return
    installation = Installation(given.folder, given.bus, given.database, tls=given.tls)
    installation.write()
    if given.sandbox:
        installation.write_for_sandbox()
    missing = list(installation.missing())
    if missing:
        sys.exit("Only you can give these files:\n" + "\n".join(map(str, missing)))


if __name__ == "__main__":
    main()
