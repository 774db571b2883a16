"""Which field of the note, or which page, a finding leads to: where it is put right."""

from dataclasses import dataclass

from django.urls import reverse

from emr.models import Visit
from emr.rules.findings import Finding
from emr.rules.scope_overrides import KIND_OF_FINDING

# The field that a finding or an element leads to.
ANCHORS = {
    "no-muscle": "muscle-search",
    "muscle-too-vague": "sites",
    "side-missing": "muscle-search",
    "muscle-injected-and-needled": "injections",
    "injection-without-drug": "injections",
    "drug-code-not-valid": "injections",
    "rationale-repeated": "sites",
    "divisions-counted-once": "sites",
    "divisions-counted-apart": "sites",
    "functional-limitation-missing": "id_functional_limitation",
    "trigger-point-findings-missing": "sites",
    "medical-necessity-missing": "id_medical_necessity",
    "technique-missing": "id_technique",
    "tolerance-missing": "id_tolerance",
    "tolerance-says-nothing": "id_tolerance",
    "pain-response-missing": "response",
    "needle-count-missing": "needles",
    "needles-unaccounted": "needles",
    "contraindications-not-screened": "id_contraindications_screened",
    "measure-missing": "measures",
    "twitch-response-missing": "sites",
    "lung-precaution-missing": "id_lung_precaution",
    "site-needles-missing": "sites",
    "needles-differ": "needles",
    "reaction-detail-missing": "id_reaction_detail",
    "diagnosis-missing": "diagnosis_query",
    "diagnosis-header": "diagnosis_query",
    "diagnosis-unknown": "diagnosis_query",
    "copied-untouched": "sites",
    "improvement-not-shown": "response",
    "low-back-provider": "low-back",
    "low-back-too-short": "low-back",
    "low-back-benefit-spent": "low-back",
    "needling-inside-other-code": "services",
    "acupuncture-same-day": "services",
    "pair-not-allowed": "services",
    "pair-needs-modifier": "services",
    "pair-needs-25": "services",
    "pair-needs-a-decision": "services",
    "units-tie": "services",
    "units-above-daily-limit": "services",
}
# What the page of the clinician's licences and training puts right.
OF_THE_CLINICIAN = frozenset(
    {*KIND_OF_FINDING, "scope-silent", "licence-not-good", "licence-not-on-record"}
)


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A finding with where it is put right: a field of the note, or another page, or nowhere."""

    finding: Finding
    anchor: str = ""  # of the field
    url: str = ""  # of the page
    word: str = ""  # of the link to it


def lead_of(finding: Finding, visit: Visit) -> Lead:
    if finding.code in ANCHORS:
        return Lead(finding=finding, anchor=ANCHORS[finding.code])
    if finding.code in OF_THE_CLINICIAN:
        url = reverse("emr:provider", args=[visit.provider_id])
        return Lead(finding=finding, url=url, word="Licences and training")
    return Lead(finding=finding)
