"""Who may open what: every address for everybody, and what a page must not tell its reader."""

import ast
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from tests import factories
from tests.records import DRAFT_WORDS, MEDICARE_NUMBER, SIGNED_WORDS

ROOT = Path(__file__).parents[1]
CAST = ["anonymous", "eve", "dana", "lee", "fran", "bo", "cora", "olive"]
ADDRESSES = ("emr", "consent", "notes", "billing")  # the rest is allauth's

# Each address with the record that stands in it, the methods that it answers, and what a look at it
# comes to for everybody: a GET or, where there is none, a POST without a field. A look that would
# change something is rolled back.
#
# 200 opened          302 sent on; for anonymous, to sign in     404 not for you, or not there
# 400 says too little
# 409 no longer so    422 opened: the empty post is refused      307 sent on with what was posted
TABLE = """
                                                        anon eve dana lee fran bo cora olive
account_login                         -         ANY     200  302 302 302 302 302 302 302
account_logout                        -         ANY     302  200 200 200 200 200 200 200
account_inactive                      -         ANY     200  200 200 200 200 200 200 200
account_signup                        -         ANY     200  302 302 302 302 302 302 302
account_reauthenticate                -         ANY     302  200 200 200 200 200 200 200
account_email                         -         ANY     404  404 404 404 404 404 404 404
account_email_verification_sent       -         ANY     404  404 404 404 404 404 404 404
account_confirm_email                 key       ANY     404  404 404 404 404 404 404 404
account_change_password               -         ANY     302  200 200 200 200 200 200 200
account_set_password                  -         ANY     302  302 302 302 302 302 302 302
account_reset_password                -         ANY     200  200 200 200 200 200 200 200
account_reset_password_done           -         ANY     200  200 200 200 200 200 200 200
account_reset_password_from_key       link      ANY     200  200 200 200 200 200 200 200
account_reset_password_from_key_done  -         ANY     200  200 200 200 200 200 200 200
account_confirm_login_code            -         ANY     302  302 302 302 302 302 302 302
mfa_index                             -         ANY     302  200 200 200 200 200 200 200
mfa_authenticate                      -         ANY     302  302 302 302 302 302 302 302
mfa_reauthenticate                    -         ANY     302  302 302 302 302 302 302 302
mfa_activate_totp                     -         ANY     302  200 200 200 200 200 200 200
mfa_deactivate_totp                   -         ANY     302  404 404 404 404 404 404 404
mfa_view_recovery_codes               -         ANY     302  404 404 404 404 404 404 404
mfa_generate_recovery_codes           -         ANY     302  200 200 200 200 200 200 200
mfa_download_recovery_codes           -         ANY     302  404 404 404 404 404 404 404

emr:verify                            -         GET+POST  200  200 200 200 200 200 200 200
emr:healthz                           -         GET       200  200 200 200 200 200 200 200
emr:account                           -         GET       302  404 200 200 200 200 200 200

emr:today                             -         GET       302  404 200 200 200 200 200 200
emr:move-visit                        idle      POST      302  404 404 404 404 404 404 404
emr:visit-steps                       idle      GET       302  404 200 200 200 404 404 200
emr:walk-in                           -         GET+POST  302  404 200 200 200 404 404 200
emr:desk                              -         GET       302  404 200 200 200 200 200 200
emr:desk-total                        -         GET       302  404 200 200 200 200 200 200
emr:close-day                         -         GET+POST  302  404 200 200 200 404 404 200
emr:worklist                          list      GET       302  404 200 200 200 200 200 200
emr:print-documents                   list      POST      302  404 422 422 422 404 404 422
emr:hand-over                         list      POST      302  404 422 422 422 404 404 422
emr:patients                          -         GET+POST  302  404 200 200 200 200 200 200
emr:add-patient                       -         GET+POST  302  404 200 200 200 404 404 200
emr:chart                             patient   GET       302  404 200 200 200 200 200 200
emr:banner                            patient   GET       302  404 200 200 200 200 200 200
emr:edit-patient                      patient   GET+POST  302  404 200 200 200 200 404 200
emr:start-visit                       patient   POST      302  404 307 307 404 404 404 404
emr:add-visit                         patient   GET+POST  302  404 200 200 200 404 404 200
emr:add-alert                         patient   POST      302  404 422 422 422 404 404 422
emr:end-alert                         alert     POST      302  404 302 302 302 404 404 302
emr:add-goal                          patient   POST      302  404 422 422 422 404 404 422
emr:end-goal                          goal      POST      302  404 302 302 302 404 404 302
emr:add-coverage                      patient   GET+POST  302  404 200 200 200 404 404 200
emr:end-coverage                      coverage  POST      302  404 422 422 422 404 404 422
emr:coverage                          coverage  GET       302  404 200 200 200 200 200 200
emr:edit-coverage                     coverage  GET+POST  302  404 200 200 200 200 404 200
emr:verify-benefits                   coverage  GET+POST  302  404 200 200 200 200 404 200
emr:take-over-verification            answer    POST      302  404 409 409 409 409 404 409
emr:add-authorization                 coverage  POST      302  404 422 422 422 422 404 422
emr:end-authorization                 leave     POST      302  404 302 302 302 302 404 302
emr:add-conservative-care             coverage  POST      302  404 422 422 422 422 404 422
emr:end-conservative-care             care      POST      302  404 302 302 302 302 404 302
emr:payers                            -         GET       302  404 200 200 200 200 200 200
emr:add-payer                         -         GET+POST  302  404 404 404 404 200 404 200
emr:payer                             payer     GET       302  404 200 200 200 200 200 200
emr:edit-payer                        payer     GET+POST  302  404 404 404 404 200 404 200
emr:set-policy                        payer     GET+POST  302  404 404 404 404 200 404 200
emr:take-back-policy                  policy    POST      302  404 404 404 404 302 404 302

emr:imports                           -         GET+POST  302  404 200 200 200 404 404 200
emr:import-template                   kind      GET       302  404 200 200 200 404 404 200
emr:import                            import    GET       302  404 404 404 200 404 404 200
emr:confirm-import                    import    POST      302  404 404 404 302 404 404 302
emr:write-import                      import    POST      302  404 404 404 302 404 404 302
emr:discard-import                    import    POST      302  404 404 404 302 404 404 302
emr:finish-import                     import    POST      302  404 404 404 302 404 404 302
emr:refused-rows                      import    GET       302  404 404 404 200 404 404 200

emr:staff                             -         GET       302  404 404 404 404 404 200 200
emr:add-person                        -         GET+POST  302  404 404 404 404 404 404 200
emr:person                            dana      GET       302  404 404 404 404 404 404 200
emr:edit-person                       dana      POST      302  404 404 404 404 404 404 422
emr:set-roles                         dana      POST      302  404 404 404 404 404 404 422
emr:invite-person                     dana      POST      302  404 404 404 404 404 404 302
emr:deactivate-person                 dana      POST      302  404 404 404 404 404 404 302
emr:reactivate-person                 former    POST      302  404 404 404 404 404 404 302
emr:remove-second-factor              dana      POST      302  404 404 404 404 404 404 302
emr:add-provider                      former    GET+POST  302  404 404 404 404 404 404 200
emr:provider                          provider  GET       302  404 200 404 404 404 200 200
emr:edit-provider                     provider  POST      302  404 404 404 404 404 404 422
emr:add-licence                       provider  POST      302  404 404 404 404 404 404 422
emr:edit-licence                      licence   POST      302  404 404 404 404 404 404 422
emr:add-training                      provider  POST      302  404 422 404 404 404 404 422
emr:set-scope-override                provider  POST      302  404 404 404 404 404 404 422
emr:end-scope-override                override  POST      302  404 404 404 404 404 404 302
emr:certificate                       training  GET       302  404 200 404 404 404 200 200
emr:practice                          -         GET+POST  302  404 404 404 404 404 404 200
emr:prices                            -         GET       302  404 200 200 200 200 200 200
emr:wall-sign                         -         GET       302  404 200 200 200 200 200 200
emr:price-sheet                       -         GET       302  404 200 200 200 200 200 200
emr:set-fee                           -         GET+POST  302  404 404 404 404 404 404 200
emr:end-fee                           fee       POST      302  404 404 404 404 404 404 422
emr:take-back-fee                     fee       POST      302  404 404 404 404 404 404 409
emr:set-cash-price                    -         GET+POST  302  404 404 404 404 404 404 200
emr:end-cash-price                    price     POST      302  404 404 404 404 404 404 422
emr:take-back-cash-price              price     POST      302  404 404 404 404 404 404 409
emr:rule-page                         rules     GET       302  404 200 200 200 200 200 200
emr:audit                             -         GET+POST  302  404 404 404 404 404 200 200
emr:audit-export                      -         GET       302  404 404 404 404 404 200 200

consent:of-patient                    patient   GET       302  404 200 200 200 200 200 200
consent:record                        patient   POST      302  404 422 422 422 404 404 422
consent:withdraw                      consent   POST      302  404 422 422 422 404 404 422
consent:copy-consent                  agreed    POST      302  404 422 422 422 404 404 422
consent:copy-consent                  consent   POST      302  404 404 404 404 404 404 404
consent:pdf                           agreed    GET       302  404 200 200 200 200 200 200
consent:pdf                           consent   GET       302  404 404 404 404 404 404 404
consent:forms                         -         GET       302  404 200 200 200 200 200 200
consent:draft-form                    -         POST      302  404 404 404 404 404 404 409
consent:form                          draft_form GET      302  404 200 200 200 200 200 200
consent:form-pdf                      draft_form GET      302  404 200 200 200 200 200 200
consent:edit-form-text                draft_form GET+POST 302  404 404 404 404 404 404 200
consent:check-form-text               draft_form POST     302  404 404 404 404 404 404 200
consent:drop-form-text                draft_form POST     302  404 404 404 404 404 404 409
consent:publish-form                  draft_form GET+POST 302  404 404 404 404 404 404 200
consent:discard-form                  draft_form POST     302  404 404 404 404 404 404 302
consent:wordings                      -         GET       302  404 200 200 200 200 200 200
consent:install-wording               -         GET+POST  302  404 404 404 404 404 404 200
consent:wording                       wording   GET       302  404 200 200 200 200 200 200
consent:wording-pdf                   wording   GET       302  404 200 200 200 200 200 200
consent:notices-of-patient            patient   GET       302  404 200 200 200 200 200 200
consent:new-notice                    patient   GET+POST  302  404 200 200 200 404 404 200
consent:notice                        notice    GET       302  404 200 200 200 200 200 200
consent:notice                        notice_draft GET    302  404 200 200 200 200 200 200
consent:edit-notice                   notice_draft GET+POST 302  404 200 200 200 404 404 200
consent:edit-notice                   notice    GET+POST  302  404 302 302 302 404 404 302
consent:check-notice                  notice_draft POST   302  404 200 200 200 404 404 200
consent:issue-notice                  notice_draft POST   302  404 422 422 422 404 404 422
consent:worksheet                     notice_draft GET    302  404 200 200 200 404 404 200
consent:worksheet                     notice    GET       302  404 302 302 302 404 404 302
consent:handout                       notice    GET       302  404 302 302 302 404 404 302
consent:notice-pdf                    notice    GET       302  404 404 404 404 404 404 404
consent:notice-pdf                    notice_chosen GET   302  404 200 200 200 200 200 200
consent:void-notice                   notice    POST      302  404 422 422 422 404 404 422
consent:annotate-notice               notice    POST      302  404 422 422 422 404 404 422
consent:refuse-notice                 notice    POST      302  404 422 422 422 404 404 422
consent:give-notice                   notice    POST      302  404 409 409 409 404 404 409
consent:replace-notice                notice    POST      302  404 302 302 302 404 404 302
consent:copy-notice                   notice_chosen POST  302  404 400 400 400 404 404 400
consent:determinations-add            patient   GET+POST  302  404 200 200 200 404 404 200
consent:determination                 determination GET+POST 302  404 200 200 200 200 200 200

consent:room                          -         GET       404  404 404 404 404 404 404 404
consent:room-answer                   -         POST      404  404 404 404 404 404 404 404
consent:room-finish                   -         POST      404  404 404 404 404 404 404 404
consent:room-copy                     -         POST      404  404 404 404 404 404 404 404
consent:room-blank                    -         POST      404  404 404 404 404 404 404 404
consent:room-leave                    -         GET+POST  404  404 404 404 404 404 404 404
consent:link                          token     GET+POST  200  200 200 200 200 200 200 200
consent:start-signing                 patient   POST      302  404 422 422 422 404 404 422
consent:start-signing-notice          notice    POST      302  404 422 422 422 404 404 422
consent:signing                       signing   GET       302  404 200 200 200 200 200 200
consent:signing                       paper     GET       302  404 200 200 200 200 200 200
consent:signing-state                 signing   GET       302  404 200 200 200 200 200 200
consent:cancel-signing                signing   POST      302  404 302 302 302 404 404 302
consent:blank-pdf                     paper     GET       302  404 200 200 200 404 404 200
consent:blank-pdf                     signing   GET       302  404 404 404 404 404 404 404
consent:scan-in                       paper     GET+POST  302  404 200 200 200 404 404 200
consent:scan-in                       signing   GET+POST  302  404 404 404 404 404 404 404
consent:find-paper                    -         GET+POST  302  404 200 200 200 404 404 200
consent:scan-file                     scan      GET       302  404 200 200 200 404 404 200

notes:start                           idle      POST      302  404 302 409 404 404 404 404
notes:unsigned                        -         GET       302  404 200 200 404 404 404 404
notes:of-patient                      patient   GET       302  404 200 200 200 200 200 200
notes:follow-ups                      -         GET       302  404 200 200 200 200 200 200
notes:record-call                     call      POST      302  404 422 422 422 404 404 422
notes:diagnoses                       -         POST      302  404 200 200 404 404 404 404
notes:star-muscle                     muscle    POST      302  404 400 400 404 404 404 404

notes:note                            draft     GET+POST  302  404 200 404 404 404 404 404
notes:settle                          draft     POST      302  404 422 404 404 404 404 404
notes:discard                         draft     GET+POST  302  404 200 404 404 404 404 404
notes:review                          draft     GET       302  404 200 404 404 404 404 404
notes:draft-pdf                       draft     GET       302  404 200 404 404 404 404 404
notes:sign                            draft     POST      302  404 422 404 404 404 404 404
notes:pdf                             draft     GET       302  404 404 404 404 404 404 404
notes:original-pdf                    draft     GET       302  404 404 404 404 404 404 404
notes:add-addendum                    draft     GET+POST  302  404 404 404 404 404 404 404
notes:handout                         draft     GET       302  404 200 404 404 404 404 404

notes:note                            discarded GET+POST  302  404 404 404 404 404 404 404
notes:settle                          discarded POST      302  404 409 404 404 404 404 404
notes:discard                         discarded GET+POST  302  404 404 404 404 404 404 404
notes:review                          discarded GET       302  404 404 404 404 404 404 404
notes:draft-pdf                       discarded GET       302  404 404 404 404 404 404 404
notes:sign                            discarded POST      302  404 409 404 404 404 404 404
notes:pdf                             discarded GET       302  404 404 404 404 404 404 404
notes:handout                         discarded GET       302  404 404 404 404 404 404 404

notes:note                            signed    GET+POST  302  404 200 200 200 200 200 200
notes:settle                          signed    POST      302  404 409 404 404 404 404 404
notes:discard                         signed    GET+POST  302  404 404 404 404 404 404 404
notes:review                          signed    GET       302  404 302 404 404 404 404 404
notes:draft-pdf                       signed    GET       302  404 404 404 404 404 404 404
notes:sign                            signed    POST      302  404 409 404 404 404 404 404
notes:pdf                             signed    GET       302  404 200 200 200 200 200 200
notes:original-pdf                    signed    GET       302  404 200 200 200 200 200 200
notes:add-addendum                    signed    GET+POST  302  404 200 404 404 404 404 200
notes:handout                         signed    GET       302  404 200 200 200 200 200 200

billing:of-note                       signed    GET       302  404 200 200 200 200 200 200
billing:of-note                       draft     GET       302  404 404 404 404 404 404 404
billing:charges                       signed    GET+POST  302  404 200 200 404 200 200 200
billing:charges                       draft     GET+POST  302  404 404 404 404 404 404 404
billing:check-charges                 signed    POST      302  404 404 404 404 200 404 200
billing:of-patient                    patient   GET       302  404 200 200 200 200 200 200
billing:claims                        -         GET       302  404 404 404 404 200 200 200
billing:claim                         claim     GET       302  404 404 404 404 200 200 200
billing:release-claim                 claim     POST      302  404 404 404 404 409 404 409
billing:hold-claim                    claim     POST      302  404 404 404 404 422 404 422
billing:edit-claim                    claim     POST      302  404 404 404 404 302 404 302
billing:drop-claim                    claim     POST      302  404 404 404 404 422 404 422
billing:reject-claim                  claim     POST      302  404 404 404 404 422 404 422
billing:correct-claim                 claim     POST      302  404 404 404 404 422 404 422
billing:appeal-claim                  claim     POST      302  404 404 404 404 422 404 422
billing:write-off-claim               claim     POST      302  404 404 404 404 422 404 422

billing:claim-files                   -         GET       302  404 404 404 404 200 404 200
billing:send-claims                   -         GET+POST  302  404 404 404 404 200 404 200
billing:claim-submitter               -         GET+POST  302  404 404 404 404 404 404 200
billing:claim-file                    claim_file GET      302  404 404 404 404 200 404 200
billing:download-claim-file           claim_file GET      302  404 404 404 404 200 404 200
billing:print-claim                   claim     GET+POST  302  404 404 404 404 200 404 200
billing:claim-sheet                   claim     GET       302  404 404 404 404 200 404 200
billing:red-form                      claim     GET       302  404 404 404 404 200 404 200

billing:remittances                   -         GET+POST  302  404 404 404 404 200 200 200
billing:unmatched                     -         GET       302  404 404 404 404 200 404 200
billing:enter-remittance              -         GET+POST  302  404 404 404 404 200 404 200
billing:check-remittance              -         POST      302  404 404 404 404 422 404 422
billing:remittance                    remittance GET      302  404 404 404 404 200 200 200
billing:remittance-file               remittance_file GET 302  404 404 404 404 200 404 200
billing:post-remittance               remittance_file POST 302 404 404 404 404 302 404 302
billing:discard-remittance            remittance_file POST 302 404 404 404 404 302 404 302
billing:download-remittance           remittance_file GET 302  404 404 404 404 200 404 200
billing:answer                        unmatched GET+POST  302  404 404 404 404 200 404 200
billing:match-answer                  unmatched POST      302  404 404 404 404 404 404 404
billing:leave-answer                  unmatched POST      302  404 404 404 404 422 404 422
billing:count-answer                  answered  POST      302  404 404 404 404 422 404 422
billing:answers                       claim     GET       302  404 404 404 404 200 200 200
billing:amount                        amount    GET       302  404 404 404 404 200 404 200
billing:decide-amount                 amount    POST      302  404 404 404 404 422 404 422
billing:write-off-amount              amount    POST      302  404 404 404 404 422 404 422

billing:account                       patient   GET       302  404 404 404 200 200 200 200
billing:statement                     patient   GET       302  404 404 404 200 200 404 200
billing:pay-account                   patient   GET+POST  302  404 404 404 200 200 404 200
billing:pay-visit                     idle      GET+POST  302  404 404 404 200 200 404 200
billing:payments                      -         GET       302  404 404 404 200 200 404 200
billing:payment                       payment   GET       302  404 404 404 200 200 200 200
billing:receipt                       payment   GET       302  404 404 404 200 200 200 200
billing:copy-receipt                  payment   POST      302  404 404 404 400 400 404 400
billing:refund-payment                payment   POST      302  404 404 404 422 422 404 422
billing:superbills                    signed    GET+POST  302  404 404 404 200 200 200 200
billing:superbill                     superbill GET       302  404 404 404 200 200 200 200
billing:copy-superbill                superbill POST      302  404 404 404 400 400 404 400
billing:series                        -         GET       302  404 404 404 404 200 404 200
billing:one-series                    series    GET       302  404 404 404 200 200 200 200
billing:end-series                    series    POST      302  404 404 404 422 422 404 422
billing:new-series                    patient   GET+POST  302  404 404 404 200 200 404 200
"""

