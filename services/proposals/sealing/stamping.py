"""The seal: a PAdES signature over the whole file, with a timestamp where there is an authority for it."""

import asyncio
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.contracts.proposals.signing import SealLevel
from services.proposals.sealing.appending import append
from services.proposals.sealing.certificates import common_name
from services.proposals.sealing.settings import identity, seal_settings

FIELD = "Seal"


@dataclass(frozen=True)
class Sealed:
    """A sealed PDF, by whom it was sealed, and how strongly."""

    pdf: bytes
    level: SealLevel
    sealed_by: str
    certificate_sha256: str
    timestamped_by: str | None


def level() -> SealLevel:
    """What a seal of this process reaches."""
    return "B-T" if seal_settings().timestamp_url else "B-B"


def seal(shown: bytes, pages: bytes, reason: str) -> Sealed:
    """The PDF that was shown, byte for byte, then these pages, then the seal over all of it.

    Raises where the authority that is set does not answer: a seal is never silently weaker than it should be.
    """
    writer = IncrementalPdfFileWriter(BytesIO(shown))
    append(writer, pages)
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
        name=identity().name,
    )
    sealed = asyncio.run(PdfSigner(metadata, signer=_signer(), timestamper=_timestamper()).async_sign_pdf(writer))
    pdf = sealed.getvalue()
    return Sealed(pdf, level(), identity().name, identity().fingerprint, _timestamped_by(pdf))


@cache
def _signer() -> SimpleSigner:
    who = identity()
    registry = SimpleCertificateStore.from_certs([who.certificate, *who.chain])
    return SimpleSigner(signing_cert=who.certificate, signing_key=who.key, cert_registry=registry)


def _timestamper() -> HTTPTimeStamper | None:
    settings = seal_settings()
    if not settings.timestamp_url:
        return None
    return HTTPTimeStamper(settings.timestamp_url, timeout=settings.timestamp_seconds)


def _timestamped_by(pdf: bytes) -> str | None:
    """The name in the certificate of the authority that says when; None where none was asked."""
    if level() == "B-B":
        return None
    (embedded,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    token = find_unique_cms_attribute(embedded.signer_info["unsigned_attrs"], "signature_time_stamp_token")["content"]
    signer = token["signer_infos"][0]["sid"].chosen["serial_number"].native
    (issued,) = (each.chosen for each in token["certificates"] if each.chosen.serial_number == signer)
    return common_name(issued)
