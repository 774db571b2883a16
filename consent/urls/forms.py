"""Addresses of the consent form, under /consent-form/."""

from django.urls import path

from consent.views import forms

urlpatterns = [
    path("", forms.versions_of_form, name="forms"),
    path("draft/", forms.draft_form, name="draft-form"),
    path("<id:form_id>/", forms.consent_form, name="form"),
    path("<id:form_id>/publish/", forms.publish_form, name="publish-form"),
    path("<id:form_id>/discard/", forms.discard_form, name="discard-form"),
    path("<id:form_id>/<slug:language>/edit/", forms.edit_text, name="edit-form-text"),
    path("<id:form_id>/<slug:language>/check/", forms.check_text, name="check-form-text"),
    path("<id:form_id>/<slug:language>/drop/", forms.drop_text, name="drop-form-text"),
    path("<id:form_id>/<slug:language>/pdf/", forms.form_pdf, name="form-pdf"),
]
