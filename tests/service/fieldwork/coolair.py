"""CoolAir and its customer Northside, fresh for each test, and fieldwork to be asked by any of them."""

import inspect
from typing import Any, TypeVar, cast
from uuid import UUID

import obstore
import pytest
from obstore.store import ObjectStore
from sqlalchemy import Engine, text

from services.chassis.executor import Executor
from services.contracts.errors import DomainError
from services.contracts.fieldwork.attachments import (
    AttachmentOwner,
    AttachmentView,
    ConfirmAttachment,
    OwnerKind,
    ReserveAttachment,
)
from services.contracts.fieldwork.equipment import CreateEquipment, EquipmentView
from services.contracts.fieldwork.jobs import CreateJob, JobView
from services.contracts.files import FileView
from services.contracts.messages import Ask, Event, new_id
from services.contracts.principals import (
    Permission,
    Portal,
    PortalSettings,
    Principal,
    PropertyAccess,
    Section,
    StaffRole,
)
from services.contracts.snapshots import Address, CustomerSnapshot, Person, PropertySnapshot
from services.fieldwork import attachments
from services.fieldwork.service import Fieldwork

Answer = TypeVar("Answer")
Told = TypeVar("Told", bound=Event)

EVERYTHING: frozenset[Permission] = frozenset(
    {
        "jobs.view",
        "jobs.create",
        "equipment.view",
        "equipment.create",
        "equipment.edit",
        "requests.view",
        "requests.create",
        "requests.comment",
    }
)
SECTIONS: list[Section] = ["jobs", "equipment", "requests"]
ADDRESS = Address(line1="12 Mill Lane", city="Austin", state="TX", zip="78704")
ZONE = "America/Chicago"


class World:
    """One company with one customer of two properties."""

    def __init__(self) -> None:
        self.company, self.branch = new_id(), new_id()
        self.northside = CustomerSnapshot(id=new_id(), name="Northside Dental", address=ADDRESS)
        self.practice = PropertySnapshot(id=new_id(), name="Practice", address=ADDRESS)
        self.annex = PropertySnapshot(id=new_id(), name="Annex", address=ADDRESS)
        self.mia = self.contact("Mia Novak", self.practice, self.annex)
        self.tom = self.contact("Tom Berg", self.practice, permissions=frozenset({"jobs.view_own"}))
        self.office = self.staff("office")
        self.technician = Person(id=new_id(), name="Ana Silva", email="ana@coolair.test", phone="512-555-0107")

    def contact(
        self,
        name: str,
        *places: PropertySnapshot,
        permissions: frozenset[Permission] = EVERYTHING,
        sections: list[Section] = SECTIONS,
        customer: UUID | None = None,
        branch: UUID | None = None,
        labels: bool = True,
    ) -> Principal:
        """A contact of Northside, or of another customer, at these properties."""
        settings = PortalSettings(sections=sections, equipment_labels=labels)
        return Principal(
            kind="contact",
            id=new_id(),
            company_id=self.company,
            name=name,
            portal=Portal(
                branch_id=branch or self.branch, slug="coolair", name="CoolAir", time_zone=ZONE, settings=settings
            ),
            customer_id=customer or self.northside.id,
            permissions=permissions,
            properties=[PropertyAccess(property_id=each.id, role="primary") for each in places],
        )

    def staff(self, *roles: StaffRole, company: UUID | None = None) -> Principal:
        """A staff member with these roles."""
        return Principal(
            kind="staff",
            id=new_id(),
            company_id=company or self.company,
            name="Ana Silva",
            staff_roles=frozenset(roles),
        )

    def job(self, **said: Any) -> CreateJob:
        """An order to make a job at the practice."""
        place = {"branch_id": self.branch, "time_zone": ZONE, "customer": self.northside, "property": self.practice}
        return CreateJob.model_validate({**place, "description": "The reception is too warm.", **said})

    def equipment(self, **said: Any) -> CreateEquipment:
        """An order to add equipment at the practice."""
        place = {"branch_id": self.branch, "time_zone": ZONE, "customer": self.northside, "property": self.practice}
        return CreateEquipment.model_validate({**place, "kind": "Air conditioner", **said})

    def other_sides(self) -> dict[str, Principal]:
        """Those who see nothing of the practice's jobs and equipment."""
        return {
            "another customer's contact": self.contact("Eve", self.practice, customer=new_id()),
            "a contact in another branch's portal": self.contact("Mia Novak", self.practice, branch=new_id()),
            "a contact of another property": self.contact("Ned", self.annex),
            "a contact where the section is off": self.contact("Mia Novak", self.practice, sections=[]),
            "a contact without the permission": self.contact("Pat", self.practice, permissions=frozenset()),
            "another company's staff": self.staff("administrator", company=new_id()),
        }


