"""What a PDF's seal says: whether it is there, whole, ours, and over everything in the file."""

from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Literal

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.proposals.sealing.certificates import common_name

Verdict = Literal["whole", "unsealed", "foreign", "altered", "extended", "unreadable"]
"""`whole`: sealed by somebody trusted, and nothing was touched since. `unsealed`: a PDF without a seal. `foreign`: the
seal is of a certificate that is not trusted. `altered`: bytes under the seal were changed. `extended`: the sealed
part is whole, and something was added after it. `unreadable`: no PDF, or a damaged one."""


@dataclass(frozen=True)
class Finding:
    """The verdict, and whose seal over how much it is where that could be read."""

    verdict: Verdict
    sealed_by: str = ""
    sealed_size: int = 0
    """How many of the file's first bytes the seal covers."""

    def as_dict(self) -> dict[str, str | int]:
        """For the pipe between two processes."""
        return asdict(self)


def examine(pdf: bytes, trusted: list[Certificate]) -> Finding:
    """The first seal of a PDF, checked against these roots; whatever is wrong with the file is a verdict."""
    try:
        embedded = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
        return _examined(embedded[0], len(pdf), trusted) if embedded else Finding("unsealed")
    except SignatureValidationError:
        return Finding("altered")
    except (PdfError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, RecursionError):
        # A hostile or damaged file can break the reader in any of these ways: it is no document of ours.
        return Finding("unreadable")


def _examined(seal: EmbeddedPdfSignature, size: int, trusted: list[Certificate]) -> Finding:
    # A certificate ends after some years, and what it sealed before is good for longer.
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=seal.self_reported_timestamp)
    status = validate_pdf_signature(seal, context, ts_validation_context=context)
    return Finding(_verdict(seal, status, size), common_name(status.signing_cert), _end(seal))


def _verdict(seal: EmbeddedPdfSignature, status: PdfSignatureStatus, size: int) -> Verdict:
    if not status.intact or not status.valid:
        return "altered"
    if not status.trusted:
        return "foreign"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE or _end(seal) != size:
        return "extended"
    return "whole" if status.bottom_line else "altered"


def _end(seal: EmbeddedPdfSignature) -> int:
    *_, start, length = seal.byte_range
    return int(start) + int(length)
