"""Rows of notices, signatures and signings that the database refuses, and what stands nearest to
them and is right. Tried by tests/test_constraints.py.
"""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from consent.models import Kind, Method
from emr import protection
from tests import factories

NOW = timezone.now()
DAY = timedelta(days=1)
ISSUED = {"issued_at": NOW, "issued_on": date(2025, 3, 4), "snapshot": "{}"}
DIGEST = "0" * 64


def called(fields):
    """Whatever is named in a field is made when the row is."""
    return {name: value() if callable(value) else value for name, value in fields.items()}


def notice(**fields):
    return lambda: factories.make_notice(**called(fields))


def line(**fields):
    return lambda: factories.make_notice(lines=[factories.SERVICES[0] | fields])


def step(*, kind=Kind.ABN, state="issued", **fields):
    """One more step of a notice in this state."""
    return lambda: factories.make_notice_step(
        notice=factories.make_notice(kind=kind, state=state),
        **{"before": state} | called(fields),
    )


def signature(**fields):
    return lambda: factories.make_signature(patient=factories.make_patient(), **called(fields))


def a_scan():
    return factories.make_scan(patient=factories.make_patient())


def determination(**fields):
    return lambda: factories.make_determination(**fields)


def signing(**fields):
    return lambda: factories.make_signing(**called(fields))


def ended(**fields):
    return {"ended_at": NOW, "outcome": "signed"} | fields


def two_lines_in_one_place():
    made = factories.make_notice()
    made.lines.create(position=1, service="Once more")


def a_state_left_twice():
    made = factories.make_notice(state="issued")
    factories.make_notice_step(notice=made, before="draft", after="void")


def a_state_entered_twice():
    """The chain of steps alone forbids it already: so without it."""
    made = factories.make_notice(kind=Kind.ESTIMATE, state="issued")
    factories.make_notice_step(notice=made, before="issued", after="void")
    protection.drop(connection)
    factories.make_notice_step(notice=made, before="given", after="void")


def brought_in_twice():
    for _ in range(2):
        factories.make_scan(patient=factories.make_patient(), content=b"%PDF-1.7 the same")


def one_scan_of_two_signatures():
    scan = a_scan()
    for _ in range(2):
        factories.make_signature(patient=scan.patient, scan=scan)


def one_signature_of_two_notices():
    patient = factories.make_patient()
    signed = factories.make_signature(patient=patient)
    for _ in range(2):
        factories.make_notice(patient=patient, state="chosen", step={"signature": signed})


def one_document_of_two_notices():
    document = factories.make_document()
    for _ in range(2):
        factories.make_notice(state="chosen", step={"document": document})


def one_step_of_two_signings():
    answered = factories.make_notice(state="chosen")
    for _ in range(2):
        factories.make_signing(notice=answered, **ended(step=answered.steps.last()))


def one_consent_of_two_signings():
    form = factories.make_consent_form()
    consent = factories.make_consent(patient=factories.make_patient())
    for _ in range(2):
        factories.make_signing(form=form, patient=consent.patient, **ended(consent=consent))


def two_signings(**fields):
    def both():
        for _ in range(2):
            factories.make_signing(**fields)

    return both


