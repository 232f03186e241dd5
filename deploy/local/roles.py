"""Makes one service's database and its three roles, on any PostgreSQL server from version 14 on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg2
from psycopg2.extensions import cursor
from psycopg2.sql import SQL, Identifier, Literal

from deploy.local.sites import Credentials


@dataclass(frozen=True)
class ServiceDatabase:
    """How one service reaches its database: as the migrations' owner, and as the service itself."""

    owner_url: str
    url: str


def make_service_database(admin_url: str, service: str, credentials: Credentials) -> ServiceDatabase:
    """Makes or repairs `portico_<service>` and its roles; what is there already is kept.

    `portico_<service>_owner` logs in, owns the schema `public` and migrates. `portico_<service>_lookup`
    cannot log in; it owns the schema `lookups` of SECURITY DEFINER functions, which the owner may hand to it
    without having its rights. `portico_<service>` logs in and owns nothing; the service runs as it.
    """
    name = f"portico_{service}"
    owner, login = f"{name}_owner", name
    passwords = {role: credentials.get(f"database {role}") for role in (owner, login)}
    with _connected(admin_url) as sql:
        _make_roles(sql, name, passwords)
        _make_database(sql, name)
    with _connected(_url(admin_url, name)) as sql:
        _make_schemas(sql, name)
    return ServiceDatabase(
        owner_url=_url(admin_url, name, owner, passwords[owner]),
        url=_url(admin_url, name, login, passwords[login]),
    )


@contextmanager
def _connected(url: str) -> Iterator[cursor]:
    """Statements that commit one by one, as CREATE DATABASE demands."""
    database = psycopg2.connect(url, connect_timeout=10)
    database.autocommit = True
    try:
        with database.cursor() as sql:
            yield sql
    finally:
        database.close()


def _make_roles(sql: cursor, name: str, passwords: dict[str, str]) -> None:
    for role in (f"{name}_owner", f"{name}_lookup", name):
        _make_role(sql, role, passwords.get(role))
    # The owner may become the look-up role, and so hand functions over to it; it does not inherit its rights,
    # because a row-level-security policy made for the look-up role would then let the owner see every tenant.
    options = " WITH INHERIT FALSE, SET TRUE" if sql.connection.server_version >= 160000 else ""
    grant = SQL("GRANT {} TO {}" + options)
    sql.execute(grant.format(Identifier(f"{name}_lookup"), Identifier(f"{name}_owner")))


def _make_role(sql: cursor, role: str, password: str | None) -> None:
    sql.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    if not sql.fetchone():
        sql.execute(SQL("CREATE ROLE {}").format(Identifier(role)))
    rights = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION "
    if password is None:
        sql.execute(SQL("ALTER ROLE {} " + rights + "NOLOGIN").format(Identifier(role)))
    else:
        statement = SQL("ALTER ROLE {} " + rights + "LOGIN PASSWORD {}")
        sql.execute(statement.format(Identifier(role), Literal(password)))


def _make_database(sql: cursor, name: str) -> None:
    database, owner = Identifier(name), Identifier(f"{name}_owner")
    sql.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    if not sql.fetchone():
        sql.execute(SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    sql.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    sql.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, Identifier(name)))


def _make_schemas(sql: cursor, name: str) -> None:
    owner, lookup, login = Identifier(f"{name}_owner"), Identifier(f"{name}_lookup"), Identifier(name)
    sql.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    sql.execute(SQL("CREATE SCHEMA IF NOT EXISTS lookups AUTHORIZATION {}").format(lookup))
    sql.execute(SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    sql.execute(SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(lookup, login))
    sql.execute(SQL("GRANT USAGE ON SCHEMA lookups TO {}").format(login))
    sql.execute(SQL("GRANT USAGE, CREATE ON SCHEMA lookups TO {}").format(owner))


def _url(admin_url: str, database: str, user: str | None = None, password: str = "") -> str:
    parts = urlsplit(admin_url)
    address = parts.netloc.rpartition("@")[2]
    login = parts.netloc.rpartition("@")[0] if user is None else f"{quote(user)}:{quote(password)}"
    return parts._replace(scheme="postgresql", netloc=f"{login}@{address}", path=f"/{database}").geturl()
