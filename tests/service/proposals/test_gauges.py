"""What proposals tells of all companies: signatures that wait for their seal, and when its certificates end."""

from collections.abc import Callable
from pathlib import Path
from threading import Semaphore

import pytest
from cryptography import x509
from prometheus_client import REGISTRY

from deploy.local import seals as demo_seals
from services.chassis.executor import Executor
from services.chassis.work import Work
from services.proposals import gauges, seals
from services.proposals.service import Proposals
from tests.service.proposals.conftest import Office
from tests.unit.proposals.people import World, signing


def told(office: Office, measure: Callable[[Work], None], name: str, state: str = "") -> float:
    """What a gauge of ours tells, just measured."""
    Executor(office.engine, b"k" * 32).timer(measure)
    found = REGISTRY.get_sample_value(f"portico_{name}", {"state": state} if state else {})
    assert found is not None, f"nobody tells portico_{name}"
    return found


def test_a_signature_waits_until_it_is_sealed(office: Office, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(office, gauges.SEALS.measure, "seals", "waiting")
    with monkeypatch.context() as busy:
        busy.setattr(seals, "_places", Semaphore(0))
        busy.setattr(seals, "PATIENCE", 0.01)
        signature = office.ask(signing(office.delivered()), world.contact())
    assert told(office, gauges.SEALS.measure, "seals", "waiting") == before + 1
    office.work_on(Proposals.seal, signature.id)
    assert told(office, gauges.SEALS.measure, "seals", "waiting") == before


def test_the_certificate_that_ends_first_is_told(office: Office, seal_key: Path) -> None:
    chain = x509.load_pem_x509_certificates((seal_key / demo_seals.CHAIN).read_bytes())
    ends = min(each.not_valid_after_utc for each in chain).timestamp()
    name = "seal_certificate_expires_timestamp_seconds"
    assert told(office, gauges.measure_certificates, name) == ends
