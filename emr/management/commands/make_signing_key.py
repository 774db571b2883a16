"""Make the key with which this practice signs its PDFs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

VALIDITY = timedelta(days=3653)  # ten years


class Command(BaseCommand):
    help = (
        "Make a self-signed P-256 certificate for signing documents, and write it with its key to"
        " SIGNING_P12. With --force, a former certificate is kept for checking older documents."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", default="Filiform", help="whom the certificate names, such as the practice"
        )
        parser.add_argument(
            "--force", action="store_true", help="put a new key in the place of the one there is"
        )

    def handle(self, *, name: str, force: bool, **options) -> None:
        path, passphrase = settings.SIGNING_P12, settings.SIGNING_P12_PASSPHRASE
        if path.exists() and not force:
            raise CommandError(f"There is a signing key at {path}; --force puts a new one there.")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certify(key, name=f"{name} document signing (self-signed)")
        stored = pkcs12.serialize_key_and_certificates(
            name.encode(),
            key,
            certificate,
            former_certificates(path, passphrase),
            BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption(),
        )
        write_secret(path, stored)
        self.stdout.write(f"Signing key written to {path}")
        self.stdout.write(f"SHA-256 fingerprint {certificate.fingerprint(hashes.SHA256()).hex()}")
        self.stdout.write(f"Valid until {certificate.not_valid_after_utc:%Y-%m-%d}")


def certify(key: ec.EllipticCurvePrivateKey, *, name: str) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks differ
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def former_certificates(path: Path, passphrase: str) -> list[x509.Certificate]:
    """The certificates in the file that is to be replaced; their keys are not kept."""
    if not path.exists():
        return []
    try:
        stored = pkcs12.load_pkcs12(path.read_bytes(), passphrase.encode() or None)
    except ValueError as error:
        raise CommandError(
            f"{path} cannot be read ({error}), so documents signed with it could no longer be"
            " checked. Set its SIGNING_P12_PASSPHRASE, or move the file away first."
        ) from error
    entries = [stored.cert, *stored.additional_certs]
    return [entry.certificate for entry in entries if entry is not None]


def write_secret(path: Path, content: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
