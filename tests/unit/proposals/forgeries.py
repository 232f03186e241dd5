"""What somebody may do to a sealed PDF, each of it a forgery."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

from deploy.local import seals


def flipped(pdf: bytes, at: int) -> bytes:
    """With one bit of one byte turned over."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def appended(pdf: bytes) -> bytes:
    """With an update after its end that turns the first page round."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.update_container(page)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def with_replaced_page(pdf: bytes, other: bytes) -> bytes:
    """Written anew with another document's first page."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    writer.remove_page(0)
    writer.insert_page(PdfReader(BytesIO(other)).pages[0], 0)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def sealed_by_namesake(pdf: bytes, folder: Path) -> bytes:
    """Sealed with another key, whose certificates say the same names as ours."""
    seals.make(folder)
    certificate, *chain = load_certs_from_pemder([str(folder / seals.CHAIN)])
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder(str(folder / seals.KEY), None),
        cert_registry=SimpleCertificateStore.from_certs([certificate, *chain]),
    )
    metadata = PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
    # The library runs an event loop of its own, and the thread of a browser's test has one already.
    with ThreadPoolExecutor(1) as elsewhere:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        sealed = elsewhere.submit(sign_pdf, writer, metadata, signer=signer).result()
    written: bytes = sealed.getvalue()
    return written
