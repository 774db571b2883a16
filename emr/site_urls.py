"""Addresses of the core."""

from django.urls import path

from emr.views import (
    audit,
    authorizations,
    coverages,
    day_end,
    desk,
    health,
    imports,
    patients,
    payers,
    practice,
    prices,
    providers,
    rule_pages,
    staff,
    today,
    verifications,
    verify,
    visits,
)

app_name = "emr"
urlpatterns = [
    # /
    path("", today.today, name="today"),
    path("visits/<id:visit_id>/move/", today.move_visit, name="move-visit"),
    path("visits/<id:visit_id>/steps/", today.visit_steps, name="visit-steps"),
    path("walk-in/", visits.walk_in, name="walk-in"),
    # /desk/
    path("desk/", desk.desk_page, name="desk"),
    path("desk/total/", desk.desk_total, name="desk-total"),
    path("desk/close/", day_end.close_day, name="close-day"),
    path("desk/lists/<slug:key>/", desk.worklist, name="worklist"),
    path("desk/lists/<slug:key>/print/", desk.print_documents, name="print-documents"),
    path("desk/lists/<slug:key>/hand-over/", desk.hand_over, name="hand-over"),
    # /patients/
    path("patients/", patients.patients, name="patients"),
    path("patients/add/", patients.add_patient, name="add-patient"),
    # /patients/<id>/
    path("patients/<id:patient_id>/", patients.chart, name="chart"),
    path("patients/<id:patient_id>/banner/", patients.banner, name="banner"),
    path("patients/<id:patient_id>/edit/", patients.edit_patient, name="edit-patient"),
    path("patients/<id:patient_id>/start/", visits.start_visit, name="start-visit"),
    path("patients/<id:patient_id>/visits/add/", visits.add_visit, name="add-visit"),
    path("patients/<id:patient_id>/alerts/add/", patients.add_alert, name="add-alert"),
    path(
        "patients/<id:patient_id>/alerts/<id:alert_id>/end/",
        patients.end_alert,
        name="end-alert",
    ),
    path("patients/<id:patient_id>/goals/add/", patients.add_goal, name="add-goal"),
    path("patients/<id:patient_id>/goals/<id:goal_id>/end/", patients.end_goal, name="end-goal"),
    path("patients/<id:patient_id>/coverages/add/", coverages.add_coverage, name="add-coverage"),
    # /coverages/
    path("coverages/<id:coverage_id>/", verifications.coverage, name="coverage"),
    path("coverages/<id:coverage_id>/edit/", coverages.edit_coverage, name="edit-coverage"),
    path("coverages/<id:coverage_id>/end/", coverages.end_coverage, name="end-coverage"),
    path(
        "coverages/<id:coverage_id>/verify/", verifications.verify_benefits, name="verify-benefits"
    ),
    path(
        "coverages/<id:coverage_id>/take-over/<id:verification_id>/",
        verifications.take_over,
        name="take-over-verification",
    ),
    path(
        "coverages/<id:coverage_id>/authorizations/add/",
        authorizations.add_authorization,
        name="add-authorization",
    ),
    path(
        "authorizations/<id:authorization_id>/end/",
        authorizations.end_authorization,
        name="end-authorization",
    ),
    path(
        "coverages/<id:coverage_id>/care/add/",
        authorizations.add_conservative_care,
        name="add-conservative-care",
    ),
    path(
        "coverages/<id:coverage_id>/care/<id:care_id>/end/",
        authorizations.end_conservative_care,
        name="end-conservative-care",
    ),
    # /imports/
    path("imports/", imports.imports, name="imports"),
    path("imports/templates/<slug:kind>/", imports.template, name="import-template"),
    path("imports/<id:import_id>/", imports.import_file, name="import"),
    path("imports/<id:import_id>/confirm/", imports.confirm, name="confirm-import"),
    path("imports/<id:import_id>/write/", imports.write, name="write-import"),
    path("imports/<id:import_id>/discard/", imports.discard, name="discard-import"),
    path("imports/<id:import_id>/finish/", imports.finish, name="finish-import"),
    path("imports/<id:import_id>/refused/", imports.refused_rows, name="refused-rows"),
    # /staff/
    path("staff/", staff.people, name="staff"),
    path("staff/add/", staff.add_person, name="add-person"),
    path("staff/<id:user_id>/", staff.person, name="person"),
    path("staff/<id:user_id>/edit/", staff.edit_person, name="edit-person"),
    path("staff/<id:user_id>/roles/", staff.set_roles, name="set-roles"),
    path("staff/<id:user_id>/invite/", staff.invite, name="invite-person"),
    path("staff/<id:user_id>/deactivate/", staff.deactivate, name="deactivate-person"),
    path("staff/<id:user_id>/reactivate/", staff.reactivate, name="reactivate-person"),
    path(
        "staff/<id:user_id>/second-factor/remove/",
        staff.remove_second_factor,
        name="remove-second-factor",
    ),
    path("staff/<id:user_id>/provider/add/", staff.add_provider, name="add-provider"),
    path("account/", staff.account, name="account"),
    # /providers/
    path("providers/<id:provider_id>/", providers.provider, name="provider"),
    path("providers/<id:provider_id>/edit/", providers.edit_provider, name="edit-provider"),
    path("providers/<id:provider_id>/licences/add/", providers.add_licence, name="add-licence"),
    path("licences/<id:licence_id>/edit/", providers.edit_licence, name="edit-licence"),
    path("providers/<id:provider_id>/training/add/", providers.add_training, name="add-training"),
    path(
        "providers/<id:provider_id>/overrides/set/",
        providers.set_override,
        name="set-scope-override",
    ),
    path(
        "scope-overrides/<id:override_id>/end/",
        providers.end_override,
        name="end-scope-override",
    ),
    path("training/<id:training_id>/certificate/", providers.certificate, name="certificate"),
    # /practice/
    path("practice/", practice.practice, name="practice"),
    # /payers/
    path("payers/", payers.payers, name="payers"),
    path("payers/add/", payers.add_payer, name="add-payer"),
    path("payers/<id:payer_id>/", payers.payer, name="payer"),
    path("payers/<id:payer_id>/edit/", payers.edit_payer, name="edit-payer"),
    path("payers/<id:payer_id>/policies/set/", payers.set_policy, name="set-policy"),
    path("policies/<id:policy_id>/take-back/", payers.take_back_policy, name="take-back-policy"),
    # /prices/
    path("prices/", prices.price_page, name="prices"),
    path("prices/wall-sign/", prices.wall_sign, name="wall-sign"),
    path("prices/sheet/", prices.price_sheet, name="price-sheet"),
    path("prices/fees/set/", prices.set_fee, name="set-fee"),
    path("prices/fees/<id:fee_id>/end/", prices.end_fee, name="end-fee"),
    path("prices/fees/<id:fee_id>/take-back/", prices.take_back_fee, name="take-back-fee"),
    path("prices/cash/set/", prices.set_cash_price, name="set-cash-price"),
    path("prices/cash/<id:price_id>/end/", prices.end_cash_price, name="end-cash-price"),
    path(
        "prices/cash/<id:price_id>/take-back/",
        prices.take_back_cash_price,
        name="take-back-cash-price",
    ),
    # /rules/
    path("rules/<slug:name>/", rule_pages.rule_page, name="rule-page"),
    # /audit/
    path("audit/", audit.entries, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
    # Public
    path("verify/", verify.verify, name="verify"),
    path("healthz", health.healthz, name="healthz"),
]
