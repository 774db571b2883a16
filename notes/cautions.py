"""What the note page says beyond the contract of `check_visit`: cautions of the app's own.

Why each is there: docs/rules/completeness.md
"""

from emr.rules.findings import Finding, Severity, Stops
from notes import content as note_content
from notes.models import ReactionKind

PAGE = "docs/rules/completeness.md"
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
        *find_missing_diagnosis(content),
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


def find_missing_diagnosis(content: dict) -> list[Finding]:
    return _found(
        not content["diagnoses"],
        "diagnosis-missing",
        (Severity.STOP, Stops.CLAIM),
        "Choose a diagnosis: without one no claim can go out.",
        "diagnosis",
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
