"""From the segments of an 835 (005010X221A1) to plain values.

Sources and what is not read: docs/remittances.md. Whatever does not add up is refused by balance.py.
"""

import re
from datetime import date
from decimal import Decimal

from billing.remittances.balance import check_balance
from billing.remittances.segments import Malformed, Segment, transactions_of
from billing.remittances.values import (
    AdjustmentSaid,
    ClaimSaid,
    LineSaid,
    ProviderAdjustmentSaid,
    RemittanceSaid,
)

AMOUNT = re.compile(r"-?(?=\.?[0-9])[0-9]{0,8}(\.[0-9]{1,2})?")
QUANTITY = re.compile(r"-?(?=\.?[0-9])[0-9]{0,5}(\.[0-9]{1,2})?")
DAY = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")
# Where MIA (inpatient) and MOA (everything else) name remarks of a whole claim.
REMARK_PLACES = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
LONGEST = {
    "trace number": 50,
    "payer": 60,
    "payer's number": 30,
    "control number": 50,
    "payer's claim number": 50,
    "patient": 160,
    "code": 48,
    "line control number": 50,
    "group": 2,
    "reason": 5,
    "remark": 8,
    "method": 3,
    "status": 2,
    "identifier": 50,
}


def read_remittances(raw: bytes) -> tuple[RemittanceSaid, ...]:
    """Every remittance of an 835 file, in its order; raises Malformed for the file as a whole."""
    return tuple(_remittance(segments) for segments in transactions_of(raw))


def _remittance(segments: list[Segment]) -> RemittanceSaid:
    bpr, trn = _header(segments)
    found = _Reading(segments)
    paid_on = _day(bpr, 16) if bpr[16] else found.produced_on
    if paid_on is None:
        raise Malformed.at(bpr, "it has no date, and no DTM*405 gives one.")
    said = RemittanceSaid(
        payer_name=found.payer_name,
        payer_identifier=_text(trn, 3, "payer's number"),
        trace_number=_text(trn, 2, "trace number"),
        method=_text(bpr, 4, "method"),
        paid_on=paid_on,
        amount=_direction(bpr) * _amount(bpr, 2),
        claims=tuple(claim.said() for claim in found.claims),
        provider_adjustments=tuple(found.provider_adjustments),
    )
    check_balance(said, bpr=bpr, segments=[claim.segments for claim in found.claims])
    return said


def _header(segments: list[Segment]) -> tuple[Segment, Segment]:
    head = dict(enumerate(segments[:3]))
    for place, name in ((1, "BPR"), (2, "TRN")):
        if place not in head or head[place].name != name:
            segment = head.get(place, segments[-1])
            raise Malformed.at(segment, f"after ST an 835 has BPR and TRN; {name} is missing.")
    return head[1], head[2]


def _direction(bpr: Segment) -> int:
    if bpr[3] not in ("C", "D"):
        raise Malformed.at(bpr, f"“{bpr[3]}” is neither C, credit, nor D, debit.")
    return 1 if bpr[3] == "C" else -1


class _Line:
    def __init__(self, segment: Segment):
        self.segment = segment
        # The procedure of the claim, where the payer paid by another one.
        place = 6 if segment[6] else 1
        qualifier, code, *rest = [*segment.parts(place), ""]
        if not qualifier or not code:
            raise Malformed.at(segment, "the procedure is missing.")
        self.code = _fits(segment, code, "code")
        self.modifiers = " ".join(each for each in rest[:4] if each)
        if len(self.modifiers) > 11:
            raise Malformed.at(segment, "a modifier is longer than two signs.")
        self.charge = _amount(segment, 2)
        self.paid = _amount(segment, 3)
        self.units = _quantity(segment, 5) if segment[5] else Decimal(1)
        self.service_on: date | None = None
        self.control_number = ""
        self.adjustments: list[AdjustmentSaid] = []
        self.remarks: list[str] = []

    def said(self) -> LineSaid:
        return LineSaid(
            code=self.code,
            modifiers=self.modifiers,
            units=self.units,
            charge=self.charge,
            paid=self.paid,
            service_on=self.service_on,
            line_control_number=self.control_number,
            adjustments=tuple(self.adjustments),
            remarks=tuple(self.remarks),
        )


class _Claim:
    def __init__(self, segment: Segment):
        self.segment = segment
        self.control_number = _text(segment, 1, "control number")
        self.status = _text(segment, 2, "status")
        self.charge = _amount(segment, 3)
        self.paid = _amount(segment, 4)
        self.responsibility = _amount(segment, 5) if segment[5] else Decimal(0)
        self.payer_control_number = _fits(segment, segment[7], "payer's claim number")
        self.patient_name = ""
        self.lines: list[_Line] = []
        self.adjustments: list[AdjustmentSaid] = []
        self.remarks: list[str] = []

    @property
    def segments(self) -> tuple[Segment, list[Segment]]:
        return self.segment, [line.segment for line in self.lines]

    @property
    def innermost(self) -> "_Claim | _Line":
        return self.lines[-1] if self.lines else self

    def said(self) -> ClaimSaid:
        return ClaimSaid(
            control_number=self.control_number,
            status=self.status,
            charge=self.charge,
            paid=self.paid,
            patient_responsibility=self.responsibility,
            payer_control_number=self.payer_control_number,
            patient_name=self.patient_name,
            lines=tuple(line.said() for line in self.lines),
            adjustments=tuple(self.adjustments),
            remarks=tuple(self.remarks),
        )


