"""What people are searched for by: last words of names, e-mails within a company, streets with and without number."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

LAST_WORD = "lower(substring(name from '[^ ]+$'))"
LINE1 = "address ->> 'line1'"
FOLDED = (
    ("customer", "last_word", LAST_WORD),
    ("contact", "last_word", LAST_WORD),
    ("property", "folded_line1", f"lower({LINE1})"),
    ("property", "folded_street", f"lower(regexp_replace({LINE1}, '^[0-9][^ ]* ', ''))"),
)


def upgrade() -> None:
    for table, name, expression in FOLDED:
        folded = sa.Computed(expression, persisted=True)
        op.add_column(table, sa.Column(name, sa.Text(collation="C"), folded))
        op.create_index(None, table, ["company_id", name, "id"])
    op.create_index(None, "contact", ["company_id", "email", "id"])
