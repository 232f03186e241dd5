"""What proposals tells of all companies: signatures whose seal is to come, and until when our certificates hold."""

from prometheus_client import Gauge

from services.chassis.gauges import Standing, looked_up
from services.chassis.work import Work
from services.proposals.sealing.settings import identity

SEALS = Standing("seals", "Signatures whose sealed document is to come", ("waiting",), looked_up("waiting_seals"))
EXPIRES = Gauge("portico_seal_certificate_expires_timestamp_seconds", "When the first of our seal's certificates ends")


def measure_certificates(_: Work) -> None:
    """Tells the end of whichever of the chain ends first: no seal of after that verifies."""
    sealer = identity()
    EXPIRES.set(min(each.not_valid_after for each in (sealer.certificate, *sealer.chain)).timestamp())
