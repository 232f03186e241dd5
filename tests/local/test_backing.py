"""The private broker and database are closed to strangers, and each role can do only its own work."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

import pika
import pika.exceptions
import psutil
import psycopg2
import psycopg2.errors
import pytest
from psycopg2.extensions import cursor

from deploy.local.database import PrivateDatabase
from deploy.local.ports import HOST
from deploy.local.roles import ServiceDatabase, make_service_database
from deploy.local.stack import Stack
from tests.local.conftest import wait_for


@contextmanager
def connected(url: str) -> Iterator[cursor]:
    database = psycopg2.connect(url)
    database.autocommit = True
    try:
        with database.cursor() as sql:
            yield sql
    finally:
        database.close()


def listening(pid: int) -> list[str]:
    process = psutil.Process(pid)
    return [c.laddr.ip for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]


def pid_of(backing: Stack, name: str) -> int:
    process = backing.supervisor.process(name)
    assert process is not None
    return process.pid


@pytest.fixture
def billing(backing: Stack) -> ServiceDatabase:
    return backing.database("billing")


def test_only_this_machine_can_reach_them(backing: Stack) -> None:
    for name in ("broker", "epmd", "database"):
        addresses = listening(pid_of(backing, name))
        assert addresses and all(ip_address(address).is_loopback for address in addresses)


@pytest.mark.parametrize("login", ["guest:guest", "portico:wrong"])
def test_the_broker_refuses_every_other_login(backing: Stack, login: str) -> None:
    port = backing.site.ports.broker
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(f"amqp://{login}@{HOST}:{port}/"))


def test_the_database_refuses_a_wrong_password(backing: Stack) -> None:
    port = backing.site.ports.database
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"postgresql://postgres:wrong@{HOST}:{port}/postgres")


def test_the_database_does_not_run_as_root(backing: Stack) -> None:
    assert psutil.Process(pid_of(backing, "database")).uids().real != 0


def test_passwords_are_kept_from_other_users_and_command_lines(backing: Stack) -> None:
    folder = backing.site.folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in (folder / "credentials.json", folder / "broker" / "rabbitmq.conf"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secrets = [urlsplit(url).password or "" for url in (backing.broker.url, backing.server.admin_url)]
    lines = [" ".join(psutil.Process(pid_of(backing, name)).cmdline()) for name in ("broker", "database")]
    assert not any(secret in line for secret in secrets for line in lines)


def test_the_login_role_has_no_special_right(billing: ServiceDatabase) -> None:
    with connected(billing.url) as sql:
        sql.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, current_user::text"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert sql.fetchone() == (False, False, False, False, False, "portico_billing")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TABLE lookups.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE FUNCTION lookups.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE portico_billing_owner",
        "SET ROLE portico_billing_lookup",
        "SET ROLE postgres",
        "SELECT * FROM ledger",
        "DROP TABLE ledger",
        "ALTER TABLE ledger DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_login_role_can_only_do_what_it_was_granted(billing: ServiceDatabase, statement: str) -> None:
    with connected(billing.owner_url) as sql:
        sql.execute("CREATE TABLE IF NOT EXISTS ledger (id int)")
    with connected(billing.url) as sql, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        sql.execute(statement)


def test_a_service_cannot_enter_another_services_database(backing: Stack, billing: ServiceDatabase) -> None:
    identity = backing.database("identity")
    for url in (billing.url, billing.owner_url):
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            psycopg2.connect(urlsplit(url)._replace(path="/portico_identity").geturl())
    with connected(identity.url) as sql:
        sql.execute("SELECT 1")


def test_a_migration_makes_a_look_up_that_sees_every_tenant_and_nothing_else_does(billing: ServiceDatabase) -> None:
    with connected(billing.owner_url) as sql:
        sql.execute(
            """
            CREATE TABLE tenanted (company_id int);
            ALTER TABLE tenanted ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY looked_up ON tenanted FOR SELECT TO portico_billing_lookup USING (true);
            CREATE POLICY written ON tenanted FOR INSERT WITH CHECK (true);
            INSERT INTO tenanted VALUES (1), (2);
            GRANT SELECT ON tenanted TO portico_billing, portico_billing_lookup;
            CREATE FUNCTION lookups.companies() RETURNS SETOF int LANGUAGE sql SECURITY DEFINER
              SET search_path = public, pg_temp AS 'SELECT company_id FROM tenanted ORDER BY 1';
            ALTER FUNCTION lookups.companies() OWNER TO portico_billing_lookup;
            """
        )
        sql.execute("SELECT count(*) FROM tenanted")
        assert sql.fetchone() == (0,), "the owner must not inherit what the look-up role may see"
    with connected(billing.url) as sql:
        sql.execute("SELECT count(*) FROM tenanted")
        assert sql.fetchone() == (0,)
        sql.execute("SELECT lookups.companies()")
        assert sql.fetchall() == [(1,), (2,)]


def test_the_look_up_role_cannot_log_in(backing: Stack, billing: ServiceDatabase) -> None:
    with connected(backing.server.admin_url) as sql:
        sql.execute("SELECT rolcanlogin, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = 'portico_billing_lookup'")
        assert sql.fetchone() == (False, False, False)


def test_making_a_service_database_again_keeps_its_data_and_mends_its_roles(
    backing: Stack, billing: ServiceDatabase
) -> None:
    with connected(billing.owner_url) as sql:
        sql.execute("CREATE TABLE kept (id int)")
    with connected(backing.server.admin_url) as sql:
        sql.execute("ALTER ROLE portico_billing BYPASSRLS")
    again = make_service_database(backing.server.admin_url, "billing", backing.site.credentials)
    assert again == billing
    with connected(again.owner_url) as sql:
        sql.execute("SELECT 'kept'::regclass, rolbypassrls FROM pg_roles WHERE rolname = 'portico_billing'")
        assert sql.fetchone() == ("kept", False)


def test_the_databases_log_says_what_was_refused_and_not_what_was_in_it(
    backing: Stack, billing: ServiceDatabase
) -> None:
    insert = "INSERT INTO known VALUES ('jane@lakeside.test')"
    with connected(billing.owner_url) as sql:
        sql.execute("CREATE TABLE known (email text PRIMARY KEY)")
        sql.execute(insert)
        with pytest.raises(psycopg2.errors.UniqueViolation):
            sql.execute(insert)
    log = backing.site.logs / "database.log"
    wait_for(lambda: "known_pkey" in log.read_text(), "the refusal in the log")
    assert "jane" not in log.read_text()


def test_a_killed_database_comes_back_with_what_was_committed(backing: Stack, billing: ServiceDatabase) -> None:
    with connected(billing.owner_url) as sql:
        sql.execute("CREATE TABLE committed (id int)")
    killed = pid_of(backing, "database")
    backing.supervisor.kill("database")
    wait_for(lambda: not psutil.pid_exists(killed), "the server has ended")
    backing.server.wait(30)
    with connected(billing.owner_url) as sql:
        sql.execute("SELECT count(*) FROM committed")
        assert sql.fetchone() == (0,)


def test_the_broker_keeps_durable_messages_when_it_is_stopped_and_when_it_is_killed(backing: Stack) -> None:
    parameters = pika.URLParameters(backing.broker.url)
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True)
        channel.basic_publish("", "kept", b"a message", pika.BasicProperties(delivery_mode=2))
    # The stop comes first: RabbitMQ may lose a queue that was made only moments before a kill.
    backing.supervisor.stop("broker")
    backing.supervisor.stop("epmd")
    backing.start_broker()
    killed = pid_of(backing, "broker")
    backing.supervisor.kill("broker")
    wait_for(lambda: not psutil.pid_exists(killed), "the node has ended")
    backing.broker.wait(90)
    with pika.BlockingConnection(parameters) as connection:
        assert connection.channel().basic_get("kept", auto_ack=True)[2] == b"a message"


def test_the_data_outlives_a_stop(backing: Stack) -> None:
    assert isinstance(backing.server, PrivateDatabase)
    before = backing.server.folder.stat().st_ino
    backing.supervisor.stop("database")
    backing.start_database()
    assert backing.server.folder.stat().st_ino == before
    with connected(backing.database("billing").url) as sql:
        sql.execute("SELECT current_database()")
        assert sql.fetchone() == ("portico_billing",)
