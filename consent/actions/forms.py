"""What an owner does about the text of the consent: draft a version, write it, publish it."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from consent.actions.errors import Refused
from consent.clauses import LANGUAGES, asked_of, problems_of
from consent.models import ConsentForm, ConsentText, Language
from consent.readability import reading_of
from consent.shipped import shipped_text
from emr import audit
from emr.models import Practice, User
from emr.rules.state_packs import CLAUSES

ANOTHER = "There is a draft already: publish it or discard it first."


class NotWhole(Refused):
    """The version lacks something; `problems` names each thing, a sentence for each."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def draft_form(*, by: User) -> ConsentForm:
    """Start the next version from the one in use, or from the text that ships where none is."""
    current = ConsentForm.objects.current()
    if ConsentForm.objects.drafts().exists():
        raise Refused(ANOTHER)
    last = ConsentForm.objects.aggregate(version=Max("version"))["version"] or 0
    try:
        with transaction.atomic():
            form = ConsentForm.objects.create(
                version=last + 1, drafted_at=timezone.now(), drafted_by=by
            )
    except IntegrityError as error:
        raise Refused(ANOTHER) from error
    for language, title, sections in _first_texts(current):
        _keep_text(form, language=language, title=title, sections=sections)
    audit.record("drafted consent form", form, by=by, version=form.version)
    return form


@transaction.atomic
def edit_form_text(
    *, form: ConsentForm, language: str, title: str, sections: Collection[dict], by: User
) -> ConsentText:
    """Write the draft's text in one language anew, and measure how easy it is to read.

    `sections` are {"clause", "heading", "text"}, each clause once. Raises Refused for a version
    that is published.
    """
    _hold_draft(form)
    if not title.strip():
        raise ValidationError({"title": "Give the text a title."})
    clauses = [section["clause"] for section in sections]
    if sorted(clauses) != sorted(set(clauses) & set(CLAUSES)):
        raise ValidationError("Each section is one of the clauses, and each stands there once.")
    text = _keep_text(form, language=language, title=title, sections=sections)
    audit.record("edited consent form", form, by=by, version=form.version, language=text.language)
    return text


@transaction.atomic
def drop_form_text(*, form: ConsentForm, language: str, by: User) -> None:
    """Leave a language out of the draft; English always stays."""
    _hold_draft(form)
    if language == Language.ENGLISH:
        raise Refused("Every version has an English text.")
    deleted, _ = form.texts.filter(language=language).delete()
    if deleted:
        audit.record("left language out", form, by=by, version=form.version, language=language)


@transaction.atomic
def publish_form(
    *, form: ConsentForm, practice: Practice, must_renew: bool = False, by: User
) -> ConsentForm:
    """Put the draft into use: from now on it is what patients sign, and it never changes.

    `must_renew` asks everybody who signed an earlier version to sign this one. Raises NotWhole
    with each clause that the state asks for and a text lacks.
    """
    form = _hold_draft(form)
    now = timezone.now()
    today = timezone.localdate(now, timezone=practice.zone)
    problems = problems_of(form, asked_of(practice, on=today))
    if problems:
        raise NotWhole(problems)
    form.must_renew = must_renew
    form.published_at, form.published_on, form.published_by = now, today, by
    form.save()
    audit.record(
        "published consent form",
        form,
        by=by,
        version=form.version,
        must_renew=must_renew,
        languages=sorted(form.texts.values_list("language", flat=True)),
    )
    return form


@transaction.atomic
def discard_draft_form(*, form: ConsentForm, by: User) -> None:
    """Throw the draft away; no patient ever saw it."""
    form = _hold_draft(form)
    audit.record("discarded consent form", form, by=by, version=form.version)
    form.texts.all().delete()
    form.delete()


def _hold_draft(form: ConsentForm) -> ConsentForm:
    """The draft, held until the end of the transaction."""
    held = ConsentForm.objects.select_for_update().filter(pk=form.pk).first()
    if held is None:
        raise Refused("This draft was discarded in the meantime.")
    if held.published_at is not None:
        raise Refused("This version is published and never changes: draft a new one.")
    return held


def _first_texts(current: ConsentForm | None) -> list[tuple[str, str, list[dict]]]:
    if current is not None:
        return [(text.language, text.title, text.sections) for text in current.texts.all()]
    shipped = {language: shipped_text(language) for language in LANGUAGES}
    return [(language, text["title"], text["sections"]) for language, text in shipped.items()]


def _keep_text(form: ConsentForm, *, language: str, title: str, sections) -> ConsentText:
    """The text in the order of the clauses, with its reading level."""
    order = list(CLAUSES)
    ranked = sorted(sections, key=lambda section: order.index(section["clause"]))
    reading = reading_of("\n".join(section["text"] for section in ranked), language=language)
    text, _ = ConsentText.objects.update_or_create(
        form=form,
        language=language,
        defaults={"title": title, "sections": ranked, "reading_level": reading.words},
    )
    return text
