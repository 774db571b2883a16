"""Documents that wait for a patient, and what a patient posts from the room."""

import json

from django.test import Client
from django.urls import reverse

from consent.actions import draft_notice, issue_notice, start_signing
from consent.models import Kind, Method, Notice
from tests import factories
from tests.factories import INK

PAD = json.dumps(
    {
        "v": 1,
        "width": 600.0,
        "height": 200.0,
        "strokes": [[[x / 10, y / 10, t] for x, y, t in stroke] for stroke in INK["strokes"]],
    }
)
DRAWN = {"who": "patient", "mark": "drawn", "ink": PAD}
TYPED_NAME = {
    "who": "patient",
    "mark": "typed",
    "typed_name": "Odette Marlow",
    "is_my_signature": "yes",
}
BIRTH = {"month": "3", "day": "8", "year": "1951"}  # of the cast's patient

REASON = "Medicare does not pay for dry needling of the neck by a physical therapist."
KINDS = {
    Kind.ABN: "medicare",
    Kind.AGREEMENT: "commercial",
    Kind.ESTIMATE: None,
}


def make_issued(kind: Kind, *, patient, provider, practice, by, **fields) -> Notice:
    """An issued notice, by the actions that the pages use."""
    if kind == Kind.ABN:
        for language in ("en", "es"):
            factories.make_abn_wording(language=language)
    payer = KINDS[kind]
    coverage = None
    if payer:
        coverage = factories.make_coverage(
            patient=patient, payer=factories.make_payer(name=f"{payer} plan", kind=payer)
        )
    lines = [
        {
            "code": "20560",
            "service": "Dry needling of 1 or 2 muscles",
            "reason": "" if kind == Kind.ESTIMATE else REASON,
            "estimate": "65.00",
        }
    ]
    drafted = draft_notice(
        kind=kind,
        patient=patient,
        provider=provider,
        coverage=coverage,
        identification=patient.record_number,
        service_word="dry needling",
        lines=lines,
        by=by,
        **fields,
    )
    return issue_notice(notice=drafted, practice=practice, by=by)


def start(method: Method, *, patient, practice, by, **of):
    """Gives consent.actions.signings.Started."""
    return start_signing(method=method, patient=patient, practice=practice, by=by, **of)


def hand_over(client: Client, *, patient=None, notice=None) -> Client:
    """Staff start the tablet; the same client is then the patient's."""
    url = (
        reverse("consent:start-signing-notice", args=[notice.pk])
        if notice
        else reverse("consent:start-signing", args=[patient.pk])
    )
    response = client.post(url, {"method": "kiosk"})
    assert (response.status_code, response.url) == (302, reverse("consent:room"))
    return client


def review(client: Client, **posted):
    return client.post(reverse("consent:room-answer"), posted)


def finish(client: Client, **posted):
    return client.post(reverse("consent:room-finish"), posted)
