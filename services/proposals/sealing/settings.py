"""The key that documents are sealed with, and whom seals are checked against."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from pydantic import Field
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder

from services.contracts.settings import Settings
from services.proposals.sealing.certificates import common_name


class SealSettings(Settings):
    """Each field is a variable or a file; `Settings` says how."""

    seal_key_file: Path
    """The private key, EC P-256 in PEM, readable by this service alone."""
    seal_chain_file: Path
    """Its certificate first, then the intermediate ones, then the root, in PEM."""
    seal_trusted_file: Path | None = None
    """Roots in PEM that seals and timestamps may also come from: the authority's, and those of earlier keys."""
    timestamp_url: str = ""
    """A timestamp authority (RFC 3161); without one a seal proves by whom and what, and not when."""
    public_url: str = ""
    """Where the gateway is, so that a certificate can say where it is verified."""
    timestamp_seconds: float = Field(default=5.0, gt=0)
    """How long it may take to answer."""


@cache
def seal_settings() -> SealSettings:
    """This process's settings, read once."""
    return SealSettings()


@dataclass(frozen=True)
class Identity:
    """Who seals: the key, its certificate and the certificates that lead to the root."""

    key: PrivateKeyInfo
    certificate: Certificate
    chain: list[Certificate]

    @property
    def name(self) -> str:
        """The name in the certificate."""
        return common_name(self.certificate)

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256."""
        return str(self.certificate.sha256.hex())


@cache
def identity() -> Identity:
    """Whose seal it is, read once. Raises where the files cannot be read."""
    settings = seal_settings()
    certificate, *chain = load_certs_from_pemder([str(settings.seal_chain_file)])
    key = load_private_key_from_pemder(str(settings.seal_key_file), None)
    return Identity(key, certificate, chain)
