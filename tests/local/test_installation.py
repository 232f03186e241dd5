"""An installation's secrets are files that its processes can read, the same however often they are made."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from deploy.installation import Installation, make_databases
from deploy.local.roles import make_service_database
from deploy.local.sites import CHECKOUT
from deploy.local.stack import Stack
from deploy.local.world import SERVICES


def installation(folder: Path, *, tls: bool = False) -> Installation:
    return Installation(folder, "broker:5672", "database:5432", tls=tls)


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_text()


def test_making_them_again_changes_nothing(tmp_path: Path) -> None:
    installation(tmp_path).write()
    before = dict(contents(tmp_path))
    installation(tmp_path).write()
    assert dict(contents(tmp_path)) == before


def test_a_release_that_says_more_on_the_bus_is_allowed_to_after_it(tmp_path: Path) -> None:
    """The rights are written anew: those of the release before are what the folder still has."""
    installation(tmp_path).write()
    definitions = tmp_path / "bus" / "definitions.json"
    newest = definitions.read_text()
    definitions.write_text(newest.replace("identity", "nobody"))
    installation(tmp_path).write()
    assert definitions.read_text() == newest


def test_a_password_that_is_taken_out_is_made_anew_for_the_broker_and_its_user(tmp_path: Path) -> None:
    installation(tmp_path).write()
    before = dict(contents(tmp_path))
    generated = json.loads(before["generated.json"])
    del generated["broker billing"]
    (tmp_path / "generated.json").write_text(json.dumps(generated))
    installation(tmp_path).write()
    changed = {name for name, text in contents(tmp_path) if text != before[name]}
    assert changed == {"generated.json", "billing/amqp_url", "bus/definitions.json"}


def test_no_process_is_given_another_ones_password(tmp_path: Path) -> None:
    installation(tmp_path).write()
    passwords = [
        urlsplit((tmp_path / process / name).read_text()).password
        for process in ("identity", "billing", "proposals", "fieldwork", "notifications")
        for name in ("amqp_url", "database_url")
    ]
    assert len(set(passwords)) == len(passwords)


def test_the_broker_is_told_no_password_in_clear(tmp_path: Path) -> None:
    installation(tmp_path).write()
    told = (tmp_path / "bus" / "definitions.json").read_text()
    assert not [secret for secret in json.loads((tmp_path / "generated.json").read_text()).values() if secret in told]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    installation(tmp_path).write()
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def test_what_only_the_operator_can_give_is_named(tmp_path: Path) -> None:
    made = installation(tmp_path)
    made.write()
    assert {path.name for path in made.missing()} >= {"stripe_api_key", "smtp_url", "seal_key.pem"}
    made.write_for_sandbox()
    assert not list(made.missing())


def test_by_tls_the_server_must_prove_who_it_is(tmp_path: Path) -> None:
    installation(tmp_path, tls=True).write()
    assert (tmp_path / "billing" / "amqp_url").read_text().startswith("amqps://")
    assert "sslmode=verify-full" in (tmp_path / "billing" / "database_url").read_text()


@pytest.fixture
def beside(tmp_path: Path, backing: Stack) -> Iterator[Path]:
    """An installation on a real server, whose databases are made; the server is left with its own passwords."""
    port = backing.site.ports.database
    Installation(tmp_path, "broker:5672", f"127.0.0.1:{port}", tls=False).write()
    (tmp_path / "database" / "administrator_url").write_text(backing.server.admin_url)
    make_databases(tmp_path)
    yield tmp_path
    for service in SERVICES:
        make_service_database(backing.server.admin_url, service, backing.site.credentials)


def test_each_service_logs_in_to_its_own_database_alone(beside: Path) -> None:
    url = (beside / "billing" / "database_url").read_text()
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as sql:
        sql.execute("SELECT current_user, current_database()")
        assert sql.fetchone() == ("portico_billing", "portico_billing")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(f"{url.rpartition('/')[0]}/portico_identity")


def test_a_migration_finds_its_owners_address_in_its_own_folder(beside: Path) -> None:
    # Of a service whose database no other test here writes into.
    env = {**os.environ, "SECRETS_DIR": str(beside / "fieldwork-owner")}
    env.pop("MIGRATION_DATABASE_URL", None)
    argv = [sys.executable, "-m", "services.chassis", "migrate", "fieldwork"]
    done = subprocess.run(argv, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
