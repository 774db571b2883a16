"""Addresses of claims."""

from django.urls import path

from billing.views import claims

urlpatterns = [
    # /billing/
    path("billing/", claims.claims, name="claims"),
    path("billing/of-patient/<id:patient_id>/", claims.of_patient, name="of-patient"),
    # /billing/claims/<claim>/
    path("billing/claims/<id:claim_id>/", claims.claim, name="claim"),
    path("billing/claims/<id:claim_id>/release/", claims.release, name="release-claim"),
    path("billing/claims/<id:claim_id>/hold/", claims.hold, name="hold-claim"),
    path("billing/claims/<id:claim_id>/details/", claims.edit_details, name="edit-claim"),
    path("billing/claims/<id:claim_id>/drop/", claims.drop, name="drop-claim"),
    path("billing/claims/<id:claim_id>/reject/", claims.reject, name="reject-claim"),
    path("billing/claims/<id:claim_id>/correct/", claims.correct, name="correct-claim"),
    path("billing/claims/<id:claim_id>/appeal/", claims.appeal, name="appeal-claim"),
    path("billing/claims/<id:claim_id>/write-off/", claims.write_off, name="write-off-claim"),
]
