"""What the demo's payers answer: the text of an 835 file about claims that were sent to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.models import Charge, Claim
from billing.models.money import CENT
from billing.review.line_numbers import line_number
from emr.models import CoverageKind, Payer
from emr.rules.needling import NEEDLING_CODES

NOTHING = Decimal("0.00")
ALLOWED, COINSURANCE, COPAY = Decimal("0.70"), Decimal("0.20"), Decimal("15.00")
# By record number: a plan that finds nothing of it necessary, and one that calls needling unproven.
NOT_NECESSARY = {10033, 10042}
UNPROVEN = {10050}
# Of the practice that the clinic took over: no claim of ours has this number.
OF_NOBODY = [
    "CLP*HLPT-2207*1*120.00*0.00*120.00*MB*DEMO2207",
    "CAS*PR*1*120.00",
    "NM1*QC*1*PEPPERCORN*AMOS",
]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of one line: each adjustment is a group, a reason and an amount."""

    charge: Charge
    adjustments: tuple[tuple[str, str, Decimal], ...]
    remark: str = ""

    @property
    def paid(self) -> Decimal:
        return self.charge.amount - sum(amount for *_, amount in self.adjustments)

    @property
    def of_patient(self) -> Decimal:
        return sum((amount for group, _, amount in self.adjustments if group == "PR"), NOTHING)

    def segments(self) -> list[str]:
        procedure = ":".join(["HC", self.charge.code, *self.charge.modifiers.split()])
        day = self.charge.sheet.note.date_of_service
        return [
            f"SVC*{procedure}*{self.charge.amount:.2f}*{self.paid:.2f}**{self.charge.units}",
            f"DTM*472*{day:%Y%m%d}",
            *(f"CAS*{group}*{why}*{amount:.2f}" for group, why, amount in self.adjustments),
            f"REF*6R*{line_number(self.charge)}",
            *([f"LQ*HE*{self.remark}"] if self.remark else []),
        ]


def answers_to(
    claims: Sequence[Claim], *, number: int, day: date, denies: bool, of_nobody: bool
) -> bytes:
    """One file, a remittance for each payer; `number` is that of the file.

    Where it `denies`, NOT_NECESSARY comes to that; else those are paid like all others.
    """
    claims = sorted(claims, key=lambda claim: (claim.coverage.payer_id, claim.pk))
    transactions = []
    for payer, those in groupby(claims, key=lambda claim: claim.coverage.payer):
        stray = OF_NOBODY if of_nobody and not transactions else []
        trace = f"DEMO{number:03}{payer.pk:03}"
        transactions.append(_remittance(payer, list(those), stray, trace=trace, day=day, no=denies))
    return _file(transactions, number=number, day=day)


def _remittance(
    payer: Payer, claims: list[Claim], stray: list[str], *, trace: str, day: date, no: bool
) -> list[str]:
    answers = [(claim, [_line(claim, charge, no=no) for charge in claim.lines]) for claim in claims]
    total = sum((said.paid for _, lines in answers for said in lines), NOTHING)
    method = "ACH" if total else "NON"
    return [
        f"BPR*{'I' if total else 'H'}*{total:.2f}*C*{method}************{day:%Y%m%d}",
        f"TRN*1*{trace}*1990000{payer.pk:03}",
        f"DTM*405*{day:%Y%m%d}",
        f"N1*PR*{payer.name.upper()}",
        "N1*PE*HARBOUR LANE PHYSICAL THERAPY*XX*1093817231",
        "LX*1",
        *(segment for claim, lines in answers for segment in _claim(claim, lines)),
        *stray,
    ]


def _claim(claim: Claim, lines: list[Said]) -> list[str]:
    charge = sum(said.charge.amount for said in lines)
    paid, of_patient = (
        sum(amounts, NOTHING)
        for amounts in ([each.paid for each in lines], [each.of_patient for each in lines])
    )
    status, patient = "1" if paid or of_patient else "4", claim.coverage.patient
    return [
        f"CLP*{claim.control_number}*{status}*{charge:.2f}*{paid:.2f}*{of_patient:.2f}*MB"
        f"*DEMO{claim.pk:06}",
        f"NM1*QC*1*{patient.last_name.upper()}*{patient.first_name.upper()}",
        *(segment for said in lines for segment in said.segments()),
    ]


def _line(claim: Claim, charge: Charge, *, no: bool) -> Said:
    number, kind = int(claim.coverage.patient.record_number), claim.coverage.payer.kind
    needled = charge.code in NEEDLING_CODES
    if no and number in NOT_NECESSARY:
        return Said(charge=charge, adjustments=(("CO", "50", charge.amount),))
    if needled and kind == CoverageKind.MEDICARE:
        return Said(charge=charge, adjustments=(("PR", "50", charge.amount),), remark="N386")
    if needled and number in UNPROVEN:
        return Said(charge=charge, adjustments=(("PR", "55", charge.amount),))
    allowed = (charge.amount * ALLOWED).quantize(CENT)
    shares = {
        CoverageKind.MEDICARE: ("2", (allowed * COINSURANCE).quantize(CENT)),
        CoverageKind.MEDICARE_ADVANTAGE: ("2", (allowed * COINSURANCE).quantize(CENT)),
        CoverageKind.COMMERCIAL: ("3", COPAY),
        CoverageKind.TRICARE: ("3", COPAY),
    }
    discount = ("CO", "45", charge.amount - allowed)
    share = shares.get(CoverageKind(kind))
    return Said(charge=charge, adjustments=(discount, *([("PR", *share)] if share else [])))


def _file(transactions: list[list[str]], *, number: int, day: date) -> bytes:
    stamp = f"{day:%y%m%d}*0610"
    isa = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'DEMOHOUSE':15}*ZZ*{'HARBOUR01':15}*{stamp}*^*00501"
        f"*{number:09}*0*P*:"
    )
    segments = [isa, f"GS*HP*DEMOHOUSE*HARBOUR01*{day:%Y%m%d}*0610*{number}*X*005010X221A1"]
    for place, each in enumerate(transactions, start=1):
        segments += [f"ST*835*{place:04}", *each, f"SE*{len(each) + 2}*{place:04}"]
    segments += [f"GE*{len(transactions)}*{number}", f"IEA*1*{number:09}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()