class Desk:
    """Asks fieldwork, as any principal, through its table of contents."""

    def __init__(self, engine: Engine, store: ObjectStore, world: World) -> None:
        self.engine, self.store, self.world = engine, store, world
        self.executor = Executor(engine, b"k" * 32)

    def ask(self, message: Ask[Answer], who: Principal | None) -> Answer:
        """The answer, or the refusal raised."""
        use_case: Any = inspect.unwrap(getattr(Fieldwork, message.method()))
        return cast(Answer, self.executor.answer(use_case, message, who))

    def refusal(self, message: Ask[Any], who: Principal | None) -> str:
        """The code of the refusal that the message meets."""
        with pytest.raises(DomainError) as refused:
            self.ask(message, who)
        return refused.value.code

    def job(self, who: Principal | None = None, **said: Any) -> JobView:
        """A new job at the practice, the office's unless somebody's."""
        return self.ask(self.world.job(**said), who or self.world.office)

    def equipment(self, who: Principal | None = None, **said: Any) -> EquipmentView:
        """New equipment at the practice."""
        return self.ask(self.world.equipment(**said), who or self.world.office)

    def reserve(
        self,
        kind: OwnerKind,
        owner_id: UUID,
        who: Principal | None = None,
        *,
        parent_id: UUID | None = None,
        **said: Any,
    ) -> ReserveAttachment:
        """A place for a photo, reserved, and its bytes in the store."""
        attachment_id = new_id()
        folder = f"fieldwork/{self.world.company}/attachments/{attachment_id}"
        described = {"content_type": "image/jpeg", "size": 5, "sha256": "0" * 64}
        command = ReserveAttachment(
            id=attachment_id,
            owner=AttachmentOwner(kind=kind, id=owner_id, parent_id=parent_id),
            file=FileView(key=f"{folder}/photo", name="photo.jpg", **described),
            thumbnail=FileView(key=f"{folder}/thumbnail", name="thumbnail.jpg", **described),
            **said,
        )
        self.ask(command, who or self.world.office)
        for each in ("photo", "thumbnail"):
            obstore.put(self.store, f"{folder}/{each}", b"bytes")
        return command

    def attach(self, kind: OwnerKind, owner_id: UUID, who: Principal | None = None, **said: Any) -> AttachmentView:
        """A photo, attached."""
        reserved = self.reserve(kind, owner_id, who, **said)
        return self.ask(ConfirmAttachment(attachment_id=reserved.id), who or self.world.office)

    def attach_to_comment(self, request_id: UUID, comment_id: UUID, **said: Any) -> AttachmentView:
        """A photo of the office's, attached to a comment."""
        return self.attach("comment", comment_id, parent_id=request_id, **said)

    def let_pass(self, attachment_id: UUID) -> None:
        """Lets an hour pass in which a file does not arrive."""
        with self.engine.begin() as connection:
            connection.execute(
                text("SELECT set_config('portico.company_id', :id, true)"), {"id": str(self.world.company)}
            )
            connection.execute(text("UPDATE attachment SET due_at = now() WHERE id = :id"), {"id": attachment_id})

    def sweep(self) -> None:
        """What the service does every minute."""
        with self.engine.connect() as connection:
            due = connection.execute(text("SELECT company_id, id FROM lookups.due_attachments(100)")).all()
        for company_id, attachment_id in due:
            self.executor.due(attachments.sweep, company_id, attachment_id)

    def kept(self) -> list[str]:
        """What the store has of this company."""
        listed = self.store.list(f"fieldwork/{self.world.company}/")
        return sorted(each["path"] for batch in listed for each in batch)

    def told(self, event: type[Told]) -> list[Told]:
        """What was announced of a kind, in order."""
        found = text(
            "SELECT payload FROM outbox WHERE type = :type AND payload ->> 'company_id' = :company ORDER BY id"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(found, {"type": event.method(), "company": str(self.world.company)})
            return [event.model_validate(row.payload) for row in rows]
