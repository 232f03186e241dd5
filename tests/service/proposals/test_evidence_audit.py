"""The audit of the evidence finds nothing where nothing is wrong, and each thing that somebody tampered with."""

import pytest

from services.chassis import files
from services.proposals import audit
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def found(office: Office) -> list[str]:
    """What the audit says of this world's company, without its id."""
    prefix = f"{office.world.company}: "
    return [each.removeprefix(prefix) for each in audit.discrepancies(office.engine) if each.startswith(prefix)]


@pytest.fixture
def document(office: Office, world: World) -> str:
    """A signed and sealed proposal's id."""
    shown = office.delivered()
    office.ask(signing(shown), world.contact())
    return str(shown.id)


def test_nothing_is_wrong_with_what_was_signed(office: Office, document: str) -> None:
    assert found(office) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "UPDATE signing_event SET at = at - interval '1 day' WHERE document_id = %s AND kind = 'signed'",
            "at entry 3",
        ),
        ("DELETE FROM signing_event WHERE document_id = %s AND kind = 'sealed'", "was sealed with"),
        ("UPDATE signature SET shown_sha256 = 'other' WHERE document_id = %s", "was signed with other"),
        ("DELETE FROM seal USING signature s WHERE s.document_id = %s AND s.id = signature_id", "has no seal"),
    ],
)
def test_whatever_was_changed_in_the_database_is_found(office: Office, document: str, change: str, told: str) -> None:
    office.change(change, document)
    assert any(told in each for each in found(office))


def test_an_exchanged_file_is_found(office: Office, document: str) -> None:
    ((key,),) = office.rows("SELECT document->>'key' FROM seal")
    files.put(key, "other.pdf", "application/pdf", b"%PDF-1.7 another")
    assert found(office) == [f"the file {key} is not what was sealed"]
