"""What the gauge of failed events is read from."""

from services.chassis.migrate import index_failed_events

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    index_failed_events()
