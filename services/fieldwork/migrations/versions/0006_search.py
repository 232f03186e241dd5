"""Equipment is searched for by how its serial number begins, in any case."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    folded = sa.Computed("lower(serial_number)", persisted=True)
    op.add_column("equipment", sa.Column("folded_serial", sa.Text(collation="C"), folded, nullable=False))
    op.create_index("equipment_folded_serial_idx", "equipment", ["company_id", "folded_serial", "id"])
