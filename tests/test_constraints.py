"""The database itself refuses what cannot be true, also what no form would send.

A new constraint or unique column needs its lines in REFUSED; without them the first test fails.
"""

import re
import uuid
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from emr.models import Diagnosis, DiagnosisRelease, PatientSearchWord
from notes.models import AddendumKind, Muscle, Side
from tests import factories, refused_notices

pytestmark = pytest.mark.django_db

OURS = {"emr", "consent", "notes", "billing"}
NOW = timezone.now()
CORRECTED = AddendumKind.CORRECTED_MUSCLES
A_TEXT = {"title": "Consentement", "sections": []}


def of_a_patient(make, **fields):
    return lambda: make(patient=factories.make_patient(), **fields)


def of_a_provider(make, **fields):
    return lambda: make(provider=factories.make_provider(), **fields)


def of_a_note(make, **fields):
    return lambda: make(note=factories.make_note(), **fields)


def called(fields):
    """Somebody who is named in a field is made when the row is."""
    return {name: value() if callable(value) else value for name, value in fields.items()}


def half_signed(**fields):
    return lambda: factories.sign(factories.make_note(), **fields)


def discarded(**fields):
    return lambda: factories.discard(factories.make_note(), **fields)


def addendum(**fields):
    return of_a_note(factories.make_addendum, **fields)


def consent(**fields):
    return lambda: factories.make_consent(patient=factories.make_patient(), **called(fields))


def signed_consent(**fields):
    return lambda: factories.make_signed_consent(patient=factories.make_patient(), **fields)


def withdrawal(**fields):
    return lambda: factories.make_withdrawal(consent=consent()(), **fields)


def consent_form(**fields):
    return lambda: factories.make_consent_form(**fields)


def ended(make, **fields):
    return lambda: make(patient=factories.make_patient(), **called(fields))


def ended_import(**fields):
    """An import that ended, without anybody who confirmed it."""
    wiped = {"state": "done", "content": "", "verdicts": "", "ended_at": NOW}
    return lambda: factories.make_import_file(
        **wiped | {"ended_by": factories.make_user()} | called(fields)
    )


def sent_claim_step(**fields):
    """A claim that goes from ready to sent."""

    def sent():
        claim = factories.make_claim_step().claim
        taken = {"claim": claim, "number": 3, "before": "ready", "after": "sent"}
        factories.make_claim_step(**taken | called(fields))

    return sent


def two(make, first, second=None):
    """Two rows, alike or differing in what is given for the second."""

    def both():
        make(**first)
        make(**first | (second or {}))

    return both


def two_of(owner, make, name, first=None, second=None):
    """Two rows of one owner, such as a note, that is made before."""
    return lambda: two(make, {name: owner()} | (first or {}), second)()


two_of_a_note = partial(two_of, factories.make_note)


def two_notes_of_one_document():
    document = factories.make_document()
    for _ in range(2):
        factories.sign(factories.make_note(), document=document)


def make_addendum_to_another_note(**fields):
    factories.make_addendum(note=factories.make_note(), **fields)


def starred_twice():
    two(
        factories.make_favourite,
        {"clinician": factories.make_user(), "muscle": Muscle.objects.first()},
    )()


def found_twice_by_one_word():
    patient = factories.make_patient()
    PatientSearchWord.objects.create(patient=patient, word="marlow")


def two_codes(**second):
    first = {"code": "Q1", "plain_code": "Q1", "rank": 900, "label": "Invented", "billable": False}
    return two(
        Diagnosis.objects.create, first, {"code": "Q2", "plain_code": "Q2", "rank": 901} | second
    )


def two_consents_of(name, make):
    """Two that share a signature or a document, which belongs to one alone."""

    def both():
        patient = factories.make_patient()
        shared = {name: make(patient)}
        for _ in range(2):
            factories.make_signed_consent(patient=patient, **shared)

    return both


def withdrawn_twice():
    signed = factories.make_consent(patient=factories.make_patient())
    for _ in range(2):
        factories.make_withdrawal(consent=signed)


