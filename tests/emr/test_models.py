from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from emr.models import (
    Coverage,
    CoverageKind,
    Licence,
    Patient,
    Role,
    TrainingRecord,
    Visit,
    VisitState,
)
from tests import factories

pytestmark = pytest.mark.django_db

P, A, I, D, C, N = VisitState  # noqa: E741 -- planned, arrived, in progress, done, cancelled, no show
MAY_BECOME = {
    (P, A),
    (P, I),
    (P, C),
    (P, N),
    (A, P),
    (A, I),
    (A, N),
    (I, A),
    (I, D),
    (C, P),
    (N, P),
    (N, A),
}


@pytest.mark.parametrize(("state", "following"), [*product(VisitState, VisitState)])
def test_a_visit_goes_only_where_the_table_says(state, following):
    assert Visit(state=state).may_become(following) is ((state, following) in MAY_BECOME)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1951, 3, 8), date(2026, 3, 7), 74),
        (date(1951, 3, 8), date(2026, 3, 8), 75),
        (date(1951, 3, 8), date(2026, 3, 9), 75),
        (date(1951, 3, 8), date(1951, 3, 8), 0),
        (date(1951, 12, 31), date(2026, 1, 1), 74),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_a_patient_is_a_year_older_from_the_birthday_on(birth, day, age):
    assert Patient(birth_date=birth).age_on(day) == age


@pytest.mark.parametrize(
    ("middle", "shown"), [("", "Marlow, Odette"), ("Jane", "Marlow, Odette Jane")]
)
def test_a_patient_is_shown_by_last_name_first(middle, shown):
    assert str(Patient(last_name="Marlow", first_name="Odette", middle_name=middle)) == shown


JANUARY, JUNE = date(2025, 1, 1), date(2025, 6, 30)


def complaint(**fields):
    """What keeps this coverage from being added; None if nothing does."""
    defaults = {"member_number": "FRH 555 201", "starts_on": JANUARY}
    coverage = Coverage(**defaults | fields)
    try:
        coverage.clean()
    except ValidationError as error:
        return error.messages[0]
    return None


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "overlaps"),
    [
        (date(2025, 1, 1), date(2025, 6, 30), True),
        (date(2024, 1, 1), date(2025, 1, 1), True),
        (date(2024, 1, 1), date(2024, 12, 31), False),
        (date(2025, 6, 30), None, True),
        (date(2025, 7, 1), None, False),
        (date(2024, 1, 1), None, True),
        (date(2025, 2, 1), date(2025, 2, 2), True),
    ],
)
def test_two_primaries_may_not_share_a_day(starts_on, ends_on, overlaps):
    patient, payer = factories.make_patient(), factories.make_payer()
    factories.make_coverage(patient=patient, starts_on=JANUARY, ends_on=JUNE)

    said = complaint(patient=patient, payer=payer, starts_on=starts_on, ends_on=ends_on)

    assert said == (
        "There is another primary coverage in these days: end that one first." if overlaps else None
    )


@pytest.mark.parametrize(("day", "overlaps"), [(date(2024, 12, 31), False), (JUNE, True)])
def test_one_without_a_last_day_goes_on(day, overlaps):
    patient, payer = factories.make_patient(), factories.make_payer()
    factories.make_coverage(patient=patient, starts_on=JANUARY)

    said = complaint(patient=patient, payer=payer, starts_on=day, ends_on=day)

    assert (said is not None) is overlaps


def test_a_secondary_may_stand_beside_a_primary():
    patient, payer = factories.make_patient(), factories.make_payer()
    factories.make_coverage(patient=patient)

    assert complaint(patient=patient, payer=payer, rank=2) is None


def test_another_patients_coverage_is_no_hindrance():
    factories.make_coverage(patient=factories.make_patient())

    said = complaint(patient=factories.make_patient(), payer=factories.make_payer())

    assert said is None


def test_a_coverage_does_not_overlap_with_itself():
    coverage = factories.make_coverage(patient=factories.make_patient())

    assert coverage.clean() is None


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "refused"),
    [
        (CoverageKind.MEDICARE, "1eg4-te5-mk73", "1EG4TE5MK73", False),
        (CoverageKind.MEDICARE, "1EG4-TE5-MK7", None, True),
        (CoverageKind.MEDICARE, "", None, True),
        (CoverageKind.MEDICARE_ADVANTAGE, "H 123-4", "H 123-4", False),
        (CoverageKind.COMMERCIAL, "", "", False),
    ],
)
def test_only_original_medicare_asks_for_a_medicare_number(kind, typed, kept, refused):
    coverage = Coverage(
        patient=factories.make_patient(),
        payer=factories.make_payer(kind=kind),
        member_number=typed,
        starts_on=JANUARY,
    )

    if refused:
        with pytest.raises(ValidationError) as error:
            coverage.clean()
        assert list(error.value.message_dict) == ["member_number"]
    else:
        coverage.clean()
        assert coverage.member_number == kept


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_a_coverage_is_in_force_from_its_first_to_its_last_day(day, in_force):
    patient = factories.make_patient()
    factories.make_coverage(patient=patient, starts_on=JANUARY, ends_on=JUNE)

    assert patient.coverages.in_force_on(day).exists() is in_force


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
    ],
)
def test_a_licence_is_good_from_its_first_to_its_last_day(day, valid):
    factories.make_licence(
        provider=factories.make_provider(),
        issued_on=date(2025, 1, 1),
        expires_on=date(2025, 12, 31),
    )

    assert Licence.objects.valid_on(day).exists() is valid


