"""Imports as staff see them."""

from services.chassis.imports.models import Import
from services.contracts.identity.people import Json
from services.contracts.imports import ImportView


def view(row: Import, applied: int = 0) -> ImportView:
    """An import as staff see it."""
    return ImportView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        file_name=row.name,
        created_at=row.created_at,
        created_by=row.created_by,
        rows=row.rows,
        checked=row.checked,
        applied=row.rows - row.bad if row.state == "done" else applied if row.state == "applying" else 0,
        bad=row.bad,
        creates=row.creates,
        changes=row.changes,
        same=row.same,
        unknown_columns=row.unknown_columns,
        good_only=row.good_only,
        stopped_because=row.stopped_because,
        confirmed_by=row.confirmed_by,
        finished_at=row.finished_at,
        version=row.version,
    )


def told(row: Import) -> Json:
    """What the audit trail keeps of it; what a service does by itself, somebody has confirmed."""
    names = ("kind", "rows", "bad", "good_only", "sha256", "created_by", "confirmed_by")
    return {name: getattr(row, name) for name in names}
