"""Requests that no page of ours sends: by mistake, by an old browser, or by somebody who tries.

Each is one line: what is wrong with it, who sends it, where, what, and the exact answer. Names in
braces are records of tests/records.py. What it may leave behind in the audit log is named too;
everything else must be as before. Run by tests/test_bad_input.py.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consent.wording import PARTS
from emr.rules.editions import current_edition
from tests import factories
from tests.records import DRAFT_WORDS, MEDICARE_NUMBER, TYPED

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
HUGE_ID = "99999999999999999999999"  # beyond the 64 bits of either database
LONG_ID = "9" * 5000  # beyond what Python reads as a number
MEGABYTE = f"{TYPED} " * (1_000_000 // (len(TYPED) + 1))
TOO_MUCH = MEGABYTE * 3  # beyond what one post may weigh
NUL = f"{TYPED}\0"
SURROGATE = "\\ud83d"  # half an emoji, once it is read as an escape
FACE = "{seen}"

DANA, LEE, FRAN, BO, CORA, OLIVE, EVE = "dana", "lee", "fran", "bo", "cora", "olive", "eve"
NOBODY = "anonymous"


@dataclass(frozen=True)
class Bad:
    wrong: str
    who: str
    request: str  # POST /notes/{draft}/
    posted: dict | str | bytes | None
    status: int
    leaves: tuple[str, ...] = ()  # verbs of audit entries
    headers: dict = field(default_factory=dict)
    content_type: str = ""
    checks_token: bool = False

    @property
    def files(self) -> bool:
        return isinstance(self.posted, dict) and any(map(callable, self.posted.values()))


def rows(*lists):
    return [pytest.param(each, id=each.wrong) for found in lists for each in found]


def without(fields: dict, *names: str) -> dict:
    return {name: value for name, value in fields.items() if name not in names}


def a_file(content: bytes, name="proof.pdf", content_type="application/pdf"):
    """Made when it is sent, for a file is read only once."""
    return lambda: SimpleUploadedFile(name, content, content_type=content_type)


def multipart(name: str, value: str) -> bytes:
    return (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--x--\r\n'.encode()
    )


def night_of_the_gap() -> date:
    """The next second Sunday of March: at half past two no clock in Colorado shows that time."""
    for year in (factories.today().year, factories.today().year + 1):
        march = date(year, 3, 8)
        sunday = march + timedelta(days=(6 - march.weekday()) % 7)
        if sunday > factories.today():
            return sunday
    raise AssertionError("no March ahead")


# The note page

SAVE = {
    "revision": "3",
    "functional_limitation": DRAFT_WORDS,
    "technique": TYPED,
    "plan": TYPED,
    "after_care": "",
    "needled": "upper-trapezius:right",
    "site-upper-trapezius:right-needles": "10",
    "site-upper-trapezius:right-twitch": "yes",
    "diagnosis": "M54.2",
}
STALE = SAVE | {"revision": "2"}


def save(wrong, changes, status, *, who=DANA, to="{draft}", **more):
    posted = SAVE | changes if isinstance(changes, dict) else changes
    return Bad(wrong, who, f"POST /notes/{to}/", posted, status, **more)


NOTE = [
    save("a save without any field", "", 422),
    save("a save of nothing but the revision", "revision=3", 422),
    save("a save of ticks alone, without the page's text", "revision=3&needled=~a:right", 422),
    save("a save without its revision", without(STALE, "revision") | {"revision": ""}, 422),
    save("a negative revision", {"revision": "-1"}, 422),
    save("a revision with a fraction", {"revision": "3.0"}, 422),
    save("a revision in words", {"revision": "three"}, 422),
    save("a revision in Arabic digits", {"revision": "٣"}, 422),
    save("a revision of five thousand digits", {"revision": LONG_ID}, 422),
    save("a revision with NUL", {"revision": "3\0"}, 422),
    save("a revision of bytes that are no text", b"revision=%FF%FE&technique=x", 422),
    save("a revision that is half an emoji", b"revision=%ED%A0%BD&technique=x", 422),
    save("a stale revision", STALE, 409),
    save("a stale revision, by htmx", STALE, 409, headers={"HX-Request": "true"}),
    save("a revision that is still to come", {"revision": "4"}, 409),
    save("the revision twice, the last one stale", {"revision": ["3", "2"]}, 409),
    save("a plan of a megabyte", {"plan": MEGABYTE}, 422),
    save(
        "a limitation of a megabyte, by htmx",
        {"functional_limitation": MEGABYTE},
        422,
        headers={"HX-Request": "true"},
    ),
    save("a post of three megabytes", {"plan": TOO_MUCH}, 400),
    save("a post of six thousand fields", {"x": ["1"] * 6000}, 400),
    save("a plan with NUL", {"plan": NUL}, 422),
    save(
        "a muscle typed by name with NUL, and as much in the plan",
        {"other_name": NUL, "other_side": "right", "plan": NUL},
        422,
    ),
    save("a ticked muscle whose name has NUL", STALE | {"needled": f"~{NUL}:right"}, 409),
    save(
        "a ticked muscle that is half an emoji, escaped",
        {"needled": f"~{SURROGATE}:up", "revision": "2"},
        409,
    ),
    save("a diagnosis with NUL", STALE | {"diagnosis": "M54.2\0"}, 409),
    save("a diagnosis of a megabyte", STALE | {"diagnosis": MEGABYTE}, 409),
    save("sixty-one muscles", {"needled": [f"~Muscle {n}:right" for n in range(61)]}, 422),
    save("needles in words", {"site-upper-trapezius:right-needles": "ten"}, 422),
    save("fewer needles than none", {"site-upper-trapezius:right-needles": "-1"}, 422),
    save("half a needle", {"site-upper-trapezius:right-needles": "2.5"}, 422),
    save("more needles than fit", {"site-upper-trapezius:right-needles": "100"}, 422),
    save("needles without end", {"site-upper-trapezius:right-needles": LONG_ID}, 422),
    save(
        "a twitch that is neither yes nor no", {"site-upper-trapezius:right-twitch": "maybe"}, 422
    ),
    save("a rationale with NUL", {"site-upper-trapezius:right-rationale": NUL}, 422),
    save("pain beyond the scale", {"pain_before": "11"}, 422),
    save("pain below the scale", {"pain_after": "-1"}, 422),
    save("a reaction that nobody knows", {"reactions": ["bruising", "envy"]}, 422),
    save("a measure on a side that is none", {"measure-0-name": "x", "measure-0-side": "up"}, 422),
    save("a service that is no code", {"service-0-code": "<scr>"}, 422),
    save(
        "a service of half a minute", {"service-0-code": "97110", "service-0-minutes": "0.5"}, 422
    ),
    save("a drug that is no code", {"injection-0-name": "x", "injection-0-drug": "J33"}, 422),
    save("an injection whose muscle has NUL", {"injection-0-name": NUL}, 422),
    save("a needle row with more out than fit", {"needles-0-taken_out": "501"}, 422),
    save("a save as JSON", '{"revision": 3, "plan": "x"}', 422, content_type=JSON),
    save("a save as plain text", "revision=3&technique=x", 422, content_type="text/plain"),
    save("a save as parts without a boundary", b"x", 400, content_type="multipart/form-data"),
    save(
        "a save that breaks off in a part",
        b"--x\r\nContent-Disposition: form-da",
        422,
        content_type="multipart/form-data; boundary=x",
    ),
    save(
        "a save in UTF-16",
        "revision=3&technique=x".encode("utf-16"),
        400,
        content_type=f"{FORM}; charset=utf-16",
    ),
    save(
        "a save in escapes, with half an emoji",
        multipart("plan", SURROGATE),
        400,
        content_type="multipart/form-data; boundary=x; charset=unicode_escape",
    ),
    save(
        "a save in a charset that is none",
        multipart("plan", TYPED),
        400,
        content_type="multipart/form-data; boundary=x; charset=base64",
    ),
    save("a draft of somebody else", {}, 404, to="{others}"),
    save("somebody else's hand in this draft", {}, 404, who=LEE),
    save("the front desk's hand in a draft", {}, 404, who=FRAN),
    save("a discarded draft", {}, 409, to="{discarded}"),
    save("a signed note", {}, 409, to="{signed}"),
    save("a signed note, by its reader", {}, 404, to="{signed}", who=BO),
    save("an unknown note", {}, 404, to="999999"),
    save("a note beyond 64 bits", {}, 404, to=HUGE_ID),
    save("a note of five thousand digits", {}, 404, to=LONG_ID),
    save("a note below zero", {}, 404, to="-1"),
    save("a note in Arabic digits", {}, 404, to="%D9%A1"),
    save("a note with NUL", {}, 404, to="{draft}%00"),
    save("a save without a session, by htmx", {}, 401, who=NOBODY, headers={"HX-Request": "true"}),
    save(
        "a save with htmx headers from elsewhere",
        STALE,
        409,
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://[::",
            "HX-Current-URL-URI-AutoEncoded": "true",
            "HX-Target": "%00\ud7ff",
            "HX-Trigger": "<script>",
            "HX-Prompt": "' OR 1=1",
        },
    ),
    save("a save with an htmx header that says no", STALE, 409, headers={"HX-Request": "maybe"}),
    save("a save without a token", {}, 403, checks_token=True),
    save("a save with a stale token", {"csrfmiddlewaretoken": "x" * 64}, 403, checks_token=True),
    save(
        "a save with a stale token, by htmx",
        {},
        403,
        checks_token=True,
        headers={"HX-Request": "true", "X-CSRFToken": "y" * 64},
    ),
    save("a save with half a token", {"csrfmiddlewaretoken": "\0"}, 403, checks_token=True),
    save(
        "a save from another site",
        {},
        403,
        checks_token=True,
        headers={"Origin": "https://elsewhere.example"},
    ),
]

SETTLE = SAVE | {"theirs": "3", "keep": "mine"}


def settle(wrong, changes, status, to="{draft}"):
    return Bad(wrong, DANA, f"POST /notes/{to}/settle/", SETTLE | changes, status)


DISCARD = "POST /notes/{draft}/discard/"
NOTE_STEPS = [
    settle("a choice between versions that is neither", {"keep": "both"}, 422),
    settle("no choice between versions", {"keep": ""}, 422),
    settle("a choice without the other version", {"theirs": ""}, 422),
    settle("a choice against a stale version", {"theirs": "2"}, 409),
    settle("a choice against a negative version", {"theirs": "-3"}, 422),
    settle("a choice with NUL in the text", {"plan": NUL}, 422),
    settle("a choice about a signed note", {}, 409, to="{signed}"),
    settle("a choice about somebody else's draft", {}, 404, to="{others}"),
    Bad("a draft discarded without a reason", DANA, DISCARD, {"reason": ""}, 422),
    Bad("a draft discarded for blanks", DANA, DISCARD, {"reason": " \t\u00a0"}, 422),
    Bad("a draft discarded with a long reason", DANA, DISCARD, {"reason": TYPED * 20}, 422),
    Bad("a draft discarded with NUL", DANA, DISCARD, {"reason": NUL}, 422),
    Bad("somebody else's draft discarded", LEE, DISCARD, {"reason": TYPED}, 404),
    Bad("a signed note discarded", DANA, "POST /notes/{signed}/discard/", {"reason": TYPED}, 404),
    Bad("a note of an unknown visit", DANA, "POST /visits/999999/note/", {}, 404),
    Bad("a note of a visit beyond 64 bits", DANA, f"POST /visits/{HUGE_ID}/note/", {}, 404),
    Bad("a note of a colleague's visit", LEE, "POST /visits/{idle}/note/", {}, 409),
    Bad("the review of somebody else's draft", LEE, "GET /notes/{draft}/review/", None, 404),
    Bad("the review of a note beyond 64 bits", DANA, f"GET /notes/{HUGE_ID}/review/", None, 404),
    Bad("the PDF of a note below zero", DANA, "GET /notes/-1/note.pdf", None, 404),
    Bad("the notes of an unknown patient", DANA, "GET /notes/of-patient/999999/", None, 404),
    Bad(
        "the notes of a patient beyond 64 bits",
        DANA,
        f"GET /notes/of-patient/{HUGE_ID}/",
        None,
        404,
    ),
    Bad("a star for no muscle", DANA, "POST /muscles/heart/star/", {"starred": "yes"}, 404),
    Bad(
        "a star for a muscle of a thousand letters",
        DANA,
        f"POST /muscles/{'m' * 1000}/star/",
        {"starred": "yes"},
        404,
    ),
    Bad(
        "a star that is neither given nor taken",
        DANA,
        "POST /muscles/{muscle}/star/",
        {"starred": "perhaps"},
        400,
    ),
    Bad("diagnoses for NUL", DANA, "POST /diagnoses/", {"diagnosis_query": "neck\0"}, 200),
    Bad("diagnoses for a megabyte", DANA, "POST /diagnoses/", {"diagnosis_query": MEGABYTE}, 200),
    Bad("diagnoses for signs alone", DANA, "POST /diagnoses/", {"diagnosis_query": "%_*?[\\"}, 200),
    Bad(
        "diagnoses with NUL among those chosen",
        DANA,
        "POST /diagnoses/",
        {"diagnosis": ["M54.2", "M5\0.2"]},
        200,
    ),
    Bad(
        "diagnoses with four thousand chosen",
        DANA,
        "POST /diagnoses/",
        {"diagnosis": [f"M{n}" for n in range(4000)]},
        200,
    ),
]

# Signing

REFUSED = ("signature refused",)
SIGN = {
    "password": factories.PASSWORD,
    "attest": "on",
    "revision": "3",
    "reviewed": "0" * 64,
}
ADD = {"kind": "late entry", "text": TYPED, "password": factories.PASSWORD}


def sign(wrong, changes, status, *, who=DANA, to="{draft}", **more):
    return Bad(wrong, who, f"POST /notes/{to}/sign/", SIGN | changes, status, **more)


def add(wrong, changes, status, *, who=DANA, to="{signed}", **more):
    return Bad(wrong, who, f"POST /notes/{to}/addenda/", ADD | changes, status, **more)


SIGNING = [
    sign("a signature with nothing filled in", dict.fromkeys(SIGN, ""), 422, leaves=REFUSED),
    sign("a signature with a wrong password", {"password": TYPED}, 422, leaves=REFUSED),
    sign("a signature with a password with NUL", {"password": NUL}, 422, leaves=REFUSED),
    sign("a signature with a password of a megabyte", {"password": MEGABYTE}, 422, leaves=REFUSED),
    sign("a signature without the tick", {"attest": ""}, 422),
    sign("a signature on a stale revision", {"revision": "2"}, 409),
    sign("a signature on a negative revision", {"revision": "-3"}, 422),
    sign("a signature on a fraction of a revision", {"revision": "3.5"}, 422),
    sign("a signature on a revision beyond 64 bits", {"revision": HUGE_ID}, 409),
    sign("a signature on a revision of five thousand digits", {"revision": LONG_ID}, 422),
    sign("a signature on what is not complete", {}, 409),
    sign("a signature on somebody else's draft", {}, 404, who=LEE),
    sign("a second signature", {}, 409, to="{signed}"),
    sign(
        "a signature with a stale token", {"csrfmiddlewaretoken": "x" * 64}, 403, checks_token=True
    ),
    add("an addendum of no kind", {"kind": "second_thoughts"}, 422),
    add("an addendum without words", {"text": " "}, 422),
    add("an addendum with NUL", {"text": NUL}, 422),
    add("an addendum of a megabyte", {"text": MEGABYTE}, 422),
    add("an addendum with a wrong password", {"password": TYPED}, 422, leaves=REFUSED),
    add("a corrected list with no muscle in it", {"kind": "corrected muscles"}, 409),
    add(
        "a corrected list with needles in words",
        {
            "kind": "corrected muscles",
            "needled": "upper-trapezius:right",
            "site-upper-trapezius:right-needles": "ten",
        },
        422,
    ),
    add("an addendum to a draft", {}, 404, to="{draft}"),
    add("an addendum to somebody else's note", {}, 404, who=LEE),
    add("an addendum by the front desk", {}, 404, who=FRAN),
    add("an addendum to a note beyond 64 bits", {}, 404, to=HUGE_ID),
]

# Patients

PERSON = {
    "last_name": "Vega",
    "first_name": "Ines",
    "birth_date": "1970-04-05",
    "sex": "female",
    "seen": FACE,
}


def register(wrong, changes, status=422):
    return Bad(wrong, FRAN, "POST /patients/add/", PERSON | changes, status)


def edit(wrong, changes, status=422, to="{patient}"):
    person = PERSON | {"record_number": "HL-10117"} | changes
    return Bad(wrong, FRAN, f"POST /patients/{to}/edit/", person, status)


def search(wrong, typed, **more):
    return Bad(wrong, BO, "POST /patients/", {"q": typed}, 200, **more)


PATIENTS = [
    search("a search for NUL", "mar\0low"),
    search("a search for a megabyte", MEGABYTE),
    search("a search for the signs of a pattern", "%_*?[\\"),
    search("a search for a date that is none", "13/45/1951"),
    search("a search for marks that turn the direction", "\u202e\u200f\u2066"),
    search("a search for quotes and semicolons", "'; DROP TABLE emr_patient; --"),
    Bad("a search in bytes that are no text", BO, "POST /patients/", b"q=%ff%fe%ed%a0%bd", 200),
    Bad("a chart beyond 64 bits", DANA, f"GET /patients/{HUGE_ID}/", None, 404),
    Bad("a chart just beyond 64 bits", DANA, "GET /patients/9223372036854775808/", None, 404),
    Bad("a chart of five thousand digits", DANA, f"GET /patients/{LONG_ID}/", None, 404),
    Bad("a banner beyond 64 bits", DANA, f"GET /patients/{HUGE_ID}/banner/", None, 404),
    Bad("an address with NUL", DANA, "GET /patients/%00/", None, 404),
    Bad("an address that is half an emoji", DANA, "GET /patients/%ED%A0%BD/", None, 404),
    register("a patient with nothing filled in", dict.fromkeys(PERSON, "")),
    register("a birth date that no calendar has", {"birth_date": "2026-02-30"}),
    register("a birth date in the year one", {"birth_date": "0001-01-01"}),
    register("a birth date in the last year of all", {"birth_date": "9999-12-31"}),
    register("a birth date of five digits a year", {"birth_date": "99999-01-01"}),
    register("a birth date in the year zero", {"birth_date": "0000-00-00"}),
    register("a birth date to come", {"birth_date": "2099-01-01"}),
    register("a name with NUL", {"last_name": "Ve\0ga"}),
    register("a name of a megabyte", {"last_name": "V" * 1_000_000}),
    register("a name of blanks", {"first_name": "\u00a0\u2003\t"}),
    register("a sex that nobody knows", {"sex": "robot"}),
    register("a record number that is taken", {"record_number": "HL-10117"}),
    register("a record number with NUL", {"record_number": "HL\0"}),
    register("a state in full", {"state": "Colorado"}),
    register("a ZIP code in Arabic letters", {"postal_code": "ثمانية"}),
    register("an e-mail that is none", {"email": "ines@@example"}),
    register(
        "somebody who is registered already", {"last_name": "marlow", "birth_date": "1951-03-08"}
    ),
    edit("an edit of what was changed meanwhile", {"seen": "0123456789abcdef"}, 409),
    edit("an edit that does not say what it saw", {"seen": ""}, 409),
    edit("an edit with NUL in what it saw", {"seen": "\0"}, 409),
    edit("an edit that takes the birth date away", {"birth_date": ""}),
    edit("an edit with NUL", {"first_name": NUL}),
    edit("an edit without a record number", {"record_number": ""}),
    edit("an edit of nobody", {}, 404, to="999999"),
    edit("an edit beyond 64 bits", {}, 404, to=HUGE_ID),
]

COVER = {
    "payer": "{payer}",
    "rank": "2",
    "member_number": TYPED,
    "starts_on": "2026-01-01",
}
ALERTS, GOALS = "POST /patients/{patient}/alerts/", "POST /patients/{patient}/goals/"


def cover(wrong, changes, status=422, to="{patient}"):
    return Bad(wrong, FRAN, f"POST /patients/{to}/coverages/add/", COVER | changes, status)


def card(wrong, changes, status=422, to="{coverage}"):
    return Bad(wrong, FRAN, f"POST /coverages/{to}/edit/", {"plan": "Gold"} | changes, status)


VERIFIED = {
    "verified_on": "{today}",
    "way": "phone",
    "spoke_with": "Ms Ray",
    "covered": "yes",
    "authorization": "no",
    "limit": "no",
    "investigational": "no",
}
TAKE_OVER = "POST /coverages/{{coverage}}/take-over/{}/"
LEAVE = {"number": "A-1", "starts_on": "2026-01-01", "visits": "8"}
CARE = "POST /coverages/{coverage}/care/add/"
PAYER = {"name": "Bluegate", "kind": "commercial"}
POLICY = {
    "needling": "covered",
    "starts_on": "{tomorrow}",
    "source": "Policy 12",
    "unit_rule": "cms",
    "plan_modifier": "table",
}


def verified(wrong, changes, status=422, to="{coverage}"):
    return Bad(wrong, FRAN, f"POST /coverages/{to}/verify/", VERIFIED | changes, status)


def leave(wrong, changes, status=422, to="{coverage}"):
    return Bad(wrong, FRAN, f"POST /coverages/{to}/authorizations/add/", LEAVE | changes, status)


def payer(wrong, changes, status=422):
    return Bad(wrong, BO, "POST /payers/add/", PAYER | changes, status)


def policy(wrong, changes, status=422, to="{payer}"):
    return Bad(wrong, BO, f"POST /payers/{to}/policies/set/", POLICY | changes, status)


def end_cover(wrong, ends_on, status=422, to="{coverage}"):
    return Bad(wrong, FRAN, f"POST /coverages/{to}/end/", {"ends_on": ends_on}, status)


CHART = [
    cover("a coverage with nothing filled in", dict.fromkeys(COVER, "")),
    cover("a coverage by a payer in words", {"payer": "Medicare"}),
    cover("a coverage by a payer beyond 64 bits", {"payer": HUGE_ID}),
    cover("a coverage by a payer with NUL", {"payer": "1\0"}),
    cover("a coverage by two payers", {"new_payer": TYPED, "new_kind": "commercial"}),
    cover("a new payer without a kind", {"payer": "", "new_payer": TYPED}),
    cover(
        "a new payer of a kind that is none",
        {"payer": "", "new_payer": TYPED, "new_kind": "barter"},
    ),
    cover("a new payer with NUL", {"payer": "", "new_payer": NUL, "new_kind": "commercial"}),
    cover(
        "a new payer kept out by a wrong Medicare number",
        {"payer": "", "new_payer": "Part B", "new_kind": "medicare", "member_number": "SLOIBZ"},
    ),
    cover("a third payer in the row", {"rank": "3"}),
    cover("a rank beyond 64 bits", {"rank": HUGE_ID}),
    cover("a member number with NUL", {"member_number": MEDICARE_NUMBER + "\0"}),
    cover("a member number of a megabyte", {"member_number": MEGABYTE}),
    cover("a coverage from a day that no calendar has", {"starts_on": "2026-02-30"}),
    cover("a coverage from a year of five digits", {"starts_on": "99999-01-01"}),
    cover("a coverage that ends before it begins", {"ends_on": "2025-12-31"}),
    cover("a second primary coverage", {"rank": "1"}),
    cover("a coverage of nobody", {}, 404, to="999999"),
    cover("a coverage of somebody beyond 64 bits", {}, 404, to=HUGE_ID),
    cover("a coverage held by a cousin", {"relation": "cousin"}),
    cover("a coverage held by somebody without a name", {"relation": "spouse"}),
    cover("a coverage of a plan with NUL", {"plan": NUL}),
    card("a card with a number of a megabyte", {"member_number": MEGABYTE}),
    card("a card with NUL", {"group_number": NUL}),
    card("the card of a coverage beyond 64 bits", {}, 404, to=HUGE_ID),
    verified("no answer at all", dict.fromkeys(VERIFIED, "")),
    verified("an answer that is none", {"covered": "perhaps"}),
    verified("an answer on a day of no calendar", {"verified_on": "2026-02-30"}),
    verified("an answer from somebody with NUL", {"spoke_with": NUL}),
    verified(
        "a limit beyond 16 bits", {"limit": "yes", "limit_visits": "40000", "limit_days": "9"}
    ),
    verified(
        "a limit beyond 64 bits", {"limit": "yes", "limit_visits": HUGE_ID, "limit_days": "9"}
    ),
    verified("remarks of a megabyte", {"remarks": MEGABYTE}),
    verified("the answer about a coverage beyond 64 bits", {}, 404, to=HUGE_ID),
    Bad("an answer taken over from nobody", FRAN, TAKE_OVER.format("999999"), {}, 404),
    Bad("an answer taken over from beyond 64 bits", FRAN, TAKE_OVER.format(HUGE_ID), {}, 404),
    leave("an authorization without a number", {"number": ""}),
    leave("an authorization with NUL", {"number": NUL}),
    leave("an authorization for visits beyond 64 bits", {"visits": HUGE_ID}),
    leave("an authorization for visits beyond 16 bits", {"visits": "40000"}),
    leave("an authorization of a megabyte", {"number": MEGABYTE}),
    Bad("an unknown authorization ended", FRAN, "POST /authorizations/999999/end/", {}, 404),
    Bad("care with NUL", FRAN, CARE, {"what": NUL, "starts_on": "2026-01-01"}, 422),
    Bad("care of a megabyte", FRAN, CARE, {"what": MEGABYTE, "starts_on": "2026-01-01"}, 422),
    payer("a payer with NUL", {"name": NUL}),
    payer("a payer of a megabyte", {"name": MEGABYTE}),
    payer("a payer of a kind that is none", {"kind": "barter"}),
    policy("a policy that says nothing", dict.fromkeys(POLICY, "")),
    policy("a policy with NUL", {"source": NUL}),
    policy("a policy whose link is a script", {"url": "javascript:alert(1)"}),
    policy("a policy with a limit beyond 16 bits", {"limit_visits": "40000", "limit_days": "9"}),
    policy("a policy from a year of five digits", {"starts_on": "99999-01-01"}),
    policy("a policy of a payer beyond 64 bits", {}, 404, to=HUGE_ID),
    end_cover("a coverage that ends before its first day", "2023-12-31"),
    end_cover("a coverage that ends on no day", "2026-02-30"),
    end_cover("a coverage that ends in NUL", "2026-01-01\0"),
    end_cover("an unknown coverage ended", "2026-01-01", 404, to="999999"),
    end_cover("a coverage beyond 64 bits ended", "2026-01-01", 404, to=HUGE_ID),
    Bad("an alert of no kind", FRAN, ALERTS + "add/", {"kind": "bad mood"}, 422),
    Bad("an alert with NUL", FRAN, ALERTS + "add/", {"kind": "other", "detail": NUL}, 422),
    Bad(
        "an alert of a megabyte", FRAN, ALERTS + "add/", {"kind": "other", "detail": MEGABYTE}, 422
    ),
    Bad(
        "an alert ended on another chart",
        FRAN,
        "POST /patients/{stranger}/alerts/{alert}/end/",
        {},
        404,
    ),
    Bad("an alert beyond 64 bits ended", FRAN, f"{ALERTS}{HUGE_ID}/end/", {}, 404),
    Bad(
        "an alert ended on a chart beyond 64 bits",
        FRAN,
        f"POST /patients/{HUGE_ID}/alerts/{{alert}}/end/",
        {},
        404,
    ),
    Bad("a goal without words", FRAN, GOALS + "add/", {"text": ""}, 422),
    Bad("a goal with NUL", FRAN, GOALS + "add/", {"text": NUL}, 422),
    Bad(
        "a goal of two hundred and forty-one letters",
        FRAN,
        GOALS + "add/",
        {"text": "g" * 241},
        422,
    ),
    Bad("a goal for nobody", FRAN, "POST /patients/999999/goals/add/", {"text": TYPED}, 404),
    Bad(
        "a goal ended on another chart",
        FRAN,
        "POST /patients/{stranger}/goals/{goal}/end/",
        {},
        404,
    ),
    Bad(
        "a goal ended on a chart beyond 64 bits",
        FRAN,
        f"POST /patients/{HUGE_ID}/goals/{{goal}}/end/",
        {},
        404,
    ),
]

# Visits and today

COME = {"day": "{today}", "time": "16:45", "provider": "{provider}", "place": "Room 2"}
STEP = "POST /visits/{idle}/move/"
HERE = {"to": "arrived", "seen": "planned"}
HTMX = {"HX-Request": "true"}


def come(wrong, changes, status=422, to="{patient}"):
    return Bad(wrong, FRAN, f"POST /patients/{to}/visits/add/", COME | changes, status)


def walk_in(wrong, changes, status=422):
    person = without(PERSON, "seen", "sex") | {"provider": "{provider}"}
    return Bad(wrong, FRAN, "POST /walk-in/", person | changes, status)


def today(wrong, query, status):
    return Bad(wrong, BO, f"GET /?{query}", None, status)


VISITS = [
    come("a visit with nothing filled in", dict.fromkeys(COME, "")),
    come(
        "a visit in the hour that the clocks leave out",
        {"day": night_of_the_gap().isoformat(), "time": "02:30"},
    ),
    come("a visit at twenty-five o'clock", {"time": "25:00"}),
    come("a visit on a day that no calendar has", {"day": "2027-02-30"}),
    come("a visit in the year one", {"day": "0001-01-01"}),
    come("a visit in the last year of all", {"day": "9999-12-31"}),
    come("a visit in a year of five digits", {"day": "99999-01-01"}),
    come("a visit to nobody", {"provider": "999999"}),
    come("a visit to somebody beyond 64 bits", {"provider": HUGE_ID}),
    come("a visit to somebody in words", {"provider": "Dana"}),
    come("a visit in a place with NUL", {"place": NUL}),
    come("a visit in a place of a megabyte", {"place": MEGABYTE}),
    come("a patient who is here already, tomorrow", {"day": "{tomorrow}", "here": "on"}),
    come("two visits at once", {"time": "10:30"}, 409),
    come("a visit of nobody", {}, 404, to="999999"),
    come("a visit of somebody beyond 64 bits", {}, 404, to=HUGE_ID),
    walk_in("a walk-in with nothing filled in", dict.fromkeys(PERSON, "")),
    walk_in("a walk-in with NUL", {"last_name": "Ve\0ga"}),
    walk_in("a walk-in born on no day", {"birth_date": "1970-02-30"}),
    walk_in("a walk-in to somebody beyond 64 bits", {"provider": HUGE_ID}),
    walk_in("a walk-in for whom a payer in words pays", {"payer": "Medicare"}),
    walk_in("a walk-in for whom a payer beyond 64 bits pays", {"payer": HUGE_ID}),
    walk_in("a walk-in with a card of a megabyte", {"payer": "{payer}", "member_number": MEGABYTE}),
    walk_in("a walk-in with a card of NUL", {"payer": "{payer}", "member_number": NUL}),
    walk_in(
        "a walk-in who is registered already", {"last_name": "MARLOW", "birth_date": "1951-03-08"}
    ),
    Bad("a visit started for nobody", DANA, "POST /patients/999999/start/", {}, 404),
    Bad("a visit started beyond 64 bits", DANA, f"POST /patients/{HUGE_ID}/start/", {}, 404),
    Bad("a step to a state that is none", FRAN, STEP, HERE | {"to": "flying"}, 404),
    Bad("a step from a state that is none", FRAN, STEP, HERE | {"seen": "flying"}, 404),
    Bad("a step without a word", FRAN, STEP, {}, 404),
    Bad("a step with NUL", FRAN, STEP, HERE | {"to": "arrived\0"}, 404),
    Bad("a step that somebody else took", FRAN, STEP, {"to": "planned", "seen": "arrived"}, 409),
    Bad("a step that the table does not know", FRAN, STEP, {"to": "done", "seen": "planned"}, 409),
    Bad(
        "a step back from a note that was begun",
        FRAN,
        "POST /visits/{begun}/move/",
        {"to": "arrived", "seen": "in progress"},
        409,
    ),
    Bad("a step on a list of no day", FRAN, STEP + "?day=2026-02-30", HERE, 404),
    Bad("a step on a list of no day, by htmx", FRAN, STEP + "?day=soon", HERE, 404, headers=HTMX),
    Bad("a step of an unknown visit", FRAN, "POST /visits/999999/move/", HERE, 404),
    Bad("a step of a visit beyond 64 bits", FRAN, f"POST /visits/{HUGE_ID}/move/", HERE, 404),
    Bad("the steps of an unknown visit", FRAN, "GET /visits/999999/steps/", None, 404),
    Bad("the steps of a visit beyond 64 bits", FRAN, f"GET /visits/{HUGE_ID}/steps/", None, 404),
    Bad("steps on a list of no day", FRAN, "GET /visits/{idle}/steps/?day=soon", None, 200),
    Bad("a step by who only reads", BO, STEP, HERE, 404),
    Bad(
        "a step with a stale token",
        FRAN,
        STEP,
        HERE | {"csrfmiddlewaretoken": "x" * 32},
        403,
        checks_token=True,
    ),
    today("a list of a day that no calendar has", "day=2026-02-30", 404),
    today("a list of the year one", "day=0001-01-01", 404),
    today("a list of the last day of all", "day=9999-12-31", 404),
    today("a list of a year of five digits", "day=99999-01-01", 404),
    today("a list of an empty day", "day=", 404),
    today("a list of a day with NUL", "day=2026-01-01%00", 404),
    today("a list of a day that is half an emoji", "day=%ED%A0%BD", 404),
    today("a list of a megabyte", f"day={'9' * 100_000}", 404),
    today("a list of somebody else's wishes", "who=the+king&show=everything&seen=%00", 200),
    today("a list with six thousand wishes", "&".join(["x=1"] * 6000), 400),
]

# Consent

AGREE = "POST /patients/{patient}/consents/record/"
LEAVE = "POST /consents/{consent}/withdraw/"
LEFT = {"withdrawn_on": "{today}", "reason": TYPED}
CONSENT = [
    Bad("a consent without a day", FRAN, AGREE, {}, 422),
    Bad("a consent on no day", FRAN, AGREE, {"signed_on": "2026-02-30"}, 422),
    Bad("a consent in the year one", FRAN, AGREE, {"signed_on": "0001-01-01"}, 422),
    Bad("a consent on the last day of all", FRAN, AGREE, {"signed_on": "9999-12-31"}, 422),
    Bad("a consent tomorrow", FRAN, AGREE, {"signed_on": "{tomorrow}"}, 422),
    Bad("a consent with NUL", FRAN, AGREE, {"signed_on": "2026-01-01\0"}, 422),
    Bad("a consent twice", FRAN, AGREE, {"signed_on": "2025-03-04"}, 409),
    Bad(
        "a consent of nobody",
        FRAN,
        "POST /patients/999999/consents/record/",
        {"signed_on": "2026-01-01"},
        404,
    ),
    Bad(
        "a consent beyond 64 bits",
        FRAN,
        f"POST /patients/{HUGE_ID}/consents/record/",
        {"signed_on": "2026-01-01"},
        404,
    ),
    Bad("a consent recorded by who only reads", CORA, AGREE, {"signed_on": "2026-01-01"}, 404),
    Bad("consents beyond 64 bits", DANA, f"GET /patients/{HUGE_ID}/consents/", None, 404),
    Bad("a consent withdrawn without a word", FRAN, LEAVE, {}, 422),
    Bad("a consent withdrawn for blanks", FRAN, LEAVE, LEFT | {"reason": "  "}, 422),
    Bad("a consent withdrawn with NUL", FRAN, LEAVE, LEFT | {"reason": NUL}, 422),
    Bad("a consent withdrawn with a megabyte", FRAN, LEAVE, LEFT | {"reason": MEGABYTE}, 422),
    Bad(
        "a consent withdrawn before it was given",
        FRAN,
        LEAVE,
        LEFT | {"withdrawn_on": "2025-03-03"},
        422,
    ),
    Bad("a consent withdrawn tomorrow", FRAN, LEAVE, LEFT | {"withdrawn_on": "{tomorrow}"}, 422),
    Bad("an unknown consent withdrawn", FRAN, "POST /consents/999999/withdraw/", LEFT, 404),
    Bad(
        "a consent beyond 64 bits withdrawn", FRAN, f"POST /consents/{HUGE_ID}/withdraw/", LEFT, 404
    ),
]

# The consent form

WRITE = "POST /consent-form/{draft_form}/en/edit/"
CHECK = "POST /consent-form/{draft_form}/en/check/"
PUBLISH = "POST /consent-form/{draft_form}/publish/"
A_TEXT = {"title": "Consent", "heading_risks": "Risks", "text_risks": "Soreness."}


def consent_text(wrong, fields, status=422):
    return Bad(wrong, OLIVE, WRITE, A_TEXT | fields, status)


CONSENT_FORM = [
    consent_text("a consent text without a title", {"title": ""}),
    consent_text("a consent text with a title of blanks", {"title": " \n "}),
    consent_text("a consent text with NUL", {"text_risks": NUL}),
    consent_text("a consent text with a title of a megabyte", {"title": MEGABYTE}),
    consent_text("a consent text of a megabyte", {"text_risks": MEGABYTE}),
    consent_text("a consent text of three megabytes", {"text_risks": TOO_MUCH}, 400),
    consent_text("a consent text without a heading", {"heading_risks": ""}),
    Bad("an empty consent text", OLIVE, WRITE, {}, 422),
    Bad("a consent text written by the desk", FRAN, WRITE, A_TEXT, 404),
    Bad("a consent text in no language of ours", OLIVE, WRITE.replace("/en/", "/xx/"), A_TEXT, 404),
    Bad("a consent text of no version", OLIVE, "POST /consent-form/999999/en/edit/", A_TEXT, 404),
    Bad("a version beyond 64 bits", OLIVE, f"GET /consent-form/{HUGE_ID}/", None, 404),
    Bad("a consent text that is checked with nothing", OLIVE, CHECK, {}, 200),
    Bad("a consent text that is checked with NUL", OLIVE, CHECK, A_TEXT | {"text_risks": NUL}, 200),
    Bad(
        "a consent text of a megabyte that is only checked",
        OLIVE,
        CHECK,
        A_TEXT | {"text_risks": MEGABYTE},
        200,
    ),
    Bad("a version published without an answer", OLIVE, PUBLISH, {}, 422),
    Bad("a version published with half an answer", OLIVE, PUBLISH, {"must_renew": "perhaps"}, 422),
    Bad("a version published by a therapist", DANA, PUBLISH, {"must_renew": "no"}, 404),
    Bad("a second draft", OLIVE, "POST /consent-form/draft/", {}, 409),
    Bad("English left out", OLIVE, "POST /consent-form/{draft_form}/en/drop/", {}, 409),
    Bad("a sample in no language", OLIVE, "GET /consent-form/{draft_form}/xx/pdf/", None, 404),
]

# Copies of a consent

COPY = "POST /consents/{agreed}/copy/"
COPIES = [
    Bad("a copy given in no way", FRAN, COPY, {}, 422),
    Bad("a copy given by pigeon", FRAN, COPY, {"what": "pigeon"}, 422),
    Bad("a copy given with NUL", FRAN, COPY, {"what": "shown\0"}, 422),
    Bad("a copy of a form that lies in a drawer", FRAN, "POST /consents/{consent}/copy/", {}, 404),
    Bad("a copy given by who only reads", CORA, COPY, {"what": "shown"}, 404),
    Bad("a copy of no consent", FRAN, "POST /consents/999999/copy/", {"what": "shown"}, 404),
    Bad("a PDF of no consent", FRAN, f"GET /consents/{HUGE_ID}/pdf/", None, 404),
]

PRINT = "POST /desk/lists/{list}/print/"
HAND_OVER = "POST /desk/lists/{list}/hand-over/"
CALL = "POST /follow-ups/{call}/"
READ = ("worklist read",)
DESK = [
    Bad("a worklist that is none", FRAN, "GET /desk/lists/nothing/", None, 404),
    Bad("a worklist of no day", FRAN, "GET /desk/lists/{list}/?day=soon", None, 404),
    Bad("a worklist of a day with NUL", FRAN, "GET /desk/lists/{list}/?day=%00", None, 404),
    Bad("nothing to print", FRAN, PRINT, {}, 422, READ),
    Bad("a document that is no number to print", FRAN, PRINT, {"document": TYPED}, 404),
    Bad("a document with NUL to print", FRAN, PRINT, {"document": "1\0"}, 404),
    Bad("a document beyond 64 bits to print", FRAN, PRINT, {"document": HUGE_ID}, 404),
    Bad("a number beyond numbers to print", FRAN, PRINT, {"document": LONG_ID}, 404),
    Bad("a document of no list to print", FRAN, PRINT, {"document": "999999"}, 409, READ),
    Bad("printing by who only reads", CORA, PRINT, {"document": "1"}, 404),
    Bad("printing without a token", FRAN, PRINT, {"document": "1"}, 403, checks_token=True),
    Bad("a copy of no list handed over", FRAN, HAND_OVER, {"document": "999999"}, 409, READ),
    Bad("a note as a copy", FRAN, "POST /desk/lists/note-to-print/hand-over/", {}, 404),
    Bad("a day closed without reasons", FRAN, "POST /desk/close/", {}, 409),
    Bad("a day to come closed", FRAN, "POST /desk/close/?day={tomorrow}", {}, 404),
    Bad("no day closed", FRAN, "POST /desk/close/?day=never", {}, 404),
    Bad("a day closed with NUL", FRAN, "POST /desk/close/", {"consent-missing": NUL}, 422),
    Bad("a day closed with a megabyte", FRAN, "POST /desk/close/", {"follow-up": MEGABYTE}, 422),
    Bad("a day closed by who only reads", BO, "POST /desk/close/", {}, 404),
    Bad("a call without an answer", FRAN, CALL, {"words": TYPED}, 422, READ),
    Bad("a call that reached in silence", FRAN, CALL, {"reached": "yes"}, 422, READ),
    Bad("a call with NUL", FRAN, CALL, {"reached": "no", "words": NUL}, 422, READ),
    Bad("a call of a megabyte", FRAN, CALL, {"reached": "yes", "words": MEGABYTE}, 422, READ),
    Bad("a call of nobody", FRAN, "POST /follow-ups/999999/", {"reached": "no"}, 404),
    Bad("a call beyond 64 bits", FRAN, f"POST /follow-ups/{HUGE_ID}/", {"reached": "no"}, 404),
    Bad("a call by who only reads", CORA, CALL, {"reached": "no"}, 404),
]

# Staff and practice

SOMEBODY = {
    "first_name": "Ines",
    "last_name": "Vega",
    "username": "ines",
    "email": "ines@harbourlane.example",
    "roles": "biller",
}
PRACTICE = {
    "name": "Harbour Lane Physical Therapy",
    "street": "214 Harbour Lane",
    "city": "Fort Collins",
    "state": "CO",
    "postal_code": "80521",
    "phone": "970-555-0142",
    "time_zone": "America/Denver",
    "divisions": "once",
    "modifier_for_distinct_muscles": "XS",
    "necessity_denials": "look",
    "consent_months": "12",
    "link_minutes": "15",
}
LICENCE = {"state": "WY", "number": "PT-1", "issued_on": "2024-01-01"}
COURSE = {
    "course": "Needling the hip",
    "completed_on": "2025-01-01",
    "hours_in_person": "16",
    "hours_online": "0",
    "supervised_sessions": "20",
}


def hire(wrong, changes, status=422):
    return Bad(wrong, OLIVE, "POST /staff/add/", SOMEBODY | changes, status)


def settings(wrong, changes, status=422):
    return Bad(wrong, OLIVE, "POST /practice/", PRACTICE | changes, status)


def license(wrong, changes, status=422, to="{provider}"):
    return Bad(wrong, OLIVE, f"POST /providers/{to}/licences/add/", LICENCE | changes, status)


SET_OVERRIDE = "POST /providers/{provider}/overrides/set/"
OVERRIDE = {"about": "training", "reason": "The board wrote so", "starts_on": "{today}"}


def override(wrong, changes, status=422, to="{provider}"):
    address = SET_OVERRIDE.replace("{provider}", to)
    return Bad(wrong, OLIVE, address, OVERRIDE | changes, status)


def train(wrong, changes, status=422, to="{provider}"):
    return Bad(wrong, DANA, f"POST /providers/{to}/training/add/", COURSE | changes, status)


STAFF = [
    hire("a colleague with nothing filled in", dict.fromkeys(SOMEBODY, "")),
    Bad("a colleague without a field", OLIVE, "POST /staff/add/", {}, 422),
    hire("a colleague of a role that is none", {"roles": "king"}),
    hire("a colleague of one role and one that is none", {"roles": ["biller", "king"]}),
    hire("a colleague with somebody's name to sign in", {"username": "DANA"}),
    hire("a colleague with somebody's e-mail", {"email": "DANA@harbourlane.example"}),
    hire("a colleague with NUL", {"first_name": "In\0es"}),
    hire("a colleague with marks in the name to sign in", {"username": "in\u202ees"}),
    hire("a colleague of a megabyte", {"last_name": MEGABYTE}),
    hire("a therapist without a profession", {"roles": "therapist"}),
    hire(
        "a therapist whose NPI does not add up",
        {"roles": "therapist", "profession": "PT", "credentials": "PT", "npi": "1508340713"},
    ),
    hire("a biller with a profession that is none", {"profession": "barber"}),
    Bad("nobody looked at", OLIVE, "GET /staff/999999/", None, 404),
    Bad("somebody beyond 64 bits looked at", OLIVE, f"GET /staff/{HUGE_ID}/", None, 404),
    Bad("somebody renamed to nothing", OLIVE, "POST /staff/{dana}/edit/", {}, 422),
    Bad(
        "somebody given another's e-mail",
        OLIVE,
        "POST /staff/{dana}/edit/",
        SOMEBODY | {"email": "LEE@harbourlane.example"},
        422,
    ),
    Bad("somebody without a role", OLIVE, "POST /staff/{dana}/roles/", {}, 422),
    Bad(
        "somebody with a role that is none",
        OLIVE,
        "POST /staff/{dana}/roles/",
        {"roles": "king"},
        422,
    ),
    Bad(
        "the last owner stepping down",
        OLIVE,
        "POST /staff/{olive}/roles/",
        {"roles": "biller"},
        422,
    ),
    Bad("the last owner shut out", OLIVE, "POST /staff/{olive}/deactivate/", {}, 409),
    Bad("roles given to oneself", DANA, "POST /staff/{dana}/roles/", {"roles": "owner"}, 404),
    Bad("somebody beyond 64 bits shut out", OLIVE, f"POST /staff/{HUGE_ID}/deactivate/", {}, 404),
    Bad("a former colleague invited", OLIVE, "POST /staff/{former}/invite/", {}, 404),
    Bad(
        "a second provider of one person",
        OLIVE,
        "POST /staff/{dana}/provider/add/",
        {"profession": "PT", "credentials": "PT", "npi": "1508340712"},
        404,
    ),
    Bad("a provider without a field", OLIVE, "POST /staff/{former}/provider/add/", {}, 422),
    Bad(
        "credentials of a megabyte",
        OLIVE,
        "POST /providers/{provider}/edit/",
        {"profession": "PT", "credentials": MEGABYTE, "npi": "1508340712"},
        422,
    ),
    settings("a practice in a zone on Mars", {"time_zone": "Mars/Olympus"}),
    settings("a practice in a zone outside the folder", {"time_zone": "../../etc/passwd"}),
    settings("a practice with NUL", {"name": "Harbour\0Lane"}),
    settings("a practice of a megabyte", {"letterhead": MEGABYTE}),
    settings("a practice that counts in no known way", {"divisions": "sometimes"}),
    settings("a practice whose NPI is in Arabic digits", {"npi": "١٠٩٣٨١٧٢٣١"}),
    settings("a consent that holds no month", {"consent_months": "0"}),
    settings("a consent that holds for a lifetime", {"consent_months": LONG_ID}),
    settings("a link that holds for a day", {"link_minutes": "1440"}),
    settings("a link that holds for a minute and a half", {"link_minutes": "1.5"}),
    settings("a practice whose TTY number is a megabyte", {"tty": MEGABYTE}),
    Bad("a practice without a field", OLIVE, "POST /practice/", {}, 422),
    license("a licence of no state", {"state": "ZZ"}),
    license("a licence that ends before it begins", {"expires_on": "2023-12-31"}),
    license("a licence endorsed before it began", {"endorsed_on": "2023-12-31"}),
    license("a licence endorsed on a day of no calendar", {"endorsed_on": "2026-02-30"}),
    license("a licence from no day", {"issued_on": "2026-02-30"}),
    license("a licence with NUL", {"number": "PT\0"}),
    license("a licence that is listed already", {"state": "CO", "number": "PTL.0014412"}),
    license("a licence of somebody beyond 64 bits", {}, 404, to=HUGE_ID),
    Bad(
        "a licence ended before it began",
        OLIVE,
        "POST /licences/{licence}/edit/",
        {"expires_on": "0001-01-01"},
        422,
    ),
    Bad(
        "a licence beyond 64 bits ended",
        OLIVE,
        f"POST /licences/{HUGE_ID}/edit/",
        {"expires_on": "2026-01-01"},
        404,
    ),
    Bad(
        "half a form about a licence",
        OLIVE,
        "POST /licences/{licence}/edit/",
        {"endorsed_on": ""},
        422,
    ),
    Bad(
        "a licence endorsed after its end",
        OLIVE,
        "POST /licences/{licence}/edit/",
        {"expires_on": "2030-01-01", "endorsed_on": "2030-01-02"},
        422,
    ),
    Bad(
        "a provider of a kind that no payer knows",
        OLIVE,
        "POST /providers/{provider}/edit/",
        {"profession": "PT", "credentials": "PT", "npi": "1508340712", "taxonomy": "2251000000"},
        422,
    ),
    override("an override with nothing filled in", dict.fromkeys(OVERRIDE, "")),
    override("an override of what is no rule", {"about": "gravity"}),
    override("an override without a reason", {"reason": " "}),
    override("an override with a reason of a megabyte", {"reason": MEGABYTE}),
    override("an override with NUL", {"reason": "The board\0said so"}),
    override("an override from no day", {"starts_on": "2026-02-30"}),
    override("an override from the year one", {"starts_on": "0001-01-01"}),
    override("an override from the last year there is", {"starts_on": "9999-12-31"}),
    override("an override that ends before it begins", {"ends_on": "2001-01-01"}),
    override("an override for somebody beyond 64 bits", {}, 404, to=HUGE_ID),
    Bad("an override by compliance", CORA, SET_OVERRIDE, OVERRIDE, 404),
    Bad("an override of one's own", DANA, SET_OVERRIDE, OVERRIDE, 404),
    Bad("an unknown override ended", OLIVE, "POST /scope-overrides/999999/end/", {}, 404),
    Bad(
        "an override beyond 64 bits ended", OLIVE, f"POST /scope-overrides/{HUGE_ID}/end/", {}, 404
    ),
    train("a course with nothing filled in", dict.fromkeys(COURSE, "")),
    train("a course of a colleague", {}, 404, to="{colleague}"),
    train("a course of hours that are no number", {"hours_in_person": "NaN"}),
    train("a course of hours without end", {"hours_online": "Infinity"}),
    train("a course of less than no hours", {"hours_online": "-1"}),
    train("a course of hours by the hundredth", {"hours_online": "0.25"}),
    train("a course of more sessions than 32 bits hold", {"supervised_sessions": "2147483648"}),
    train(
        "a course of as many sessions as 64 bits hold",
        {"supervised_sessions": "9223372036854775807"},
    ),
    train("a course of less than no sessions", {"supervised_sessions": "-1"}),
    train("a course to come", {"completed_on": "2099-01-01"}),
    train("a program that says it is a PDF", {"certificate": a_file(b"MZ\x90\0")}),
    train(
        "a page that says it is a picture",
        {"certificate": a_file(b"<svg onload=alert(1)>", "proof.png", "image/png")},
    ),
    train("a certificate without a byte", {"certificate": a_file(b"")}),
    train(
        "a certificate of eleven megabytes", {"certificate": a_file(b"%PDF-" + b"0" * 11_000_000)}
    ),
    train(
        "a certificate with a way out of its folder",
        {"certificate": a_file(b"GIF89a", "../../../etc/passwd.pdf")},
    ),
    train(
        "a certificate with NUL in its name, in a course without a name",
        {"course": "", "certificate": a_file(b"%PDF-1.7", "pro\0of.pdf")},
    ),
    Bad(
        "a certificate of an unknown course", OLIVE, "GET /training/999999/certificate/", None, 404
    ),
    Bad("a certificate beyond 64 bits", OLIVE, f"GET /training/{HUGE_ID}/certificate/", None, 404),
    Bad("a certificate of a colleague", LEE, "GET /training/{training}/certificate/", None, 404),
]

# Prices

FEE = {"payer": "", "code": "97110", "amount": "38.00", "starts_on": "2025-01-01"}
CASH = {"code": "97110", "label": "Exercise", "amount": "38.00", "starts_on": "2025-01-01"}
END = {"ends_on": "2026-01-01"}


def charge(wrong, changes, status=422, who=OLIVE):
    return Bad(wrong, who, "POST /prices/fees/set/", FEE | changes, status)


def offer(wrong, changes, status=422, who=OLIVE):
    return Bad(wrong, who, "POST /prices/cash/set/", CASH | changes, status)


PRICES = [
    Bad("a fee without a field", OLIVE, "POST /prices/fees/set/", {}, 422),
    charge("a fee below zero", {"amount": "-1"}),
    charge("a fee by the tenth of a cent", {"amount": "38.005"}),
    charge("a fee in powers of ten", {"amount": "1e9"}),
    charge("a fee that is no number", {"amount": "NaN"}),
    charge("a fee without end", {"amount": "Infinity"}),
    charge("a fee of five thousand digits", {"amount": LONG_ID}),
    charge("a fee in Arabic digits", {"amount": "٣٨"}),
    charge("a fee with NUL", {"amount": "38\0"}),
    charge("a fee of no code", {"code": "EXERCISE"}),
    charge("a fee of a code in Arabic digits", {"code": "٩٧١١٠"}),
    charge("a fee of a payer that is none", {"payer": "999999"}),
    charge("a fee of a payer beyond 64 bits", {"payer": HUGE_ID}),
    charge("a fee from no day", {"starts_on": "2026-02-30"}),
    charge("a fee from the year one", {"starts_on": "0001-01-01"}),
    charge("a fee from the last day of all", {"starts_on": "9999-12-31"}),
    charge("a fee over one that was charged", {"code": "20560", "starts_on": "2025-03-04"}, 409),
    charge("a fee set by the desk", {}, 404, who=FRAN),
    Bad("a cash price without a field", OLIVE, "POST /prices/cash/set/", {}, 422),
    offer("a cash price below zero", {"amount": "-1"}),
    offer("a cash price with NUL in its words", {"label": "Exer\0cise"}),
    offer("a cash price of a megabyte of words", {"label": MEGABYTE}),
    offer("a cash price of an unknown code without words", {"code": "00000", "label": ""}),
    offer("a cash price before one that holds", {"code": "", "starts_on": "2025-03-03"}, 409),
    offer("a cash price set by a therapist", {}, 404, who=DANA),
    Bad(
        "a fee ended before it began",
        OLIVE,
        "POST /prices/fees/{fee}/end/",
        {"ends_on": "2025-03-03"},
        422,
    ),
    Bad("a fee ended on no day", OLIVE, "POST /prices/fees/{fee}/end/", {"ends_on": "soon"}, 422),
    Bad("a fee beyond 64 bits ended", OLIVE, f"POST /prices/fees/{HUGE_ID}/end/", END, 404),
    Bad("an unknown cash price ended", OLIVE, "POST /prices/cash/999999/end/", END, 404),
    Bad("a fee that holds taken back", OLIVE, "POST /prices/fees/{fee}/take-back/", {}, 409),
    Bad(
        "a cash price that holds taken back", OLIVE, "POST /prices/cash/{price}/take-back/", {}, 409
    ),
    Bad("an unknown fee taken back", OLIVE, "POST /prices/fees/999999/take-back/", {}, 404),
    Bad(
        "a link to a fee of a payer beyond 64 bits",
        OLIVE,
        f"GET /prices/fees/set/?payer={HUGE_ID}",
        None,
        200,
    ),
    Bad("a link to a fee of a code with NUL", OLIVE, "GET /prices/fees/set/?code=%00", None, 200),
    Bad("a wall sign in no language", FRAN, "GET /prices/wall-sign/?language=%00", None, 200),
]

# The audit log


def asked(wrong, query, status=302, at="/audit/", **more):
    return Bad(wrong, CORA, f"GET {at}?{query}", None, status, **more)


def filtered(wrong, posted, status=422):
    return Bad(wrong, CORA, "POST /audit/", posted, status)


AUDIT = [
    asked("a log of a person in words", "person=Dana"),
    asked("a log of a person beyond 64 bits", f"person={HUGE_ID}"),
    asked("a log of a person far below zero", f"person=-{HUGE_ID}"),
    asked("a log of a patient beyond 64 bits", f"patient={HUGE_ID}"),
    asked("a log of a patient far below zero", f"patient=-{HUGE_ID}"),
    asked("a log of a patient below zero", "patient=-1"),
    asked("a log before an entry far below zero", f"before=-{HUGE_ID}"),
    asked("a log of a verb with NUL", "verb=viewed%00"),
    asked("a log of a verb of a thousand letters", f"verb={'v' * 1000}"),
    asked("a log since no day", "since=2026-02-30"),
    asked("a log since the year one", "since=0001-01-01"),
    asked("a log until the last day of all", "until=9999-12-31"),
    asked("a log until a year of five digits", "until=99999-01-01"),
    asked("an export until the last day of all", "until=9999-12-31", at="/audit/export/"),
    asked("an export of a patient far below zero", f"patient=-{HUGE_ID}", at="/audit/export/"),
    filtered("a filter by nobody", {"person": "999999"}),
    filtered("a filter by somebody beyond 64 bits", {"person": HUGE_ID}),
    filtered("a filter by a verb that is none", {"verb": "stole"}),
    filtered("a filter by an unknown record number", {"record_number": "HL-0"}),
    filtered("a filter by a record number with NUL", {"record_number": "HL\0"}),
    filtered("a filter by half a record", {"record": "emr.Visit"}),
    filtered("a filter until the last day of all", {"until": "9999-12-31"}),
    filtered("a filter since the year one", {"since": "0001-01-01"}),
    filtered("a filter that ends before it begins", {"since": "2026-02-02", "until": "2026-02-01"}),
    Bad("a log for who may not", FRAN, "GET /audit/", None, 404),
]

# Imports

IMPORT = "POST /imports/"


def hand_in(wrong, content, status=422, *, kind="patients", who=FRAN, **more):
    return Bad(wrong, who, IMPORT, {"kind": kind, "file": a_file(content, "a.csv")}, status, **more)


PEOPLE = b"Last name,First name,Birth date\r\n"
PRICED = b"Payer,Code,Price,First day\r\n"
FEES = {"kind": "fees", "who": OLIVE}
IMPORTS = [
    Bad("an import of nothing", FRAN, IMPORT, {}, 422),
    Bad(
        "an import of text instead of a file",
        FRAN,
        IMPORT,
        {"kind": "patients", "file": TYPED},
        422,
    ),
    hand_in("an import of no kind", PEOPLE + b"Vega,Ines,1970-04-05", kind=TYPED),
    hand_in("an import of a file without a byte", b""),
    hand_in("an import of a workbook", b"PK\x03\x04" + b"\0" * 500),
    hand_in("an import of a program", b"MZ\x90\0"),
    hand_in("an import of a picture", b"\x89PNG\r\n\x1a\n"),
    hand_in("an import with NUL", PEOPLE + NUL.encode()),
    hand_in(
        "an import of half an emoji",
        b"\xff\xfe" + PEOPLE.decode().encode("utf-16-le") + b"\x3d\xd8",
    ),
    hand_in("an import of letters that are none", PEOPLE + b"\x81\x8d\x8f"),
    hand_in("an import of thirty megabytes", PEOPLE + b"Vega,Ines,1970-04-05\n" * 1_430_000),
    hand_in("an import of a million columns", b"Last name," + b"x," * 1_000_000 + b"\nVega"),
    hand_in("an import of one cell of nine megabytes", PEOPLE + b"V" * 9_000_000),
    hand_in("an import of a quote without end", PEOPLE + b'"' + TYPED.encode() * 100),
    hand_in(
        "an import of twenty thousand and one rows", PEOPLE + b"Vega,Ines,1970-04-05\n" * 20_001
    ),
    hand_in("an import without a name of a column", TYPED.encode() + b"\r\n1,2,3"),
    hand_in("an import of names alone", PEOPLE),
    hand_in(
        "an import of a schedule without times",
        PEOPLE + b"Marlow,Odette,1951-03-08",
        kind="schedule",
    ),
    hand_in("fees handed in by the desk", PRICED + b",20560,65,2026-01-01", kind="fees"),
    hand_in("fees without a price", b"Payer,Code,First day\r\n,20560,2026-01-01", **FEES),
    hand_in("fees with NUL", PRICED + b",205\x0060,65,2026-01-01", **FEES),
    hand_in("fees of names alone", PRICED, **FEES),
    Bad("an empty fee schedule for the desk", FRAN, "GET /imports/templates/fees/", None, 404),
    Bad(
        "an import without a token",
        FRAN,
        IMPORT,
        {"kind": "patients", "file": a_file(PEOPLE + b"Vega,Ines,1970-04-05", "a.csv")},
        403,
        checks_token=True,
    ),
    Bad(
        "an import as parts without a boundary",
        FRAN,
        IMPORT,
        b"x",
        400,
        content_type="multipart/form-data",
    ),
    Bad("an import for a kind with NUL", FRAN, "GET /imports/?kind=%00", None, 200),
    Bad(
        "a page of an import beyond all",
        FRAN,
        f"GET /imports/{{import}}/?page={HUGE_ID}&show=%00",
        None,
        200,
        ("viewed import",),
    ),
    Bad("somebody else's import", DANA, "GET /imports/{import}/", None, 404),
    Bad("somebody else's import confirmed", DANA, "POST /imports/{import}/confirm/", {}, 404),
    Bad("somebody else's import discarded", LEE, "POST /imports/{import}/discard/", {}, 404),
    Bad("an import written that nobody confirmed", FRAN, "POST /imports/{import}/write/", {}, 302),
    Bad("an import finished that was not begun", FRAN, "POST /imports/{import}/finish/", {}, 302),
    Bad("an import beyond 64 bits confirmed", FRAN, f"POST /imports/{HUGE_ID}/confirm/", {}, 404),
    Bad("an unknown import written", FRAN, "POST /imports/999999/write/", {}, 404),
    Bad("refused rows of an import below zero", FRAN, "GET /imports/-1/refused/", None, 404),
    Bad("an empty table of what is none", FRAN, "GET /imports/templates/secrets/", None, 404),
    Bad("an empty table out of the way", FRAN, "GET /imports/templates/..%2Fsettings/", None, 404),
]

# The public pages

REFUSED = ("sign-in refused",)
LOGIN = "POST /accounts/login/"


def verify(wrong, posted, status=422, **more):
    return Bad(wrong, NOBODY, "POST /verify/", posted, status, **more)


PUBLIC = [
    verify("a check of nothing", {}),
    verify("a check of a code that is none", {"code": "H7KQ"}),
    verify("a check of a code with NUL", {"code": "H7KQ-2M4T-\0XWC"}),
    verify("a check of a code of a megabyte", {"code": MEGABYTE}),
    verify("a check of a code of three megabytes", {"code": TOO_MUCH}, 400),
    verify("a check of text instead of a file", {"file": TYPED}),
    verify("a check of a file without a byte", {"file": a_file(b"")}),
    verify("a check of a program", {"file": a_file(b"MZ\x90\0")}),
    verify("a check of a picture", {"file": a_file(b"\x89PNG\r\n\x1a\n", "a.png", "image/png")}),
    verify("a check of twenty-two megabytes", {"file": a_file(b"%PDF-" + b"0" * 22_000_000)}),
    verify("a check as JSON", '{"code": "H7KQ-2M4T-9XWC"}', content_type=JSON),
    verify("a check of parts without a boundary", b"x", 400, content_type="multipart/form-data"),
    verify(
        "a check of half an emoji, escaped",
        multipart("code", SURROGATE),
        400,
        content_type="multipart/form-data; boundary=x; charset=unicode_escape",
    ),
    Bad("a link to a code with NUL", NOBODY, "GET /verify/?code=%00", None, 200),
    Bad("a link to a code that is half an emoji", NOBODY, "GET /verify/?code=%ED%A0%BD", None, 200),
    Bad("a sign-in with nothing filled in", NOBODY, LOGIN, {}, 200),
    Bad("a sign-in with NUL", NOBODY, LOGIN, {"login": "dana\0", "password": "x"}, 200),
    Bad("a sign-in with a password with NUL", NOBODY, LOGIN, {"login": DANA, "password": NUL}, 200),
    Bad(
        "a sign-in with a wrong password",
        NOBODY,
        LOGIN,
        {"login": DANA, "password": TYPED},
        200,
        REFUSED,
    ),
    Bad(
        "a sign-in with a name of a megabyte",
        NOBODY,
        LOGIN,
        {"login": MEGABYTE, "password": TYPED},
        200,
        REFUSED,
    ),
    Bad(
        "a sign-in with a password of a megabyte",
        NOBODY,
        LOGIN,
        {"login": DANA, "password": MEGABYTE},
        200,
        REFUSED,
    ),
    Bad("a sign-in of three megabytes", NOBODY, LOGIN, {"login": DANA, "password": TOO_MUCH}, 400),
    Bad(
        "a sign-in by a former colleague",
        NOBODY,
        LOGIN,
        {"login": "former", "password": factories.PASSWORD},
        302,
    ),
    Bad("a sign-in as JSON", NOBODY, LOGIN, '{"login": "dana"}', 400, content_type=JSON),
    Bad(
        "a sign-in without a token",
        NOBODY,
        LOGIN,
        {"login": DANA, "password": factories.PASSWORD},
        403,
        checks_token=True,
    ),
    Bad(
        "a sign-in with half an emoji, escaped",
        NOBODY,
        LOGIN,
        multipart("login", SURROGATE),
        400,
        content_type="multipart/form-data; boundary=x; charset=unicode_escape",
    ),
    Bad(
        "a new password for nobody",
        NOBODY,
        "GET /accounts/password/reset/key/zzzzzzzzzzzzz-x/",
        None,
        200,
    ),
    Bad(
        "a new password for a name without end",
        NOBODY,
        f"GET /accounts/password/reset/key/{'z' * 500}-x/",
        None,
        200,
    ),
    Bad(
        "a reset for an e-mail with NUL",
        NOBODY,
        "POST /accounts/password/reset/",
        {"email": "dana\0@harbourlane.example"},
        200,
    ),
    Bad(
        "a session with NUL in its name",
        NOBODY,
        "GET /",
        None,
        302,
        headers={"Cookie": 'sessionid="aaaaaaaaaaaaaaaa\\000"'},
    ),
    Bad(
        "a session of a megabyte",
        NOBODY,
        "GET /",
        None,
        302,
        headers={"Cookie": f"sessionid={'a' * 1_000_000}"},
    ),
    Bad(
        "messages that nobody wrote",
        NOBODY,
        "GET /verify/",
        None,
        200,
        headers={"Cookie": 'messages="[[\\"__json_message\\"]]:x:y"'},
    ),
    Bad("a host that is not ours", DANA, "GET /", None, 400, headers={"Host": "elsewhere.example"}),
    Bad("a host that is none", DANA, "GET /", None, 400, headers={"Host": "a b\\"}),
    Bad("a verb that is none", DANA, "NEEDLE /", None, 405),
    Bad("a stranger at a chart, by htmx", EVE, "GET /patients/{patient}/", None, 404, headers=HTMX),
    Bad("a way out of the static files", NOBODY, "GET /static/../emr/settings.py", None, 404),
    Bad(
        "a charset that runs a codec",
        DANA,
        "GET /?day=%5Cud83d",
        "x",
        400,
        content_type="text/plain; charset=unicode_escape",
    ),
]

# Financial notices

NEW_NOTICE = "POST /patients/{stranger}/notices/new/"
A_KIND = {"kind": "estimate", "language": "en", "provider": "{provider}"}
EDIT_NOTICE = "POST /notices/{notice_draft}/edit/"
CHECK_NOTICE = "POST /notices/{notice_draft}/check/"
ISSUE = "POST /notices/{notice_draft}/issue/"
A_NOTICE = {
    "language": "en",
    "identification": "",
    "service_word": "dry needling",
    "line-TOTAL_FORMS": "1",
    "line-INITIAL_FORMS": "0",
    "line-0-code": "20561",
    "line-0-service": "Dry needling",
    "line-0-reason": TYPED,
    "line-0-estimate": "65",
}
STEP_OF_NOTICE = "POST /notices/{notice}/"
ASK_PLAN = "POST /patients/{patient}/determinations/new/"
ANSWER_OF_PLAN = "POST /determinations/{determination}/"
ASKED_PLAN = {"service": TYPED, "requested_on": "2026-01-05", "reference": ""}
ANSWERED_PLAN = ASKED_PLAN | {"decision": "denied", "decided_on": "2026-01-09"}
AS_PART = {"HX-Request": "true"}


def draft_notice(wrong, fields, status=422, *, to=EDIT_NOTICE, **more):
    return Bad(wrong, FRAN, to, A_NOTICE | fields, status, **more)


NOTICES = [
    Bad("a notice of no kind", FRAN, NEW_NOTICE, {}, 422),
    Bad("a notice of an unknown kind", FRAN, NEW_NOTICE, A_KIND | {"kind": "waiver"}, 422),
    Bad("a notice in no language of ours", FRAN, NEW_NOTICE, A_KIND | {"language": "xx"}, 422),
    Bad("a notice with nobody", FRAN, NEW_NOTICE, A_KIND | {"provider": "999999"}, 422),
    Bad("a notice with NUL", FRAN, NEW_NOTICE, A_KIND | {"kind": "estimate\0"}, 422),
    Bad("an ABN without Medicare", FRAN, NEW_NOTICE, A_KIND | {"kind": "abn"}, 409),
    Bad("a notice made by who only reads", BO, NEW_NOTICE, A_KIND, 404),
    Bad("a notice of nobody", FRAN, "POST /patients/999999/notices/new/", A_KIND, 404),
    Bad("a notice for a visit in words", FRAN, f"{NEW_NOTICE}?visit=today", A_KIND, 404),
    Bad("a notice for a visit in Arabic digits", FRAN, f"{NEW_NOTICE}?visit=٣", A_KIND, 404),
    Bad("a notice for a visit beyond 64 bits", FRAN, f"{NEW_NOTICE}?visit={HUGE_ID}", A_KIND, 404),
    Bad("a notice for somebody else's visit", FRAN, f"{NEW_NOTICE}?visit={{idle}}", A_KIND, 404),
    Bad("an empty draft of a notice", FRAN, EDIT_NOTICE, {}, 422),
    Bad("rows without their number", FRAN, EDIT_NOTICE, without(A_NOTICE, "line-TOTAL_FORMS"), 422),
    draft_notice("rows without end", {"line-TOTAL_FORMS": LONG_ID}),
    draft_notice("fewer rows than none", {"line-TOTAL_FORMS": "-1"}),
    draft_notice("rows in words", {"line-TOTAL_FORMS": "many"}),
    draft_notice("seven rows", {"line-TOTAL_FORMS": "7", "line-6-service": TYPED}),
    draft_notice("a draft with a Medicare number", {"identification": MEDICARE_NUMBER}),
    draft_notice("a draft with a social security number", {"identification": "123456789"}),
    draft_notice("a draft with NUL", {"additional": NUL}),
    draft_notice("a row with NUL", {"line-0-reason": NUL}),
    draft_notice("a draft of a megabyte", {"additional": MEGABYTE}),
    draft_notice("a draft of three megabytes", {"additional": TOO_MUCH}, 400),
    draft_notice("a reason of a megabyte", {"line-0-reason": MEGABYTE}),
    draft_notice("a price of nobody", {"line-0-estimate": "NaN"}),
    draft_notice("an endless price", {"line-0-estimate": "Infinity"}),
    draft_notice("a price in powers", {"line-0-estimate": "1e9"}),
    draft_notice("a price of a thousand digits", {"line-0-estimate": "9" * 1000}),
    draft_notice("a negative price", {"line-0-estimate": "-1"}),
    draft_notice("minus three visits", {"visits": "-3"}),
    draft_notice("visits beyond 64 bits", {"visits": HUGE_ID}),
    draft_notice("a course that ends on no day", {"ends_on": "2026-02-30"}),
    draft_notice("a draft that replaces nothing", {"replaces": "999999"}),
    draft_notice("a draft that replaces another patient's", {"replaces": "{notice}"}),
    draft_notice("a draft that replaces itself", {"replaces": "{notice_draft}"}),
    draft_notice("a row added without end", {"line-TOTAL_FORMS": LONG_ID, "add_row": "1"}, 200),
    draft_notice("a row removed that is not there", {"drop_row": LONG_ID}, 200),
    draft_notice("a row removed from nowhere", {"drop_row": NUL}, 200),
    draft_notice(
        "a draft that is checked with NUL",
        {"line-0-reason": NUL},
        200,
        to=CHECK_NOTICE,
        headers=AS_PART,
    ),
    draft_notice(
        "a draft of a megabyte that is only checked", {"additional": MEGABYTE}, 200, to=CHECK_NOTICE
    ),
    draft_notice(
        "a check of rows without end", {"line-TOTAL_FORMS": LONG_ID}, 200, to=CHECK_NOTICE
    ),
    Bad("a draft that is checked with nothing", FRAN, CHECK_NOTICE, {}, 200),
    Bad("an issue of nothing", FRAN, ISSUE, {}, 422),
    draft_notice("an issue with a Medicare number", {"identification": MEDICARE_NUMBER}, to=ISSUE),
    Bad("an issued notice edited", FRAN, f"{STEP_OF_NOTICE}edit/", A_NOTICE, 409),
    Bad("an issued notice checked", FRAN, f"{STEP_OF_NOTICE}check/", A_NOTICE, 204),
    Bad("an issued notice issued", FRAN, f"{STEP_OF_NOTICE}issue/", A_NOTICE, 409),
    Bad("a draft edited by who only reads", CORA, EDIT_NOTICE, A_NOTICE, 404),
    Bad("an option ticked by staff", OLIVE, f"{STEP_OF_NOTICE}", {"option": "1"}, 405),
    Bad("an option given by staff", OLIVE, f"{STEP_OF_NOTICE}give/", {"option": "1"}, 409),
    Bad("a notice void without a word", FRAN, f"{STEP_OF_NOTICE}void/", {"reason": " "}, 422),
    Bad("a notice void with NUL", FRAN, f"{STEP_OF_NOTICE}void/", {"reason": NUL}, 422),
    Bad("a notice void for a megabyte", FRAN, f"{STEP_OF_NOTICE}void/", {"reason": MEGABYTE}, 422),
    Bad("an annotation of nothing", FRAN, f"{STEP_OF_NOTICE}annotate/", {}, 422),
    Bad("an annotation with NUL", FRAN, f"{STEP_OF_NOTICE}annotate/", {"text": NUL}, 422),
    Bad("an annotation too long", FRAN, f"{STEP_OF_NOTICE}annotate/", {"text": MEGABYTE}, 422),
    Bad("a refusal nobody saw", FRAN, f"{STEP_OF_NOTICE}refuse/", {"reason": TYPED}, 422),
    Bad(
        "a refusal with NUL",
        FRAN,
        f"{STEP_OF_NOTICE}refuse/",
        {"reason": NUL, "witness": "Bo Lindqvist"},
        422,
    ),
    Bad("a copy in no way", FRAN, f"{STEP_OF_NOTICE}copy/", {}, 400),
    Bad("a copy by an unknown way", FRAN, f"{STEP_OF_NOTICE}copy/", {"what": TYPED}, 400),
    Bad("a copy of what is not signed", FRAN, f"{STEP_OF_NOTICE}copy/", {"what": "shown"}, 409),
    Bad("a draft replaced", FRAN, "POST /notices/{notice_draft}/replace/", {}, 409),
    Bad("a notice that is not there", FRAN, "GET /notices/999999/", None, 404),
    Bad("a notice beyond 64 bits", FRAN, f"GET /notices/{HUGE_ID}/", None, 404),
    Bad(
        "notices of a patient beyond 64 bits", FRAN, f"GET /patients/{HUGE_ID}/notices/", None, 404
    ),
    Bad("a plan asked for nothing", FRAN, ASK_PLAN, {}, 422),
    Bad("a plan that is none", FRAN, ASK_PLAN, ASKED_PLAN | {"coverage": "{coverage}"}, 422),
    Bad("a plan beyond 64 bits", FRAN, ASK_PLAN, ASKED_PLAN | {"coverage": HUGE_ID}, 422),
    Bad("a plan asked with NUL", FRAN, ASK_PLAN, ASKED_PLAN | {"service": NUL}, 422),
    Bad("a plan asked by who only reads", BO, ASK_PLAN, ASKED_PLAN, 404),
    Bad("an answer of nothing", FRAN, ANSWER_OF_PLAN, {}, 422),
    Bad(
        "an answer without its day", FRAN, ANSWER_OF_PLAN, ASKED_PLAN | {"decision": "denied"}, 422
    ),
    Bad("an answer of perhaps", FRAN, ANSWER_OF_PLAN, ANSWERED_PLAN | {"decision": "maybe"}, 422),
    Bad(
        "an answer in the year one",
        FRAN,
        ANSWER_OF_PLAN,
        ANSWERED_PLAN | {"decided_on": "0001-01-01"},
        422,
    ),
    Bad(
        "an answer tomorrow",
        FRAN,
        ANSWER_OF_PLAN,
        ANSWERED_PLAN | {"decided_on": "{tomorrow}"},
        422,
    ),
    Bad("an answer with NUL", FRAN, ANSWER_OF_PLAN, ANSWERED_PLAN | {"reference": NUL}, 422),
    Bad("an answer by who only reads", BO, ANSWER_OF_PLAN, ANSWERED_PLAN, 404),
    Bad(
        "a letter that is a program",
        FRAN,
        ANSWER_OF_PLAN,
        ANSWERED_PLAN | {"copy": a_file(b"\x7fELF\x02\x01\x01", "letter.pdf")},
        422,
    ),
    Bad(
        "a letter with a script",
        FRAN,
        ANSWER_OF_PLAN,
        ANSWERED_PLAN
        | {"copy": a_file(b"<svg><script>1</script></svg>", "letter.png", "image/png")},
        422,
    ),
    Bad("an empty letter", FRAN, ANSWER_OF_PLAN, ANSWERED_PLAN | {"copy": a_file(b"")}, 422),
]


EDITION = current_edition(factories.today()).printed_expiry.isoformat()
PASTED = {f"part_{part.id}": "Pasted, {D}" for part in PARTS}
PASTE = PASTED | {"edition": EDITION, "language": "en"}


def paste(wrong, changes, status, *, who=OLIVE, **more):
    posted = PASTE | changes if isinstance(changes, dict) else changes
    return Bad(wrong, who, "POST /abn-form/install/", posted, status, **more)


WORDINGS = [
    paste("a wording without any field", "", 422),
    paste("a wording by who only reads it", {}, 404, who=FRAN),
    paste("a wording of an obsolete edition", {"edition": "2026-01-31"}, 422),
    paste("a wording of an edition that nobody knows", {"edition": "2031-01-31"}, 422),
    paste("a wording of no day at all", {"edition": "31 March"}, 422),
    paste("a wording in a language that the form has not", {"language": "fr"}, 422),
    paste("a wording with an option of blanks", {"part_option_2": " \n "}, 422),
    paste("a part with NUL", {"part_title": NUL}, 422),
    paste("a part of a megabyte", {"part_closing": MEGABYTE}, 422),
    paste("a wording of three megabytes", {"part_closing": TOO_MUCH}, 400),
    paste("a form that is a program", {"pdf": a_file(b"\x7fELF\x02\x01\x01")}, 422),
    paste("a form that is a page with a script", {"pdf": a_file(b"<svg onload=x>")}, 422),
    paste("an empty form", {"pdf": a_file(b"")}, 422),
    paste("a form that is torn", {"pdf": a_file(b"%PDF-1.7\n1 0 obj")}, 422),
]


# Signing by the patient; what is sent from within the room is in tests/consent/test_adversarial.py

PAPER = {"code": "{paper_code}", "answer": "agree", "language": "en", "signed_on": "{today}"}
SHEET = {"file": a_file(b"%PDF-1.7")}
BORN = {"month": "3", "day": "8", "year": "1951"}


def hand_over(wrong, posted, status=422, *, who=FRAN, to="/patients/{patient}/sign/", **more):
    return Bad(wrong, who, f"POST {to}", posted, status, **more)


def bring_in(wrong, changes, status=422, *, who=FRAN, to="{paper}", **more):
    return Bad(wrong, who, f"POST /signings/{to}/scan/", PAPER | changes, status, **more)


def open_link(wrong, changes, status=422, *, to="{token}", **more):
    return Bad(wrong, NOBODY, f"POST /s/{to}/", BORN | changes, status, **more)


SIGNINGS = [
    hand_over("a document put before a patient in no way", {}),
    hand_over("a document put before a patient by pigeon", {"method": "pigeon"}),
    hand_over("a document put before a patient with NUL", {"method": "kiosk\0"}),
    hand_over("a consent for the visit of another", {"method": "paper", "visit": "999999"}),
    hand_over("a consent for a visit beyond 64 bits", {"method": "paper", "visit": HUGE_ID}),
    hand_over("a consent by who only reads", {"method": "kiosk"}, 404, who=BO),
    hand_over(
        "a consent of a patient beyond 64 bits",
        {"method": "kiosk"},
        404,
        to=f"/patients/{HUGE_ID}/sign/",
    ),
    hand_over(
        "a notice that is a draft, put before the patient",
        {"method": "kiosk"},
        409,
        to="/notices/{notice_draft}/sign/",
    ),
    hand_over(
        "a notice that was answered, put before the patient",
        {"method": "phone"},
        409,
        to="/notices/{notice_chosen}/sign/",
    ),
    hand_over(
        "an unknown notice put before a patient",
        {"method": "kiosk"},
        404,
        to="/notices/999999/sign/",
    ),
    Bad("a signing beyond 64 bits", FRAN, f"GET /signings/{HUGE_ID}/", None, 404),
    Bad("a state seen with NUL", FRAN, "GET /signings/{signing}/state/?seen=%00", None, 200),
    Bad("an unknown signing taken back", FRAN, "POST /signings/999999/cancel/", {}, 404),
    Bad(
        "a signing taken back by who only reads", CORA, "POST /signings/{signing}/cancel/", {}, 404
    ),
    Bad("a form on paper of a link", FRAN, "GET /signings/{signing}/paper/", None, 404),
    Bad("a paper found without a code", FRAN, "POST /scans/", {}, 422),
    Bad("a paper found by a code with NUL", FRAN, "POST /scans/", {"code": "H7KQ\0"}, 422),
    Bad("a paper found by a code of a megabyte", FRAN, "POST /scans/", {"code": MEGABYTE}, 422),
    Bad("a paper found by who only reads", BO, "POST /scans/", {"code": "H7KQ-2M4T-9XWC"}, 404),
    Bad("an unknown scan", FRAN, "GET /scans/999999/file/", None, 404),
    Bad("a scan beyond 64 bits", FRAN, f"GET /scans/{HUGE_ID}/file/", None, 404),
    bring_in("a paper without its scan", {}),
    bring_in("a paper of text", {"file": TYPED}),
    bring_in("a paper of no byte", {"file": a_file(b"")}),
    bring_in("a paper that is a program", {"file": a_file(b"\x7fELF\x02\x01\x01")}),
    bring_in(
        "a paper that is a drawing", {"file": a_file(b"<svg onload=x>", "a.svg", "image/png")}
    ),
    bring_in("a paper that is torn", SHEET),
    bring_in("a paper with a way out of its folder", {"file": a_file(b"%PDF-", "../../x.pdf")}),
    bring_in("a paper by another code", SHEET | {"code": "H7KQ-2M4T-9XWC"}),
    bring_in("a paper by a code with NUL", SHEET | {"code": "H7KQ-2M4T-\0XWC"}),
    bring_in("a paper with an option that is none", SHEET | {"answer": "4"}),
    bring_in("a paper with an answer of a megabyte", SHEET | {"answer": MEGABYTE}),
    bring_in("a paper in a language that is none", SHEET | {"language": "xx"}),
    bring_in("a paper signed in the year one", SHEET | {"signed_on": "0001-01-01"}),
    bring_in("a paper signed on the last day of all", SHEET | {"signed_on": "9999-12-31"}),
    bring_in("a paper with a witness with NUL", SHEET | {"witness": NUL}),
    bring_in("a paper with an interpreter of a megabyte", SHEET | {"interpreter": MEGABYTE}),
    bring_in("a paper signed for the patient without a ground", SHEET | {"relation": "Son"}),
    bring_in("a paper brought in by who only reads", SHEET, 404, who=CORA),
    bring_in("a paper of a link", SHEET, 404, to="{signing}"),
    bring_in("a paper beyond 64 bits", SHEET, 404, to=HUGE_ID),
    open_link("a link opened without a date", dict.fromkeys(BORN, "")),
    open_link("a link opened with a month in words", {"month": "March"}),
    open_link("a link opened with NUL", {"day": "8\0"}),
    open_link("a link opened with a year of a megabyte", {"year": MEGABYTE}),
    open_link("a link opened with a day of five thousand digits", {"day": LONG_ID}),
    open_link("a link opened in Arabic digits for no day", {"day": "٣٣"}),
    open_link("a link that nobody made", {}, 410, to="x" * 43),
    open_link("a link of ten thousand letters", {}, 410, to="x" * 10_000),
    open_link("a link with NUL", {}, 404, to="%00"),
    open_link("a link that is a way out", {}, 404, to="..%2f..%2fetc"),
    open_link("a link opened without a token of the form", {}, 403, checks_token=True),
    Bad("an answer from no room", NOBODY, "POST /sign/finish/", {"answer": "1"}, 404),
    Bad("an answer by staff", OLIVE, "POST /sign/finish/", {"answer": "1"}, 404),
    Bad("a copy from no room", NOBODY, "POST /sign/copy/", {}, 404),
    Bad("a way out of no room", FRAN, "POST /sign/leave/", {"password": factories.PASSWORD}, 404),
]


# Remittances


def remitted(wrong, posted, status=422, *, to="/billing/remittances/", who=BO, **more):
    return Bad(wrong, who, f"POST {to}", posted, status, **more)


DECIDE = "/billing/amounts/{amount}/decide/"
GIVE_UP = "/billing/amounts/{amount}/write-off/"
MATCH = "/billing/answers/{unmatched}/match/"
FIND = "/billing/answers/{unmatched}/"
ENTER = "/billing/remittances/enter/"
DECISION = {"decision": "collect", "reason": TYPED}

REMITTANCES = [
    remitted("an 835 without its file", {}),
    remitted("an 835 of text", {"file": TYPED}),
    remitted("an 835 of no byte", {"file": a_file(b"")}),
    remitted("an 835 that is a program", {"file": a_file(b"\x7fELF\x02\x01\x01\0")}),
    remitted("an 835 that is a page", {"file": a_file(b"<!DOCTYPE html>")}),
    remitted("an 835 that is half an ISA", {"file": a_file(b"ISA*00*")}),
    remitted("an 835 of a megabyte of stars", {"file": a_file(b"ISA" + b"*" * 1_000_000)}),
    remitted("an 835 by who only reads", {"file": a_file(b"ISA")}, 404, who=CORA),
    remitted("an amount decided as perhaps", DECISION | {"decision": "perhaps"}, to=DECIDE),
    remitted("an amount decided without why", DECISION | {"reason": " "}, to=DECIDE),
    remitted("an amount decided because of NUL", DECISION | {"reason": NUL}, to=DECIDE),
    remitted("an amount decided for a megabyte", DECISION | {"reason": MEGABYTE}, to=DECIDE),
    remitted("an amount decided by the desk", DECISION, 404, to=DECIDE, who=FRAN),
    remitted("an amount beyond 64 bits", DECISION, 404, to=f"/billing/amounts/{HUGE_ID}/decide/"),
    remitted("an amount given up before it is decided", {"reason": TYPED}, 409, to=GIVE_UP),
    remitted("an answer matched to nothing", {}, 404, to=MATCH),
    remitted("an answer matched to a claim beyond 64 bits", {"claim": HUGE_ID}, 404, to=MATCH),
    remitted("an answer matched to less than nothing", {"claim": "-1"}, 404, to=MATCH),
    remitted("an answer matched to Arabic digits", {"claim": "٣"}, 404, to=MATCH),
    remitted("an answer matched to a claim that is held", {"claim": "{claim}"}, 404, to=MATCH),
    remitted("an answer counted without why", {"reason": " "}, 404, to=f"{FIND}count/"),
    remitted("an answer left without why", {"reason": ""}, to=f"{FIND}leave/"),
    remitted("a claim sought by NUL", {"typed": NUL}, to=FIND),
    remitted("a claim sought by a megabyte", {"typed": MEGABYTE}, to=FIND),
    remitted("a paper remittance of no payer", {}, 200, to=ENTER),
    remitted("a paper remittance of a payer in words", {}, 200, to=f"{ENTER}?payer=medicare"),
    remitted(
        "a paper remittance of a payer beyond 64 bits", {}, 200, to=f"{ENTER}?payer={HUGE_ID}"
    ),
    remitted("a paper remittance of nobody", {}, 404, to=f"{ENTER}?payer=999999999"),
]


# Sending claims

SEND = "/billing/claim-files/send/"
SENDER = "/billing/claim-files/sender/"
PAPER = "/billing/claims/{claim}/paper/"
SENDS = {
    "name": TYPED,
    "identifier": "HARBOUR01",
    "contact_name": TYPED,
    "contact_phone": "970-555-0142",
    "receiver_name": TYPED,
    "receiver_identifier": "PLAINS",
    "usage": "P",
}


def sender(wrong, status=422, *, who=OLIVE, **fields):
    return Bad(wrong, who, f"POST {SENDER}", SENDS | fields, status)


CLAIM_FILES = [
    Bad("no claim sent", BO, f"POST {SEND}", {}, 422),
    Bad("a claim sent by words", BO, f"POST {SEND}", {"claim": TYPED}, 422),
    Bad("a claim sent that is not there", BO, f"POST {SEND}", {"claim": "999999999"}, 422),
    Bad("a claim sent beyond 64 bits", BO, f"POST {SEND}", {"claim": HUGE_ID}, 422),
    Bad("a claim sent with NUL", BO, f"POST {SEND}", {"claim": NUL}, 422),
    Bad("a held claim sent", BO, f"POST {SEND}", {"claim": "{claim}"}, 409),
    Bad("a claim sent by the desk", FRAN, f"POST {SEND}", {"claim": "{claim}"}, 404),
    Bad("a held claim sent on paper", BO, f"POST {PAPER}", {}, 409, ("viewed",)),
    Bad("values moved by words", BO, f"GET {PAPER}values/?right={{list}}", None, 422),
    Bad("values moved off the page", BO, f"GET {PAPER}values/?down=99999", None, 422),
    Bad("values moved by not a number", BO, f"GET {PAPER}values/?down=NaN", None, 422),
    Bad("a file beyond 64 bits", BO, f"GET /billing/claim-files/{HUGE_ID}/", None, 404),
    Bad("a page of files in words", BO, "GET /billing/claim-files/?page=last%20one", None, 200),
    sender("a sender of nothing", **dict.fromkeys(SENDS, "")),
    sender("a sender with NUL", name=NUL),
    sender("a sender of a megabyte", name=MEGABYTE),
    sender("a sender whose id breaks the file", identifier="HARBOUR*01~"),
    sender("a sender whose files are neither", usage="Q"),
    sender("a sender set by the biller", 404, who=BO),
]


CHARGES = {
    "line-TOTAL_FORMS": "1",
    "line-INITIAL_FORMS": "0",
    "line-0-code": "20560",
    "line-0-units": "1",
    "line-0-modifiers": "",
    "line-0-pointers": "1",
    "diagnoses": "M54.2",
    "reason": "As agreed",
    "seen": "0" * 64,
}
DETAILS = {"onset_on": "", "accident": "", "accident_state": "", "authorization_number": ""}


def charge(wrong, changes, status=422, *, who=BO, to="{signed}", **more):
    posted = CHARGES | changes if isinstance(changes, dict) else changes
    return Bad(wrong, who, f"POST /billing/notes/{to}/charges/", posted, status, **more)


def claimed(wrong, step, posted, status=422, *, who=BO, to="{claim}", **more):
    return Bad(wrong, who, f"POST /billing/claims/{to}/{step}/", posted, status, **more)


CLAIMS = [
    charge("charges without any field", ""),
    charge("charges without their count of lines", {"line-TOTAL_FORMS": ""}),
    charge("charges of five thousand lines", {"line-TOTAL_FORMS": "5000"}),
    charge("charges of a negative number of lines", {"line-TOTAL_FORMS": "-1"}, 409),
    charge("charges of so many lines that nobody reads", {"line-TOTAL_FORMS": LONG_ID}),
    charge("a charge with NUL in its code", {"line-0-code": "2056\0"}),
    charge("a charge of no code that is one", {"line-0-code": "<b>20"}),
    charge("a charge of a megabyte", {"line-0-code": MEGABYTE}),
    charge("a charge of half a unit", {"line-0-units": "0.5"}),
    charge("a charge of fewer units than none", {"line-0-units": "-1"}),
    charge("a charge of units of five thousand digits", {"line-0-units": LONG_ID}),
    charge("a charge with a modifier in full words", {"line-0-modifiers": TYPED[:20]}),
    charge("a charge that points below the first diagnosis", {"line-0-pointers": "0"}),
    charge("a charge that points in Arabic digits", {"line-0-pointers": "١"}),
    charge("a charge that points beyond the last diagnosis", {"line-0-pointers": "9"}),
    charge("charges with a diagnosis in words", {"diagnoses": "sore neck"}),
    charge("charges with a diagnosis with NUL", {"diagnoses": "M54.2\0"}),
    charge("charges with diagnoses of a megabyte", {"diagnoses": MEGABYTE}),
    charge("charges with a reason of a megabyte", {"reason": MEGABYTE}),
    charge("charges with a reason with NUL", {"reason": NUL}),
    charge("charges of what was never shown", {}, 409),
    charge("charges that say nothing of what was shown", {"seen": ""}, 409),
    charge("charges by the therapist", {}, 404, who=DANA),
    charge("charges by the desk", {}, 404, who=FRAN),
    charge("charges of a draft", {}, 404, to="{draft}"),
    charge("charges of a note beyond 64 bits", {}, 404, to=HUGE_ID),
    Bad(
        "a check of charges with NUL",
        BO,
        "POST /billing/notes/{signed}/charges/check/",
        CHARGES | {"reason": NUL},
        200,
    ),
    Bad("claims of a state with NUL", BO, "GET /billing/?state=%00", None, 404),
    Bad(
        "a page of claims that is none",
        BO,
        "GET /billing/?page=x",
        None,
        200,
        leaves=("claims read",),
    ),
    Bad(
        "a page of claims of five thousand digits",
        BO,
        f"GET /billing/?page={LONG_ID}",
        None,
        200,
        leaves=("claims read",),
    ),
    Bad("a claim beyond 64 bits", BO, f"GET /billing/claims/{HUGE_ID}/", None, 404),
    claimed("a claim released that something stops", "release", {}, 409),
    claimed("an unknown claim released", "release", {}, 404, to="999999"),
    claimed("a claim released by compliance", "release", {}, 404, who=CORA),
    claimed("a claim dropped without a word", "drop", {}),
    claimed("a claim dropped with a dot for a reason", "drop", {"reason": "."}, 409),
    claimed("a claim dropped with NUL", "drop", {"reason": NUL}),
    claimed("a claim dropped with a megabyte", "drop", {"reason": MEGABYTE}),
    claimed("a claim written off before it was sent", "write-off", {"reason": "Old"}, 409),
    claimed("a claim rejected before it was sent", "reject", {"reason": "Old"}, 409),
    claimed("a claim appealed before it was sent", "appeal", {"reason": "Old"}, 409),
    claimed("a claim corrected before it was sent", "correct", {"reason": "Old"}, 409),
    claimed(
        "a claim corrected with a number of a megabyte",
        "correct",
        {"reason": "Old", "payer_control_number": MEGABYTE},
    ),
    claimed("details with an accident that is none", "details", DETAILS | {"accident": "flood"}),
    claimed("details with an accident on no road", "details", DETAILS | {"accident": "auto"}),
    claimed("details with a state that is none", "details", DETAILS | {"accident_state": "12"}),
    claimed(
        "details with an onset in the year one", "details", DETAILS | {"onset_on": "0001-01-01"}
    ),
    claimed("details with an onset to come", "details", DETAILS | {"onset_on": "{tomorrow}"}),
    claimed("details with an onset on no day", "details", DETAILS | {"onset_on": "2026-02-30"}),
    claimed(
        "details with a referrer's number that is none",
        "details",
        DETAILS | {"referrer_npi": "1234567890"},
    ),
    claimed("details with a number with NUL", "details", DETAILS | {"authorization_number": "A\0"}),
    claimed("details by compliance", "details", DETAILS, 404, who=CORA),
]

ENTRY = "6f1c3f1e-6f0b-4e5c-9a4e-5b0c5d7a1c11"
PAID = {"amount": "5.00", "method": "cash", "reference": "", "entry": ENTRY}
A_CARD = "4111 1111 1111 1111"
SERIES = {
    "discharged_on": "2025-03-04",
    "provider": "{provider}",
    "place": "",
    "day": "2025-03-05",
    "time": "10:30",
    "visits": "4",
    "every_days": "28",
    "price": "80.00",
}


def pay(wrong, changes, status=422, *, who=FRAN, to="visits/{idle}", leaves=("viewed",)):
    posted = PAID | changes if isinstance(changes, dict) else changes
    return Bad(wrong, who, f"POST /billing/{to}/pay/", posted, status, leaves)


def give_back(wrong, changes, status=422, *, who=FRAN, leaves=("viewed",)):
    posted = PAID | {"reason": TYPED} | changes
    return Bad(wrong, who, "POST /billing/payments/{payment}/refund/", posted, status, leaves)


def plan(wrong, changes, status=422, *, who=FRAN, leaves=("viewed",)):
    posted = SERIES | changes
    return Bad(wrong, who, "POST /billing/accounts/{patient}/series/new/", posted, status, leaves)


MONEY = [
    pay("a payment of nothing", {"amount": ""}),
    pay("a payment of zero", {"amount": "0"}),
    pay("a payment below zero", {"amount": "-5.00"}),
    pay("a payment of not a number", {"amount": "NaN"}),
    pay("a payment of infinity", {"amount": "Infinity"}),
    pay("a payment of thousandths", {"amount": "5.001"}),
    pay("a payment that no column holds", {"amount": "9" * 40}),
    pay("a payment in words", {"amount": TYPED}),
    pay("a payment in no way", {"method": ""}),
    pay("a payment by barter", {"method": TYPED}),
    pay("a payment by card without its slip", {"method": "card"}),
    pay("a payment with a card number", {"method": "card", "reference": A_CARD}),
    pay("a payment with NUL", {"method": "card", "reference": NUL}),
    pay("a payment with a megabyte", {"method": "card", "reference": MEGABYTE}),
    pay("a payment of no form", {"entry": ""}),
    pay("a payment of a form in words", {"entry": TYPED}),
    pay("a payment that must not be asked", {}, 409),
    pay("an advance that must not be asked", {"in_advance": "on"}, 409),
    pay("a payment on an account that owes nothing", {}, 409, to="accounts/{patient}"),
    pay("a payment taken by the therapist", {}, 404, who=DANA, leaves=()),
    pay("a payment at a visit beyond 64 bits", {}, 404, to=f"visits/{HUGE_ID}", leaves=()),
    give_back("nothing given back", {"amount": ""}),
    give_back("less than nothing given back", {"amount": "-1"}),
    give_back("given back without a reason", {"reason": ""}),
    give_back("given back for a card number", {"reason": A_CARD}),
    give_back("given back by card without a slip", {"method": "card"}),
    give_back("more given back than came in", {"amount": "65.01"}, 409),
    give_back("given back by compliance", {}, 404, who=CORA, leaves=()),
    Bad(
        "a receipt handed over by words",
        FRAN,
        "POST /billing/payments/{payment}/copy/",
        {"what": TYPED},
        400,
    ),
    Bad("payments of no day", FRAN, "GET /billing/payments/?day=today", None, 404),
    Bad("payments of a day with NUL", FRAN, "GET /billing/payments/?day=%00", None, 404),
    Bad("a superbill of a draft", BO, "POST /billing/notes/{draft}/superbill/", {}, 404),
    Bad(
        "a superbill whose referrer has no name",
        BO,
        "POST /billing/notes/{signed}/superbill/",
        {"referrer_name": "", "referrer_npi": "1245319599"},
        422,
        ("viewed",),
    ),
    Bad(
        "a superbill whose referrer has no number",
        BO,
        "POST /billing/notes/{signed}/superbill/",
        {"referrer_name": "Okafor", "referrer_npi": TYPED[:10]},
        422,
        ("viewed",),
    ),
    Bad("a superbill by compliance", CORA, "POST /billing/notes/{signed}/superbill/", {}, 404),
    Bad(
        "a superbill handed over by words",
        BO,
        "POST /billing/superbills/{superbill}/copy/",
        {"what": ""},
        400,
    ),
    plan("a series of nothing", dict.fromkeys(SERIES, "")),
    plan("a series of yesterday", {}),
    plan("a series of no visit", {"visits": "0"}),
    plan("a series of a thousand visits", {"visits": "1000"}),
    plan("a series for nothing", {"price": "0"}),
    plan("a series with a therapist in words", {"provider": TYPED}),
    plan("a series with NUL", {"place": NUL}),
    plan("a series by the therapist", {}, 404, who=DANA, leaves=()),
    Bad(
        "a series ended without a word",
        FRAN,
        "POST /billing/series/{series}/end/",
        {"reason": ""},
        422,
        ("viewed",),
    ),
    Bad(
        "a series ended by nothing said",
        FRAN,
        "POST /billing/series/{series}/end/",
        {"reason": "."},
        409,
        ("viewed",),
    ),
]


BAD_REQUESTS = rows(
    NOTE,
    NOTE_STEPS,
    SIGNING,
    PATIENTS,
    CHART,
    VISITS,
    CONSENT,
    CONSENT_FORM,
    NOTICES,
    WORDINGS,
    COPIES,
    SIGNINGS,
    DESK,
    STAFF,
    PRICES,
    CLAIMS,
    IMPORTS,
    AUDIT,
    REMITTANCES,
    CLAIM_FILES,
    MONEY,
    PUBLIC,
)