def test_a_licence_without_a_last_day_stays_good():
    factories.make_licence(provider=factories.make_provider(), expires_on=None)

    assert Licence.objects.valid_on(date(2090, 1, 1)).count() == 1


def test_hours_of_training_are_added_up_by_kind():
    provider = factories.make_provider()
    for in_person, online, sessions in ((27, "0.5", 10), ("27.5", 4, 0)):
        factories.make_training(
            provider=provider,
            hours_in_person=in_person,
            hours_online=online,
            supervised_sessions=sessions,
        )

    assert provider.training.hours() == {
        "in_person": Decimal("54.5"),
        "online": Decimal("4.5"),
        "sessions": 10,
        "total": 59,
    }


def test_without_training_there_are_no_hours():
    assert TrainingRecord.objects.hours() == {
        "in_person": 0,
        "online": 0,
        "sessions": 0,
        "total": 0,
    }


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2025, 6, 2), 24),
        (date(2025, 3, 9), 23),  # clocks go forward
        (date(2025, 11, 2), 25),  # clocks go back
    ],
)
def test_a_day_goes_from_midnight_to_midnight_where_the_practice_is(dana, day, hours):
    first = factories.at(0, day=day)
    last = factories.at(0, day=day + timedelta(days=1)) - timedelta(minutes=1)
    starts = [
        first.astimezone(UTC) - timedelta(minutes=1),
        first,
        last.astimezone(UTC),
        last.astimezone(UTC) + timedelta(minutes=1),
    ]
    patient = factories.make_patient()
    visits = [
        factories.make_visit(patient=patient, provider=dana.provider, start=start)
        for start in starts
    ]

    with timezone.override(factories.ZONE):
        found = list(Visit.objects.starting_on(day))

    assert found == visits[1:3]
    assert starts[3] - starts[1].astimezone(UTC) == timedelta(hours=hours)


def test_the_date_of_service_is_the_day_at_the_practice():
    visit = Visit(start=datetime(2025, 3, 5, 1, 30, tzinfo=UTC))

    with timezone.override(factories.ZONE):
        assert visit.date_of_service == date(2025, 3, 4)


def test_a_visit_knows_who_pays_first_on_that_day(visit, patient):
    medicare = factories.make_payer(name="Medicare Part B", kind=CoverageKind.MEDICARE)
    factories.make_coverage(patient=patient, ends_on=date(2024, 12, 31))
    factories.make_coverage(patient=patient, payer=medicare, starts_on=date(2025, 1, 1))
    factories.make_coverage(patient=patient, rank=Coverage.Rank.SECONDARY)

    [found] = Visit.objects.with_payer(factories.today())

    assert (found.payer_name, found.payer_kind) == ("Medicare Part B", "medicare")


def test_a_visit_without_a_coverage_says_so(visit):
    [found] = Visit.objects.with_payer(factories.today())

    assert (found.payer_name, found.payer_kind) == (None, None)


@pytest.mark.parametrize("name", ["", "Denver", "America/denver", "MST7", "../etc/passwd"])
def test_a_time_zone_that_is_none_is_refused(practice, name):
    practice.time_zone = name

    with pytest.raises(ValidationError) as error:
        practice.full_clean()

    assert list(error.value.message_dict) == ["time_zone"]


def test_the_practice_of_the_tests_is_in_order(practice):
    practice.full_clean()

    assert practice.address == ["214 Harbour Lane", "Fort Collins, CO 80521"]
    assert str(practice.zone) == "America/Denver"


@pytest.mark.parametrize("role", Role)
def test_a_person_does_what_their_role_allows(practice, role):
    user = factories.make_user(role)

    assert [each for each in Role if user.has_role(each)] == [role]
    assert user.is_therapist is (role == Role.THERAPIST)


def test_a_person_may_hold_two_roles(practice):
    user = factories.make_user(Role.THERAPIST, Role.OWNER)

    assert [role for role in Role if user.has_role(role)] == [Role.THERAPIST, Role.OWNER]


def test_a_person_without_a_role_holds_none(eve):
    assert eve.has_role(*Role) is False


def test_everybody_of_the_cast_is_in_order(dana, lee, fran, bo, cora, olive, eve):
    for person in (dana, lee, fran, bo, cora, olive, eve):
        person.full_clean()
        assert person.check_password(factories.PASSWORD) is True
    for provider in (dana.provider, lee.provider):
        provider.full_clean()
        assert provider.licences.valid_on(factories.today()).count() == 1
