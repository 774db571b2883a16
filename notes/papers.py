"""What was signed and asked before a visit, and what else the rules say of its note: as pages tell it."""

from dataclasses import dataclass

from django.urls import reverse

from consent.review import NoticeStanding
from consent.worklists import consent_chip, notice_chip
from emr.benefits import Benefits
from emr.benefits.chips import NOT_NEEDED, benefit_chip
from emr.chips import Chip
from emr.models import Visit
from emr.rules.findings import Finding
from notes.leads import Lead, lead_of
from notes.review import OF_BENEFITS, Review


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Consent or notice as the note page tells it: its chip, why it is wanted, where to get it."""

    title: str
    chip: Chip
    why: str
    url: str
    word: str  # of the button


def papers(visit: Visit, review: Review) -> list[Paper]:
    """What the patient signed before the visit, and what is still wanted, from one source."""
    standing = review.standing
    of_benefits = [each for each in review.of_papers if each.code in OF_BENEFITS]
    found = {
        each.subject: each.message for each in reversed(review.of_papers) if each not in of_benefits
    }
    consents = reverse("consent:of-patient", args=[visit.patient_id])
    consent = Paper(
        title="Consent",
        chip=consent_chip(standing.consent),
        why=found.pop("consent", ""),
        url="" if standing.consent.in_force else consents,
        word="Get it signed",
    )
    url, word = notice_step(visit, standing.notice)
    told = [standing.notice.lapse.message] if standing.notice.lapse else []
    told += list(found.values())
    if standing.notice.price_drift and not told:
        told = ["The price has left what the notice says by more than it may: make a new one."]
    chip = notice_chip(standing.notice)
    if chip.needs and not told:
        told = [standing.notice.choice.why]
    notice = Paper(
        title="Financial notice",
        chip=chip,
        why="\n".join(told),
        url=url if chip.needs else "",
        word=word,
    )
    return [consent, notice, *_coverage_paper(standing.notice.benefits, of_benefits)]


def _coverage_paper(benefits: Benefits | None, findings: list[Finding]) -> list[Paper]:
    """Whether the payer was asked and gave its leave; nothing where no payer is asked."""
    chip = benefit_chip(benefits) if benefits else NOT_NEEDED
    if chip == NOT_NEEDED and not findings:
        return []
    url = reverse("emr:coverage", args=[benefits.coverage.pk])
    why = "\n".join(each.message for each in findings)
    return [
        Paper(
            title="Coverage",
            chip=chip,
            why=why,
            url=url if findings else "",
            word="Open the coverage",
        )
    ]


def groups(visit: Visit, review: Review) -> list[tuple[str, list[Lead]]]:
    """What else the rules say, by what it stops, each with where it is put right."""
    return [
        (title, [lead_of(finding, visit) for finding in findings])
        for title, findings in review.groups
    ]


def notice_step(visit: Visit, standing: NoticeStanding) -> tuple[str, str]:
    """Where the notice that a visit lacks is made or signed, and what the button says."""
    if standing.notice and standing.answer is None:
        return reverse("consent:notice", args=[standing.notice.pk]), "Get it signed"
    new = f"{reverse('consent:new-notice', args=[visit.patient_id])}?visit={visit.pk}"
    words = {
        "abn": "Make the ABN",
        "estimate": "Make the estimate",
        "agreement": "Make the agreement",
    }
    return new, words.get(standing.choice.kind, "See what is needed")
