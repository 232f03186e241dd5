"""What a service's database holds: its schema's version, each table's rows and checksum, and the files it names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import connection
from psycopg2.sql import SQL, Composable, Identifier, Literal

_NOT_EVIDENCE = ("inbox", "outbox")
"""Tables of messages: what they name may have been removed since."""


@dataclass(frozen=True)
class Table:
    """So many rows, and a sum over their contents that depends on each, but not on their order."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class Contents:
    """One database at one moment."""

    version: str
    tables: dict[str, Table]


@dataclass(frozen=True)
class NamedFile:
    """A file that a row of `table` says is in the store, with this hash."""

    table: str
    key: str
    sha256: str


@contextmanager
def opened(administrator_url: str, service: str) -> Iterator[connection]:
    """A connection to the service's database as the administrator, who sees all tenants."""
    url = urlsplit(administrator_url)._replace(path=f"/portico_{service}").geturl()
    database = psycopg2.connect(url, connect_timeout=10, options="-c timezone=UTC -c statement_timeout=0")
    try:
        yield database
    finally:
        database.close()


def tables(database: connection) -> list[str]:
    """The names of all tables, in their order."""
    named = SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in _rows(database, named)]


def read(database: connection) -> Contents:
    """All of it, as the connection's transaction sees it."""
    ((version,),) = _rows(database, SQL("SELECT version_num FROM alembic_version"))
    return Contents(version, {name: _table(database, name) for name in tables(database)})


def _table(database: connection, name: str) -> Table:
    statement = SQL(
        "SELECT count(*), coalesce(sum(('x' || left(md5(each::text), 16))::bit(64)::bigint), 0)::text FROM {} AS each"
    )
    ((rows, checksum),) = _rows(database, statement.format(Identifier(name)))
    return Table(rows, checksum)


def named_files(database: connection) -> list[NamedFile]:
    """Every file that a row names, wherever in its documents (JSONB) it does so; each once."""
    columns = SQL(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'jsonb' AND table_name NOT IN ({}) ORDER BY 1, 2"
    )
    found = _rows(database, columns.format(SQL(", ").join(map(Literal, _NOT_EVIDENCE))))
    return sorted({each for table, column in found for each in _named(database, table, column)}, key=lambda n: n.key)


def _named(database: connection, table: str, column: str) -> Iterator[NamedFile]:
    where = '$.** ? (@.key.type() == "string" && @.sha256.type() == "string" && @.size.type() == "number")'
    statement = SQL(
        "SELECT DISTINCT told.file ->> 'key', told.file ->> 'sha256'"
        " FROM {} AS each, jsonb_path_query(each.{}, {}) AS told (file)"
    )
    for key, sha256 in _rows(database, statement.format(Identifier(table), Identifier(column), Literal(where))):
        yield NamedFile(table, key, sha256)


def _rows(database: connection, statement: Composable) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
