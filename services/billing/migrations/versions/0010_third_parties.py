"""Third parties need no table of their own: what they try is counted beside what other guests try."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing changes."""
