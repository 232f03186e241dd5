"""What gauges are read from: failed events, and signatures whose seal is to come."""

from services.chassis.migrate import index_failed_events, lookup

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    index_failed_events()
    lookup(
        "waiting_seals()",
        "TABLE (state text, many bigint, since timestamptz)",
        "SELECT 'waiting', count(*), min(s.signed_at) FROM pending_seal p JOIN signature s ON s.id = p.signature_id",
        reads=["pending_seal", "signature"],
    )
