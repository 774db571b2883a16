"""Addresses of claim files and the printed claim."""

from django.urls import path

from billing.views import claim_files, paper_claims

urlpatterns = [
    path("billing/claim-files/", claim_files.claim_files, name="claim-files"),
    path("billing/claim-files/send/", claim_files.send, name="send-claims"),
    path("billing/claim-files/sender/", claim_files.claim_submitter, name="claim-submitter"),
    path("billing/claim-files/<id:file_id>/", claim_files.claim_file, name="claim-file"),
    path(
        "billing/claim-files/<id:file_id>/download/",
        claim_files.download_claim_file,
        name="download-claim-file",
    ),
    path("billing/claims/<id:claim_id>/paper/", paper_claims.print_page, name="print-claim"),
    path("billing/claims/<id:claim_id>/paper/sheet/", paper_claims.claim_sheet, name="claim-sheet"),
    path("billing/claims/<id:claim_id>/paper/values/", paper_claims.red_form, name="red-form"),
]
