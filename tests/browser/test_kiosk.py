"""The tablet that staff hand over: a patient reads and signs one document, and staff take it back."""

import pytest
from playwright.sync_api import expect

from consent import actions
from consent.demonstration import WORDINGS
from consent.models import Consent, Kind, Notice, NoticeStep
from tests import factories
from tests.browser.room import draw, finish, look_it_over, read_to_the_end
from tests.consent import papers
from tests.consent.rooms import make_issued
from tests.notes.prints import text_of, verdict


@pytest.fixture
def form(practice):
    return factories.make_consent_form()


@pytest.fixture
def handed_over(tablet, site, form, visit, fran, assert_accessible):
    """Fran starts the consent from the chart and gives the tablet to Odette."""
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:of-patient", visit.patient_id))
    tablet.get_by_role("button", name="Sign on this tablet").click()
    expect(tablet.get_by_role("heading", name="Consent to dry needling")).to_be_visible()
    assert_accessible(tablet)
    return tablet


def take_back(page):
    page.get_by_role("link", name="For the staff").click()
    page.get_by_label("Password of Fran Ibarra").fill(factories.PASSWORD)
    page.get_by_role("button", name="Back to Filiform").click()
    expect(page.get_by_role("link", name="Print the copy")).to_be_visible()


def assert_sealed(document, folder, *words):
    pdf = bytes(document.content)
    text = text_of(pdf)
    assert [word for word in words if word not in text] == []
    assert "Signature is Valid" in verdict(pdf, folder)


