"""Certificates: whom seals are trusted of, and what their owners are called."""

from pathlib import Path

from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder


def trusted_roots(chain_file: Path, trusted_file: Path | None) -> list[Certificate]:
    """The root of our own chain, and those that are trusted besides."""
    own = list(load_certs_from_pemder([str(chain_file)]))[-1]
    return [own, *(load_certs_from_pemder([str(trusted_file)]) if trusted_file else [])]


def common_name(certificate: Certificate) -> str:
    """The common name of a certificate's owner, or all that is known of them."""
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
