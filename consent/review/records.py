"""What is on file for the patients of some visits, read in a few queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F

from consent.models import Notice, NoticeLine, NoticeStep, OrganizationDetermination
from emr.benefits.visits import who_pays
from emr.models import CashPrice, Coverage, CoverageKind, Fee, Visit, VisitState
from emr.patients_of_visits import patients_of
from emr.rules.notice_states import NoticeState

# What the chips of a list look at: a day has hundreds of rows, and every column takes its time.
NOTICE_SHOWN = ["kind", "patient", "coverage", "visit", "issued_on"]
NOTICE_SHOWN += ["repetitive", "visits", "ends_on"]
STEP_SHOWN = ["notice", "after", "at", "answered_on", "option", "witness", "transcribed"]
BESIDE_NOTICE = {
    "edition_expires": F("wording__edition_expires"),
    "profession": F("provider__profession"),
    "payer_id": F("coverage__payer"),
    "payer_kind": F("coverage__payer__kind"),
    "visit_state": F("visit__state"),
}


class Records:
    def __init__(self, visits: Sequence[Visit]) -> None:
        patients = patients_of(visits)
        self._pays = who_pays(visits)
        self.coverages = self._pays.coverages
        self.benefits = self._pays.benefits
        notices = Notice.objects.filter(patient__in=patients).order_by("pk")
        notices = notices.only(*NOTICE_SHOWN).annotate(**BESIDE_NOTICE)
        self.notices: dict[int, list[Notice]] = _by(notices, "patient_id")
        self.steps = self._steps(patients) if self.notices else {}
        self.lines = self._lines(patients) if self.notices else {}
        self.determinations = self._determinations()
        self.served = self._served()
        self.fees = list(Fee.objects.all()) if self.notices else []
        self.cash_prices = list(CashPrice.objects.all()) if self.notices else []

    def coverage_on(self, patient_id: int, day: date) -> Coverage | None:
        """Who pays first on the day."""
        return self._pays.first_on(patient_id, day)

    def in_force(self, patient_id: int, day: date) -> list[Coverage]:
        return self._pays.on(patient_id, day)

    def _steps(self, patients) -> dict[int, list[NoticeStep]]:
        """By notice, from the issue on; a draft, which nobody has seen, has none of these."""
        steps = NoticeStep.objects.filter(notice__patient__in=patients)
        steps = steps.exclude(after=NoticeState.DRAFT)
        steps = steps.order_by("pk").only(*STEP_SHOWN)
        return _by(steps.annotate(shown_at=F("signing__started_at")), "notice_id")

    def _lines(self, patients) -> dict[int, dict[str, Decimal | None]]:
        """By notice, its services by code with their estimates."""
        lines = NoticeLine.objects.filter(notice__patient__in=patients).order_by("position")
        found: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
        for notice, code, estimate in lines.values_list("notice", "code", "estimate"):
            found[notice][code] = estimate
        return found

    def _determinations(self) -> dict[int, list[OrganizationDetermination]]:
        advantage = {
            patient
            for patient, rows in self.coverages.items()
            if any(row.payer.kind == CoverageKind.MEDICARE_ADVANTAGE for row in rows)
        }
        found = OrganizationDetermination.objects.filter(patient__in=advantage)
        return _by(found, "patient_id") if advantage else {}

    def _served(self) -> dict[int, list[Visit]]:
        """The visits that took place, of patients with a notice."""
        found = Visit.objects.filter(patient__in=list(self.notices), state=VisitState.DONE)
        found = found.only("patient", "start", "done_at")
        found = found.annotate(profession=F("provider__profession"))
        return _by(found, "patient_id") if self.notices else {}


def _by(rows, name: str) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