# For whoever is not signed in; every other view asks for a role, or for a room (consent.room).
PUBLIC = {"emr:verify", "emr:healthz", "consent:link"} | {
    f"consent:{name}"
    for name in ("room", "room-answer", "room-finish", "room-copy", "room-blank", "room-leave")
}


def rows():
    for line in TABLE.strip().splitlines()[1:]:
        if line:
            name, record, methods, *answers = line.split()
            assert len(answers) == len(CAST), line
            id = name if record == "-" else f"{name} of {record}"
            expected = dict(zip(CAST, map(int, answers), strict=True))
            yield pytest.param(name, record, methods, expected, id=id)


ROWS = list(rows())
OURS = [row for row in ROWS if row.values[0].startswith(ADDRESSES)]
ALLAUTHS = [row for row in ROWS if not row.values[0].startswith(ADDRESSES)]


def patterns(resolver, prefix=""):
    """(name, pattern) of every address below."""
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield f"{prefix}{each.name or ''}", each
        else:
            yield from patterns(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)


PATTERNS = dict(patterns(get_resolver()))


@pytest.fixture(scope="module")
def shared(shared_records):
    return shared_records


@pytest.fixture
def records(db, shared):
    return shared.records


@pytest.fixture
def look(db, shared):
    """look("bo", "get", "/") answers as to Bo, and takes back what it changed."""

    def look(who, method, url, **extra):
        client = shared.client(who, raise_request_exception=False)
        with transaction.atomic():
            response = getattr(client, method)(url, **extra)
            response.body = b"".join(response).decode(errors="replace")
            transaction.set_rollback(True)
        return response

    return look


