"""From the bytes of an 835 to plain values; what is broken is refused whole, with its segment."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.remittances.reading import read_remittances
from billing.remittances.segments import Malformed
from billing.remittances.values import (
    AdjustmentSaid,
    ClaimSaid,
    LineSaid,
    ProviderAdjustmentSaid,
    RemittanceSaid,
)

GOOD = (Path(__file__).parent / "data" / "denied_with_abn.835").read_bytes()
SAID = RemittanceSaid(
    payer_name="MEDICARE PART B",
    payer_identifier="1999999999",
    trace_number="NOPAY0001",
    method="NON",
    paid_on=date(2026, 2, 10),
    amount=Decimal(0),
    claims=(
        ClaimSaid(
            control_number="PCN1",
            status="1",
            charge=Decimal(65),
            paid=Decimal(0),
            patient_responsibility=Decimal(65),
            payer_control_number="ICN123",
            patient_name="DOE, JANE",
            lines=(
                LineSaid(
                    code="20561",
                    modifiers="GA GP",
                    charge=Decimal(65),
                    paid=Decimal(0),
                    service_on=date(2026, 1, 15),
                    line_control_number="LINE1",
                    adjustments=(AdjustmentSaid(group="PR", reason="50", amount=Decimal(65)),),
                ),
            ),
        ),
    ),
)


def put(was: str, becomes: str, *, more: int = 0) -> bytes:
    """The good file with one thing changed, and so many segments more than before."""
    text = GOOD.decode()
    assert text.count(was) == 1, was
    return text.replace(was, becomes).replace("SE*19*", f"SE*{19 + more}*").encode()


def refusal(raw: bytes) -> str:
    with pytest.raises(Malformed) as refused:
        read_remittances(raw)
    return str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b""),
        GOOD.replace(b"~\n", b"\n"),
        GOOD.replace(b"*", b"|"),
        GOOD.replace(b"~\n", b"\x1c").replace(b"*", b"\x1d"),
        b"\r\n" + GOOD + b"\r\n\r\n",
    ],
    ids=["plain", "bom", "crlf", "one-line", "newlines", "bars", "controls", "blank-lines"],
)
def test_a_file_may_part_its_segments_as_it_says(raw):
    assert read_remittances(raw) == (SAID,)


def test_letters_beyond_ascii_are_read():
    utf, windows = "DOÉ".encode(), "DOÉ".encode("cp1252")

    names = [
        read_remittances(GOOD.replace(b"DOE", raw))[0].claims[0].patient_name
        for raw in (utf, windows)
    ]

    assert names == ["DOÉ, JANE", "DOÉ, JANE"]


def test_remarks_of_a_line_and_of_the_claim_and_repeated_adjustments_are_kept():
    raw = put("CAS*PR*50*65~\n", "CAS*PR*50*60**3*1*1~\nCAS*CO*253*1~\nCAS*OA*X9*3*2~\n", more=2)
    raw = raw.replace(b"REF*6R*LINE1~", b"REF*6R*LINE1~\nLQ*HE*M38~").replace(b"*21*", b"*22*")
    raw = raw.replace(b"DTM*232*", b"MOA***MA01**N999~\nDTM*232*").replace(b"*22*", b"*23*")

    (claim,) = read_remittances(raw)[0].claims

    (line,) = claim.lines
    assert [(each.group, each.reason, each.amount) for each in line.adjustments] == [
        ("PR", "50", Decimal(60)),
        ("PR", "3", Decimal(1)),
        ("CO", "253", Decimal(1)),
        ("OA", "X9", Decimal(3)),
    ]
    assert (line.remarks, claim.remarks) == (("M38",), ("MA01", "N999"))


def test_a_line_paid_under_another_code_keeps_the_code_of_the_claim():
    raw = put("SVC*HC:20561:GA:GP*65*0**1~", "SVC*HC:20560*65*0**1*HC:20561:GA:GP~")

    assert read_remittances(raw)[0].claims == SAID.claims


def test_what_was_held_back_from_the_whole_is_kept_with_its_sign():
    raw = put("BPR*H*0*", "BPR*I*15.5*").replace(
        b"SE*19*", b"PLB*1093817231*20261231*L6*-20.5*WO:EARLIER*5~\nSE*20*"
    )

    (said,) = read_remittances(raw)

    assert said.amount == Decimal("15.5")
    assert said.provider_adjustments == (
        ProviderAdjustmentSaid(reason="L6", amount=Decimal("-20.5")),
        ProviderAdjustmentSaid(reason="WO", identifier="EARLIER", amount=Decimal(5)),
    )


BROKEN = {
    "empty": (b"", "This file is empty."),
    "blank": (b" \r\n", "This file is empty."),
    "a page": (
        b"<!DOCTYPE html><html>",
        "This is a page or XML, not an 835 file. Download the 835 itself from the payer.",
    ),
    "a pdf": (
        b"%PDF-1.7",
        "This is a PDF. Enter what it says by hand, or ask the payer for the 835 file.",
    ),
    "packed": (
        b"PK\x03\x04",
        "This is a packed file or a workbook. Unpack it and take the 835 file in it.",
    ),
    "text": (b"Dear practice,", "This is not an 835 file: it does not begin with the segment ISA."),
    "binary": (
        GOOD[:200] + bytes(range(32)) + GOOD[200:],
        "This is not an 835 file: it holds signs that no text has.",
    ),
    "half of ISA": (GOOD[:60], "Segment 1 (ISA): it is cut off."),
    "ISA of other widths": (
        put("*260210*1200*^", "*2602101*200*^"),
        "Segment 1 (ISA): its sixteen elements do not have the widths that are fixed.",
    ),
    "a letter that ends segments": (
        GOOD.replace(b"~", b"Q"),
        "Segment 1 (ISA): the signs that part elements and end segments are not as fixed.",
    ),
    "another sign at the end of each segment but ISA": (
        put("*T*:~", "*T*:|"),
        "Segment 2 (GS): it does not end with “|”, as ISA says segments do. The file is cut off,"
        " or its segments end with another sign.",
    ),
    "cut off in a segment": (
        GOOD[: GOOD.index(b"CAS*PR") + 5],
        "Segment 19 (CAS): it does not end with “~”, as ISA says segments do. The file is cut off,"
        " or its segments end with another sign.",
    ),
    "cut off behind a segment": (
        GOOD[: GOOD.index(b"CAS*PR")],
        "Segment 19 (missing): it does not end with “~”, as ISA says segments do. The file is cut"
        " off, or its segments end with another sign.",
    ),
    "something behind the end": (
        GOOD + b"More",
        "Segment 24 (Mor): after IEA the file ends, or another ISA begins.",
    ),
    "ISA within": (
        put("GE*1*2~", GOOD[:106].decode() + "\nGE*1*2~"),
        "Segment 22 (ISA): it begins before IEA has ended the one before.",
    ),
    "IEA with another number": (
        put("IEA*1*000000002", "IEA*1*000000003"),
        "Segment 23 (IEA): control number “000000003” is not “000000002”.",
    ),
    "IEA with another count": (
        put("IEA*1*", "IEA*2*"),
        "Segment 23 (IEA): it counts 2 groups; there are 1.",
    ),
    "GE with another number": (
        put("GE*1*2~", "GE*1*3~"),
        "Segment 22 (GE): control number “3” is not “2”.",
    ),
    "GE with another count": (
        put("GE*1*2~", "GE*4*2~"),
        "Segment 22 (GE): it counts 4 transactions; there are 1.",
    ),
    "SE with another number": (
        put("SE*19*0001", "SE*19*0002"),
        "Segment 21 (SE): control number “0002” is not “0001”.",
    ),
    "SE with another count": (
        put("SE*19*", "SE*18*"),
        "Segment 21 (SE): it counts 18 segments; there are 19.",
    ),
    "no SE": (put("SE*19*0001~\n", ""), "Segment 20 (REF): no SE follows."),
    "no ST": (put("ST*835*0001~\n", ""), "Segment 3 (BPR): it stands where ST was expected."),
    "no GS": (
        put("GS*HP*MEDICARE*DNCLINIC*20260210*1200*2*X*005010X221A1~\n", ""),
        "Segment 2 (ST): it stands where GS was expected.",
    ),
    "an 837": (put("ST*835*", "ST*837*"), "Segment 3 (ST): it is a 837, not an 835."),
    "another guide": (
        put("005010X221A1", "004010X091A1"),
        "Segment 2 (GS): guide “004010X091A1” is not 005010X221A1.",
    ),
    "another group": (
        put("GS*HP*", "GS*HC*"),
        "Segment 2 (GS): group “HC” holds no remittances (HP).",
    ),
    "another version": (put("*00501*", "*00401*"), "Segment 1 (ISA): version 00401 is not 00501."),
    "no BPR": (
        put("BPR*H*0*C*NON************20260210~\n", "", more=-1),
        "Segment 4 (TRN): after ST an 835 has BPR and TRN; BPR is missing.",
    ),
    "no trace number": (put("*NOPAY0001*", "**"), "Segment 5 (TRN): the trace number is missing."),
    "a slip in a name": (
        put("DTM*232*", "DMT*232*"),
        "Segment 16 (DMT): an 835 has no segment of this name.",
    ),
    "a line before its claim": (
        put("LX*1~", "LX*1~\nCAS*PR*50*65~", more=1),
        "Segment 14 (CAS): it stands before the first claim (CLP).",
    ),
    "an amount in words": (
        put("*65*0**1~", "*65*none**1~"),
        "Segment 17 (SVC): “none” is no amount in dollars.",
    ),
    "an amount of three decimals": (
        put("BPR*H*0*", "BPR*H*0.001*"),
        "Segment 4 (BPR): “0.001” is no amount in dollars.",
    ),
    "an amount of endless digits": (
        put("BPR*H*0*", f"BPR*H*{'9' * 30}*"),
        "Segment 4 (BPR): “99999999999999999999” is no amount in dollars.",
    ),
    "an amount in Arabic digits": (
        put("BPR*H*0*", "BPR*H*٠*"),
        "Segment 4 (BPR): “٠” is no amount in dollars.",
    ),
    "a day of no calendar": (
        put("DTM*472*20260115", "DTM*472*20260231"),
        "Segment 18 (DTM): “20260231” is no date.",
    ),
    "a year of two digits": (
        put("********20260210~", "********260210~"),
        "Segment 4 (BPR): “260210” is no date.",
    ),
    "a line that does not add up": (
        put("CAS*PR*50*65~", "CAS*PR*50*64~"),
        "Segment 17 (SVC): charged 65.00, paid 0.00; the adjustments (CAS) come to 64.00 and not to"
        " the difference.",
    ),
    "a claim that pays other than its lines": (
        put("CLP*PCN1*1*65*0*", "CLP*PCN1*1*65*5*"),
        "Segment 14 (CLP): paid 5.00, its lines come to 0.00.",
    ),
    "a claim that charges other than its lines": (
        put("CLP*PCN1*1*65*", "CLP*PCN1*1*75*"),
        "Segment 14 (CLP): charged 75.00, its lines come to 65.00.",
    ),
    "a total that is not that of the claims": (
        put("BPR*H*0*", "BPR*H*10*"),
        "Segment 4 (BPR): it pays 10.00, its claims and adjustments come to 0.00.",
    ),
    "neither credit nor debit": (
        put("BPR*H*0*C*", "BPR*H*0*X*"),
        "Segment 4 (BPR): “X” is neither C, credit, nor D, debit.",
    ),
    "a number that is too long": (
        put("*NOPAY0001*", f"*{'N' * 51}*"),
        "Segment 5 (TRN): the trace number is longer than 50 signs.",
    ),
    "a claim behind the end": (
        put("SE*19*", "PLB*1*20261231*L6*0~\nCLP*P*1*0*0~\nSE*21*"),
        "Segment 22 (CLP): after PLB only PLB may follow.",
    ),
}


@pytest.mark.parametrize(("raw", "sentence"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_refused_whole_with_its_segment(raw, sentence):
    assert refusal(raw) == sentence


def test_a_file_of_more_than_ten_megabytes_is_refused_unread():
    assert refusal(b"ISA" + b"*" * 10_000_000) == (
        "This file is larger than 10 MB. Ask for it in parts."
    )


def test_several_interchanges_and_transactions_are_read_in_their_order():
    text = GOOD.decode()
    start, end = text.index("ST*835"), text.index("GE*1*2")
    both = text[start:end] + text[start:end].replace("0001~", "0002~").replace("NOPAY0001", "TWO")
    two = text[:start] + both.replace("TRN*1*TWO", "TRN*1*TWO") + text[end:].replace("GE*1", "GE*2")
    third = text.replace("NOPAY0001", "THREE")

    traces = [said.trace_number for said in read_remittances((two + third).encode())]

    assert traces == ["NOPAY0001", "TWO", "THREE"]
