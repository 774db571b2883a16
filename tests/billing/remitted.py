"""Claims that were sent, and what a payer answers to them: 835 files that add up unless told otherwise."""

from decimal import Decimal

from django.utils import timezone

from billing.actions.postings import Kind, post
from billing.actions.steps import take_step
from billing.models import Charge, ChargeSheet, Claim, Party, Payment
from billing.review.line_numbers import line_number
from emr.models import Coverage, CoverageKind, Payer
from emr.rules.claim_states import ClaimState
from tests import factories

ISA = "ISA*00*          *00*          *ZZ*MEDICARE       *ZZ*DNCLINIC       *260210*1200*^*00501*{}*0*T*:"


def sent_claim(
    *, by, lines=(("20561", "GA GP", "65.00"),), kind=CoverageKind.MEDICARE, state="sent", **fields
) -> Claim:
    """A claim with its charges on the payer's account, brought as far as the state.

    `fields` are those of the visit; a `coverage` or `payer` may be among them, and the claim's `number`.
    """
    coverage, number = fields.pop("coverage", None), fields.pop("number", None)
    payer = fields.pop("payer", None)
    visit = factories.make_visit(**fields)
    if coverage is None:
        # One payer a kind, as who answers is known by it.
        payer = payer or Payer.objects.filter(kind=kind).first() or factories.make_payer(kind=kind)
        coverage = factories.make_coverage(patient=visit.patient, payer=payer)
    note = factories.make_signed_note(visit=visit)
    sheet = ChargeSheet.objects.create(
        note=note,
        version=1,
        facts_sha256="0" * 64,
        suggestion=[],
        diagnoses=["M54.2"],
        made_at=timezone.now(),
        made_by=by,
    )
    claim = Claim.objects.create(
        note=note,
        coverage=coverage,
        sheet=sheet,
        control_number=number or f"PCN{sheet.pk}",
        opened_at=timezone.now(),
        opened_by=by,
    )
    for position, (code, modifiers, amount) in enumerate(lines, start=1):
        charge = Charge.objects.create(
            sheet=sheet,
            position=position,
            code=code,
            modifiers=modifiers,
            units=1,
            fee=Decimal(amount),
            amount=Decimal(amount),
            suggested=True,
        )
        post(
            patient=visit.patient,
            party=Party.PAYER,
            kind=Kind.CHARGE,
            amount=charge.amount,
            by=by,
            note=note,
            charge=charge,
            claim=claim,
        )
    for step in ("held", "ready", "sent"):
        on_paper = step == "sent"
        take_step(claim=claim, to=ClaimState(step), by=by, on_paper=on_paper)
        if step == state:
            break
    return claim


def second_payer(claim: Claim, *, kind=CoverageKind.COMMERCIAL) -> Coverage:
    return factories.make_coverage(
        patient=claim.coverage.patient,
        payer=factories.make_payer(kind=kind),
        rank=Coverage.Rank.SECONDARY,
    )


def charges_of(claim: Claim) -> list[Charge]:
    return list(claim.sheet.charges.all())


def prepaid(claim, amount: str, *, by) -> Payment:
    """What the patient paid at the visit; the receipt is no real one."""
    patient = claim.coverage.patient
    payment = Payment.objects.create(
        patient=patient,
        amount=Decimal(amount),
        method="cash",
        receipt=factories.make_document(created_by=by),
        received_on=factories.today(),
        received_at=factories.SOME_TIME,
        received_by=by,
    )
    paid = {"patient": patient, "payment": payment, "amount": -payment.amount, "by": by}
    post(party=Party.PATIENT, kind=Kind.PAYMENT, **paid)
    return payment


# What a payer writes


def adjusted(line: str) -> list[str]:
    """CAS segments from words such as "PR 50 65.00, CO 45 3"."""
    return [f"CAS*{'*'.join(each.split())}" for each in line.split(", ") if each]


def answered_line(
    charge: Charge, *, paid="0", why="", remarks="", by_number=True, sign=1
) -> list[str]:
    """A line with its adjustments ("PR 50 65") and remark codes ("N386 M38")."""
    procedure = ":".join(["HC", charge.code, *charge.modifiers.split()])
    return [
        f"SVC*{procedure}*{sign * charge.amount:f}*{paid}**1",
        f"DTM*472*{charge.sheet.note.date_of_service:%Y%m%d}",
        *adjusted(why),
        *([f"REF*6R*{line_number(charge)}"] if by_number else []),
        *[f"LQ*HE*{code}" for code in remarks.split()],
    ]


def answered_claim(
    claim: Claim, *lines: list[str], paid="0", status="1", number=None, sign=1, why="", name=None
) -> list[str]:
    charged = sign * sum(charge.amount for charge in charges_of(claim))
    patient = name if name is not None else claim.coverage.patient.last_name.upper()
    return [
        f"CLP*{number or claim.control_number}*{status}*{charged:f}*{paid}**MB*ICN{claim.pk}",
        *adjusted(why),
        *([f"NM1*QC*1*{patient}*ODETTE"] if patient else []),
        *[segment for line in lines for segment in line],
    ]


def one_line(claim: Claim, *, paid="0", why="", remarks="", **of_claim) -> list[str]:
    """The answer to a claim of one line."""
    (charge,) = charges_of(claim)
    sign = of_claim.get("sign", 1)
    line = answered_line(charge, paid=paid, why=why, remarks=remarks, sign=sign)
    return answered_claim(claim, line, paid=paid, **of_claim)


def transaction(
    *claims: list[str], total="0", trace="NOPAY0001", plb=(), payer="1999999999"
) -> list:
    return [
        f"BPR*I*{total}*C*CHK************20260210",
        f"TRN*1*{trace}*{payer}",
        "DTM*405*20260210",
        "N1*PR*MEDICARE PART B",
        "N1*PE*HARBOUR LANE*XX*1093817231",
        "LX*1",
        *[segment for claim in claims for segment in claim],
        *plb,
    ]


def file_of(*transactions: list[str], end="~\n") -> bytes:
    """An 835 file of these transactions, its envelopes counted."""
    segments = [ISA.format("000000002"), "GS*HP*MEDICARE*DNCLINIC*20260210*1200*2*X*005010X221A1"]
    for number, each in enumerate(transactions, start=1):
        segments += [f"ST*835*{number:04}", *each, f"SE*{len(each) + 2}*{number:04}"]
    segments += [f"GE*{len(transactions)}*2", "IEA*1*000000002"]
    return (end.join(segments) + end).encode()


def remittance_of(*claims: list[str], **fields) -> bytes:
    return file_of(transaction(*claims, **fields))
