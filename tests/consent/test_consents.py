from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from consent import actions
from consent.models import Consent, ConsentWithdrawal
from consent.review import consent_standing
from consent.worklists import consent_chips, the_practice
from emr.models import AuditEntry, Visit
from tests.factories import (
    make_consent,
    make_consent_form,
    make_patient,
    make_signed_consent,
    make_visit,
    make_withdrawal,
    today,
)

HTMX = {"HX-Request": "true"}
DAY = timedelta(days=1)
SIGNED = date(2025, 3, 4)


def entries():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "actor", "details"))


def consent_on(patient, day):
    """The consent in force on the day, or None."""
    standing = consent_standing(patient, day=day, practice=the_practice())
    return standing.consent if standing.in_force else None


# The consent of a day


def test_nobody_has_consented_before_they_signed(patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)

    days = (SIGNED - DAY, SIGNED, SIGNED + 999 * DAY)

    assert [consent_on(patient, day) for day in days] == [None, consent, consent]


def test_a_consent_ends_on_the_day_that_it_is_withdrawn(patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)
    make_withdrawal(consent=consent, withdrawn_on=SIGNED + 5 * DAY)

    days = (SIGNED + 4 * DAY, SIGNED + 5 * DAY)

    assert [consent_on(patient, day) for day in days] == [consent, None]


def test_the_newest_consent_is_the_one_that_counts(patient, fran):
    make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)
    newer = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED + DAY)

    assert consent_on(patient, today()) == newer


def test_the_consent_of_another_patient_counts_for_nobody_else(patient, fran):
    make_consent(patient=make_patient(), recorded_by=fran)

    assert consent_on(patient, today()) is None


# Recording


def test_a_paper_form_is_recorded(patient, fran):
    consent = actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)

    assert (consent.signed_on, consent.recorded_by) == (SIGNED, fran)
    assert entries() == [("consent recorded", "Fran Ibarra", {"signed_on": "2025-03-04"})]


@pytest.mark.parametrize("signed_on", [date(1951, 3, 7), date(2999, 1, 1)])
def test_nobody_signs_before_birth_or_in_the_future(patient, fran, signed_on):
    with pytest.raises(ValidationError):
        actions.record_consent(patient=patient, signed_on=signed_on, by=fran)

    assert (Consent.objects.count(), entries()) == (0, [])


def test_one_form_is_recorded_once(patient, fran):
    actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)

    with pytest.raises(actions.Refused):
        actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)


@pytest.fixture
def first_form():
    """The first of two versions came into use on the day that the others call SIGNED."""
    first, _later = (make_consent_form(published_on=SIGNED + n * DAY) for n in (0, 30))
    return first


@pytest.mark.parametrize("signed_on", [SIGNED, SIGNED + DAY, today()])
def test_since_the_first_form_was_published_a_date_is_not_enough(
    patient, fran, first_form, signed_on
):
    with pytest.raises(ValidationError) as refusal:
        actions.record_consent(patient=patient, signed_on=signed_on, by=fran)

    assert refusal.value.message_dict == {
        "signed_on": [
            "Since 2025-03-04 the form is signed here: have it signed on this tablet or the"
            " patient’s phone, or print it, have it signed and scan the paper in."
        ]
    }
    assert (Consent.objects.count(), entries()) == (0, [])


def test_what_was_signed_before_the_first_form_is_recorded(patient, fran, first_form):
    consent = actions.record_consent(patient=patient, signed_on=SIGNED - DAY, by=fran)

    assert (consent.signed_on, consent.form) == (SIGNED - DAY, None)


def test_a_draft_that_nobody_signs_yet_changes_nothing(patient, fran):
    make_consent_form(published=False)

    consent = actions.record_consent(patient=patient, signed_on=today(), by=fran)

    assert consent_on(patient, today()) == consent


@pytest.mark.parametrize("no", ["withdrawn", "declined"])
def test_a_date_never_undoes_a_no(patient, fran, no):
    former = make_consent(
        patient=patient, signed_on=SIGNED, outcome="declined" if no == "declined" else "signed"
    )
    if no == "withdrawn":
        make_withdrawal(consent=former, withdrawn_on=SIGNED + DAY)
    make_consent(patient=patient, signed_on=SIGNED + 2 * DAY)

    for day in (SIGNED - DAY, SIGNED + 3 * DAY, today()):
        with pytest.raises(actions.Refused, match="The patient declined or withdrew before"):
            actions.record_consent(patient=patient, signed_on=day, by=fran)

    assert (Consent.objects.count(), entries()) == (2, [])


def test_the_no_of_somebody_else_stops_nobody(patient, fran):
    make_withdrawal(consent=make_consent(patient=make_patient()))

    actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)

    assert Consent.objects.filter(patient=patient).count() == 1


