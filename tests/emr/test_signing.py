import copy
import io
import stat
import subprocess
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader

from emr import documents, signing
from tests.emr.snapshots import CODE, SNAPSHOT, make_addendum, make_context

SHEET = "notes/pdf/note.html"
SIGNED_AT = datetime.fromisoformat("2026-11-23T10:51:33-07:00")


@pytest.fixture(autouse=True)
def signing_key(settings, tmp_path):
    settings.SIGNING_P12 = tmp_path / "var" / "signing.p12"
    settings.SIGNING_P12_PASSPHRASE = "a passphrase"
    make_key()
    return settings.SIGNING_P12


def make_key(**options):
    call_command("make_signing_key", stdout=io.StringIO(), **options)


def sign(pdf):
    return signing.sign_pdf(
        pdf,
        name="Dana Whitcomb, PT, DPT",
        reason="I performed this service and this note is mine.",
        location="Fort Collins, CO",
        at=SIGNED_AT,
    )


@pytest.fixture(scope="module")
def unsigned():
    return documents.render(SHEET, make_context())


@pytest.fixture
def signed(unsigned):
    return sign(unsigned)


INVALID = signing.Verification(valid=False)
BY_DANA = signing.Verification(valid=True, signer="Dana Whitcomb, PT, DPT", signed_at=SIGNED_AT)


# What other people's software says


@pytest.fixture
def pdfsig(tmp_path):
    def run(pdf):
        (tmp_path / "file.pdf").write_bytes(pdf)
        command = ["pdfsig", "-nocert", tmp_path / "file.pdf"]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        return dict(line.strip(" -").split(": ", 1) for line in lines if ": " in line)

    return run


def test_pdfsig_finds_the_signature_valid_over_the_whole_file(signed, pdfsig):
    said = pdfsig(signed)

    assert (
        said["Signature Validation"],
        said["Signature Type"],
        said["Signature Field Name"],
        said["Signing Hash Algorithm"],
        said["Signer Certificate Common Name"],
        said["Signing Time"],
    ) == (
        "Signature is Valid.",
        "ETSI.CAdES.detached",
        "Signature",
        "SHA-256",
        "Filiform document signing (self-signed)",
        "Nov 23 2026 17:51:33",
    )


def test_pdfsig_sees_that_one_byte_was_changed(signed, pdfsig):
    place = signed.index(CODE.encode())
    forged = signed[:place] + b"K" + signed[place + 1 :]

    assert pdfsig(forged)["Signature Validation"] == "Digest Mismatch."


def test_an_amended_print_with_the_original_inside_is_valid_too(signed, pdfsig):
    attachment = documents.Attachment(name="original.pdf", content=signed)

    amended = sign(
        documents.render(SHEET, make_context(addenda=[make_addendum()]), attachments=[attachment])
    )

    assert pdfsig(amended)["Signature Validation"] == "Signature is Valid."
    assert signing.verify_pdf(amended) == BY_DANA
    assert documents.code_in(amended) == CODE


# What the signature leaves alone


def test_signing_appends_and_changes_no_byte_before(unsigned, signed):
    assert signed[: len(unsigned)] == unsigned


def test_the_signed_file_still_claims_accessibility_and_shows_no_widget(signed):
    reader = PdfFileReader(io.BytesIO(signed))

    root = reader.root
    [field] = root["/AcroForm"]["/Fields"]
    field = field.get_object()
    hidden = 2
    assert (
        reader.input_version,
        "/Version" in root,
        root["/MarkInfo"]["/Marked"],
        "/StructTreeRoot" in root,
        'pdfuaid:part="1"' in root["/Metadata"].data.decode(),
        field["/TU"],
        field["/F"] & hidden,
    ) == (
        (1, 7),
        False,
        True,
        True,
        True,
        "Digital signature of Dana Whitcomb, PT, DPT",
        hidden,
    )


def test_the_code_is_found_in_the_signed_file(signed):
    assert documents.code_in(signed) == CODE


# Our own check


def test_the_practice_knows_its_own_signature_again(signed):
    assert signing.verify_pdf(signed) == BY_DANA


@pytest.mark.parametrize("place", [20, 5_000, 20_000, -200])
def test_a_changed_byte_anywhere_makes_it_invalid(signed, place):
    forged = bytearray(signed)
    forged[place] ^= 1

    assert signing.verify_pdf(bytes(forged)) == INVALID


@pytest.mark.parametrize(
    "garbage",
    [b"", b"%PDF-1.7", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"\x00" * 1000, b"<<" * 50_000],
)
def test_garbage_is_invalid_and_raises_nothing(garbage):
    assert signing.verify_pdf(garbage) == INVALID


def test_a_file_cut_short_is_invalid(signed):
    assert signing.verify_pdf(signed[:-1_000]) == INVALID


