"""Addresses of payments, receipts and superbills."""

from django.urls import path

from billing.views import accounts, payments, superbills

urlpatterns = [
    # /billing/accounts/<patient>/
    path("billing/accounts/<id:patient_id>/", accounts.account, name="account"),
    path("billing/accounts/<id:patient_id>/statement/", accounts.statement, name="statement"),
    path("billing/accounts/<id:patient_id>/pay/", payments.pay_account, name="pay-account"),
    # /billing/visits/<visit>/
    path("billing/visits/<id:visit_id>/pay/", payments.pay_visit, name="pay-visit"),
    # /billing/payments/
    path("billing/payments/", payments.of_day, name="payments"),
    path("billing/payments/<id:payment_id>/", payments.payment, name="payment"),
    path("billing/payments/<id:payment_id>/receipt/", payments.receipt, name="receipt"),
    path("billing/payments/<id:payment_id>/copy/", payments.copy_receipt, name="copy-receipt"),
    path("billing/payments/<id:payment_id>/refund/", payments.refund, name="refund-payment"),
    # /billing/notes/<note>/superbill/, /billing/superbills/<superbill>/
    path("billing/notes/<id:note_id>/superbill/", superbills.of_note, name="superbills"),
    path("billing/superbills/<id:superbill_id>/", superbills.superbill_pdf, name="superbill"),
    path(
        "billing/superbills/<id:superbill_id>/copy/",
        superbills.copy_superbill,
        name="copy-superbill",
    ),
]
