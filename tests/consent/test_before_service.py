"""A notice comes before the service: until when it may be issued, put before the patient, answered."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from consent import actions, drafting
from consent.actions.before_service import OBSOLETE, TOO_LATE
from consent.models import Kind, Method, Notice
from emr.models import Visit, VisitState
from emr.rules.notice_states import NoticeState
from tests import factories
from tests.consent import papers
from tests.factories import at, make_coverage, make_payer, make_visit, today

DAY = timedelta(days=1)
TYPED = {"signer_name": "Odette Marlow", "intent": "I sign this notice."}


@pytest.fixture(autouse=True)
def at_the_practice(practice):
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def make_abn(patient, dana, fran):
    """Drafts of an ABN under Original Medicare."""
    papers.install_demonstration()

    def make_abn(**fields):
        once = {"repetitive": False, "frequency": "", "duration": "", "visits": None}
        given = {"patient": patient, "by": fran, "provider": dana.provider}
        return papers.draft(Kind.ABN, **given | once | fields)

    return make_abn


@pytest.fixture
def issue(practice, fran):
    def issue(notice):
        return actions.issue_notice(notice=notice, practice=practice, by=fran)

    return issue


@pytest.fixture
def start(practice, fran):
    def start(notice, method=Method.KIOSK):
        of = {"patient": notice.patient, "practice": practice, "notice": notice, "by": fran}
        return actions.start_signing(method=method, **of).signing

    return start


@pytest.fixture
def choose(practice, fran):
    """The patient chooses option 1 on what was started."""

    def choose(started, **hand):
        return actions.answer_notice(
            started=started,
            after=NoticeState.CHOSEN,
            option=1,
            language="en",
            hand=actions.Hand(**TYPED | (hand or {"typed_name": "Odette Marlow"})),
            practice=practice,
            by=fran,
            pages=[blank_page()] if hand else [],
        )

    return choose


def blank_page() -> bytes:
    page = BytesIO()
    Image.new("L", (80, 100), 255).save(page, "png")
    return page.getvalue()


def become(visit, state, **fields):
    Visit.objects.filter(pk=visit.pk).update(state=state, **fields)


def done(visit, *, ago=timedelta()):
    become(visit, VisitState.DONE, done_at=timezone.now() - ago)


def refused(action, *args, **fields) -> str:
    with pytest.raises(actions.Refused) as refusal:
        action(*args, **fields)
    return str(refusal.value)


def state_of(notice):
    return Notice.objects.get(pk=notice.pk).state


# One visit


def test_while_the_visit_is_in_progress_the_patient_may_still_answer(
    visit, make_abn, issue, start, choose
):
    become(visit, VisitState.IN_PROGRESS)
    notice = issue(make_abn(visit=visit))

    choose(start(notice))

    assert state_of(notice) == "chosen"


def test_once_the_visit_is_done_nothing_is_issued_for_it(visit, make_abn, issue):
    draft = make_abn(visit=visit)
    done(visit)

    assert refused(issue, draft) == TOO_LATE
    assert state_of(draft) == "draft"


def test_once_the_visit_is_done_nothing_is_put_before_the_patient(visit, make_abn, issue, start):
    notice = issue(make_abn(visit=visit))
    done(visit)

    said = [refused(start, notice, method) for method in Method]

    assert said == [TOO_LATE] * 3
    assert notice.signings.count() == 0


def test_a_device_that_was_handed_over_before_takes_no_answer_afterwards(
    visit, make_abn, issue, start, choose
):
    notice = issue(make_abn(visit=visit))
    started = start(notice)
    done(visit)

    assert refused(choose, started) == TOO_LATE
    assert state_of(notice) == "issued"


def test_a_visit_that_was_done_before_we_kept_the_time_is_over(visit, make_abn, issue):
    visit.start = at(0)
    visit.save()
    draft = make_abn(visit=visit)
    become(visit, VisitState.DONE)

    assert refused(issue, draft) == TOO_LATE


@pytest.mark.parametrize("state", [VisitState.ARRIVED, VisitState.IN_PROGRESS])
def test_when_its_day_has_passed_it_is_too_late_though_nobody_ended_the_visit(
    patient, dana, make_abn, issue, state
):
    visit = make_visit(
        patient=patient, provider=dana.provider, start=at(9, day=today() - DAY), state=state
    )

    assert refused(issue, make_abn(visit=visit)) == TOO_LATE


@pytest.mark.parametrize(("printed", "counts"), [("before", True), ("afterwards", False)])
def test_of_a_paper_it_counts_when_its_blank_was_printed(
    patient, visit, make_abn, issue, start, choose, printed, counts
):
    notice = issue(make_abn(visit=visit))
    paper = start(notice, Method.PAPER)
    hour = timedelta(hours=1)
    become(visit, VisitState.DONE, done_at=paper.started_at + (hour if counts else -hour))
    on_paper = {"scan": factories.make_scan(patient=patient), "signed_on": today()}

    if counts:
        assert choose(paper, **on_paper).transcribed
    else:
        assert refused(choose, paper, **on_paper) == TOO_LATE
    assert state_of(notice) == ("chosen" if counts else "issued")


# A course, and visits to which nobody came


@pytest.mark.parametrize("state", [VisitState.NO_SHOW, VisitState.CANCELLED])
@pytest.mark.parametrize("course", [papers.COURSE, {}], ids=["course", "one visit"])
def test_a_visit_to_which_nobody_came_gave_no_service(
    patient, dana, make_abn, issue, start, choose, state, course
):
    missed = make_visit(patient=patient, provider=dana.provider, start=at(9, day=today() - DAY))
    become(missed, state)
    notice = issue(make_abn(visit=missed, **course))

    choose(start(notice))

    assert state_of(notice) == "chosen"


@pytest.mark.parametrize("ahead", [True, False])
def test_a_course_is_answered_while_visits_of_it_are_ahead(patient, dana, make_abn, issue, ahead):
    first = make_visit(patient=patient, provider=dana.provider, start=at(9, day=today() - DAY))
    done(first, ago=DAY)
    if ahead:
        make_visit(patient=patient, provider=dana.provider, start=at(9, day=today() + DAY))
    draft = make_abn(visit=first, **papers.COURSE)

    if ahead:
        assert issue(draft).state == "issued"
    else:
        assert refused(issue, draft) == TOO_LATE


# What else is told before the patient reads


def test_an_edition_that_became_obsolete_is_not_put_before_the_patient(patient, start, choose):
    old = factories.make_abn_wording(edition_expires=date(2026, 1, 31))
    notice = factories.make_notice(patient=patient, wording=old, state="issued")
    started = factories.make_signing(notice=notice)

    assert [refused(start, notice), refused(choose, started)] == [OBSOLETE] * 2


def cover(patient, kind):
    """From today on by another payer."""
    patient.coverages.update(ends_on=today() - DAY)
    return make_coverage(patient=patient, payer=make_payer(kind=kind), starts_on=today())


def test_who_has_medicare_advantage_by_now_answers_no_abn(patient, make_abn, issue, start, choose):
    notice = issue(make_abn())
    started = start(notice)
    cover(patient, "medicare_advantage")

    said = [refused(start, notice), refused(choose, started)]

    assert said == [drafting.NOT_FOR_ADVANTAGE] * 2


@pytest.mark.parametrize(
    ("kind", "payer", "why"),
    [
        (Kind.ABN, "medicare_advantage", drafting.NOT_FOR_ADVANTAGE),
        (Kind.ABN, "commercial", drafting.WHY_NOT[Kind.ABN]),
        (Kind.AGREEMENT, "medicaid", drafting.WHY_NOT[Kind.AGREEMENT]),
        (Kind.ESTIMATE, "medicare", drafting.WHY_NOT[Kind.ESTIMATE]),
    ],
)
def test_the_coverage_that_counts_by_now_decides_at_issue(
    patient, dana, fran, issue, kind, payer, why
):
    papers.install_demonstration()
    draft = papers.draft(kind, patient=patient, by=fran, provider=dana.provider)
    cover(patient, payer)

    assert refused(issue, draft) == why
    assert state_of(draft) == "draft"


def test_the_coverage_of_the_visits_day_is_taken_over_at_issue(patient, dana, make_abn, issue):
    visit = make_visit(patient=patient, provider=dana.provider, start=at(9, day=today() + 9 * DAY))
    draft = make_abn(visit=visit)
    patient.coverages.update(ends_on=today() + DAY)
    medicare = make_payer(kind="medicare")
    then = make_coverage(patient=patient, payer=medicare, starts_on=today() + 2 * DAY)

    assert issue(draft).coverage == then
