"""What a database that is in use keeps when notifications is brought up to date."""

import psycopg2
from alembic import command
from alembic.config import Config

from deploy.local.stack import Stack
from services.chassis import migrate

MAILS = """
    INSERT INTO mail (id, company_id, event_id, template, recipient, recipient_name, data, message_id, created_at,
        status, next_attempt_at, attempts, resends)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), template, 'Priya@Lakeside.test', 'Priya', '{}',
        '<1@portico.test>', now(), 'queued', now(), 0, 0
    FROM unnest(ARRAY['login_code', 'receipt']) template
"""


def test_mails_that_wait_during_an_upgrade_wait_after_it_too(backing: Stack) -> None:
    owner_url = backing.database("upgraded").owner_url
    config = Config()
    config.set_main_option("script_location", str(migrate.folder_of("notifications") / "migrations"))
    config.attributes["url"] = owner_url
    command.upgrade(config, "0002")
    admin = psycopg2.connect(backing.server.admin_url.rpartition("/")[0] + "/portico_upgraded")
    with admin, admin.cursor() as cursor:
        cursor.execute(MAILS)
    command.upgrade(config, "head")
    with admin, admin.cursor() as cursor:
        cursor.execute("SELECT template, addressee, priority FROM mail ORDER BY template")
        assert cursor.fetchall() == [("login_code", "priya@lakeside.test", 0), ("receipt", "priya@lakeside.test", 1)]
        cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'mail'")
        assert cursor.fetchall() == [(True,)]
    admin.close()