def address(name, record, records) -> str:
    """The address with the record in it; what ends on a chart stands below its patient."""
    if record == "link":
        return reverse(name, kwargs={"uidb36": "0", "key": "set-password"})
    if record == "key":
        return reverse(name, kwargs={"key": "x"})
    arguments = [] if record == "-" else [records[record]]
    if record in ("alert", "goal"):
        arguments = [records["patient"], *arguments]
    if record in ("answer", "care"):
        arguments = [records["coverage"], *arguments]
    if name.endswith("form-text") or name == "consent:form-pdf":
        arguments.append("en")
    return reverse(name, args=arguments)


# Every address


def test_every_address_stands_in_the_table_and_no_other():
    named = {name for name in PATTERNS if name}

    assert {row.values[0] for row in ROWS} == named


def test_only_what_is_refused_to_everybody_has_no_name():
    nameless = [str(each.pattern) for name, each in PATTERNS.items() if not name]

    assert nameless == ["^accounts/(email|confirm-email)/"]


@pytest.mark.parametrize(("name", "record", "methods", "expected"), ROWS)
def test_everybody_gets_what_the_table_says(look, records, name, record, methods, expected):
    method = "post" if methods == "POST" else "get"
    url = address(name, record, records)

    answers = {who: look(who, method, url).status_code for who in CAST}

    assert answers == expected


