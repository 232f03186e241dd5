"""Each service's migrations make what its models say, from nothing, along one line."""

import subprocess
import sys

import psycopg2
import pytest

from deploy.local.sites import CHECKOUT
from deploy.local.stack import Stack
from deploy.local.world import SERVICES

CHECK = """
import sys
from services.chassis import migrate
assert len(migrate.heads(sys.argv[1])) == 1, "more than one head"
migrate.check(sys.argv[1], sys.argv[2])
"""
OPEN_TABLES = """
    SELECT table_name FROM information_schema.columns c
    WHERE table_schema = 'public' AND column_name = 'company_id'
      AND NOT EXISTS (SELECT FROM pg_class WHERE relname = c.table_name AND relrowsecurity AND relforcerowsecurity)
"""


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_make_what_the_models_say(service: str, backing: Stack) -> None:
    backing.migrate([service])
    argv = [sys.executable, "-c", CHECK, service, backing.database(service).owner_url]
    checked = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr[-3000:]


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_a_company_is_closed_to_other_companies(service: str, backing: Stack) -> None:
    backing.migrate([service])
    connection = psycopg2.connect(backing.database(service).owner_url)
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TABLES)
        assert cursor.fetchall() == []
    connection.close()


def test_a_migration_holds_no_lock_of_the_one_before_it(backing: Stack) -> None:
    """Each is a transaction: tables of different migrations got their policies in different ones."""
    backing.migrate(["notifications"])
    connection = psycopg2.connect(backing.database("notifications").owner_url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin FROM pg_policy WHERE polname = 'tenant'")
        assert len(cursor.fetchall()) > 1
    connection.close()
