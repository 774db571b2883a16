"""Addresses of consent."""

from django.urls import include, path

from consent.views import consents, determinations, notice_drafts, notice_steps, notices

app_name = "consent"
urlpatterns = [
    path("", include("consent.urls.signing")),
    # /patients/<id>/consents/
    path("patients/<id:patient_id>/consents/", consents.of_patient, name="of-patient"),
    path("patients/<id:patient_id>/consents/record/", consents.record_consent, name="record"),
    # /consents/<id>/
    path("consents/<id:consent_id>/withdraw/", consents.withdraw_consent, name="withdraw"),
    path("consents/<id:consent_id>/copy/", consents.record_copy, name="copy-consent"),
    path("consents/<id:consent_id>/pdf/", consents.consent_pdf, name="pdf"),
    # /consent-form/
    path("consent-form/", include("consent.urls.forms")),
    path("abn-form/", include("consent.urls.wordings")),
    # Financial notices
    path("patients/<id:patient_id>/notices/", notices.of_patient, name="notices-of-patient"),
    path("patients/<id:patient_id>/notices/new/", notices.new_notice, name="new-notice"),
    path("notices/<id:notice_id>/", notices.show_notice, name="notice"),
    path("notices/<id:notice_id>/edit/", notice_drafts.edit_notice, name="edit-notice"),
    path("notices/<id:notice_id>/check/", notice_drafts.check_notice, name="check-notice"),
    path("notices/<id:notice_id>/issue/", notice_drafts.issue_notice, name="issue-notice"),
    path("notices/<id:notice_id>/worksheet/", notices.worksheet, name="worksheet"),
    path("notices/<id:notice_id>/handout/", notices.handout, name="handout"),
    path("notices/<id:notice_id>/pdf/", notices.notice_pdf, name="notice-pdf"),
    path("notices/<id:notice_id>/void/", notice_steps.void_notice, name="void-notice"),
    path("notices/<id:notice_id>/annotate/", notice_steps.annotate_notice, name="annotate-notice"),
    path("notices/<id:notice_id>/refuse/", notice_steps.refuse_notice, name="refuse-notice"),
    path("notices/<id:notice_id>/give/", notice_steps.give_notice, name="give-notice"),
    path("notices/<id:notice_id>/replace/", notice_steps.replace_notice, name="replace-notice"),
    path("notices/<id:notice_id>/copy/", notice_steps.record_copy, name="copy-notice"),
    # Organization determinations
    path(
        "patients/<id:patient_id>/determinations/new/",
        determinations.add_determination,
        name="determinations-add",
    ),
    path(
        "determinations/<id:determination_id>/",
        determinations.show_determination,
        name="determination",
    ),
]
