"""Addresses of remittances and denials."""

from django.urls import path

from billing.views import denials, entered_remittances, remittance_files, remittances

urlpatterns = [
    # /billing/remittances/
    path("billing/remittances/", remittances.remittances, name="remittances"),
    path("billing/remittances/unmatched/", remittances.unmatched, name="unmatched"),
    path("billing/remittances/enter/", entered_remittances.enter, name="enter-remittance"),
    path("billing/remittances/enter/check/", entered_remittances.check, name="check-remittance"),
    path("billing/remittances/<id:remittance_id>/", remittances.remittance, name="remittance"),
    # /billing/remittances/files/<file>/
    path("billing/remittances/files/<id:file_id>/", remittance_files.file, name="remittance-file"),
    path(
        "billing/remittances/files/<id:file_id>/post/",
        remittance_files.post,
        name="post-remittance",
    ),
    path(
        "billing/remittances/files/<id:file_id>/discard/",
        remittance_files.discard,
        name="discard-remittance",
    ),
    path(
        "billing/remittances/files/<id:file_id>/download/",
        remittance_files.download,
        name="download-remittance",
    ),
    # /billing/answers/<remitted claim>/
    path("billing/answers/<id:remitted_id>/", remittances.answer, name="answer"),
    path("billing/answers/<id:remitted_id>/match/", remittances.match, name="match-answer"),
    path("billing/answers/<id:remitted_id>/leave/", remittances.leave, name="leave-answer"),
    path("billing/answers/<id:remitted_id>/count/", denials.count, name="count-answer"),
    # /billing/claims/<claim>/
    path("billing/claims/<id:claim_id>/answers/", denials.answers, name="answers"),
    # /billing/amounts/<adjustment>/
    path("billing/amounts/<id:adjustment_id>/", denials.amount, name="amount"),
    path("billing/amounts/<id:adjustment_id>/decide/", denials.decide, name="decide-amount"),
    path(
        "billing/amounts/<id:adjustment_id>/write-off/", denials.write_off, name="write-off-amount"
    ),
]
