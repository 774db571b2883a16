"""The blanks of a notice that the practice fills, as the rules look at them."""

from consent.models import Kind, Notice, NoticeLine
from emr.models import Practice
from emr.rules.abn import BlankLine, BlankProblem, Blanks, find_blank_problems

# An estimate gives no reason: nobody says that somebody else will not pay.
NO_REASON_ASKED = "This is the price without any insurance."
# 45 CFR 149.610(c)(1)(iii): an estimate lists the service codes that are expected.
CODE_MISSING = "Give the code of this service: an estimate lists the codes that are expected."


def problems_of(
    notice: Notice, lines: list[NoticeLine], *, practice: Practice, blanks: Blanks | None = None
) -> list[BlankProblem]:
    """What keeps a notice of its kind from being issued, in the order of the form."""
    found = find_blank_problems(blanks or blanks_of(notice, lines, practice=practice))
    if notice.kind == Kind.ESTIMATE:
        found += [
            BlankProblem(blank="D", line=row, message=CODE_MISSING)
            for row, line in enumerate(lines)
            if not line.code
        ]
    return sorted(found, key=lambda problem: problem.blank)


def blanks_of(notice: Notice, lines: list[NoticeLine], *, practice: Practice) -> Blanks:
    """The blanks that the practice fills, as the rules look at them."""
    patient = notice.patient
    return Blanks(
        notifier_name=practice.name,
        notifier_address=", ".join(practice.address),
        notifier_phone=practice.phone,
        patient_name=f"{patient.first_name} {patient.last_name}",
        identification=notice.identification,
        lines=tuple(
            BlankLine(
                service=line.service,
                reason=line.reason or ("" if notice.kind != Kind.ESTIMATE else NO_REASON_ASKED),
                estimate=line.estimate,
            )
            for line in lines
        ),
        repetitive=notice.repetitive,
        frequency=notice.frequency,
        duration=notice.duration,
    )