def test_a_patient_draws_their_consent_and_the_desk_takes_the_tablet_back(
    handed_over, assert_accessible, tmp_path
):
    tablet = handed_over
    folded = tablet.locator(".answering summary")
    assert [each.get_attribute("tabindex") for each in folded.all()] == ["-1", "-1"]
    read_to_the_end(tablet)
    assert [each.get_attribute("tabindex") for each in folded.all()] == [None, None]
    tablet.get_by_text("Yes, I agree to dry needling").click()
    draw(tablet)
    look_it_over(tablet)
    expect(tablet.get_by_alt_text("There is a signature.")).to_be_visible()
    assert_accessible(tablet)

    finish(tablet)
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Show what I signed").click()
    expect(tablet.get_by_alt_text("Page 1")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("link", name="Done").click()
    take_back(tablet)

    consent = Consent.objects.get()
    assert (consent.outcome, consent.signature.mark) == ("signed", "drawn")
    assert len(consent.signature.ink["strokes"]) == 2
    words = ["Odette Marlow", "Dana Whitlock", "my questions were answered", "not acupuncture"]
    assert_sealed(consent.document, tmp_path, *words)


def test_a_daughter_types_her_name_in_spanish_and_declines(
    handed_over, watch, assert_accessible, tmp_path
):
    watch.expect("status 422")
    tablet = handed_over
    tablet.get_by_role("link", name="Español").click()
    tablet.get_by_role("link", name="Ir al final").click()
    tablet.get_by_text("No, no estoy de acuerdo").click()
    tablet.get_by_label("Si quiere, diga por qué").fill("Prefiere ejercicios")
    tablet.get_by_text("Firmo por el paciente").click()
    tablet.get_by_label("Su nombre completo").first.fill("Inés Marlow")
    tablet.get_by_text("Escribir mi nombre").click()
    tablet.get_by_label("Escriba su nombre completo").fill("Inés Marlow")

    tablet.get_by_role("button", name="Revisar").click()
    expect(tablet.get_by_text("Falta algo.")).to_be_focused()
    expect(tablet.get_by_text("Complete esto, por favor.")).to_be_visible()
    expect(tablet.get_by_text("Marque esto para firmar")).to_be_visible()
    expect(tablet.get_by_label("Si quiere, diga por qué")).to_have_value("Prefiere ejercicios")
    assert_accessible(tablet)

    tablet.get_by_label("¿Qué es usted del paciente?").fill("Hija")
    tablet.get_by_label("¿Por qué puede firmar").select_option("Soy el tutor legal")
    tablet.get_by_text("Esta es mi firma").click()
    tablet.get_by_role("button", name="Revisar").click()
    expect(tablet.get_by_role("heading", name="¿Está todo bien?")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Está bien, terminar").click()
    expect(tablet.get_by_role("heading", name="Gracias")).to_be_visible()

    consent = Consent.objects.get()
    assert (consent.outcome, consent.language) == ("declined", "es")
    assert (consent.signature.mark, consent.signature.typed_name) == ("typed", "Inés Marlow")
    assert_sealed(consent.document, tmp_path, "Inés Marlow", "Hija", "Prefiere ejercicios")


def test_changing_something_brings_everything_back(handed_over):
    tablet = handed_over
    read_to_the_end(tablet)
    tablet.get_by_text("Yes, I agree to dry needling").click()
    draw(tablet)
    look_it_over(tablet)

    tablet.get_by_role("button", name="Change something").click()

    expect(tablet.get_by_label("Yes, I agree to dry needling")).to_be_checked()
    expect(tablet.locator("[data-ink-status]")).to_have_text("There is a signature.")
    tablet.get_by_role("button", name="Undo").click()
    tablet.get_by_role("button", name="Undo").click()
    expect(tablet.locator("[data-ink-status]")).to_have_text("There is no signature yet.")


def test_the_back_button_shows_nothing_of_what_staff_had_open(handed_over, watch, site):
    watch.expect("status 404")
    tablet = handed_over

    tablet.go_back()

    expect(tablet.get_by_role("heading", name="There is nothing else here")).to_be_visible()
    expect(tablet.get_by_text("HL-10117")).to_have_count(0)
    tablet.get_by_role("link", name="Back to the document").click()
    expect(tablet.get_by_role("heading", name="Consent to dry needling")).to_be_visible()


def test_what_staff_left_open_in_another_tab_ends(tablet, site, form, visit, fran):
    site.sign_in(tablet, fran)
    other = tablet.context.new_page()
    other.goto(site.at("emr:chart", visit.patient_id))
    expect(other.get_by_text("HL-10117").first).to_be_visible()
    tablet.goto(site.at("consent:of-patient", visit.patient_id))

    tablet.get_by_role("button", name="Sign on this tablet").click()

    expect(other.get_by_text("You were signed out.")).to_be_visible()
    expect(other.get_by_text("HL-10117")).to_have_count(0)


def test_what_staff_had_not_saved_does_not_stay_on_the_tablet(tablet, site, form, visit, fran):
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:of-patient", visit.patient_id))
    tablet.evaluate("localStorage.setItem('filiform:1:note:1', 'Neck pain')")

    tablet.get_by_role("button", name="Sign on this tablet").click()
    expect(tablet.get_by_role("heading", name="Consent to dry needling")).to_be_visible()

    # By the page's script, which runs after the page can be seen.
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('filiform:'))"
    tablet.wait_for_function(f"{kept}.length === 0")


def test_a_tablet_that_nobody_touches_asks_and_then_goes_dark(
    handed_over, assert_accessible, patient
):
    tablet = handed_over
    tablet.clock.install()
    tablet.reload()
    tablet.clock.run_for(45_000)
    expect(tablet.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("button", name="I am still here").click()
    expect(tablet.get_by_role("dialog")).to_have_count(0)
    tablet.clock.run_for(30_000)
    expect(tablet.get_by_text("Odette Marlow")).to_be_visible()

    tablet.clock.run_for(62_000)

    expect(tablet.get_by_role("heading", name="This page is closed")).to_be_visible()
    expect(tablet.get_by_text("Odette Marlow")).to_have_count(0)
    assert_accessible(tablet)
    tablet.goto("/sign/")
    expect(tablet.get_by_role("heading", name="This page is closed")).to_be_visible()
    tablet.get_by_role("link", name="For the staff").click()
    assert_accessible(tablet)
    tablet.get_by_label("Password of Fran Ibarra").fill(factories.PASSWORD)
    tablet.get_by_role("button", name="Let the patient go on").click()
    expect(tablet.get_by_role("heading", name="Consent to dry needling")).to_be_visible()


# Notices


OPTION_WORDS = {each: WORDINGS["en"][f"option_{each}"].split(". ")[0] for each in (1, 2, 3)}
OPTIONS = [(1, "ABN: claim"), (2, "ABN: no claim"), (3, "Option 3: do not treat")]


@pytest.mark.parametrize(("option", "chip"), OPTIONS)
def test_a_patient_chooses_an_option_of_the_abn_and_the_note_knows_it(
    tablet,
    page,
    site,
    visit,
    fran,
    dana,
    practice,
    watch,
    assert_accessible,
    tmp_path,
    option,
    chip,
):
    papers.install_demonstration()
    factories.make_consent(patient=visit.patient, signed_on=factories.today())
    medicare = factories.make_payer(name="Medicare", kind="medicare")
    factories.make_coverage(patient=visit.patient, payer=medicare, member_number="")
    notice = issue(visit, medicare, practice=practice, by=fran)
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:notice", notice.pk))
    tablet.get_by_role("button", name="Sign on this tablet").click()
    expect(tablet.locator(".document")).to_contain_text("Odette Marlow")
    assert tablet.locator("[name=answer]:checked").count() == 0
    assert_accessible(tablet)

    tablet.locator("[data-end]").scroll_into_view_if_needed()
    expect(tablet.get_by_role("button", name="Look it over")).to_be_enabled()
    tablet.locator(f"[name=answer][value='{option}']").check()
    draw(tablet)
    look_it_over(tablet)
    expect(tablet.locator(".the-answer")).to_contain_text(OPTION_WORDS[option])
    assert_accessible(tablet)
    finish(tablet)
    take_back(tablet)

    step = NoticeStep.objects.get(after="chosen")
    assert (step.option, step.transcribed) == (option, False)
    assert_sealed(
        step.document, tmp_path, "Odette Marlow", f"Option chosen by the patient: {option}"
    )
    site.sign_in(page, dana)
    page.goto("/?show=all")
    expect(page.locator("#today-rows")).to_contain_text(chip)
    if option == 3:
        watch.expect("status 409")
        page.get_by_role("button", name="Start").first.click()
        expect(page.get_by_text("the patient chose option 3")).to_be_visible()
    else:
        page.get_by_role("button", name="Start").first.click()
        expect(page.get_by_role("heading", name="Muscles needled")).to_be_visible()
        expect(page.locator(".patient-banner")).to_contain_text(chip)
    assert_accessible(page)


def issue(visit, payer, *, practice, by) -> Notice:
    drafted = actions.draft_notice(
        kind=Kind.ABN,
        patient=visit.patient,
        provider=visit.provider,
        coverage=visit.patient.coverages.get(payer=payer),
        visit=visit,
        identification="HL-10117",
        service_word="dry needling",
        lines=papers.LINES,
        by=by,
    )
    return actions.issue_notice(notice=drafted, practice=practice, by=by)


@pytest.mark.parametrize(
    ("kind", "heading", "answer", "words"),
    [
        (
            Kind.AGREEMENT,
            "Agreement to pay",
            "Yes, I want it and agree to pay",
            "Agreed and signed",
        ),
        (Kind.ESTIMATE, "Good-faith estimate", None, "Received and signed"),
    ],
)
def test_a_patient_signs_what_it_will_cost(
    tablet,
    site,
    visit,
    fran,
    dana,
    practice,
    assert_accessible,
    tmp_path,
    kind,
    heading,
    answer,
    words,
):
    parties = {"patient": visit.patient, "practice": practice, "by": fran}
    notice = make_issued(kind, provider=dana.provider, **parties)
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:notice", notice.pk))
    tablet.get_by_role("button", name="Sign on this tablet").click()
    expect(tablet.get_by_role("heading", name=heading)).to_be_visible()
    assert_accessible(tablet)

    tablet.locator("[data-end]").scroll_into_view_if_needed()
    if answer:
        tablet.get_by_text(answer).click()
    draw(tablet)
    look_it_over(tablet)
    finish(tablet)

    step = notice.steps.last()
    assert step.after == "agreed"
    assert_sealed(step.document, tmp_path, "Odette Marlow", "$65.00", words)
