"""A patient reads a document and answers it: on the tablet, on their phone, or on paper."""

from datetime import date

from billing.demo import ways
from billing.demo.clinic import Clinic
from billing.demo.hand import pen_line
from billing.demo.patients import Invented
from billing.demo.scanner import scanned
from billing.demo.ways import Way
from consent import actions as consents
from consent import printing
from consent.actions.scans import keeping_all
from consent.forms.papers import PaperForm
from consent.forms.room import DRAWN, PATIENT, REPRESENTATIVE, TYPED, AnswerForm
from consent.models import Consent, ConsentForm, Method, Notice, NoticeStep, Signing
from consent.room import Answer, Shown, is_minor, shown_by
from consent.words.consent_paper import WORDS
from consent.words.room import PHRASES
from emr.filing import record_document_event
from emr.models import Document, DocumentEvent
from emr.rules.notice_states import NoticeState

# Documentation addresses: nobody's.
TABLET = {"device": "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X)", "address": "192.0.2.21"}
PHONE = {"device": "Mozilla/5.0 (Linux; Android 15; Mobile)", "address": "203.0.113.84"}
AFTER = {Answer.AGREE: NoticeState.AGREED, Answer.DECLINE: NoticeState.DECLINED}


def sign_consent(clinic: Clinic, who: Invented, *, reason: str = "") -> Consent:
    """Yes, or with a reason no."""
    way = ways.CONSENTS.get(who.number, ways.USUAL)
    started = consents.start_signing(
        method=way.method,
        patient=clinic.patient(who),
        practice=clinic.practice,
        by=clinic.desk,
        form=ConsentForm.objects.current(),
        provider=clinic.therapist(who).provider,
        place=clinic.practice.name,
    )
    answer = Answer.DECLINE if reason else Answer.AGREE
    consent = _answer(
        clinic, who, started.signing, answer, way=way, token=started.token, reason=reason
    )
    _give_copy(clinic, who, consent.document, way=way)
    return consent


def answer_notice(clinic: Clinic, who: Invented, notice: Notice, answer: Answer) -> NoticeStep:
    way = ways.NOTICES.get(who.number, ways.USUAL)
    started = consents.start_signing(
        method=way.method,
        patient=clinic.patient(who),
        practice=clinic.practice,
        by=clinic.desk,
        notice=notice,
        place=clinic.practice.name,
    )
    step = _answer(clinic, who, started.signing, answer, way=way, token=started.token)
    _give_copy(clinic, who, step.document, way=way)
    return step


def _answer(
    clinic: Clinic,
    who: Invented,
    signing: Signing,
    answer: Answer,
    *,
    way: Way,
    token: str,
    reason: str = "",
) -> Consent | NoticeStep:
    if way.method == Method.PAPER:
        return _on_paper(clinic, signing, answer, way=way)
    if token:
        clinic.pass_minutes(3)
        signing = consents.open_link(token=token, birth_date=who.birth_date)
    clinic.pass_minutes(4)
    shown = shown_by(signing)
    form = AnswerForm(
        _typed_in(shown, answer, way=way, reason=reason),
        shown=shown,
        say=PHRASES[way.language],
        minor=is_minor(signing, clinic.practice),
    )
    _require(form)
    where = PHONE if way.method == Method.PHONE else TABLET
    hand = form.hand(place=signing.place, **where)
    return _store(clinic, signing, answer, language=way.language, hand=hand, reason=reason)


def _typed_in(shown: Shown, answer: Answer, *, way: Way, reason: str) -> dict:
    """What the signing page sends."""
    signer = way.representative or shown.patient_name
    mark = (
        {"mark": TYPED, "typed_name": signer, "is_my_signature": "on"}
        if way.typed
        else {"mark": DRAWN, "ink": pen_line(signer)}
    )
    representative = (
        {
            "who": REPRESENTATIVE,
            "representative": way.representative,
            "relation": way.relation,
            "ground": PHRASES[way.language]["grounds"][0],
        }
        if way.representative
        else {"who": PATIENT}
    )
    others = {"interpreter": way.interpreter, "witness": way.witness, "reason": reason}
    return {"answer": answer.value} | mark | representative | others


def _on_paper(clinic: Clinic, signing: Signing, answer: Answer, *, way: Way):
    """Printed, signed with a pen, scanned, and keyed in by the desk."""
    shown, day = shown_by(signing), clinic.today()
    clinic.pass_minutes(9)
    form = PaperForm(
        {
            "answer": answer.value,
            "language": way.language,
            "signed_on": day.isoformat(),
        },
        {"file": _paper(shown, signing, answer, way=way, day=day)},
        shown=shown,
        code=signing.code,
    )
    _require(form)
    given = form.cleaned_data
    with keeping_all(given["file"], patient=signing.patient, by=clinic.desk) as scans:
        return _store(
            clinic,
            signing,
            answer,
            language=way.language,
            hand=form.hand(scans, place=signing.place),
            pages=given["pages"],
        )


def _paper(shown: Shown, signing: Signing, answer: Answer, *, way: Way, day: date):
    kept = {"language": way.language, "code": signing.code}
    written = {"name": shown.patient_name, "day": f"{day:%-m/%-d/%Y}"}
    if shown.kind == "consent":
        words = WORDS[way.language]
        return scanned(
            printing.blank_consent_pdf(shown.content, **kept),
            tick=words["agree"][:24],
            sign=words["line_signature"][:24],
            date=words["date"],
            line_above=True,
            **written,
        )
    parts = shown.content["wordings"][way.language]["parts"]
    return scanned(
        printing.blank_notice_pdf(shown.content, **kept),
        tick=parts[f"option_{answer.option}"].split(".")[0],
        sign=parts["signature_label"],
        date=parts["date_label"],
        line_above=False,
        **written,
    )


def _store(
    clinic: Clinic, signing: Signing, answer: Answer, *, reason: str = "", **given
) -> Consent | NoticeStep:
    given |= {"started": signing, "practice": clinic.practice, "by": clinic.desk}
    if signing.notice:
        after = AFTER.get(answer, NoticeState.CHOSEN)
        return consents.answer_notice(after=after, option=answer.option, **given)
    declined = answer == Answer.DECLINE
    outcome = Consent.Outcome.DECLINED if declined else Consent.Outcome.SIGNED
    return consents.answer_consent(outcome=outcome, reason=reason, **given)


def _require(form: AnswerForm | PaperForm) -> None:
    if not form.is_valid():
        raise ValueError(f"The demo fills in a form wrongly: {form.errors.as_json()}")


def _give_copy(clinic: Clinic, who: Invented, document: Document, *, way: Way) -> None:
    if who.number % ways.NO_COPY_NOTED == 0:
        return
    what = DocumentEvent.What.PAPER_COPY
    if way.method == Method.PHONE:
        what = DocumentEvent.What.SHOWN
    elif clinic.patient(who).email and who.number % 2:
        what = DocumentEvent.What.EMAILED
    record_document_event(
        document=document, what=what, patient_id=clinic.patient(who).pk, by=clinic.desk
    )
