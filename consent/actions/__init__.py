"""What a person did about consents and notices; import the actions from here."""

from consent.actions.consents import OF_AGE, answer_consent, record_consent, withdraw_consent
from consent.actions.determinations import (
    decide_determination,
    edit_determination,
    request_determination,
)
from consent.actions.errors import Overtaken, Refused
from consent.actions.forms import (
    NotWhole,
    discard_draft_form,
    draft_form,
    drop_form_text,
    edit_form_text,
    publish_form,
)
from consent.actions.notice_answers import (
    answer_notice,
    give_notice,
    record_refusal,
    refuse_late_answer,
)
from consent.actions.notices import (
    BlankProblems,
    annotate_notice,
    draft_notice,
    edit_notice,
    issue_notice,
    supersede_notice,
    void_notice,
    wordings_on,
)
from consent.actions.signatures import Hand
from consent.actions.signings import (
    blank_signing,
    cancel_signing,
    close_signing,
    link_of,
    lock_signing,
    open_link,
    resume_signing,
    run_out_signing,
    start_signing,
)
from consent.actions.wordings import install_wording

__all__ = [
    "OF_AGE",
    "BlankProblems",
    "Hand",
    "NotWhole",
    "Overtaken",
    "Refused",
    "annotate_notice",
    "answer_consent",
    "answer_notice",
    "blank_signing",
    "cancel_signing",
    "close_signing",
    "decide_determination",
    "discard_draft_form",
    "draft_form",
    "draft_notice",
    "drop_form_text",
    "edit_determination",
    "edit_form_text",
    "edit_notice",
    "give_notice",
    "install_wording",
    "issue_notice",
    "link_of",
    "lock_signing",
    "open_link",
    "publish_form",
    "record_consent",
    "record_refusal",
    "refuse_late_answer",
    "request_determination",
    "resume_signing",
    "run_out_signing",
    "start_signing",
    "supersede_notice",
    "void_notice",
    "withdraw_consent",
    "wordings_on",
]
