"""Billing with autopay's people: identity's branches, a payer who may manage autopay, and days that pass."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.billing.autopay_models import Debit
from services.chassis.executor import Executor
from services.chassis.work import Work
from services.contracts.billing.autopay import AutopayRunView, AutopayView, ChangeAutopay, ListAutopayRuns
from services.contracts.billing.invoices import InvoiceView
from services.contracts.billing.methods import PaymentMethodView
from services.contracts.identity.portals import BranchView, Brand, GetBranch
from services.contracts.messages import Ask
from services.contracts.principals import Principal
from tests.service.billing.conftest import Desk
from tests.service.billing.people import ALL, People


class AutopayDesk(Desk):
    """A desk whose runs can ask identity for the branch."""

    def __init__(self, desk: Desk, people: People) -> None:
        super().__init__(desk.engine, desk.sandbox)
        self.people = people
        self.executor = Executor(desk.engine, b"k" * 32, ask=self._identity)
        self.priya = people.priya.model_copy(update={"permissions": ALL | {"autopay.manage"}})

    def _identity(self, message: Ask[Any], work: Work) -> Any:
        assert isinstance(message, GetBranch) and message.branch_id == self.people.branch_id
        return BranchView(
            id=self.people.branch_id,
            company_id=self.people.company_id,
            slug="evergreen-austin",
            brand=Brand(name="Evergreen Grounds Austin"),
            time_zone="America/Chicago",
            settings=self.people.settings,
        )

    def turn_on(self, method: PaymentMethodView, who: Principal | None = None, **fields: Any) -> AutopayView:
        """Autopay of the customer's, or of a program."""
        command = ChangeAutopay(enabled=True, payment_method_id=method.id, **fields)
        view: AutopayView = self.ask(who or self.priya, command)
        return view

    def owe(self, amount: int = 12_000, *, days: int = 20) -> InvoiceView:
        """An invoice that falls due in so many days."""
        return self.bill(self.people, amount, net_days=days)

    def plan(self) -> None:
        """The hour passes until everything is planned again."""
        self.change(self.people, "UPDATE autopay SET next_plan_at = now() WHERE status = 'on'")
        self.work_off("plan_autopay", "due_autopay_plans", self.people)

    def come_due(self) -> None:
        """The days pass until everything planned is due."""
        self.change(self.people, "UPDATE autopay_debit SET due_at = now() WHERE due_at IS NOT NULL")

    def open_runs(self) -> int:
        """The run of the day takes up what is due."""
        return self.work_off("open_autopay_runs", "due_autopay_runs", self.people)

    def charge(self) -> int:
        """One turn of the worklist that charges."""
        return self.work_off("charge_autopay", "due_autopay_attempts", self.people)

    def follow(self) -> int:
        """One turn of the worklist that hears of outcomes."""
        return self.work_off("follow_autopay", "due_autopay_outcomes", self.people)

    def run(self) -> AutopayRunView:
        """All that is planned comes due and is charged; answers the day's run."""
        self.come_due()
        self.open_runs()
        self.charge()
        return self.todays()

    def todays(self) -> AutopayRunView:
        """The run of the day, as the office sees it."""
        run: AutopayRunView = self.ask(self.people.office, ListAutopayRuns()).items[0]
        return run

    def debit(self, invoice_id: UUID) -> dict[str, Any]:
        """The debit's row."""
        columns = [each.name for each in Debit.__table__.columns]
        statement = f"SELECT {', '.join(columns)} FROM autopay_debit WHERE invoice_id = '{invoice_id}'"
        (row,) = self.rows(self.people, statement)
        return dict(zip(columns, row, strict=True))

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What was announced, such as `autopay_declined`."""
        return self.events(self.people, kind)


def now() -> datetime:
    """The clock's, aware."""
    return datetime.now(UTC)
