"""Whatever office and customer do to a proposal, in whatever order: its statuses, signatures and history agree."""

import os
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.contracts.errors import DomainError
from services.contracts.messages import Command
from services.contracts.principals import Principal
from services.contracts.proposals.proposals import (
    ChangeProposal,
    DeclineProposal,
    GetProposal,
    ListProposals,
    MoveProposal,
    OfficeStatus,
    ProposalView,
    ResetProposal,
    RevisionView,
)
from services.proposals.rules import MOVES, portal_status
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, offer, signing

EXAMPLES, STEPS = int(os.environ.get("PROPOSAL_MACHINE_EXAMPLES", "8")), 20
MOVED: tuple[OfficeStatus, ...] = ("approved", "in_production", "won", "lost")


class ProposalMachine(RuleBasedStateMachine):
    """One proposal for each sequence, beside a model of it. What is refused must be refused by the model too."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.world = World()
        self.office = Office(office.databases, self.world)
        self.id: UUID = self.office.draft().id
        self.status: OfficeStatus = "draft"
        self.revision = 1
        self.signed_by: str | None = None
        self.declined = False
        self.signatures = 0
        self.current: str | None = None
        self.shown: list[ProposalView] = []
        self.history: list[tuple[int, str | None, bool]] = []

    # What people do

    @rule(act=st.sampled_from(["deliver", "reset", "change", *MOVED]))
    def the_office_acts(self, act: Any) -> None:
        """Delivers, takes back, changes or moves it."""
        allowed = self.status == "draft" if act == "change" else self._target(act) in MOVES[self.status]
        if self._done(self._command(act), self.office.staff) != allowed:
            raise AssertionError(f"{act} in {self.status} was {'refused' if allowed else 'allowed'}")
        if allowed:
            self._take_over(act)

    @rule()
    def the_customer_looks(self) -> None:
        """What they see is what they may sign later, when it may be another thing."""
        try:
            self.shown.append(self.office.seen_by(self.world.contact(), self.id))
        except DomainError as refusal:
            assert (refusal.code, self.status) == ("not_found", "draft")

    @rule(which=st.integers(0, 30), role=st.sampled_from(["primary", "billing", "other"]), options=st.integers(0, 3))
    def the_customer_signs(self, which: int, role: Any, options: int) -> None:
        """What they saw last, or long ago."""
        if not self.shown:
            return
        view = self.shown[-1 - which % min(len(self.shown), 3)]
        chosen = [each.id for number, each in enumerate(view.optional_services) if options >> number & 1]
        open_ = self.status == "delivered" and not self.signed_by and not self.declined
        allowed = open_ and role != "other" and view.document_sha256 == self.current
        signer = f"{role} {self.signatures}"
        command = signing(view, choose=chosen, name=signer)
        assert self._done(command, self.world.contact(role)) == allowed
        if allowed:
            self.signed_by, self.signatures = signer, self.signatures + 1

    @rule(role=st.sampled_from(["primary", "billing", "other"]))
    def the_customer_declines(self, role: Any) -> None:
        """With a reason."""
        allowed = self.status == "delivered" and not self.signed_by and not self.declined and role != "other"
        assert self._done(DeclineProposal(proposal_id=self.id, reason="No"), self.world.contact(role)) == allowed
        self.declined = self.declined or allowed

    # What must hold

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """For the office and for the customer, alone and in a list."""
        seen = self.office.seen_by(self.office.staff, self.id)
        status = portal_status(self.status, self.signed_by is not None, self.declined)
        assert (seen.office_status, seen.status, seen.revision) == (self.status, status, self.revision)
        assert (seen.electronic_signature.signed_by if seen.electronic_signature else None) == self.signed_by
        listed = self.office.ask(ListProposals(status=status), self.world.contact()).items
        assert [each.id for each in listed] == ([] if self.status == "draft" else [self.id])
        chosen = [each.total.amount for each in seen.optional_services if each.selected]
        assert seen.total.amount == sum(each.total.amount for each in seen.services) + sum(chosen)
        assert not chosen or self.signed_by

    @invariant()
    def nothing_was_signed_that_was_not_shown(self) -> None:
        """And every signature that was ever made is there."""
        found = {sha for (sha,) in self.office.rows("SELECT shown_sha256 FROM signature")}
        assert found <= {view.document_sha256 for view in self.shown}
        assert self.office.rows("SELECT count(*) FROM signature") == [(self.signatures,)]

    @invariant()
    def no_history_is_lost(self) -> None:
        """Each revision that was taken back is there, with what had become of it."""
        kept = self.office.ask(GetProposal(proposal_id=self.id), self.office.staff).revisions
        found = [
            (
                each.revision,
                each.electronic_signature and each.electronic_signature.signed_by,
                each.declined is not None,
            )
            for each in reversed(kept)
        ]
        assert found == self.history

    # How

    def _remembered(self, revision: RevisionView) -> tuple[int, str | None, bool]:
        signature = revision.electronic_signature
        return revision.revision, signature.signed_by if signature else None, revision.declined is not None

    def _done(self, command: Command[Any], principal: Principal) -> bool:
        try:
            self.office.ask(command, principal)
        except DomainError as refusal:
            assert refusal.code in ("conflict", "forbidden", "not_found", "invalid"), refusal
            return False
        return True

    def _command(self, act: str) -> Command[Any]:
        if act == "deliver":
            return self.world.deliver(self.id)
        if act == "reset":
            return ResetProposal(proposal_id=self.id)
        if act == "change":
            services = [offer("Mowing", 40_000 + self.revision), offer("Flowers", 5_000, optional=True, tax="8.25")]
            return ChangeProposal(proposal_id=self.id, services=services)
        return MoveProposal.model_validate({"proposal_id": self.id, "to": act})

    def _target(self, act: str) -> Any:
        return {"deliver": "delivered", "reset": "draft"}.get(act, act)

    def _take_over(self, act: str) -> None:
        if act == "change":
            return
        self.status = self._target(act)
        if act == "deliver":
            self.current = self.office.seen_by(self.office.staff, self.id).document_sha256
        if act == "reset":
            self.history.append((self.revision, self.signed_by, self.declined))
            self.revision, self.signed_by, self.declined, self.current = self.revision + 1, None, False, None


def test_its_statuses_signatures_and_history_agree_whatever_happens(office: Office) -> None:
    longer = "PROPOSAL_MACHINE_EXAMPLES" in os.environ
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=not longer,
        phases=(Phase.generate, Phase.shrink) if longer else (Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    class OfThisOffice(ProposalMachine):
        """The machine, at the office of this test."""

        def __init__(self) -> None:
            super().__init__(office)

    run_state_machine_as_test(OfThisOffice, settings=bounds)