@pytest.mark.parametrize(("name", "record", "methods", "expected"), OURS)
def test_a_method_that_a_page_does_not_know_is_refused(
    look, records, name, record, methods, expected
):
    """By those who may come in; to others it tells nothing either."""
    known = {"GET+POST": {"get", "post"}, "GET": {"get"}, "POST": {"post"}}[methods]
    url = address(name, record, records)
    insiders = {"olive", "dana"} if name in PUBLIC else insiders_of(name)

    answers = {
        (who, method): look(who, method, url).status_code
        for who in ("eve", "dana", "olive")
        for method in {"get", "post", "put", "patch", "delete"} - known
    }

    outside = 405 if name in PUBLIC else 404
    assert answers == {
        (who, method): 405 if who in insiders else outside for who, method in answers
    }


def insiders_of(name) -> set[str]:
    roles = {"dana": "therapist", "olive": "owner"}
    return {who for who, role in roles.items() if role in PATTERNS[name].callback.roles}


@pytest.mark.parametrize(("name", "record", "methods", "expected"), ALLAUTHS)
def test_no_method_breaks_a_page_of_sign_in(look, records, name, record, methods, expected):
    url = address(name, record, records)
    methods = ["post", "head", "put", "patch", "delete", "options", "trace"]

    answers = [
        (who, method, look(who, method, url).status_code)
        for who in ("anonymous", "dana")
        for method in methods
    ]

    assert [answer for answer in answers if answer[2] >= 500] == []


