"""The blanks of a notice that the practice fills, as the rules look at them."""

from consent.models import Kind, Notice, NoticeLine
from emr.models import Practice
from emr.rules.abn import BlankLine, Blanks

# An estimate gives no reason: nobody says that somebody else will not pay.
NO_REASON_ASKED = "This is the price without any insurance."


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
