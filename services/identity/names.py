"""The name that something is listed and found by, whatever its case."""

from sqlalchemy import Computed, Text
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

# Written as PostgreSQL stores it, so that models and migrations can be compared.
LAST_WORD = "lower(\"substring\"(name, '[^ ]+$'::text))"


class Named:
    """A table of things with names.

    `folded_name` is a column of its own because row-level security lets no index serve a condition on `lower(name)`:
    PostgreSQL cannot know what that function would tell of other companies' rows.
    """

    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(Text(collation="C"), Computed("lower(name)", persisted=True))


def last_word() -> MappedColumn[str | None]:
    """A column with the last word of the name, in lower case: people look for a family's name first."""
    return mapped_column(Text(collation="C"), Computed(LAST_WORD, persisted=True))
