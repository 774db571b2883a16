"""An 837P file, 005010X222A1: envelopes around one transaction with every claim of it."""

from collections.abc import Sequence

from billing.claim_files.claim_loops import claim_segments
from billing.claim_files.segments import PART, REPEAT, digits, plain, segment
from billing.claim_files.shared_segments import address_segments
from billing.claim_files.values import Claim, Envelope, Practice, Submitter

GUIDE = "005010X222A1"
TRANSACTION = "0001"


def claim_file(*, envelope: Envelope, submitter: Submitter, claims: Sequence[Claim]) -> str:
    """The text of the file, a segment a line. All claims are of one practice.

    The values must have passed `billing.claim_files.checks`: what they lack is missing here too.
    """
    body = [
        *_head(envelope, submitter),
        *_billing_provider(claims[0].practice),
    ]
    level = 1
    for claim in claims:
        segments, level = claim_segments(claim, parent=1, level=level)
        body += segments
    # The trailer counts itself and the header.
    transaction = [
        segment("ST", "837", TRANSACTION, GUIDE),
        *body,
        segment("SE", str(len(body) + 2), TRANSACTION),
    ]
    return "\n".join([*_opening(envelope, submitter), *transaction, *_closing(envelope)]) + "\n"


def _opening(envelope: Envelope, submitter: Submitter) -> list[str]:
    sender, receiver = plain(submitter.identifier), plain(submitter.receiver_identifier)
    made = envelope.made_at
    nothing = " " * 10
    interchange = ["00", nothing, "00", nothing, "ZZ", f"{sender:<15}", "ZZ", f"{receiver:<15}"]
    interchange += [f"{made:%y%m%d}", f"{made:%H%M}", REPEAT, "00501"]
    interchange += [f"{envelope.control_number:09}", "0", envelope.usage, PART]
    group = ["HC", sender, receiver, f"{made:%Y%m%d}", f"{made:%H%M}"]
    group += [str(envelope.control_number), "X", GUIDE]
    return [segment("ISA", *interchange), segment("GS", *group)]


def _closing(envelope: Envelope) -> list[str]:
    return [
        segment("GE", "1", str(envelope.control_number)),
        segment("IEA", "1", f"{envelope.control_number:09}"),
    ]


def _head(envelope: Envelope, submitter: Submitter) -> list[str]:
    made = envelope.made_at
    number = str(envelope.control_number)
    sender, receiver = plain(submitter.identifier), plain(submitter.receiver_identifier)
    contact = plain(submitter.contact_name, 60)
    return [
        segment("BHT", "0019", "00", number, f"{made:%Y%m%d}", f"{made:%H%M}", "CH"),
        segment("NM1", "41", "2", plain(submitter.name, 60), "", "", "", "", "46", sender),
        segment("PER", "IC", contact, "TE", digits(submitter.contact_phone)),
        segment(
            "NM1", "40", "2", plain(submitter.receiver_name, 60), "", "", "", "", "46", receiver
        ),
    ]


def _billing_provider(practice: Practice) -> list[str]:
    name = plain(practice.name, 60)
    return [
        segment("HL", "1", "", "20", "1"),
        segment("PRV", "BI", "PXC", practice.taxonomy),
        segment("NM1", "85", "2", name, "", "", "", "", "XX", practice.npi),
        *address_segments(practice.address),
        segment("REF", "EI", digits(practice.tax_id)),
    ]
