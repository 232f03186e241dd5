"""Timestamps as RFC 3161 has them: a hash comes, a signed statement of when goes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

POLICY = "1.3.6.1.4.1.58888.1.1"
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


@dataclass(frozen=True)
class Authority:
    """Who attests: a key, and its certificate, which must be for timestamps."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    def answer(self, request: bytes) -> bytes:
        """The response to a request, both in DER. Raises ValueError where it is no request for a timestamp."""
        asked = tsp.TimeStampReq.load(request)
        response = {"status": {"status": "granted"}, "time_stamp_token": self._token(asked)}
        encoded: bytes = tsp.TimeStampResp(response).dump()
        return encoded

    def _token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        statement = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": asked["message_imprint"],
                "serial_number": secrets.randbits(63),
                "gen_time": datetime.now(UTC),
                "nonce": asked["nonce"].native,
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [SHA256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(statement.dump()),
                },
                "certificates": [self._certificate()],
                "signer_infos": [self._signer(statement.dump())],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _signer(self, statement: bytes) -> cms.SignerInfo:
        certificate = self._certificate()
        attributes = self._attributes(statement)
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": {
                    "issuer_and_serial_number": {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                },
                "digest_algorithm": SHA256,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signed_attrs": attributes,
                "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )

    def _attributes(self, statement: bytes) -> cms.CMSAttributes:
        identified = tsp.SigningCertificateV2({"certs": [{"cert_hash": self.certificate.fingerprint(hashes.SHA256())}]})
        said = {
            "content_type": "tst_info",
            "message_digest": hashlib.sha256(statement).digest(),
            "signing_certificate_v2": identified,
        }
        return cms.CMSAttributes([cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in said.items()])

    def _certificate(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))
