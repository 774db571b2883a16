"""The hand under a document: what comes from the signing page or from a scan, and how it is kept."""

from dataclasses import dataclass
from datetime import date, datetime

from consent.actions.scans import save_scan
from consent.models import Mark, Method, PatientSignature, Scan
from emr.models import Patient, User


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who signed, how and where. The mark is one of three: ink, a typed name, or a scanned paper.

    `ink` is what emr.rules.ink judged and made canonical. `signed_on` is the day written on a paper.
    `disclosure` is what was said beforehand about signing electronically. A `scan` need not be saved
    yet: it is kept in the transaction of the signature, and the photographs that follow it as well.
    """

    signer_name: str
    intent: str
    ink: dict | None = None
    typed_name: str = ""
    scan: Scan | None = None
    more_scans: tuple[Scan, ...] = ()
    relation: str = ""
    ground: str = ""
    interpreter: str = ""
    witness: str = ""
    place: str = ""
    device: str = ""
    address: str | None = None
    signed_on: date | None = None
    disclosure: tuple[str, ...] = ()

    @property
    def mark(self) -> Mark:
        if self.scan:
            return Mark.ON_PAPER
        return Mark.DRAWN if self.ink else Mark.TYPED

    def as_dict(self) -> dict:
        """For the snapshot of what was signed."""
        return {
            "name": self.signer_name,
            "relation": self.relation,
            "ground": self.ground,
            "interpreter": self.interpreter,
            "witness": self.witness,
            "intent": self.intent,
            "disclosure": list(self.disclosure),
            "mark": self.mark.value,
            "ink": self.ink,
            "typed_name": self.typed_name,
            "scan_sha256": self.scan.sha256 if self.scan else "",
            "more_scans_sha256": [each.sha256 for each in self.more_scans],
            "place": self.place,
            "device": self.device,
            "address": self.address or "",
        }


def keep_signature(
    hand: Hand, *, patient: Patient, method: Method, at: datetime, by: User
) -> PatientSignature:
    """The signature as a row, and its scans, in the caller's transaction."""
    if hand.scan and hand.scan.pk is None:
        save_scan(hand.scan)
    for each in hand.more_scans:
        each.follows = hand.scan
        save_scan(each)
    return PatientSignature.objects.create(
        patient=patient,
        method=method,
        mark=hand.mark,
        ink=hand.ink,
        typed_name=hand.typed_name,
        scan=hand.scan,
        signer_name=hand.signer_name,
        relation=hand.relation,
        ground=hand.ground,
        interpreter=hand.interpreter,
        witness=hand.witness,
        intent=hand.intent,
        signed_at=at,
        place=hand.place,
        device=hand.device[:200],
        address=hand.address,
        attended_by=by,
    )