def posted_twice():
    """One file, under two numbers."""
    for _ in range(2):
        posted = {"posted_at": NOW, "posted_by": factories.make_user()}
        factories.make_remittance_file(sha256="0" * 64, **posted)


def taken_back_twice():
    entry = factories.make_posting()
    for _ in range(2):
        factories.make_posting(
            kind="reversal", patient=entry.patient, reverses=entry, amount=Decimal("-65.00")
        )


# Constraint or unique column → rows that it refuses.
REFUSED = refused_notices.REFUSED | {
    "addendum_counts_only_corrected_muscles": [
        addendum(muscle_count=2),
        addendum(needle_count=2),
        addendum(suggested_code="20560"),
        addendum(kind=CORRECTED),
        addendum(kind=CORRECTED, muscle_count=2),
        addendum(kind=CORRECTED, needle_count=2),
    ],
    "addendum_kind_known": [addendum(kind="rumour")],
    "alert_ended_by_goes_with_ended_at": [
        ended(factories.make_alert, ended_at=NOW),
        ended(factories.make_alert, ended_by=factories.make_user),
    ],
    "alert_kind_known": [of_a_patient(factories.make_alert, kind="rumour")],
    "consent_outcome_known": [consent(outcome="perhaps")],
    "consent_signed_whole_or_by_hand": [
        consent(form=factories.make_consent_form),
        consent(document=factories.make_document),
        consent(snapshot="{}"),
        consent(snapshot_sha256="0" * 64),
        signed_consent(snapshot=""),
        signed_consent(snapshot_sha256=""),
        signed_consent(form=None),
        signed_consent(signature=None),
        signed_consent(document=None),
    ],
    "consent_reason_only_when_declined": [consent(declined_reason="Afraid of needles")],
    "consent_withdrawal_says_why": [withdrawal(reason="")],
    "consent_form_published_has_who_and_when": [
        consent_form(published_at=None),
        consent_form(published_on=None),
        consent_form(published_by=None),
    ],
    "consent_text_once_a_language": [
        lambda: factories.make_consent_text(form=factories.make_consent_form(published=False))
    ],
    "consent_text_language_known": [
        lambda: factories.make_consent_text(
            form=factories.make_consent_form(published=False), language="fr", **A_TEXT
        )
    ],
    "authorization_ended_by_goes_with_ended_at": [
        lambda: factories.make_authorization(ended_at=NOW),
        lambda: factories.make_authorization(ended_by=factories.make_user()),
    ],
    "authorization_ends_after_it_begins": [
        lambda: factories.make_authorization(starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "authorization_has_a_number": [lambda: factories.make_authorization(number="")],
    "cash_price_ends_after_it_begins": [
        lambda: factories.make_cash_price(starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "cash_price_is_no_debt": [lambda: factories.make_cash_price(amount="-0.01")],
    "cash_price_once_a_code_and_day": [
        two(factories.make_cash_price, {}),
        two(factories.make_cash_price, {"code": "20560"}),
    ],
    "conservative_care_ended_by_goes_with_ended_at": [
        lambda: factories.make_care(ended_at=NOW),
        lambda: factories.make_care(ended_by=factories.make_user()),
    ],
    "conservative_care_ends_after_it_begins": [
        lambda: factories.make_care(starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "coverage_of_somebody_else_names_the_subscriber": [
        of_a_patient(factories.make_coverage, relation="rumour"),
        of_a_patient(factories.make_coverage, relation="spouse"),
        of_a_patient(factories.make_coverage, relation="child", subscriber_last_name="Marlow"),
        of_a_patient(factories.make_coverage, subscriber_last_name="Marlow"),
        of_a_patient(factories.make_coverage, subscriber_birth_date=date(1950, 1, 1)),
    ],
    "billing_collectiondecision.adjustment_id": [
        two_of(factories.make_adjustment, factories.make_collection_decision, "adjustment")
    ],
    "billing_remittancematch.remitted_id": [
        two_of(factories.make_remitted_claim, factories.make_remittance_match, "remitted")
    ],
    "collection_decision_known": [lambda: factories.make_collection_decision(decision="perhaps")],
    "collection_decision_says_why": [lambda: factories.make_collection_decision(reason="")],
    "remittance_claim_position_once": [
        two_of(factories.make_remittance, factories.make_remitted_claim, "remittance")
    ],
    "remittance_file_posted_by_goes_with_posted_at": [
        lambda: factories.make_remittance_file(posted_at=NOW),
        lambda: factories.make_remittance_file(posted_by=factories.make_user()),
    ],
    "remittance_file_posted_once": [posted_twice],
    "remittance_line_position_once": [
        two_of(factories.make_remitted_claim, factories.make_remitted_line, "remitted")
    ],
    "remittance_match_is_a_claim_or_says_why_not": [
        lambda: factories.make_remittance_match(reason=""),
        lambda: factories.make_remittance_match(claim=factories.make_claim(), reason="Not ours"),
    ],
    "remittance_of_a_file_keeps_it": [
        lambda: factories.make_remittance(source="file"),
        lambda: factories.make_remittance(file=factories.make_remittance_file()),
        lambda: factories.make_remittance(source="fax"),
    ],
    "remittance_once": [two(factories.make_remittance, {"trace_number": "T-1"})],
    "billing_paperclaim.claim_id": [
        two_of(factories.make_claim, factories.make_paper_claim, "claim")
    ],
    "billing_payment.entry": [two(factories.make_payment, {"entry": uuid.UUID(int=1)})],
    "billing_payment.receipt_id": [
        two_of(factories.make_document, factories.make_payment, "receipt")
    ],
    "billing_posting.refund_id": [
        two_of(factories.make_refund, factories.make_posting, "refund", {"kind": "refund"})
    ],
    "billing_posting.reverses_id": [taken_back_twice],
    "billing_refund.entry": [two(factories.make_refund, {"entry": uuid.UUID(int=1)})],
    "billing_seriesvisit.visit_id": [
        two_of(factories.make_visit, factories.make_series_visit, "visit")
    ],
    "billing_superbill.document_id": [
        two_of(factories.make_document, factories.make_superbill, "document")
    ],
    "payment_by_card_or_check_has_its_reference": [
        lambda: factories.make_payment(method="card"),
        lambda: factories.make_payment(method="check"),
    ],
    "payment_is_money": [
        lambda: factories.make_payment(amount=0),
        lambda: factories.make_payment(amount=-5),
    ],
    "payment_method_known": [lambda: factories.make_payment(method="gold", reference="1")],
    "posting_names_what_it_comes_from": [
        lambda: factories.make_posting(
            kind="charge", charge=None, patient=factories.make_patient()
        ),
        lambda: factories.make_posting(kind="payment", amount=-5),
        lambda: factories.make_posting(
            kind="payment", amount=-5, party="payer", payment=factories.make_payment()
        ),
        lambda: factories.make_posting(kind="refund", payment=factories.make_payment()),
    ],
    "posting_party_known": [lambda: factories.make_posting(party="aunt")],
    "posting_sign_fits_its_kind": [
        lambda: factories.make_posting(amount=-5),
        lambda: factories.make_posting(kind="payment", payment=factories.make_payment()),
        lambda: factories.make_posting(kind="refund", amount=-5, refund=factories.make_refund()),
        lambda: factories.make_posting(kind="write-off"),
        lambda: factories.make_posting(kind="contractual"),
        lambda: factories.make_posting(kind="transfer", party="payer"),
        lambda: factories.make_posting(kind="transfer", amount=-5),
        lambda: factories.make_posting(kind="insurance payment"),
        lambda: factories.make_posting(kind="insurance payment", party="payer", amount=0),
    ],
    "refund_by_card_or_check_has_its_reference": [lambda: factories.make_refund(method="card")],
    "refund_is_money": [lambda: factories.make_refund(amount=0)],
    "refund_method_known": [lambda: factories.make_refund(method="gold", reference="1")],
    "refund_says_why": [lambda: factories.make_refund(reason="")],
    "series_end_says_why": [
        lambda: factories.make_series(ended_at=NOW, ended_by=factories.make_user()),
        lambda: factories.make_series(end_reason="Moved"),
    ],
    "series_ended_by_goes_with_ended_at": [
        lambda: factories.make_series(ended_at=NOW, end_reason="Moved"),
        lambda: factories.make_series(ended_by=factories.make_user()),
    ],
    "series_is_of_some_visits": [
        lambda: factories.make_series(visits=0),
        lambda: factories.make_series(visits=53),
        lambda: factories.make_series(every_days=0),
    ],
    "series_price_is_money": [lambda: factories.make_series(price=0)],
    "series_visit_number_once": [
        two_of(factories.make_series, factories.make_series_visit, "series")
    ],
    "charge_amount_is_fee_times_units": [
        lambda: factories.make_charge(amount=Decimal("64.00")),
        lambda: factories.make_charge(units=3, flat=True),
    ],
    "charge_fee_is_no_debt": [lambda: factories.make_charge(fee=Decimal("-1.00"))],
    "charge_has_units": [lambda: factories.make_charge(units=0)],
    "charge_position_once": [two_of(factories.make_charge_sheet, factories.make_charge, "sheet")],
    "charge_sheet_counts_versions_from_one": [lambda: factories.make_charge_sheet(version=0)],
    "charge_sheet_version_once_a_note": [
        two_of(factories.make_signed_note, factories.make_charge_sheet, "note")
    ],
    "claim_accident_known": [
        lambda: factories.make_claim(accident="fall"),
        lambda: factories.make_claim(accident="auto"),
        lambda: factories.make_claim(accident="work", accident_state="CO"),
        lambda: factories.make_claim(accident_state="CO"),
    ],
    "claim_frequency_known": [
        lambda: factories.make_claim(frequency="9", replaces=factories.make_claim())
    ],
    "claim_given_up_says_why": [lambda: factories.make_claim_step(after="dropped")],
    "claim_replaces_another_or_is_original": [lambda: factories.make_claim(frequency="7")],
    "claim_sent_in_a_file_or_on_paper": [
        sent_claim_step(),
        sent_claim_step(on_paper=True, file=factories.make_claim_file),
        lambda: factories.make_claim_step(on_paper=True),
    ],
    "claim_step_known": [lambda: factories.make_claim_step(after="paid")],
    "claim_step_number_once": [two_of(factories.make_claim, factories.make_claim_step, "claim")],
    "claim_steps_begin_with_one": [lambda: factories.make_claim_step(number=1)],
    "claim_file_control_number_fits": [
        lambda: factories.make_claim_file(control_number=0),
        lambda: factories.make_claim_file(control_number=1_000_000_000),
    ],
    "claim_file_usage_known": [lambda: factories.make_claim_file(usage="X")],
    "claim_submitter_is_one_row": [lambda: factories.make_claim_submitter(pk=2)],
    "claim_submitter_usage_known": [lambda: factories.make_claim_submitter(usage="X")],
    "coverage_ends_after_it_begins": [
        of_a_patient(factories.make_coverage, starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "coverage_rank_known": [
        of_a_patient(factories.make_coverage, rank=0),
        of_a_patient(factories.make_coverage, rank=3),
    ],
    "day_close_reason_once_a_counter": [
        two_of(factories.make_day_close, factories.make_day_close_reason, "close")
    ],
    "day_close_reason_says_why": [
        lambda: factories.make_day_close_reason(reason=""),
        lambda: factories.make_day_close_reason(number=0),
    ],
    "diagnosis_once_a_note": [two_of_a_note(factories.make_note_diagnosis, "note")],
    "diagnosis_release_is_one_row": [
        lambda: DiagnosisRelease.objects.create(pk=2, codes=1, billable_codes=1)
    ],
    "document_event_known": [lambda: factories.make_document_event(what="lost")],
    "consent_consent.document_id": [
        two_consents_of("document", lambda patient: factories.make_document())
    ],
    "consent_consent.signature_id": [
        two_consents_of("signature", lambda patient: factories.make_signature(patient=patient))
    ],
    "consent_consentform.version": [two(factories.make_consent_form, {"version": 7})],
    "consent_consentwithdrawal.consent_id": [withdrawn_twice],
    "document_has_a_code": [lambda: factories.make_document(code="")],
    "entered_in_error_once": [
        two_of_a_note(factories.make_addendum, "note", {"kind": AddendumKind.ENTERED_IN_ERROR})
    ],
    "favourite_once": [starred_twice],
    "fee_ends_after_it_begins": [
        lambda: factories.make_fee(starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "fee_is_no_debt": [lambda: factories.make_fee(amount="-0.01")],
    "fee_once_a_payer_code_and_day": [
        two(factories.make_fee, {}),
        two_of(factories.make_payer, factories.make_fee, "payer"),
    ],
    "follow_up_closed_has_who_and_when": [
        lambda: factories.make_follow_up(closed_at=NOW),
        lambda: factories.make_follow_up(closed_by=factories.make_user()),
    ],
    "call_that_reached_says_how_it_is": [
        lambda: factories.make_call_attempt(call=factories.make_follow_up(), reached=True)
    ],
    "former_identity_sex_known": [lambda: factories.make_former_identity(sex="none")],
    "goal_ended_by_goes_with_ended_at": [
        ended(factories.make_goal, ended_at=NOW),
        ended(factories.make_goal, ended_by=factories.make_user),
    ],
    "licence_ends_after_it_begins": [
        of_a_provider(
            factories.make_licence, issued_on=date(2025, 1, 2), expires_on=date(2025, 1, 1)
        )
    ],
    "licence_endorsed_within_its_days": [
        of_a_provider(
            factories.make_licence, issued_on=date(2025, 1, 2), endorsed_on=date(2025, 1, 1)
        ),
        of_a_provider(
            factories.make_licence,
            issued_on=date(2025, 1, 1),
            endorsed_on=date(2025, 1, 3),
            expires_on=date(2025, 1, 2),
        ),
    ],
    "licence_number_once_a_state": [
        two_of(factories.make_provider, factories.make_licence, "provider", {"number": "PTL.1"})
    ],
    "muscle_and_side_once_a_note": [two_of_a_note(factories.make_needling, "note")],
    "muscle_and_side_once_an_addendum": [
        two_of(addendum(), factories.make_addendum_needling, "addendum")
    ],
    "addendum_needling_side_known": [
        lambda: factories.make_addendum_needling(addendum=addendum()(), side="both")
    ],
    "import_file_counts_its_rows": [
        lambda: factories.make_import_file(new=2),
        ended_import(handled=3, confirmed_at=NOW, confirmed_by=factories.make_user),
    ],
    "import_file_kind_known": [lambda: factories.make_import_file(kind="rumour")],
    "import_file_wiped_when_it_ends": [
        lambda: factories.make_import_file(state="lost"),
        lambda: factories.make_import_file(content=""),
        lambda: factories.make_import_file(verdicts=""),
        lambda: factories.make_import_file(ended_at=NOW),
        lambda: factories.make_import_file(ended_by=factories.make_user()),
        ended_import(content="x"),
        ended_import(verdicts="[]"),
        ended_import(ended_at=None),
        ended_import(ended_by=None),
        ended_import(state="running"),
    ],
    "import_file_written_once_confirmed": [
        lambda: factories.make_import_file(state="running"),
        lambda: factories.make_import_file(confirmed_at=NOW),
        lambda: factories.make_import_file(handled=1),
        ended_import(),
        ended_import(state="discarded", handled=1),
    ],
    "injection_side_known": [of_a_note(factories.make_injection, side="both")],
    "needling_side_known": [of_a_note(factories.make_needling, side="both")],
    "note_discarded_has_who_when_and_why": [
        discarded(discarded_at=None),
        discarded(discarded_by=None),
        discarded(discarded_reason=""),
    ],
    "note_signed_whole_or_not_at_all": [
        half_signed(signed_at=None),
        half_signed(signed_by=None),
        half_signed(date_of_service=None),
        half_signed(muscle_count=None),
        half_signed(needle_count=None),
        half_signed(document=None),
        half_signed(snapshot="", snapshot_sha256="0" * 64),
        half_signed(snapshot_sha256=""),
        lambda: factories.make_note(signed_at=NOW),
        lambda: factories.make_note(suggested_code="20560"),
        lambda: factories.make_note(snapshot="{}"),
        lambda: factories.discard(factories.make_note(), signed_at=NOW),
    ],
    "one_draft_a_visit": [two_of(factories.make_visit, factories.make_note, "visit")],
    "patient_sex_known": [lambda: factories.make_patient(sex="none")],
    "patient_word_once": [found_twice_by_one_word],
    "payer_policy_ends_after_it_begins": [
        lambda: factories.make_policy(starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "payer_policy_has_a_source": [lambda: factories.make_policy(source="")],
    "payer_policy_known": [lambda: factories.make_policy(needling="rumour")],
    "payer_policy_limit_whole_or_not_at_all": [
        lambda: factories.make_policy(limit_visits=4),
        lambda: factories.make_policy(limit_days=30),
        lambda: factories.make_policy(limit_per_region=True),
        lambda: factories.make_policy(limit_visits=0, limit_days=30),
        lambda: factories.make_policy(limit_visits=4, limit_days=0),
    ],
    "payer_policy_modifiers_known": [
        lambda: factories.make_policy(needling_with_97140="GP"),
        lambda: factories.make_policy(notice_modifier="GY"),
    ],
    "payer_policy_once_a_plan_and_day": [
        two_of(factories.make_payer, factories.make_policy, "payer"),
        two_of(
            factories.make_payer, factories.make_policy, "payer", {"plan": "Gold"}, {"plan": "GOLD"}
        ),
    ],
    "payer_policy_plan_modifier_known": [lambda: factories.make_policy(plan_modifier="GN")],
    "payer_policy_unit_rule_known": [lambda: factories.make_policy(unit_rule="any")],
    "payer_kind_known": [lambda: factories.make_payer(kind="rumour")],
    "practice_divisions_known": [lambda: factories.make_practice(divisions="some")],
    "practice_distinct_modifier_known": [
        lambda: factories.make_practice(modifier_for_distinct_muscles="XE")
    ],
    "practice_necessity_denials_known": [
        lambda: factories.make_practice(necessity_denials="perhaps")
    ],
    "practice_is_one_row": [lambda: factories.make_practice(pk=2)],
    "reaction_kind_known": [of_a_note(factories.make_reaction, kind="rumour")],
    "reaction_once_a_note": [two_of_a_note(factories.make_reaction, "note")],
    "scope_override_ended_by_goes_with_ended_at": [
        of_a_provider(factories.make_override, ended_at=NOW),
        lambda: factories.make_override(
            provider=factories.make_provider(), ended_by=factories.make_user()
        ),
    ],
    "scope_override_ends_after_it_begins": [
        of_a_provider(factories.make_override, starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    ],
    "scope_override_known": [of_a_provider(factories.make_override, about="gravity")],
    "scope_override_says_why": [of_a_provider(factories.make_override, reason="")],
    "training_hours_not_negative": [
        of_a_provider(factories.make_training, hours_in_person=-1),
        of_a_provider(factories.make_training, hours_online=-1),
    ],
    "verification_answers_known": [
        lambda: factories.make_verification(covered="perhaps"),
        lambda: factories.make_verification(authorization=""),
        lambda: factories.make_verification(limit="perhaps"),
        lambda: factories.make_verification(investigational="perhaps"),
    ],
    "verification_limit_whole_or_not_at_all": [
        lambda: factories.make_verification(limit_visits=4, limit_days=30),
        lambda: factories.make_verification(limit="yes", limit_visits=4),
        lambda: factories.make_verification(limit="yes", limit_visits=0, limit_days=30),
    ],
    "verification_names_who_answered": [lambda: factories.make_verification(spoke_with="")],
    "visit_done_at_only_if_done": [lambda: factories.make_visit(done_at=NOW)],
    "visit_state_known": [lambda: factories.make_visit(state="lost")],
    "billing_claim.control_number": [two(factories.make_claim, {"control_number": "HL7"})],
    "billing_claim.replaces_id": [two_of(factories.make_claim, factories.make_claim, "replaces")],
    "billing_claimfile.control_number": [two(factories.make_claim_file, {"control_number": 7})],
    "billing_claimfile.sha256": [two(factories.make_claim_file, {"sha256": "0" * 64})],
    "emr_dayclose.day": [two(factories.make_day_close, {"day": date(2025, 3, 4)})],
    "emr_diagnosis.plain_code": [two_codes(plain_code="Q1")],
    "emr_diagnosis.rank": [two_codes(rank=900)],
    "emr_document.code": [two(factories.make_document, {"code": "H7KQ-2M4T-9XWC"})],
    "emr_document.sha256": [two(factories.make_document, {"content": b"the same"})],
    "emr_patient.record_number": [two(factories.make_patient, {"record_number": "HL-1"})],
    "emr_payer.name": [two(factories.make_payer, {"name": "Front Range Health Plan"})],
    "emr_provider.user_id": [two_of(factories.make_user, factories.make_provider, "user")],
    "emr_user.email": [two(factories.make_user, {"email": "robin@harbourlane.example"})],
    "emr_user.username": [
        two(factories.make_user, {"username": "robin"}, {"email": "another@harbourlane.example"})
    ],
    "notes_addendum.document_id": [
        two_of(factories.make_document, make_addendum_to_another_note, "document")
    ],
    "notes_followupcall.note_id": [
        two_of(factories.make_signed_note, factories.make_follow_up, "note")
    ],
    "notes_note.document_id": [two_notes_of_one_document],
}

# What stands nearest to those and is right.
ALLOWED = [
    *refused_notices.ALLOWED,
    lambda: factories.make_payment(method="card", reference="Slip 1", amount=Decimal("0.01")),
    lambda: factories.make_posting(kind="insurance payment", party="payer", amount=-5),
    lambda: factories.make_posting(kind="insurance payment", party="payer", amount=5),
    lambda: factories.make_posting(kind="transfer", party="payer", amount=-5),
    lambda: factories.make_series(visits=52, every_days=1, price=Decimal("0.01")),
    lambda: factories.make_charge(units=3, flat=True, amount=Decimal("65.00")),
    lambda: factories.make_charge(units=3, fee=Decimal("0.00")),
    two_of(factories.make_charge_sheet, factories.make_charge, "sheet", None, {"position": 2}),
    two_of(factories.make_signed_note, factories.make_charge_sheet, "note", None, {"version": 2}),
    lambda: factories.make_claim(accident="auto", accident_state="CO"),
    lambda: factories.make_claim(frequency="7", replaces=factories.make_claim()),
    lambda: factories.make_claim(replaces=factories.make_claim()),
    lambda: factories.make_claim_step(after="dropped", reason="Not billed"),
    sent_claim_step(on_paper=True),
    sent_claim_step(file=factories.make_claim_file),
    addendum(kind=CORRECTED, muscle_count=0, needle_count=0),
    addendum(kind=CORRECTED, muscle_count=2, needle_count=4, suggested_code="20560"),
    ended(factories.make_alert, ended_at=NOW, ended_by=factories.make_user),
    ended(factories.make_goal, ended_at=NOW, ended_by=factories.make_user),
    lambda: factories.make_follow_up(closed_at=NOW, closed_by=factories.make_user()),
    lambda: factories.make_call_attempt(
        call=factories.make_follow_up(), reached=True, words="Fine"
    ),
    signed_consent(),
    signed_consent(outcome="declined", declined_reason="Afraid of needles"),
    withdrawal(),
    consent_form(must_renew=True),
    lambda: factories.make_consent_form(published=False),
    lambda: factories.make_cash_price(amount=0, starts_on=NOW.date(), ends_on=NOW.date()),
    two(factories.make_cash_price, {}, {"code": "20560"}),
    two(factories.make_cash_price, {}, {"starts_on": date(2026, 1, 1)}),
    lambda: factories.make_fee(amount=0, starts_on=NOW.date(), ends_on=NOW.date()),
    two_of(factories.make_payer, factories.make_fee, "payer", None, {"payer": None}),
    two(factories.make_fee, {}, {"code": "20561"}),
    two_of(
        factories.make_day_close,
        factories.make_day_close_reason,
        "close",
        {"number": 1},
        {"counter": "notice-missing"},
    ),
    of_a_patient(factories.make_coverage, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 1)),
    of_a_patient(factories.make_coverage, rank=2),
    of_a_provider(factories.make_licence, issued_on=date(2025, 1, 1), expires_on=date(2025, 1, 1)),
    of_a_provider(factories.make_licence, expires_on=None),
    of_a_provider(factories.make_licence, issued_on=date(2025, 1, 1), endorsed_on=date(2025, 1, 1)),
    of_a_provider(
        factories.make_licence, expires_on=date(2025, 1, 1), endorsed_on=date(2025, 1, 1)
    ),
    of_a_provider(factories.make_licence, expires_on=None, endorsed_on=date(2025, 1, 1)),
    of_a_provider(factories.make_override, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 1)),
    of_a_provider(factories.make_training, hours_in_person=0, hours_online=0),
    two_of(
        factories.make_provider,
        factories.make_licence,
        "provider",
        {"number": "PTL.1"},
        {"state": "WY"},
    ),
    ended_import(state="discarded"),
    ended_import(handled=2, confirmed_at=NOW, confirmed_by=factories.make_user),
    ended_import(
        state="discarded", handled=1, refused=0, confirmed_at=NOW, confirmed_by=factories.make_user
    ),
    two_of_a_note(factories.make_needling, "note", None, {"side": Side.LEFT}),
    two_of_a_note(factories.make_reaction, "note", None, {"kind": "bruising"}),
    two_of_a_note(factories.make_addendum, "note"),
    two_of_a_note(
        factories.make_addendum,
        "note",
        {"kind": AddendumKind.ENTERED_IN_ERROR},
        {"kind": AddendumKind.LATE_ENTRY},
    ),
    two_of(factories.make_visit, factories.make_signed_note, "visit"),
    two_of(factories.make_visit, factories.make_discarded_note, "visit"),
    half_signed(muscle_count=0, needle_count=0, suggested_code=""),
    discarded(),
]


def constraints_of_models():
    """Name → what the database says when it refuses: the name itself, where it tells it."""
    said = {}
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for constraint in model._meta.constraints:
            told = isinstance(constraint, models.CheckConstraint) or connection.vendor != "sqlite"
            said[constraint.name] = constraint.name if told else "UNIQUE constraint failed"
        for field in model._meta.local_fields:
            if field.unique and not field.primary_key:
                name = f"{model._meta.db_table}.{field.column}"
                said[name] = name if connection.vendor == "sqlite" else f"Key ({field.column})="
    return said


def test_every_constraint_is_tried_here():
    known, tried = set(constraints_of_models()), set(REFUSED)

    assert (known - tried, tried - known) == (set(), set())


@pytest.mark.parametrize(
    ("name", "make"), [(name, make) for name, makes in REFUSED.items() for make in makes]
)
def test_what_cannot_be_true_is_refused_by_the_database(name, make):
    with (
        pytest.raises(IntegrityError, match=re.escape(constraints_of_models()[name])),
        transaction.atomic(),
    ):
        make()


@pytest.mark.parametrize("make", ALLOWED)
def test_what_only_looks_like_it_is_allowed(make):
    make()

    connection.check_constraints()