def test_a_date_never_speaks_for_whoever_was_a_minor_then(fran):
    patient = make_patient(birth_date=SIGNED.replace(year=2007) + DAY)

    with pytest.raises(actions.Refused, match="The patient was under 18 then"):
        actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)

    assert (Consent.objects.count(), entries()) == (0, [])


def test_whoever_came_of_age_that_day_signed_for_themselves(fran):
    patient = make_patient(birth_date=SIGNED.replace(year=2007))

    consent = actions.record_consent(patient=patient, signed_on=SIGNED, by=fran)

    assert consent.signed_on == SIGNED


# Withdrawing


def test_who_withdraws_takes_back_every_consent_given_by_then(patient, fran, dana):
    older = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)
    newer = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED + DAY)

    actions.withdraw_consent(
        consent=newer, withdrawn_on=SIGNED + 2 * DAY, reason="Sore for a week", by=dana
    )

    assert consent_on(patient, today()) is None
    taken_back = ConsentWithdrawal.objects.values_list("consent", "reason", "recorded_by")
    assert set(taken_back) == {
        (older.pk, "Sore for a week", dana.pk),
        (newer.pk, "Sore for a week", dana.pk),
    }
    details = {"withdrawn_on": "2025-03-06", "consents": [older.pk, newer.pk]}
    assert entries() == [("consent withdrawn", "Dana Whitlock", details)]


def test_the_log_does_not_say_why(patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran)

    actions.withdraw_consent(consent=consent, withdrawn_on=today(), reason="Afraid", by=fran)

    assert "Afraid" not in str(entries())


def test_a_consent_is_withdrawn_once(patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran)
    actions.withdraw_consent(consent=consent, withdrawn_on=today(), reason="Sore", by=fran)

    with pytest.raises(actions.Refused):
        actions.withdraw_consent(consent=consent, withdrawn_on=today(), reason="Again", by=fran)

    assert list(ConsentWithdrawal.objects.values_list("reason", flat=True)) == ["Sore"]


@pytest.mark.parametrize(
    ("withdrawn_on", "reason"),
    [(SIGNED - DAY, "Sore"), (date(2999, 1, 1), "Sore"), (SIGNED, "  ")],
)
def test_a_withdrawal_needs_a_day_that_fits_and_a_reason(patient, fran, withdrawn_on, reason):
    consent = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)

    with pytest.raises(ValidationError):
        actions.withdraw_consent(consent=consent, withdrawn_on=withdrawn_on, reason=reason, by=fran)

    assert entries() == []


def test_who_signs_again_has_consented_again(patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran)
    actions.withdraw_consent(consent=consent, withdrawn_on=today(), reason="Sore", by=fran)

    again = make_signed_consent(patient=patient, signed_on=today())

    assert consent_on(patient, today()) == again


# Chips


def chip_of(visit, user):
    return consent_chips([visit], user)[visit.pk]


def test_a_consent_on_file_says_since_when(visit, fran):
    make_consent(patient=visit.patient, recorded_by=fran, signed_on=SIGNED)

    chip = chip_of(visit, fran)

    assert (chip.tone, chip.word, chip.detail, chip.needs) == (
        "ok",
        "On file",
        "4 Mar 2025",
        False,
    )


def test_a_missing_consent_needs_somebody_and_leads_there(visit, fran):
    chip = chip_of(visit, fran)

    url = reverse("consent:of-patient", args=[visit.patient_id])
    assert (chip.tone, chip.word, chip.needs, chip.url) == ("stop", "Missing", True, url)


def test_a_withdrawn_consent_stops(visit, fran):
    consent = make_consent(patient=visit.patient, recorded_by=fran)
    actions.withdraw_consent(consent=consent, withdrawn_on=today(), reason="Sore", by=fran)

    chip = chip_of(visit, fran)

    assert (chip.tone, chip.word, chip.needs) == ("stop", "Withdrawn", True)


def test_a_visit_that_does_not_take_place_needs_no_consent(visit, fran):
    Visit.objects.update(state="cancelled")

    chip = chip_of(Visit.objects.get(), fran)

    assert (chip.tone, chip.needs) == ("mute", False)


@pytest.mark.parametrize("count", [1, 3])
def test_all_chips_take_three_queries(fran, dana, django_assert_num_queries, count):
    visits = [make_visit(provider=dana.provider) for _ in range(count)]
    for visit in visits:
        make_consent(patient=visit.patient, recorded_by=fran)

    # the practice, the consents, the versions that ask for another signature
    with django_assert_num_queries(3):
        chips = consent_chips(visits, fran)

    assert [chip.tone for chip in chips.values()] == ["ok"] * count


# Pages


@pytest.fixture
def panel_url(patient):
    return reverse("consent:of-patient", args=[patient.pk])


@pytest.fixture
def record_url(patient):
    return reverse("consent:record", args=[patient.pk])


