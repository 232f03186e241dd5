"""Files of invoices and policies: identity is asked for what they name, and all is imported or nothing."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.billing.imports import desk as imports
from services.billing.imports.invoices import Invoices
from services.chassis import files
from services.chassis.executor import Executor
from services.contracts.billing.imports import ConfirmImport, GetImport, ListBadRows, StartImport
from services.contracts.billing.invoices import InvoiceSummary, ListInvoices
from services.contracts.billing.programs import GetProgram, ListPrograms
from services.contracts.identity.references import FindReferences, FoundCustomer, FoundProperty, ReferencesView
from services.contracts.imports import ImportKind, ImportView
from services.contracts.messages import new_id
from tests.service.billing.conftest import Desk
from tests.service.billing.people import People
from tests.service.csv_files import csv_of

INVOICE = {"customer": "C-1", "service": "Mowing", "unit_price": "$1,234.50"}
POLICY = {
    "program": "PK-1",
    "customer": "C-1",
    "carrier": "Gulf Mutual",
    "line": "General Liability",
    "premium": "12000",
    "effective_on": "4/1/2026",
    "expires_on": "2027-04-01",
}


class Identity:
    """Knows one customer, C-1, with one property, P-1; counts how often it is asked."""

    def __init__(self, people: People) -> None:
        self.people, self.asked = people, 0

    def __call__(self, message: Any, work: Any) -> ReferencesView:
        assert isinstance(message, FindReferences)
        self.asked += 1
        at: dict[str, Any] = {"branch_id": self.people.branch_id, "time_zone": "America/Chicago"}
        customers = [
            FoundCustomer(reference=each, customer=self.people.customer, zips=["78701"], **at)
            if each == "C-1"
            else FoundCustomer(reference=each)
            for each in message.customers
        ]
        properties = [
            FoundProperty(
                customer_id=each.customer_id,
                reference=each.reference,
                property=self.people.clubhouse if each.reference == "P-1" else None,
                **at,
            )
            for each in message.properties
        ]
        return ReferencesView(customers=customers, properties=properties)


class Imports:
    """Imports of one company, beside an identity of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.people = desk, desk.open_company()
        self.identity = Identity(self.people)
        self.executor = Executor(desk.engine, b"k" * 32, ask=self.identity)

    def work_off(self) -> None:
        """Every turn that is due."""
        while due := self._due():
            self.executor.due(imports.go_on, self.people.company_id, due)

    def _due(self) -> UUID | None:
        with self.desk.engine.connect() as connection:
            rows = connection.execute(text("SELECT company_id, id FROM lookups.due_imports(100)")).all()
        return next((row.id for row in rows if row.company_id == self.people.company_id), None)

    def checked(self, kind: ImportKind, rows: list[dict[str, str]]) -> ImportView:
        """The file, sent and looked at."""
        file = files.put(f"billing/imports/{new_id()}", "rows.csv", "text/csv", csv_of(rows))
        started = self.desk.ask(self.people.office, StartImport(kind=kind, file=file))
        self.work_off()
        return self.get(started.id)

    def imported(self, kind: ImportKind, rows: list[dict[str, str]], *, good_only: bool = False) -> ImportView:
        """The file, sent, looked at, confirmed and imported."""
        found = self.checked(kind, rows)
        self.desk.ask(self.people.office, ConfirmImport(import_id=found.id, good_only=good_only))
        self.work_off()
        return self.get(found.id)

    def get(self, import_id: UUID) -> ImportView:
        found: ImportView = self.desk.ask(self.people.office, GetImport(import_id=import_id))
        return found

    def problems(self, found: ImportView) -> list[tuple[int, str]]:
        """Where something is wrong."""
        bad = self.desk.ask(self.people.office, ListBadRows(import_id=found.id)).items
        return [(row.row, problem.column) for row in bad for problem in row.problems]

    def invoices(self) -> list[InvoiceSummary]:
        listed: list[InvoiceSummary] = self.desk.ask(self.people.office, ListInvoices()).items
        return listed


@pytest.fixture
def desked(desk: Desk) -> Imports:
    return Imports(desk)


