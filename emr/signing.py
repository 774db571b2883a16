"""One way to write content down, its digest, and the signature in a PDF: made, and checked.

The signature is PAdES with the practice's own P-256 key, which lies in the PKCS#12 file that
SIGNING_P12 names: never in the database, never in the repository. Why: docs/decisions/0004.
"""

import asyncio
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD_NAME = "Signature"
# The signature of a P-256 key with its certificate takes half of this, in hex digits.
BYTES_RESERVED = 8192


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a PDF's signature proves: nothing at all unless `valid`."""

    valid: bool
    signer: str = ""
    signed_at: datetime | None = None


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write a content down: the same content gives the same bytes, for ever.

    Dates come as ISO text and decimals as text; a float or anything else that JSON has no exact
    word for is a programmer's mistake.
    """
    _refuse_inexact(content)
    return json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sign_pdf(pdf: bytes, *, name: str, reason: str, location: str, at: datetime) -> bytes:
    """The PDF with an invisible PAdES signature appended; the bytes before it stay as they are."""
    return asyncio.run(_sign(pdf, name=name, reason=reason, location=location, at=at))


def verify_pdf(pdf: bytes) -> Verification:
    """Whether the whole file stands under a signature by a key of this practice.

    Works offline and trusts no certificate but our own, present or former. Never raises for what
    is in the file, which may come from anybody.
    """
    trusted = _key_ring().certificates
    try:
        return asyncio.run(_verify(pdf, trusted))
    except Exception:  # a parser fed with a stranger's bytes may fail in any way
        return Verification(valid=False)


async def _sign(pdf: bytes, *, name: str, reason: str, location: str, at: datetime) -> bytes:
    pdf_signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD_NAME,
            md_algorithm="sha256",
            name=name,
            reason=reason,
            location=location,
            subfilter=fields.SigSeedSubFilter.PADES,
        ),
        signer=_key_ring().signer,
        new_field_spec=fields.SigFieldSpec(
            FIELD_NAME,
            readable_field_name=f"Digital signature of {name}",
            # Hidden and off the page: so no visible widget is left without a tag (PDF/UA 7.18).
            invis_sig_settings=fields.InvisSigSettings(
                set_print_flag=False, set_hidden_flag=True, box_out_of_bounds=True
            ),
        ),
    )
    writer = _Writer(io.BytesIO(pdf))
    session = pdf_signer.init_signing_session(writer)
    # The time of the note, not of the machine: paper and signature must never differ.
    session.system_time = at
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=BYTES_RESERVED)
    to_sign, output = prepared.digest_tbs_document()
    await prepared.perform_signature(to_sign.document_digest, PdfCMSSignedAttributes())
    return output.getvalue()


async def _verify(pdf: bytes, trusted: tuple[x509.Certificate, ...]) -> Verification:
    [*_, signature] = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    # Ours alone: not another's, though an authority in our key file might vouch for it.
    if signature.signer_cert.sha256 not in {certificate.sha256 for certificate in trusted}:
        return Verification(valid=False)
    signed_at = signature.self_reported_timestamp
    status = await async_validate_pdf_signature(
        signature,
        # As of the signing: a certificate that has run out since still proves what it signed then.
        ValidationContext(trust_roots=list(trusted), allow_fetching=False, moment=signed_at),
        skip_diff=True,
    )
    if not status.bottom_line or status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return Verification(valid=False)
    signer = str(signature.sig_object.get("/Name", ""))
    return Verification(valid=True, signer=signer, signed_at=signed_at)


class _Writer(IncrementalPdfFileWriter):
    """Keeps the file a PDF 1.7: PDF/UA-1 rests on that version, and a P-256 key alone would have
    pyHanko call it 2.0."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        pass

    def register_extension(self, ext: DeveloperExtension) -> None:
        if ext is ESIC_EXTENSION_1:
            super().register_extension(ext)


@dataclass(frozen=True, kw_only=True)
class _KeyRing:
    """The key that signs now, and the certificates, former ones too, that we trust."""

    signer: signers.SimpleSigner
    certificates: tuple[x509.Certificate, ...]


def _key_ring() -> _KeyRing:
    path, passphrase = Path(settings.SIGNING_P12), settings.SIGNING_P12_PASSPHRASE
    try:
        return _read_key_ring(path, passphrase, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"SIGNING_P12: there is no signing key at {path}. Run `manage.py make_signing_key`."
        ) from error
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"SIGNING_P12: the signing key at {path} cannot be read ({error}). Set its"
            " SIGNING_P12_PASSPHRASE, or run `manage.py make_signing_key`."
        ) from error


@lru_cache(maxsize=2)
def _read_key_ring(path: Path, passphrase: str, _changed: int) -> _KeyRing:
    stored = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode() or None)
    if stored.key is None or stored.cert is None:
        raise ValueError("it holds no key with a certificate")
    current, *former = (
        x509.Certificate.load(entry.certificate.public_bytes(Encoding.DER))
        for entry in (stored.cert, *stored.additional_certs)
    )
    key = keys.PrivateKeyInfo.load(
        stored.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
    return _KeyRing(
        signer=signers.SimpleSigner(
            signing_cert=current, signing_key=key, cert_registry=SimpleCertificateStore()
        ),
        certificates=(current, *former),
    )


def _refuse_inexact(value: Any) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"A key of signed content must be text, not {key!r}.")
                _refuse_inexact(item)
        case list() | tuple():
            for item in value:
                _refuse_inexact(item)
        case _:
            raise TypeError(f"Signed content cannot hold a {type(value).__name__}.")
