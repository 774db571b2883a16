"""One record of each kind around Odette Marlow, for the tables that walk over every address."""

from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile

from consent.actions import start_signing
from consent.models import Method
from emr.models import Role, VisitState
from emr.signing import canonical
from notes import content as note_content
from notes import snapshot
from notes.review import review_note
from tests import factories

# Said in the draft and nowhere else, and so to be found wherever the draft leaks.
DRAFT_WORDS = "Cannot lift the kettle with the left hand"
SIGNED_WORDS = "Cannot look over the right shoulder when driving"
MEDICARE_NUMBER = "1EG4TE5MK73"
# What somebody types who charts; bad input brings it along, and no log may repeat it.
TYPED = "tingling down to the thumb"

SITE = note_content.read_site_key("upper-trapezius:right") | {
    "key": "upper-trapezius:right",
    "needles": 10,
    "twitch": True,
    "taut_band": True,
    "jump_sign": False,
    "tenderness": True,
    "refers_to": "Temple",
    "rationale": "",
}


def content_saying(words: str) -> dict:
    return note_content.EMPTY | {
        "sites": [SITE],
        "functional_limitation": words,
        "diagnoses": [{"code": "M54.2", "label": "Cervicalgia"}],
    }


REMITTANCE = Path(__file__).parent / "billing" / "data" / "denied_with_abn.835"


def make_records(*, practice, patient, dana, lee, fran) -> dict[str, int | str]:
    """Makes the records; gives what stands in their addresses by the name of each.

    `draft` and `signed` are Dana's; `idle` is a visit of hers today without a note; `former` has
    left; `training` is Dana's training with its file.
    """
    of_patient = {"patient": patient, "recorded_by": fran}
    medicare = factories.make_payer(name="Medicare", kind="medicare")
    made = {
        "patient": patient,
        "alert": factories.make_alert(**of_patient),
        "goal": factories.make_goal(**of_patient),
        "coverage": factories.make_coverage(
            patient=patient, payer=medicare, member_number=MEDICARE_NUMBER
        ),
        "consent": factories.make_consent(**of_patient),
        "agreed": factories.make_signed_consent(**of_patient),
        "draft_form": factories.make_consent_form(published=False),
        "idle": factories.make_visit(patient=patient, provider=dana.provider),
        "dana": dana,
        "lee": lee,
        "provider": dana.provider,
        "colleague": lee.provider,
        "licence": dana.provider.licences.get(),
        "training": factories.make_training(provider=dana.provider),
        "override": factories.make_override(provider=dana.provider),
        "former": factories.make_user(Role.BILLER, username="former", is_active=False),
    }
    made["training"].certificate.save("proof.pdf", ContentFile(b"%PDF-1.7 proof"))
    made["draft"] = factories.make_note(
        visit=_visit(made, hour=9, state=VisitState.IN_PROGRESS),
        content=content_saying(DRAFT_WORDS),
        revision=3,
    )
    made["others"] = factories.make_note(
        visit=factories.make_visit(
            patient=patient,
            provider=lee.provider,
            start=factories.at(8),
            state=VisitState.IN_PROGRESS,
        ),
        content=content_saying(DRAFT_WORDS),
    )
    made["discarded"] = factories.make_discarded_note(visit=_visit(made, hour=7), author=dana)
    made["signed"] = _signed(_visit(made, hour=6, state=VisitState.DONE), practice)
    made["call"] = factories.make_follow_up(note=made["signed"])
    made["sheet"] = factories.make_charge_sheet(note=made["signed"])
    factories.make_charge(sheet=made["sheet"])
    made["claim"] = factories.make_claim(sheet=made["sheet"], coverage=made["coverage"])
    made["claim_file"] = factories.make_claim_file()
    made |= _answers(made["claim"])
    made["payment"] = factories.make_payment(patient=patient)
    made["superbill"] = factories.make_superbill(sheet=made["sheet"])
    made["series"] = factories.make_series(patient=patient, provider=dana.provider)
    made["payer"] = factories.make_payer()
    made |= _benefits(made)
    made["fee"], made["price"] = factories.make_fee(), factories.make_cash_price()
    made["wording"] = factories.make_abn_wording(pdf=ContentFile(b"%PDF-1.7 form", name="form.pdf"))
    made["import"] = factories.make_import_file(uploaded_by=fran)
    made |= _notices(dana.provider)
    made["determination"] = _determination(patient)
    of_signing = {"patient": patient, "practice": practice, "form": made["agreed"].form, "by": fran}
    sent = start_signing(method=Method.PHONE, **of_signing)
    made["signing"] = sent.signing
    made["paper"] = start_signing(method=Method.PAPER, **of_signing).signing
    made["scan"] = factories.make_scan(patient=patient)
    made["begun"] = made["draft"].visit
    ids = {name: row.pk for name, row in made.items()}
    ids |= {"kind": "patients"}
    return ids | {
        "muscle": "upper-trapezius",
        "list": "copy-to-give",
        "rules": "modifiers",
        "token": sent.token,
        "paper_code": made["paper"].code,
        "key": "0-bad",
        "code": made["signed"].document.code,
    }