class _Reading:
    """Walks the segments of one transaction once; a method a segment that says something."""

    def __init__(self, segments: list[Segment]):
        self.payer_name = ""
        self.produced_on: date | None = None
        self.claims: list[_Claim] = []
        self.provider_adjustments: list[ProviderAdjustmentSaid] = []
        self.ended = False
        for segment in segments:
            if self.ended and segment.name != "PLB":
                raise Malformed.at(segment, "after PLB only PLB may follow.")
            read = getattr(self, f"_{segment.name.lower()}", None)
            if read:
                read(segment)

    def _claim_of(self, segment: Segment) -> _Claim:
        if not self.claims:
            raise Malformed.at(segment, "it stands before the first claim (CLP).")
        return self.claims[-1]

    def _dtm(self, segment: Segment) -> None:
        if segment[1] == "405" and not self.claims:
            self.produced_on = _day(segment, 2)
        # Of a line: the day of the service, or the first of several.
        elif segment[1] in ("472", "150") and self.claims and self.claims[-1].lines:
            self.claims[-1].lines[-1].service_on = _day(segment, 2)

    def _n1(self, segment: Segment) -> None:
        if segment[1] == "PR":
            self.payer_name = segment[2][: LONGEST["payer"]]

    def _clp(self, segment: Segment) -> None:
        self.claims.append(_Claim(segment))

    def _nm1(self, segment: Segment) -> None:
        if segment[1] == "QC":
            given = " ".join(each for each in (segment[4], segment[5]) if each)
            name = ", ".join(each for each in (segment[3], given) if each)
            self._claim_of(segment).patient_name = name[: LONGEST["patient"]]

    def _svc(self, segment: Segment) -> None:
        self._claim_of(segment).lines.append(_Line(segment))

    def _cas(self, segment: Segment) -> None:
        group = _text(segment, 1, "group")
        places = range(2, max(len(segment.elements), 3), 3)
        for place in places:
            if place > 2 and not any(segment[place + step] for step in range(3)):
                continue
            said = AdjustmentSaid(
                group=group,
                reason=_text(segment, place, "reason"),
                amount=_amount(segment, place + 1),
                quantity=_quantity(segment, place + 2) if segment[place + 2] else None,
            )
            self._claim_of(segment).innermost.adjustments.append(said)

    def _ref(self, segment: Segment) -> None:
        if segment[1] == "6R" and self.claims and self.claims[-1].lines:
            number = _text(segment, 2, "line control number")
            self.claims[-1].lines[-1].control_number = number

    def _lq(self, segment: Segment) -> None:
        if segment[1] == "HE":
            remark = _text(segment, 2, "remark")
            self._claim_of(segment).innermost.remarks.append(remark)

    def _moa(self, segment: Segment) -> None:
        places = REMARK_PLACES[segment.name]
        remarks = [_fits(segment, segment[place], "remark") for place in places]
        self._claim_of(segment).remarks += [each for each in remarks if each]

    _mia = _moa

    def _plb(self, segment: Segment) -> None:
        self.ended = True
        for place in range(3, max(len(segment.elements), 4), 2):
            reason, *identifier = segment.parts(place)
            if not reason or len(reason) > 2:
                raise Malformed.at(segment, "an adjustment of the provider has no reason.")
            self.provider_adjustments.append(
                ProviderAdjustmentSaid(
                    reason=reason,
                    identifier=_fits(segment, ":".join(identifier), "identifier"),
                    amount=_amount(segment, place + 1),
                )
            )


# Elements


def _text(segment: Segment, place: int, what: str) -> str:
    if not segment[place].strip():
        raise Malformed.at(segment, f"the {what} is missing.")
    return _fits(segment, segment[place].strip(), what)


def _fits(segment: Segment, text: str, what: str) -> str:
    if len(text) > LONGEST[what]:
        raise Malformed.at(segment, f"the {what} is longer than {LONGEST[what]} signs.")
    return text


def _amount(segment: Segment, place: int) -> Decimal:
    if not AMOUNT.fullmatch(segment[place]):
        raise Malformed.at(segment, f"“{segment[place][:20]}” is no amount in dollars.")
    return Decimal(segment[place])


def _quantity(segment: Segment, place: int) -> Decimal:
    if not QUANTITY.fullmatch(segment[place]):
        raise Malformed.at(segment, f"“{segment[place][:20]}” is no quantity.")
    return Decimal(segment[place])


def _day(segment: Segment, place: int) -> date:
    try:
        year, month, day = map(int, DAY.fullmatch(segment[place]).groups())
        return date(year, month, day)
    except (AttributeError, ValueError):
        raise Malformed.at(segment, f"“{segment[place][:20]}” is no date.") from None
