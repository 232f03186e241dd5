"""A key and its chain of certificates to seal documents with, made when a site first needs them; a demo's alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.sites import write_private

KEY, CHAIN = "key.pem", "chain.pem"
NAME = "Portico demo seal"

_YEARS = timedelta(days=3650)
_Pair = tuple[x509.Certificate, EllipticCurvePrivateKey]


def variables(folder: Path) -> Mapping[str, str]:
    """What a service that seals is told; makes key and chain where they are missing."""
    if not (folder / CHAIN).exists():
        make(folder)
    return {"SEAL_KEY_FILE": str(folder / KEY), "SEAL_CHAIN_FILE": str(folder / CHAIN)}


def make(folder: Path, name: str = NAME) -> None:
    """Writes a new private key, and the certificate, intermediate and root that belong to it."""
    root = certified("Portico demo root")
    intermediate = certified("Portico demo intermediate", root)
    seal = certified(name, intermediate, authority=False)
    write_pair(folder, seal, intermediate, root)


def write_pair(folder: Path, owner: _Pair, *above: _Pair) -> None:
    """Writes the owner's key, and then, last, the certificates from the owner's up to the root's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = owner[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / KEY, key.decode())
    chain = [each.public_bytes(serialization.Encoding.PEM).decode() for each, _ in (owner, *above)]
    write_private(folder / CHAIN, "".join(chain))


def certified(name: str, by: _Pair | None = None, *, authority: bool = True, timestamps: bool = False) -> _Pair:
    """A new key with a certificate by another one, or by itself: of an authority, or for documents or timestamps."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, issuer_key = by if by else (None, key)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer.subject if issuer else _named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if timestamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()), key


def _named(name: str) -> x509.Name:
    attributes = [(NameOID.ORGANIZATION_NAME, "Portico demo"), (NameOID.COMMON_NAME, name)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
