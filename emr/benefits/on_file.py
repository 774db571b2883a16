"""What is on file about some coverages, each table read once and only when it is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from emr.models import Authorization, ConservativeCare, Coverage, PayerPolicy, Verification
from emr.needled_visits import NeedledVisit, needled_visits


class OnFile:
    """A list has hundreds of coverages, and most of its questions are about a few of them."""

    def __init__(self, coverages: Iterable[Coverage]) -> None:
        coverages = list(coverages)
        self._ids = sorted({each.pk for each in coverages})
        self._payers = {each.payer_id for each in coverages}
        self._patients = {each.patient_id for each in coverages}

    @cached_property
    def policies(self) -> Mapping[int, Sequence[PayerPolicy]]:
        """By payer, the newest first."""
        found = PayerPolicy.objects.filter(payer__in=self._payers)
        return _by(found.order_by("-starts_on", "-pk"), "payer_id")

    @cached_property
    def verifications(self) -> Mapping[int, Sequence[Verification]]:
        """By coverage, the newest answer first."""
        found = Verification.objects.filter(coverage__in=self._ids)
        return _by(found.order_by("-verified_on", "-pk"), "coverage_id")

    @cached_property
    def authorizations(self) -> Mapping[int, Sequence[Authorization]]:
        """By coverage, the oldest first; without those that were taken off."""
        found = Authorization.objects.filter(coverage__in=self._ids, ended_at=None)
        return _by(found.order_by("starts_on", "pk"), "coverage_id")

    @cached_property
    def care(self) -> Mapping[int, Sequence[ConservativeCare]]:
        """By patient; without what was taken off."""
        found = ConservativeCare.objects.filter(patient__in=self._patients, ended_at=None)
        return _by(found, "patient_id")

    @cached_property
    def needled(self) -> Mapping[int, Sequence[NeedledVisit]]:
        """By patient, in the order of time."""
        found = needled_visits(self._patients)
        return {
            patient: sorted(visits, key=lambda each: each.start)
            for patient, visits in found.items()
        }


def _by(rows, name: str) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
