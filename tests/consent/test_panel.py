"""The panel on the chart: how the consent stands, how to get it, and what was answered so far."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from consent import actions
from consent.models import Consent, Method
from emr.models import AuditEntry, DocumentEvent, Practice
from tests.factories import make_consent, make_consent_form, make_patient, make_withdrawal, today

HTMX = {"HX-Request": "true"}
DAY = timedelta(days=1)


@pytest.fixture
def form(olive):
    return make_consent_form(drafted_by=olive)


def answered(patient, *, form, practice, by, outcome=Consent.Outcome.SIGNED, reason="", **fields):
    """A consent that was answered on the tablet, with its PDF."""
    started = actions.start_signing(
        method=Method.KIOSK, patient=patient, practice=practice, form=form, by=by
    )
    name = fields.get("signer_name", "Odette Marlow")
    hand = {"signer_name": name, "typed_name": name, "intent": "I sign this."}
    return actions.answer_consent(
        started=started.signing,
        outcome=outcome,
        language="en",
        hand=actions.Hand(**hand | fields),
        practice=practice,
        reason=reason,
        by=by,
    )


@pytest.fixture
def consent(patient, form, practice, fran):
    return answered(patient, form=form, practice=practice, by=fran)


def panel_of(client, patient):
    return client.get(reverse("consent:of-patient", args=[patient.pk]), headers=HTMX)


# How it stands


def test_nothing_on_file_says_what_to_do(fran_client, patient):
    assertContains(panel_of(fran_client, patient), "Have it signed before the first needle.")


def test_in_force_says_until_when(fran_client, patient, fran):
    Practice.objects.update(consent_months=12)
    make_consent(patient=patient, recorded_by=fran, signed_on=date(today().year, 1, 31))

    panel = panel_of(fran_client, patient)

    assertContains(panel, f"In force until <strong>31 Jan {today().year + 1}</strong>.")


def test_a_practice_without_a_term_keeps_it_until_it_is_withdrawn(fran_client, patient, fran):
    Practice.objects.update(consent_months=None)
    make_consent(patient=patient, recorded_by=fran)

    assertContains(panel_of(fran_client, patient), "In force until it is withdrawn.")


def test_run_out_says_since_when(fran_client, patient, fran):
    Practice.objects.update(consent_months=1)
    make_consent(patient=patient, recorded_by=fran, signed_on=date(2025, 3, 4))

    assertContains(panel_of(fran_client, patient), "The consent ran out on 4 Apr 2025.")


def test_a_newer_version_must_be_signed(fran_client, patient, fran):
    Practice.objects.update(consent_months=None)
    make_consent(patient=patient, recorded_by=fran, signed_on=date(2025, 3, 4))
    make_consent_form(must_renew=True, published_on=date(2025, 6, 1))

    panel = panel_of(fran_client, patient)

    assertContains(panel, "the earlier consent held until 1 Jun 2025.")


def test_declined_stops_and_keeps_the_reason(fran_client, patient, form, practice, fran):
    outcome = Consent.Outcome.DECLINED
    answered(
        patient, form=form, practice=practice, by=fran, outcome=outcome, reason="Afraid of needles"
    )

    panel = panel_of(fran_client, patient)

    assertContains(panel, "no note can be started until they sign")
    assertContains(panel, "Reason: “Afraid of needles”")


def test_withdrawn_stops(fran_client, patient, consent):
    make_withdrawal(consent=consent, reason="Sore for a week")

    panel = panel_of(fran_client, patient)

    assertContains(panel, "no note can be started until they sign again")
    assertContains(panel, "“Sore for a week”")
    assertNotContains(panel, "The patient withdraws")


@pytest.mark.parametrize(("age", "says"), [(17, True), (18, False)])
def test_for_a_child_somebody_else_signs(fran_client, practice, age, says):
    child = make_patient(birth_date=today().replace(year=today().year - age, day=1))

    panel = panel_of(fran_client, child).content.decode()

    assert ("a parent or guardian signs for them" in panel) is says


# Getting it


def test_each_way_to_sign_is_one_tap(fran_client, patient, form):
    panel = panel_of(fran_client, patient)

    assertContains(panel, f'action="{reverse("consent:start-signing", args=[patient.pk])}"')
    for method in Method.values:
        assertContains(panel, f'name="method" value="{method}"')


@pytest.mark.parametrize(
    ("who", "way_out"), [("fran", "Ask the owner to publish one."), ("olive", "Publish one")]
)
def test_without_a_published_form_nothing_can_be_signed(request, who, way_out, patient):
    make_consent_form(published=False)
    client = request.getfixturevalue(f"{who}_client")

    panel = panel_of(client, patient)

    assertContains(panel, way_out)
    assertNotContains(panel, 'name="method"')


def test_a_printed_form_that_waits_is_named_until_it_comes_back(
    fran_client, cora_client, patient, form, practice, fran
):
    of = {"patient": patient, "practice": practice, "form": form, "by": fran}
    paper = actions.start_signing(method=Method.PAPER, **of).signing
    actions.start_signing(method=Method.PHONE, **of)
    words = f'A printed form <strong class="num">{paper.code}</strong> waits since'

    waiting = panel_of(fran_client, patient)
    read = panel_of(cora_client, patient)
    actions.cancel_signing(signing=paper, by=fran)
    ended = panel_of(fran_client, patient)

    assertContains(waiting, words, count=1)
    assertContains(waiting, reverse("consent:scan-in", args=[paper.pk]))
    assertNotContains(read, words)
    assertNotContains(ended, words)


def test_who_only_reads_gets_no_buttons(cora_client, patient, consent):
    assertNotContains(panel_of(cora_client, patient), "<button")


# What was answered


def test_a_line_tells_who_signed_what_and_how(fran_client, patient, form, practice, fran):
    answered(
        patient,
        form=form,
        practice=practice,
        by=fran,
        signer_name="Pat Marlow",
        relation="daughter",
        ground="power of attorney",
        interpreter="L. Ruiz",
        witness="F. Ibarra",
    )

    text = " ".join(panel_of(fran_client, patient).content.decode().split())

    assert (
        "On the clinic&#x27;s tablet, by Pat Marlow (daughter; power of attorney), typed name."
        f" {form}, English. Interpreter: L. Ruiz. Witness: F. Ibarra." in text
    )


def test_the_pdf_goes_out_as_it_was_signed_and_that_is_written_down(fran_client, fran, consent):
    response = fran_client.get(reverse("consent:pdf", args=[consent.pk]))

    assert response.content == bytes(consent.document.content)
    assert response["Content-Type"] == "application/pdf"
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.actor_id, entry.subject_type, entry.patient_id, entry.details) == (
        "viewed",
        fran.pk,
        "emr.Document",
        consent.patient_id,
        {"consent": consent.pk},
    )


def test_a_form_recorded_by_hand_has_no_pdf_and_no_copy(fran_client, patient, fran):
    by_hand = make_consent(patient=patient, recorded_by=fran)

    pdf = fran_client.get(reverse("consent:pdf", args=[by_hand.pk]))
    copy = fran_client.post(reverse("consent:copy-consent", args=[by_hand.pk]), {"what": "shown"})

    assert (pdf.status_code, copy.status_code) == (404, 404)


@pytest.mark.parametrize("what", ["paper copy", "shown", "e-mailed"])
def test_a_copy_given_is_on_record(fran_client, fran, consent, what):
    url = reverse("consent:copy-consent", args=[consent.pk])

    panel = fran_client.post(url, {"what": what}, headers=HTMX)

    events = DocumentEvent.objects.values_list("document", "what", "by")
    assert list(events) == [(consent.document_id, what, fran.pk)]
    assertContains(panel, f"✓ {DocumentEvent.What(what).label}")
    assertNotContains(panel, "Copy owed by state rule")


@pytest.mark.parametrize("what", ["", "printed", "sung"])
def test_a_copy_is_given_in_one_of_three_ways(fran_client, consent, what):
    url = reverse("consent:copy-consent", args=[consent.pk])

    panel = fran_client.post(url, {"what": what}, headers=HTMX)

    assertContains(panel, "Say how the copy was given", status_code=422)
    assert DocumentEvent.objects.count() == 0


@pytest.mark.parametrize(("state", "owed"), [("CO", True), ("AK", False)])
def test_where_the_state_owes_a_copy_the_line_says_so(fran_client, dana, consent, state, owed):
    Practice.objects.update(state=state)

    panel = panel_of(fran_client, consent.patient).content.decode()

    assert ("Copy owed by state rule" in panel, "No copy given yet" in panel) == (owed, not owed)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    fran_client, patient, form, practice, fran, django_assert_num_queries, count
):
    for _ in range(count):
        answered(patient, form=form, practice=practice, by=fran)
    panel_of(fran_client, patient)

    # session, user, roles, practice, patient, the entry that it was read, its consents, versions to
    # renew, the history, its copies, the version in use, the papers that wait, the day of the
    # first, who treats here
    with django_assert_num_queries(14):
        panel_of(fran_client, patient)
