"""Alembic for every service: one environment, and the words in which a migration speaks of tenants."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import create_engine, pool, text

from services.chassis.tables import Base
from services.contracts.settings import Settings

LOCK_TIMEOUT = "5s"


class MigrationSettings(Settings):
    """A variable or a file; `Settings` says how."""

    migration_database_url: SecretStr


def upgrade(service: str, url: str) -> None:
    """Brings a service's database to its newest version; the owner's URL, as a deploy step."""
    command.upgrade(_config(service, url), "head")


def check(service: str, url: str) -> None:
    """Raises where the models say something else than the migrations made."""
    importlib.import_module(f"{package_of(service)}.models")
    command.check(_config(service, url))


def heads(service: str) -> Sequence[str]:
    """The newest versions; there must be one."""
    return ScriptDirectory.from_config(_config(service, "")).get_heads()


def _config(service: str, url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder_of(service) / "migrations"))
    config.attributes["url"] = url
    return config


def package_of(service: str) -> str:
    """The package of a service, from its name, or from a dotted path given in full."""
    return service if "." in service else f"services.{service}"


def folder_of(service: str) -> Path:
    """Where that package lies."""
    spec = importlib.util.find_spec(package_of(service))
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"there is no service {service}")
    return Path(spec.submodule_search_locations[0])


def run_environment() -> None:
    """The body of every service's `migrations/env.py`.

    Each migration is a transaction, so that the locks of one are not held while the next waits for its own.
    """
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+psycopg2://", 1)
    options = {"options": f"-c lock_timeout={LOCK_TIMEOUT}"}
    engine = create_engine(url, poolclass=pool.NullPool, connect_args=options)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def login_role() -> str:
    """The service's login role: its database's name, which the roles are named after."""
    name = op.get_bind().engine.url.database
    assert name
    return name


def create_chassis_tables() -> None:
    """Inbox, outbox, timer and number series, for the first migration of a service."""
    tables = [Base.metadata.tables[name] for name in ("inbox", "outbox", "timer", "number_series")]
    Base.metadata.create_all(op.get_bind(), tables=tables, checkfirst=False)
    for name in ("inbox", "outbox", "timer"):
        shared_table(name, privileges="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("number_series")


def tenant_table(name: str, *, privileges: str = "SELECT, INSERT, UPDATE", company: str = "company_id") -> None:
    """Row-level security for a table: forced, and each row visible to its company's unit alone."""
    op.execute(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')
    mine = f"{company} = nullif(current_setting('portico.company_id', true), '')::uuid"
    op.execute(f'CREATE POLICY tenant ON "{name}" USING ({mine}) WITH CHECK ({mine})')
    op.execute(f'GRANT {privileges} ON "{name}" TO {login_role()}')


def index_failed_events() -> None:
    """Finds events that failed or are dead among all that were met; a database made since has it from its first day.

    Every use case locks the inbox besides its own tables, in either order, so it is locked in a transaction apart.
    """
    failed, columns = text("state IN ('failed', 'dead')"), ["state", "received_at"]
    with op.get_context().autocommit_block():
        op.create_index("inbox_failed_idx", "inbox", columns, postgresql_where=failed, if_not_exists=True)


def shared_table(name: str, *, privileges: str = "SELECT, INSERT, UPDATE") -> None:
    """Privileges for a table that belongs to no company."""
    op.execute(f'GRANT {privileges} ON "{name}" TO {login_role()}')


def lookup(signature: str, returns: str, body: str, *, reads: Sequence[str]) -> None:
    """A narrow way past the tenant's policy: a SECURITY DEFINER function that returns ids and the company.

    `signature` is such as `session_by_token(token_hash bytea)`. The function belongs to a role that may
    read the tables in `reads` and nothing else.
    """
    role = f"{login_role()}_lookup"
    for table in reads:
        op.execute(f'GRANT SELECT ON "{table}" TO {role}')
        # Making it anew would change nothing, and lock out everybody who works on the table.
        if not _has_lookup_policy(table):
            op.execute(f'CREATE POLICY lookup ON "{table}" FOR SELECT TO {role} USING (true)')
    op.execute(
        f"CREATE FUNCTION lookups.{signature} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $lookup$ {body} $lookup$"
    )
    name = signature.partition("(")[0]
    op.execute(f"ALTER FUNCTION lookups.{name} OWNER TO {role}")
    op.execute(f"REVOKE ALL ON FUNCTION lookups.{name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION lookups.{name} TO {login_role()}")


def _has_lookup_policy(table: str) -> bool:
    named = text("SELECT EXISTS (SELECT FROM pg_policies WHERE tablename = :table AND policyname = 'lookup')")
    return bool(op.get_bind().scalar(named, {"table": table}))


def main_url() -> str:
    """The owner's URL."""
    return MigrationSettings().migration_database_url.get_secret_value()