def test_a_file_with_something_added_is_invalid(signed):
    assert signing.verify_pdf(signed + b"\n% and more") == INVALID


def test_an_unsigned_file_is_invalid(unsigned):
    assert signing.verify_pdf(unsigned) == INVALID


def test_a_signature_by_anybody_elses_key_is_invalid(signed, signing_key):
    signing_key.unlink()
    make_key()

    assert signing.verify_pdf(signed) == INVALID


def test_a_certificate_by_the_same_authority_is_still_not_ours(settings, signing_key, unsigned):
    """A bought certificate comes with its authority's, which vouches for strangers too."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = make_certificate("Authority", authority_key, authority_key, ca=True)
    for name in ("Stranger", "Practice"):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = make_certificate(name, key, authority_key, ca=False)
        signing_key.write_bytes(
            pkcs12.serialize_key_and_certificates(
                None, key, certificate, [authority], BestAvailableEncryption(b"a passphrase")
            )
        )
        if name == "Stranger":
            signed_by_stranger = sign(unsigned)

    assert signing.verify_pdf(sign(unsigned)) == BY_DANA
    assert signing.verify_pdf(signed_by_stranger) == INVALID


def make_certificate(name, key, authority_key, *, ca):
    usage = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SIGNED_AT - timedelta(days=1))
        .not_valid_after(SIGNED_AT + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_cert_sign=ca,
                crl_sign=ca,
                decipher_only=False,
                **dict.fromkeys(usage, False),
            ),
            critical=True,
        )
        .sign(authority_key, hashes.SHA256())
    )


def test_a_new_key_still_knows_what_the_former_one_signed(signed):
    make_key(force=True)
    make_key(force=True)

    assert signing.verify_pdf(signed) == BY_DANA


# The key


def test_the_key_is_readable_by_its_owner_alone(signing_key):
    assert stat.S_IMODE(signing_key.stat().st_mode) == 0o600
    assert [path.name for path in signing_key.parent.iterdir()] == ["signing.p12"]


def test_the_certificate_is_for_signing_documents_for_ten_years(signing_key):
    certificate = pkcs12.load_pkcs12(signing_key.read_bytes(), b"a passphrase").cert.certificate

    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert certificate.subject == certificate.issuer
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (
        True,
        True,
        False,
    )
    assert lifetime == timedelta(days=3654)


def test_a_key_is_never_overwritten_by_accident(signing_key):
    before = signing_key.read_bytes()

    with pytest.raises(CommandError, match="--force"):
        make_key()

    assert signing_key.read_bytes() == before


def test_a_key_that_cannot_be_read_is_not_replaced_even_by_force(settings, signing_key):
    before = signing_key.read_bytes()
    settings.SIGNING_P12_PASSPHRASE = "forgotten"

    with pytest.raises(CommandError, match="could no longer be checked"):
        make_key(force=True)

    assert signing_key.read_bytes() == before


def test_without_a_key_the_error_names_the_setting_and_the_remedy(signing_key, unsigned):
    signing_key.unlink()

    with pytest.raises(ImproperlyConfigured, match=r"^SIGNING_P12: there is no .*make_signing_key"):
        sign(unsigned)


def test_a_wrong_passphrase_is_said_to_be_wrong(settings, unsigned):
    settings.SIGNING_P12_PASSPHRASE = "forgotten"

    with pytest.raises(ImproperlyConfigured, match=r"^SIGNING_P12: .*SIGNING_P12_PASSPHRASE"):
        sign(unsigned)


def test_a_key_without_a_passphrase_signs_too(settings, signing_key, unsigned):
    signing_key.unlink()
    settings.SIGNING_P12_PASSPHRASE = ""
    make_key()

    assert signing.verify_pdf(sign(unsigned)) == BY_DANA


# Content and digest


def test_the_same_content_gives_the_same_bytes_in_whatever_order_it_came():
    one = {"b": [1, {"y": None, "x": True}], "a": "Zürich °"}
    other = {"a": "Zürich °", "b": [1, {"x": True, "y": None}]}

    assert signing.canonical(one) == signing.canonical(other)
    assert signing.canonical(one) == '{"a":"Zürich °","b":[1,{"x":true,"y":null}]}'.encode()


def test_a_digest_is_sha_256_in_hex():
    assert signing.digest(b"{}") == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


def test_one_changed_word_changes_the_digest():
    changed = copy.deepcopy(SNAPSHOT)
    changed["content"]["plan"] += "."

    digests = {signing.digest(signing.canonical(content)) for content in (SNAPSHOT, changed)}

    assert len(digests) == 2


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), Decimal("1.5"), SIGNED_AT, SIGNED_AT.date(), b"bytes", {1, 2}, {1: "a"}],
    ids=repr,
)
def test_what_json_has_no_exact_word_for_is_refused(value):
    with pytest.raises(TypeError, match="igned content"):
        signing.canonical({"deep": [{"down": value}]})