@pytest.mark.parametrize(
    ("name", "record", "methods", "expected"),
    [row for row in OURS if row.values[0] not in PUBLIC],
)
def test_whoever_is_signed_out_signs_in_first_and_comes_back(
    look, records, name, record, methods, expected
):
    method = "post" if methods == "POST" else "get"
    url = address(name, record, records)

    page = look("anonymous", method, url)
    part = look("anonymous", method, url, headers={"HX-Request": "true"})

    assert page.headers["Location"] == f"{reverse('account_login')}?next={url}"
    assert (part.status_code, part.body) == (401, "")


def test_what_is_not_there_and_what_is_not_yours_look_alike(look, records):
    not_lees = look("lee", "get", reverse("notes:note", args=[records["draft"]]))
    not_there = look("lee", "get", reverse("notes:note", args=[999_999]))

    assert (not_lees.status_code, not_there.status_code) == (404, 404)
    assert without_token(not_lees.body) == without_token(not_there.body)


def without_token(page: str) -> str:
    return re.sub(r'"X-CSRFToken": *"\w+"|value="\w{64}"', "", page)


# The code behind the addresses


@pytest.mark.parametrize("name", sorted(name for name in PATTERNS if name.startswith(ADDRESSES)))
def test_a_number_in_an_address_fits_every_database(name):
    kinds = {type(each).__name__ for each in PATTERNS[name].pattern.converters.values()}

    assert kinds <= {"IdConverter", "SlugConverter"}