def test_invoices_are_imported_as_drafts_or_owed_and_nobody_is_told(desked: Imports) -> None:
    rows = [
        {"external_id": "I-1", **INVOICE, "tax_percent": "8.25", "due_on": "1/31/2099", "status": ""},
        {
            "external_id": "I-2",
            **INVOICE,
            "property": "P-1",
            "quantity": "2",
            "status": "shared",
            "due_on": "2099-01-30",
        },
    ]
    done = desked.imported("invoices", rows)

    assert (done.state, done.applied) == ("done", 2)
    found = {each.due_on.isoformat(): each for each in desked.invoices()}
    draft, owed = found["2099-01-31"], found["2099-01-30"]
    assert (draft.status, draft.total.amount, draft.property) == ("draft", 133_635, None)
    assert (owed.status, owed.total.amount, owed.balance.amount) == ("due", 246_900, 246_900)
    assert draft.number != owed.number
    assert desked.desk.events(desked.people, "invoice_shared") == []
    again = desked.checked("invoices", rows)
    assert (again.creates, again.same) == (0, 2)


def test_every_problem_of_an_invoice_is_told(desked: Imports) -> None:
    rows = [
        {"external_id": "I-1", **INVOICE, "unit_price": "12,5", "due_on": "tomorrow"},
        {"external_id": "I-2", **INVOICE, "customer": "C-7", "currency": "EUR"},
        {"external_id": "I-3", **INVOICE, "property": "P-9", "unit_price": "0"},
        {"external_id": "I-4", **INVOICE, "issued_on": "2026-03-02", "due_on": "2026-03-01"},
        {"external_id": "I-5", **INVOICE, "quantity": "1.5", "status": "paid"},
    ]
    assert sorted(desked.problems(desked.checked("invoices", rows))) == [
        (2, "due_on"),
        (2, "unit_price"),
        (3, "currency"),
        (3, "customer"),
        (4, "property"),
        (4, "unit_price"),
        (5, "due_on"),
        (6, "quantity"),
        (6, "status"),
    ]


def test_identity_is_asked_for_hundreds_at_once(desked: Imports) -> None:
    rows = [{"external_id": f"I-{number}", **INVOICE, "property": "P-1"} for number in range(1000)]
    desked.imported("invoices", rows)
    assert len(desked.invoices()) == 25
    assert desked.identity.asked == 8


def test_nobody_waits_for_a_number_while_a_file_is_imported(desked: Imports, monkeypatch: pytest.MonkeyPatch) -> None:
    apply, drafted = Invoices.apply, []

    def drafted_beside(self: Invoices, *args: Any) -> None:
        apply(self, *args)
        drafted.append(desked.desk.draft(desked.people, 1000).number)

    monkeypatch.setattr(Invoices, "apply", drafted_beside)
    rows = [{"external_id": f"I-{number}", **INVOICE} for number in range(3)]
    assert desked.imported("invoices", rows).state == "done"

    found = desked.desk.rows(desked.people, "SELECT number, external_id FROM invoice ORDER BY number")
    assert [external_id for _, external_id in found] == [None, "I-0", "I-1", "I-2"]
    assert [number[-5:] for number, _ in found] == ["00001", "00002", "00003", "00004"]
    assert found[0][0] == drafted[0]


def test_the_policies_of_a_program_make_one_draft_or_none(desked: Imports) -> None:
    rows = [
        {**POLICY, "number": "GL-1001", "program_name": "2026 package"},
        {**POLICY, "number": "CP-1002", "line": "Property", "premium": "8000.50"},
        {**POLICY, "number": "GL-2001", "program": "PK-2"},
        {**POLICY, "number": "CP-2002", "program": "PK-2", "premium": "-1"},
    ]
    found = desked.checked("policies", rows)
    assert (found.rows, found.bad, found.creates) == (4, 2, 2)
    assert desked.problems(found) == [(4, "program"), (5, "premium")]

    desked.desk.ask(desked.people.office, ConfirmImport(import_id=found.id, good_only=True))
    desked.work_off()

    (listed,) = desked.desk.ask(desked.people.office, ListPrograms()).items
    program = desked.desk.ask(desked.people.office, GetProgram(program_id=listed.id))
    assert (program.name, program.status, program.total.amount) == ("2026 package", "draft", 2_000_050)
    assert [each.number for each in program.policies] == ["GL-1001", "CP-1002"]
    assert desked.checked("policies", rows[:2]).same == 2


def test_what_cannot_be_in_one_program_is_told(desked: Imports) -> None:
    rows = [{**POLICY, "number": "GL-1001"}, {**POLICY, "number": "GL 1001"}]
    assert desked.problems(desked.checked("policies", rows)) == [(2, "number"), (3, "program")]