REFUSED = {
    "abn_wording_language_known": [lambda: factories.make_abn_wording(language="fr")],
    "determination_decided_has_its_day": [
        determination(decision="denied"),
        determination(decided_on=factories.SOME_DAY),
        determination(decision="perhaps", decided_on=factories.SOME_DAY),
    ],
    "determination_decided_after_it_was_asked": [
        determination(decision="denied", decided_on=factories.SOME_DAY - DAY)
    ],
    "notice_kind_known": [notice(kind="rumour")],
    "notice_issued_whole_or_not_at_all": [
        notice(issued_at=NOW, wording=factories.make_abn_wording),
        notice(issued_on=date(2025, 3, 4)),
        notice(snapshot="{}"),
        notice(snapshot_sha256=DIGEST),
        notice(**ISSUED, wording=factories.make_abn_wording),
    ],
    "notice_issued_as_abn_has_its_wording": [
        notice(**ISSUED, snapshot_sha256=DIGEST),
        notice(
            **ISSUED,
            snapshot_sha256=DIGEST,
            kind=Kind.ESTIMATE,
            wording=factories.make_abn_wording,
        ),
    ],
    "notice_line_once": [two_lines_in_one_place],
    "notice_line_estimate_is_no_debt": [line(estimate="-0.01")],
    "notice_step_known": [
        step(state="draft", after="superseded", replaced_by=factories.make_notice),
        step(after="lost"),
    ],
    "notice_leaves_a_state_once": [a_state_left_twice],
    "notice_enters_a_state_once": [a_state_entered_twice],
    "notice_option_goes_with_its_signature": [
        step(after="chosen", signature=None),
        step(after="chosen", option=None),
        step(after="chosen", option=0),
        step(after="chosen", option=4),
        step(kind=Kind.AGREEMENT, after="agreed", option=1),
        step(after="refused", option=1),
    ],
    "notice_agreement_goes_with_its_signature": [
        step(kind=Kind.AGREEMENT, after="agreed", signature=None),
        step(kind=Kind.AGREEMENT, after="declined", signature=None),
    ],
    "notice_refusal_has_a_witness_and_why": [
        step(after="refused", witness=""),
        step(after="refused", reason=""),
        step(kind=Kind.ESTIMATE, after="given", witness="Robin Tarn"),
    ],
    "notice_void_says_why": [step(after="void", reason="")],
    "notice_replaced_by_another": [
        step(after="superseded", replaced_by=None),
        step(after="void", replaced_by=factories.make_notice),
    ],
    "notice_answer_has_its_day_and_document": [
        step(kind=Kind.ESTIMATE, after="given", answered_on=None),
        step(kind=Kind.ESTIMATE, after="given", document=None),
        step(after="void", answered_on=date(2025, 3, 4)),
        step(after="void", document=factories.make_document),
    ],
    "scan_kind_known": [lambda: factories.make_scan(patient=factories.make_patient(), kind="svg")],
    "scan_once": [brought_in_twice],
    "signature_method_known": [signature(method="fax")],
    "signature_mark_is_there": [
        signature(mark="cross"),
        signature(ink=None),
        signature(method=Method.PAPER),
        signature(mark="typed", ink=None),
        signature(typed_name="Odette Marlow", ink=factories.INK),
        signature(typed_name="Odette Marlow", method=Method.PAPER),
        signature(mark="on paper", method=Method.PAPER, ink=None),
        signature(scan=a_scan, method=Method.KIOSK),
        signature(scan=a_scan, ink=factories.INK),
    ],
    "signature_representative_has_relation_and_ground": [
        signature(relation="daughter"),
        signature(ground="power of attorney"),
    ],
    "signature_names_its_signer": [signature(signer_name="")],
    "signing_is_of_one_document": [
        signing(notice=None),
        signing(notice=factories.make_notice, form=factories.make_consent_form),
    ],
    "signing_method_known": [
        signing(method="fax"),
        signing(code="H7KQ-2M4T-9XWC"),
        signing(token_sha256=DIGEST),
        signing(method=Method.PHONE, token_sha256=""),
        signing(method=Method.PHONE, expires_at=None),
        signing(method=Method.PHONE, code="H7KQ-2M4T-9XWC"),
        signing(method=Method.PAPER, code=""),
        signing(method=Method.PAPER, token_sha256=DIGEST),
    ],
    "signing_token_once": [two_signings(method=Method.PHONE, token_sha256=DIGEST)],
    "signing_code_once": [two_signings(method=Method.PAPER, code="H7KQ-2M4T-9XWC")],
    "signing_ended_goes_with_outcome": [
        signing(ended_at=NOW),
        signing(outcome="signed"),
        signing(ended_at=NOW, outcome="lost"),
        signing(step=lambda: factories.make_notice(state="chosen").steps.last()),
    ],
    "consent_noticestep.document_id": [one_document_of_two_notices],
    "consent_noticestep.signature_id": [one_signature_of_two_notices],
    "consent_patientsignature.scan_id": [one_scan_of_two_signatures],
    "consent_signing.consent_id": [one_consent_of_two_signings],
    "consent_signing.step_id": [one_step_of_two_signings],
}

ALLOWED = [
    determination(decision="denied", decided_on=factories.SOME_DAY),
    line(estimate="0.00"),
    line(estimate=None),
    *[notice(state="chosen", option=option) for option in (1, 2, 3)],
    notice(state="refused"),
    notice(state="superseded"),
    notice(state="void"),
    notice(kind=Kind.VOLUNTARY_ABN, state="given"),
    notice(kind=Kind.ESTIMATE, state="agreed"),
    step(kind=Kind.ESTIMATE, state="given", after="agreed"),
    notice(kind=Kind.AGREEMENT, state="declined"),
    signature(typed_name="Odette Marlow"),
    signature(scan=a_scan),
    signature(relation="daughter", ground="power of attorney"),
    signing(form=factories.make_consent_form),
    two_signings(),
    signing(**ended()),
]
