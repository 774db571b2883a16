"""What the note page says beyond the contract of `check_visit`: cautions of the app's own.

Why each is there: docs/rules/completeness.md
"""

from emr.benefits import Benefits
from emr.rules.findings import Finding, Severity, Stops
from notes import content as note_content
from notes.models import Note, ReactionKind

PAGE = "docs/rules/completeness.md"
NOTES_LOOKED_AT = 6
# Reactions after which somebody must have done something.
GRAVE = {
    ReactionKind.PNEUMOTHORAX,
    ReactionKind.RETAINED_NEEDLE,
    ReactionKind.NERVE,
    ReactionKind.VASOVAGAL,
    ReactionKind.OTHER,
}


def find_cautions(content: dict) -> list[Finding]:
    return [
        *find_uncounted_sites(content),
        *find_grave_reaction_without_detail(content),
        *find_needles_that_differ(content),
        *find_missing_precaution(content),
        *find_untouched_copies(content),
    ]


def find_uncounted_sites(content: dict) -> list[Finding]:
    names = [_site(site) for site in content["sites"] if not site["needles"]]
    return _found(
        bool(names),
        "site-needles-missing",
        (Severity.STOP, Stops.SIGN),
        f"Count the needles at each site: {', '.join(names)}.",
        "sites",
    )


def find_grave_reaction_without_detail(content: dict) -> list[Finding]:
    grave = [each["label"].lower() for each in content["reactions"] if each["kind"] in GRAVE]
    return _found(
        bool(grave) and not content["reaction_detail"].strip(),
        "reaction-detail-missing",
        (Severity.STOP, Stops.SIGN),
        f"Write what was done about it and who was told: {', '.join(grave)}.",
        "reactions",
    )


def find_needles_that_differ(content: dict) -> list[Finding]:
    put_in, _ = note_content.needles_in_and_out(content)
    at_sites = note_content.needles_at_sites(content)
    return _found(
        bool(at_sites) and put_in is not None and at_sites != put_in,
        "needles-differ",
        (Severity.WARN, None),
        f"The sites say {at_sites} needles and the count says {put_in} in: look which is right.",
        "needles",
    )


def find_missing_precaution(content: dict) -> list[Finding]:
    names = note_content.over_lung_field(content)
    return _found(
        bool(names) and not content["lung_precaution"],
        "lung-precaution-missing",
        (Severity.WARN, None),
        f"Confirm the precaution for the lung field: {', '.join(names)}.",
        "lung-field",
    )


def find_untouched_copies(content: dict) -> list[Finding]:
    sites = {site["key"]: _site(site) for site in content["sites"]}
    names = [sites.get(name, name.replace("_", " ")) for name in content["copied"]]
    return _found(
        bool(names),
        "copied-untouched",
        (Severity.WARN, None),
        f"Look at what came from the last note: {', '.join(names)}.",
        "copied",
    )


def find_policy_cautions(content: dict, *, benefits: Benefits | None) -> list[Finding]:
    """What the payer's written policy asks for before needling, or to go on with it."""
    if benefits is None or benefits.policy is None:
        return []
    return [*_conservative_care(benefits), *_improvement(content, benefits)]


def _conservative_care(benefits: Benefits) -> list[Finding]:
    care = benefits.care_first
    if care is None:
        return []
    return _found(
        not care.is_met,
        "conservative-care-short",
        (Severity.WARN, None),
        f"Record what else was tried first: the payer asks for {care.asked} weeks of conservative care,"
        f" and {care.done} are on file.",
        "conservative-care",
    )


def _improvement(content: dict, benefits: Benefits) -> list[Finding]:
    if not benefits.policy.needs_improvement:
        return []
    earlier = earlier_notes(benefits)
    return _found(
        bool(earlier) and not any(is_better(content, than=each) for each in earlier),
        "improvement-not-shown",
        (Severity.WARN, None),
        "Show what has improved since the last visits: the payer goes on only while the patient"
        " improves, and neither pain nor a measure says so.",
        "improvement",
    )


def earlier_notes(benefits: Benefits) -> list[dict]:
    """The content of the patient's last notes in force before the visit."""
    notes = Note.objects.in_force().filter(visit__patient=benefits.coverage.patient_id)
    if benefits.before:
        notes = notes.filter(visit__start__lt=benefits.before)
    last = notes.order_by("-visit__start", "-pk")
    found = last.values_list("content", flat=True)[:NOTES_LOOKED_AT]
    return [note_content.EMPTY | content for content in found]


def is_better(content: dict, *, than: dict) -> bool:
    """Whether the patient came with less pain than then, or a measure reads otherwise.

    Which way a measure gets better, its author knows.
    """
    now, then = content["pain_before"], than["pain_before"]
    if now is not None and then is not None and now < then:
        return True
    known = {_measure(each): each["before"] for each in than["measures"] if each["before"]}
    return any(
        each["before"] and each["before"] != known.get(_measure(each), each["before"])
        for each in content["measures"]
    )


def _measure(row: dict) -> tuple[str, str]:
    return row["name"].strip().casefold(), row["side"]


def _site(site: dict) -> str:
    return f"{site['side']} {site['name'].lower()}"


def _found(condition, code, weight, message, anchor) -> list[Finding]:
    if not condition:
        return []
    severity, stops = weight
    return [
        Finding(
            code=code,
            severity=severity,
            stops=stops,
            subject=anchor,
            message=message,
            source=f"{PAGE}#{anchor}",
        )
    ]
