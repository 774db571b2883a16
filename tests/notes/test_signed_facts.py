"""A signed note as the rules of charges and claims take it."""

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from emr.models import CoverageKind
from emr.rules import visit as rules
from notes.models import AddendumKind
from notes.signed_facts import (
    digest_in_force,
    digests_in_force,
    facts_of_signed_note,
    facts_of_signed_notes,
)
from tests import factories
from tests.notes.posts import make_content, make_levator, make_site

SERVICES = [{"code": "97110", "minutes": 15, "text": "Deep neck flexors"}]


@pytest.fixture
def signed(visit):
    content = make_content(services=SERVICES)
    return factories.sign(factories.make_note(visit=visit, content=content))


def add(note, kind, *, sites=None, sha256="a" * 64):
    counted = {"muscle_count": len(sites), "needle_count": 4} if sites else {}
    return factories.make_addendum(
        note=note,
        kind=kind,
        snapshot=json.dumps({"sites": sites}),
        snapshot_sha256=sha256,
        signed_at=timezone.now(),
        **counted,
    )


def test_the_facts_are_what_was_signed_and_what_stands_for_the_visit(signed, practice):
    coverage = factories.make_coverage(
        patient=signed.visit.patient, payer=factories.make_payer(kind=CoverageKind.COMMERCIAL)
    )
    consent = factories.make_consent(patient=signed.visit.patient)
    factories.make_fee(code="20561", amount=Decimal("85.00"))

    facts = facts_of_signed_note(signed, practice=practice)

    assert facts.id == str(signed.pk)
    assert facts.date_of_service == signed.date_of_service
    assert [each.muscle for each in facts.needled] == [
        "upper-trapezius",
        "upper-trapezius",
        "levator-scapulae",
    ]
    assert [(each.code, each.minutes) for each in facts.services] == [("97110", 15)]
    assert facts.diagnoses == ("M54.2",)
    assert facts.note.signed is True
    assert facts.provider.profession == "PT"
    assert facts.coverage.kind == coverage.payer.kind
    assert facts.consent.signed_on == consent.signed_on
    assert (facts.practice.fees, facts.charge) == ({"20561": Decimal("85.00")}, Decimal("85.00"))
    assert facts.practice.modifier_for_distinct_muscles == "XS"


def test_the_last_corrected_list_of_muscles_counts(signed, practice):
    add(signed, AddendumKind.CORRECTED_MUSCLES, sites=[make_site()])
    add(signed, AddendumKind.CORRECTED_MUSCLES, sites=[make_site(), make_levator()])

    facts = facts_of_signed_note(signed, practice=practice)

    assert [each.muscle for each in facts.needled] == ["upper-trapezius", "levator-scapulae"]
    assert rules.check(facts).suggested_code == "20560"


def test_a_late_entry_leaves_the_digest_and_a_correction_or_an_error_changes_it(signed):
    as_signed = digest_in_force(signed)

    add(signed, AddendumKind.LATE_ENTRY)
    after_late_entry = digest_in_force(signed)
    add(signed, AddendumKind.CORRECTED_MUSCLES, sites=[make_site()])
    after_correction = digest_in_force(signed)
    add(signed, AddendumKind.ENTERED_IN_ERROR)
    in_error = digest_in_force(signed)

    assert after_late_entry == as_signed
    assert len({as_signed, after_correction, in_error}) == 3


def test_many_notes_take_as_many_queries_as_one(practice):
    def of(number):
        notes = [
            factories.sign(factories.make_note(visit=visit, content=make_content()))
            for visit in (factories.make_visit() for _ in range(number))
        ]
        for note in notes:
            factories.make_coverage(patient=note.visit.patient)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            facts_of_signed_notes(notes, practice=practice)
            digests_in_force(notes)
        return len(asked)

    assert of(3) == of(1)
