"""Addresses of consent."""

from django.urls import path

from consent.views import consents

app_name = "consent"
urlpatterns = [
    # /patients/<id>/consents/
    path("patients/<id:patient_id>/consents/", consents.of_patient, name="of-patient"),
    path("patients/<id:patient_id>/consents/record/", consents.record_consent, name="record"),
    # /consents/<id>/
    path("consents/<id:consent_id>/withdraw/", consents.withdraw_consent, name="withdraw"),
]
