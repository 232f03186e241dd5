"""Files that are imported in the tests of services: made, sent, and worked off as the worklist does it."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.chassis import files
from services.contracts.files import FileView
from services.contracts.identity.imports import CancelImport, ConfirmImport, GetImport, ListBadRows, StartImport
from services.contracts.imports import BadRow, ImportKind, ImportView
from services.contracts.messages import new_id
from services.identity.imports import desk as imports
from tests.service.identity.conftest import Office

CUSTOMER = {"name": "Oak Ridge HOA", "line1": "1 Oak Way", "city": "Austin", "state": "TX", "zip": "78701"}


def customers(count: int, **fields: str) -> list[dict[str, str]]:
    """So many good rows."""
    return [{"external_id": f"C-{number}", **CUSTOMER, **fields} for number in range(1, count + 1)]


def kept(content: bytes, name: str = "rows.csv") -> FileView:
    """The file in the store."""
    return files.put(f"identity/imports/{new_id()}", name, "text/csv", content)


class Imports:
    """Imports of one company."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def start(self, kind: ImportKind, content: bytes) -> ImportView:
        """Sends the file."""
        return self.office.desk.ask(StartImport(kind=kind, file=kept(content)), self.office.administrator)

    def turn(self) -> bool:
        """One turn of each import that is due; answers whether there was any."""
        with self.office.desk.engine.connect() as connection:
            due = connection.execute(text("SELECT company_id, id FROM lookups.due_imports(100)")).all()
        mine = [row for row in due if row.company_id == self.office.company.id]
        for company_id, import_id in mine:
            self.office.desk.executor.due(imports.go_on, company_id, import_id)
        return bool(mine)

    def checked(self, kind: ImportKind, content: bytes) -> ImportView:
        """The file, sent and looked at."""
        started = self.start(kind, content)
        self.work_off()
        return self.get(started.id)

    def imported(self, kind: ImportKind, content: bytes, *, good_only: bool = False) -> ImportView:
        """The file, sent, looked at, confirmed and imported."""
        found = self.checked(kind, content)
        self.confirm(found, good_only=good_only)
        self.work_off()
        return self.get(found.id)

    def work_off(self) -> None:
        """Every turn that is due."""
        while self.turn():
            pass

    def get(self, import_id: UUID) -> ImportView:
        return self.office.desk.ask(GetImport(import_id=import_id), self.office.administrator)

    def confirm(self, found: ImportView, *, good_only: bool = False) -> ImportView:
        command = ConfirmImport(import_id=found.id, good_only=good_only)
        return self.office.desk.ask(command, self.office.administrator)

    def cancel(self, found: ImportView) -> ImportView:
        return self.office.desk.ask(CancelImport(import_id=found.id), self.office.administrator)

    def bad(self, found: ImportView, **page: Any) -> list[BadRow]:
        """The rows with problems."""
        return self.office.desk.ask(ListBadRows(import_id=found.id, **page), self.office.administrator).items

    def problems(self, found: ImportView) -> list[tuple[int, str]]:
        """Where something is wrong."""
        return [(row.row, problem.column) for row in self.bad(found, limit=100) for problem in row.problems]
