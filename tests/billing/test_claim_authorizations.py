"""The authorization's number on a claim, and the accident that its payer insures."""

import pytest
from django.utils import timezone

from billing.actions.claim_files import send_claims
from billing.actions.claims import StoppedError, edit_claim, hold_claim, release_claim
from billing.models import Claim
from emr.models import AuditEntry, CoverageKind
from tests import factories
from tests.billing.ready_claims import able_to_bill, make_submitter, ready_claim
from tests.billing.x12 import segments_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _billing(practice):
    with timezone.override(factories.ZONE):
        able_to_bill(practice)
        make_submitter()
        yield


@pytest.fixture
def spent(bo) -> Claim:
    """A claim whose payer asks for an authorization, and whose only one was used up before."""
    ready = ready_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    factories.make_policy(payer=ready.coverage.payer, needling="authorization")
    spent = {"visits": 1, "used_elsewhere": 1}
    factories.make_authorization(coverage=ready.coverage, number="OLD-1", **spent)
    return hold_claim(claim=ready, reason="The plan asks for an authorization", by=bo)


def released(claim, *, practice, by) -> Claim:
    release_claim(claim=claim, practice=practice, by=by)
    return Claim.objects.get(pk=claim.pk)


def test_a_spent_authorization_stops_the_claim(spent, practice, bo):
    with pytest.raises(StoppedError) as error:
        release_claim(claim=spent, practice=practice, by=bo)

    assert [stop.code for stop in error.value.stops] == ["authorization-spent"]
    assert Claim.objects.get().authorization_number == ""


@pytest.mark.parametrize("said", ["", "OLD-1"])
def test_the_number_of_one_that_was_added_goes_out_in_the_file(spent, said, practice, bo):
    claim = edit_claim(claim=spent, by=bo, authorization_number=said)
    factories.make_authorization(coverage=claim.coverage, number="NEW-2")

    claim = released(claim, practice=practice, by=bo)
    file = send_claims(claims=[claim], by=bo)

    assert claim.authorization_number == "NEW-2"
    told = [each for each in segments_of(file.content, "REF") if each.startswith("REF*G1*")]
    assert told == ["REF*G1*NEW-2"]
    entry = AuditEntry.objects.filter(verb="claim edited").last()
    assert entry.details["fields"] == ["authorization_number"]


def test_a_number_that_is_on_record_nowhere_was_typed_and_stays(spent, practice, bo):
    claim = edit_claim(claim=spent, by=bo, authorization_number="BY-PHONE-7")
    factories.make_authorization(coverage=claim.coverage, number="NEW-2")

    claim = released(claim, practice=practice, by=bo)

    assert claim.authorization_number == "BY-PHONE-7"


@pytest.mark.parametrize(
    ("kind", "accident"),
    [
        (CoverageKind.WORKERS_COMP, "work"),
        (CoverageKind.AUTO, ""),  # its state is asked as well
        (CoverageKind.COMMERCIAL, ""),
    ],
)
def test_a_claim_opens_with_the_accident_that_its_payer_insures(kind, accident, bo):
    assert ready_claim(by=bo, kind=kind).accident == accident