@pytest.mark.parametrize("name", sorted(name for name in PATTERNS if name.startswith(ADDRESSES)))
def test_every_view_behind_sign_in_says_whose_it_is(name):
    assert hasattr(PATTERNS[name].callback, "roles") == (name not in PUBLIC)


def view_modules():
    return sorted(
        path
        for app in ("emr", "consent", "notes", "billing")
        for path in (ROOT / app / "views").glob("*.py")
    )


def bare_lookups(source: str) -> list[int]:
    """The lines with `….objects….get(…)`: a row by its id alone, without asking whose it is, and a
    500 where there is none."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and any(
            isinstance(each, ast.Attribute) and each.attr == "objects"
            for each in ast.walk(node.func.value)
        )
    ]


@pytest.mark.parametrize("path", view_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_view_looks_a_row_up_bare(path):
    assert bare_lookups(path.read_text()) == []


def test_a_bare_lookup_is_found_also_behind_a_lock():
    source = """
note = Note.objects.get(pk=1)
note = Note.objects.select_for_update().get(pk=1)
note = get_object_or_404(Note.objects.signed(), pk=1)
typed = request.POST.get("typed")
"""

    assert bare_lookups(source) == [2, 3]


# What a page must not tell its reader


READERS = ["lee", "fran", "bo", "cora", "olive"]
SHOWING = [
    ("emr:today", "-"),
    ("emr:desk", "-"),
    ("emr:worklist", "list"),
    ("emr:close-day", "-"),
    ("notes:follow-ups", "-"),
    ("emr:patients", "-"),
    ("emr:chart", "patient"),
    ("emr:banner", "patient"),
    ("consent:of-patient", "patient"),
    ("consent:notices-of-patient", "patient"),
    ("notes:of-patient", "patient"),
    ("notes:unsigned", "-"),
    ("notes:note", "draft"),
    ("notes:note", "signed"),
    ("notes:review", "draft"),
]


@pytest.mark.parametrize("who", READERS)
def test_nobody_but_its_author_reads_a_word_of_a_draft(look, records, who):
    told = [
        (name, record)
        for name, record in SHOWING
        if DRAFT_WORDS in look(who, "get", address(name, record, records)).body
    ]

    assert told == []


def test_its_author_reads_the_draft(look, records):
    assert DRAFT_WORDS in look("dana", "get", reverse("notes:note", args=[records["draft"]])).body


@pytest.mark.parametrize("who", READERS)
def test_nobody_finds_a_way_to_a_draft_of_another(look, records, who):
    ways = [
        (name, record)
        for name, record in SHOWING
        if reverse("notes:note", args=[records["draft"]])
        in look(who, "get", address(name, record, records)).body
    ]

    assert ways == []


@pytest.mark.parametrize("who", READERS)
def test_whoever_reads_charts_reads_signed_notes(look, records, who):
    assert SIGNED_WORDS in look(who, "get", reverse("notes:note", args=[records["signed"]])).body


@pytest.mark.parametrize("who", ["dana", *READERS])
def test_a_medicare_number_ends_in_four_letters_everywhere(look, records, who):
    chart = look(who, "get", reverse("emr:chart", args=[records["patient"]])).body
    elsewhere = [
        (name, record)
        for name, record in [*SHOWING, ("emr:audit", "-"), ("emr:audit-export", "-")]
        if MEDICARE_NUMBER in look(who, "get", address(name, record, records)).body
    ]

    assert MEDICARE_NUMBER[-4:] in chart
    assert elsewhere == []


@pytest.mark.parametrize("who", ["bo", "cora"])
def test_whoever_only_reads_is_offered_nothing_to_change(look, records, who):
    chart = look(who, "get", reverse("emr:chart", args=[records["patient"]])).body
    today = look(who, "get", reverse("emr:today")).body

    assert forms_in(chart) == forms_in(today) == []


def forms_in(page: str) -> list[str]:
    """Where the forms and buttons of a page lead; the way out is everybody's."""
    led = [part.split('"')[0] for part in page.split('action="')[1:]]
    led += [part.split('"')[0] for part in page.split('hx-post="')[1:]]
    return sorted(set(led) - {reverse("account_logout"), reverse("emr:patients")})


@pytest.mark.parametrize("who", ["eve", "anonymous"])
def test_a_stranger_is_told_no_name(look, records, who):
    names = {"Marlow", "Odette", "Dana", "Whitlock", "HL-10117"}

    told = {
        (name, each)
        for name, record, methods, _ in (row.values for row in OURS)
        for text in [look(who, "get", address(name, record, records)).body]
        for each in names
        if each in text
    }

    assert told == set()


def test_a_public_check_of_a_document_tells_nothing_of_the_patient(look, records):
    response = look("anonymous", "post", reverse("emr:verify"), data={"code": records["code"]})

    assert response.status_code == 200
    assert [name for name in ("Marlow", "Odette", "HL-10117") if name in response.body] == []


def test_a_former_colleague_keeps_no_session(look, records, bo, db):
    bo.is_active = False
    bo.save()

    assert look("bo", "get", reverse("emr:today")).status_code == 302


def test_a_therapist_without_a_provider_record_starts_no_visit(client, practice, patient):
    client.force_login(factories.make_user("therapist"))

    response = client.post(reverse("emr:start-visit", args=[patient.pk]))

    assert response.status_code == 404