def withdraw_url(consent):
    return reverse("consent:withdraw", args=[consent.pk])


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_everybody_on_the_staff_sees_it_and_that_is_written_down(request, who, panel_url, patient):
    client = request.getfixturevalue(f"{who}_client")

    page, part = client.get(panel_url), client.get(panel_url, headers=HTMX)

    assertTemplateUsed(page, "consent/consents.html")
    assertTemplateUsed(part, "consent/_consents.html")
    assertNotContains(part, "<html")
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.patient_id) == ("viewed", patient.pk)


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_who_only_reads_changes_nothing(request, who, record_url, patient, fran):
    client = request.getfixturevalue(f"{who}_client")
    consent = make_consent(patient=patient, recorded_by=fran)
    withdrawal = {"withdrawn_on": today().isoformat(), "reason": "Sore"}

    assert client.post(record_url, {"signed_on": "2025-03-05"}).status_code == 404
    assert client.post(withdraw_url(consent), withdrawal).status_code == 404
    assert entries() == []


def test_somebody_without_a_role_sees_nothing(eve_client, panel_url):
    assert eve_client.get(panel_url).status_code == 404


def test_recording_answers_with_the_part_or_the_page(fran_client, record_url, panel_url):
    part = fran_client.post(record_url, {"signed_on": "2025-03-04"}, headers=HTMX)
    page = fran_client.post(record_url, {"signed_on": "2025-03-05"})

    assertContains(part, "Signed 4 Mar 2025")
    assert part["HX-Trigger"] == "chart-changed"
    assert (page.status_code, page.url) == (302, panel_url)


OLD_PAPER = "Record an old paper form by its date"


def test_an_old_paper_form_is_offered_until_the_first_form_and_no_day_is_guessed(
    fran_client, panel_url
):
    before = fran_client.get(panel_url)
    make_consent_form(published_on=SIGNED)
    since = fran_client.get(panel_url)

    assertContains(before, "Only for a form that lies in the paper chart.")
    assertContains(since, "and was signed before 4 Mar 2025: since then forms are signed here")
    assert [page.context["form"]["signed_on"].value() for page in (before, since)] == [None, None]


def test_an_old_paper_form_is_not_offered_after_a_no_nor_for_a_minor(
    fran_client, panel_url, patient
):
    make_withdrawal(consent=make_consent(patient=patient))
    child = make_patient(birth_date=today() - 3000 * DAY)

    pages = [
        fran_client.get(panel_url),
        fran_client.get(reverse("consent:of-patient", args=[child.pk])),
    ]

    for page in pages:
        assertNotContains(page, OLD_PAPER)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_who_records_after_a_no_is_told_why_not(fran_client, patient, record_url, headers):
    make_withdrawal(consent=make_consent(patient=patient))

    response = fran_client.post(record_url, {"signed_on": "2025-03-03"}, headers=headers)

    assertContains(response, "Have the form signed here", status_code=409)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
@pytest.mark.parametrize("day", ["", "soon", "2999-01-01", "1951-03-07"])
def test_a_wrong_day_says_so_at_its_field(fran_client, record_url, headers, day):
    response = fran_client.post(record_url, {"signed_on": day}, headers=headers)

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["signed_on"],
    )
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_second_who_records_one_form_is_told(fran_client, record_url, headers):
    fran_client.post(record_url, {"signed_on": "2025-03-04"})

    response = fran_client.post(record_url, {"signed_on": "2025-03-04"}, headers=headers)

    assertContains(response, "on file already", status_code=409)


def test_withdrawing_shows_when_and_why(fran_client, patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran)

    response = fran_client.post(
        withdraw_url(consent),
        {"withdrawn_on": today().isoformat(), "reason": "Sore for a week"},
        headers=HTMX,
    )

    assertContains(response, "Sore for a week")
    assertContains(response, "no note can be started")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"withdrawn_on": "2025-03-03"}, "withdrawn_on"),
        ({"withdrawn_on": "2999-01-01"}, "withdrawn_on"),
    ],
)
def test_a_wrong_withdrawal_says_so(fran_client, patient, fran, headers, changes, field):
    consent = make_consent(patient=patient, recorded_by=fran, signed_on=SIGNED)
    facts = {"withdrawn_on": today().isoformat(), "reason": "Sore"} | changes

    response = fran_client.post(withdraw_url(consent), facts, headers=headers)

    assert (response.status_code, list(response.context["withdrawal"].errors)) == (
        422,
        [field],
    )


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_second_who_withdraws_is_told(fran_client, patient, fran, headers):
    consent = make_consent(patient=patient, recorded_by=fran)
    facts = {"withdrawn_on": today().isoformat(), "reason": "Sore"}
    fran_client.post(withdraw_url(consent), facts)

    response = fran_client.post(withdraw_url(consent), facts, headers=headers)

    assertContains(response, "withdrawn already", status_code=409)