def _answers(claim) -> dict:
    """A remittance with an answer to the claim, to be decided, and with one that nobody matched."""
    remittance = factories.make_remittance()
    answered = factories.make_remitted_claim(remittance=remittance)
    unmatched = factories.make_remitted_claim(remittance=remittance, position=2)
    line = factories.make_remitted_line(remitted=answered)
    amount = factories.make_adjustment(line=line, reason="Z9")
    factories.make_remittance_match(remitted=answered, claim=claim)
    return {
        "remittance": remittance,
        "amount": amount,
        "answered": answered,
        "unmatched": unmatched,
        "remittance_file": factories.make_remittance_file(content=REMITTANCE.read_text()),
    }


def _notices(provider) -> dict:
    """Of another patient, so that no visit of the first rests on them."""
    other = factories.make_patient(last_name="Sorrel")
    payer = factories.make_payer(kind="medicare")
    coverage = factories.make_coverage(patient=other, payer=payer, member_number="")
    facts = {"patient": other, "provider": provider, "coverage": coverage}
    return {
        "notice_draft": factories.make_notice(**facts),
        "notice": factories.make_notice(**facts, state="issued"),
        "notice_chosen": factories.make_notice(**facts, state="chosen"),
    }


def _benefits(made: dict) -> dict:
    """A policy that has not begun, and what is on file of the first coverage; another patient's plan
    has answered."""
    others = factories.make_coverage(
        patient=factories.make_patient(last_name="Tansy"),
        payer=made["coverage"].payer,
        member_number="",
    )
    tomorrow = factories.today() + timedelta(days=1)
    return {
        "policy": factories.make_policy(payer=made["payer"], starts_on=tomorrow),
        "answer": factories.make_verification(coverage=others),
        "leave": factories.make_authorization(coverage=made["coverage"]),
        "care": factories.make_care(patient=made["patient"]),
    }


def _determination(patient):
    """Of a second plan, so that the first keeps paying."""
    payer = factories.make_payer(name="Sunward Advantage", kind="medicare_advantage")
    coverage = factories.make_coverage(patient=patient, payer=payer, rank=2)
    return factories.make_determination(patient=patient, coverage=coverage)


def _visit(made: dict, *, hour: int, **fields):
    patient, provider = made["patient"], made["provider"]
    start = factories.at(hour)
    return factories.make_visit(patient=patient, provider=provider, start=start, **fields)


def _signed(visit, practice):
    """Signed as the database sees it, with the snapshot that the real action would freeze."""
    note = factories.make_note(visit=visit, content=content_saying(SIGNED_WORDS))
    factories.make_needling(note=note)
    judged = review_note(note, practice=practice)
    frozen = snapshot.of_note(note, practice=practice, review=judged, code="H7KQ-2M4T-9XWC")
    frozen["signed"] = snapshot.signature(at=factories.SOME_TIME, by=visit.provider)
    return factories.sign(note, snapshot=canonical(frozen).decode())
