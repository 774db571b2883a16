"""An import from the file to the end: taken in, confirmed, written piece by piece, or discarded.

The text of the file and what its rows come to are wiped at the end, whichever it is.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from emr import actions, audit
from emr.imports import fees, patients, schedule
from emr.imports.columns import find_missing
from emr.imports.reading import Sheet, SheetRow, Unreadable, decode, read
from emr.imports.verdicts import Outcome, Problem, Verdict, from_kept, without_repeats
from emr.models import ImportFile, ImportState, User

KINDS = {
    ImportFile.Kind.PATIENTS: patients,
    ImportFile.Kind.SCHEDULE: schedule,
    ImportFile.Kind.FEES: fees,
}
JUDGED_AT_ONCE = 500  # rows whose patients are looked up together
WRITTEN_AT_ONCE = 200  # rows: a second or a few, so that nobody else waits long for the database
DAYS_KEPT = 7  # of a file that nobody ends
# What changes with each piece; the text is large, and stays the same until it is wiped.
MOVING = ["state", "handled", "verdicts", *Outcome, "ended_by", "ended_at"]
OVERTAKEN = "Somebody changed this record since the preview. Upload the row again to see how it is."
TAKEN = "Somebody else was faster with this record. Upload the row again to see how it is."


def sheet_of(text: str, kind: str) -> Sheet:
    """The table in a text; refuses one in which a needed column is missing."""
    module = KINDS[kind]
    sheet = read(text, module.COLUMNS)
    missing = find_missing(sheet.known, *module.NEEDED)
    if missing:
        titles = ", ".join(module.TITLES[key] for key in missing)
        raise Unreadable(f"These columns are missing: {titles}.")
    return sheet


def verdicts_of(file: ImportFile, outcome: Outcome | None = None) -> list[Verdict]:
    """What the rows come to, all or those of one outcome; none any more once it has ended."""
    kept = json.loads(file.verdicts or "[]")
    return [from_kept(each) for each in kept if outcome is None or each[1] == outcome]


def upload_file(*, raw: bytes, kind: str, by: User) -> ImportFile:
    """Reads and judges a file; nothing of it is written, and it waits to be confirmed."""
    text, encoding = decode(raw)
    verdicts = _judge_all(sheet_of(text, kind), kind)
    file = ImportFile(
        kind=kind,
        encoding=encoding,
        content=text,
        rows=len(verdicts),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    _keep(file, verdicts)
    with transaction.atomic():  # not around the judging, which takes a while
        file.save()
        audit.record("import uploaded", file, by=by, kind=kind, **_counts(file))
    return file


def _judge_all(sheet: Sheet, kind: str) -> list[Verdict]:
    module, seen, verdicts = KINDS[kind], {}, []
    for first in range(0, len(sheet.rows), JUDGED_AT_ONCE):
        judged = module.judge(sheet.rows[first : first + JUDGED_AT_ONCE], file=sheet.rows)
        verdicts += without_repeats(judged, seen=seen, what=module.WHAT)
    return verdicts


def _keep(file: ImportFile, verdicts: Iterable[Verdict]) -> None:
    verdicts = list(verdicts)
    kept = [verdict.kept() for verdict in verdicts]
    file.verdicts = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    _count(file, verdicts)


def _count(file: ImportFile, verdicts: list[Verdict]) -> None:
    counts = Counter(verdict.outcome for verdict in verdicts)
    for outcome in Outcome:
        setattr(file, outcome, counts[outcome])


def _counts(file: ImportFile) -> dict[str, int]:
    return {"rows": file.rows} | {str(outcome): getattr(file, outcome) for outcome in Outcome}


@transaction.atomic
def confirm_import(*, file: ImportFile, by: User) -> ImportFile:
    """From now on it is written; one that is confirmed or ended already stays as it is."""
    file = _locked(file)
    if file.state == ImportState.PREVIEW:
        file.state, file.confirmed_by, file.confirmed_at = ImportState.RUNNING, by, timezone.now()
        file.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        audit.record("import confirmed", file, by=by, kind=file.kind, **_counts(file))
    return file


@transaction.atomic
def write_next_rows(*, file: ImportFile, by: User) -> ImportFile:
    """Writes the next rows of a confirmed import, each judged again; two at once take turns."""
    file = _locked(file)
    if file.state != ImportState.RUNNING:
        return file
    verdicts = verdicts_of(file)
    rows = sheet_of(file.content, file.kind).rows
    places, file.handled = _next_places(verdicts, file.handled)
    written = _write(rows, [(rows[n], verdicts[n]) for n in places], file.kind, by=by)
    for place, verdict in zip(places, written, strict=True):
        verdicts[place] = verdict
    _keep(file, verdicts)
    if file.handled == file.rows:
        _end_writing(file, by=by)
    file.save(update_fields=MOVING if file.content else [*MOVING, "content"])
    return file


def _next_places(verdicts: list[Verdict], handled: int) -> tuple[list[int], int]:
    """Where the next rows stand that write something, and how many rows are then handled."""
    places = []
    while handled < len(verdicts) and len(places) < WRITTEN_AT_ONCE:
        if verdicts[handled].writes:
            places.append(handled)
        handled += 1
    return places, handled


def _write(
    rows: Sequence[SheetRow], previewed: list[tuple[SheetRow, Verdict]], kind: str, *, by: User
) -> list[Verdict]:
    """What came of each row: as it was shown, or refused because the record is another now."""
    module = KINDS[kind]
    fresh = module.judge([row for row, _ in previewed], file=rows, lock=True)
    return [
        _write_one(module, shown, now, by=by)
        for (_, shown), now in zip(previewed, fresh, strict=True)
    ]


def _write_one(module, shown: Verdict, now: Verdict, *, by: User) -> Verdict:
    if now.outcome in (Outcome.SAME, Outcome.REFUSED):
        return now
    if not shown.comes_to(now):
        return now.refused(Problem(column="", sentence=OVERTAKEN))
    try:
        module.write(now, by=by)
    except actions.Refused as refusal:
        return now.refused(Problem(column="", sentence=str(refusal)))
    except ValidationError as error:
        return now.refused(Problem(column="", sentence=" ".join(error.messages)))
    except IntegrityError:
        return now.refused(Problem(column="", sentence=TAKEN))
    return now


def _end_writing(file: ImportFile, *, by: User) -> None:
    """Done, unless there are rows that somebody may want to take along and mend."""
    audit.record(f"{file.kind} imported", file, by=by, **_counts(file))
    if file.refused:
        file.state = ImportState.LEFT_OVER
    else:
        _wipe(file, ImportState.DONE, by=by)


@transaction.atomic
def finish_import(*, file: ImportFile, by: User) -> ImportFile:
    """Forgets the rows that were left over."""
    file = _locked(file)
    if file.state == ImportState.LEFT_OVER:
        _end(file, ImportState.DONE, "import finished", by=by)
    return file


@transaction.atomic
def discard_import(*, file: ImportFile, by: User) -> ImportFile:
    """Forgets a file before it is written, or stops in the middle: what is written stays."""
    file = _locked(file)
    if file.state in (ImportState.PREVIEW, ImportState.RUNNING):
        _discard(file, "import discarded", by=by)
    return file


def expire_imports() -> int:
    """Forgets what nobody has ended for a week, in the name of whoever handed it in; how many.

    The week counts from the word to write it, else from the upload. What is written stays.
    """
    long_ago = timezone.now() - timedelta(days=DAYS_KEPT)
    overdue = ImportFile.objects.open().filter(
        Q(confirmed_at=None, uploaded_at__lt=long_ago) | Q(confirmed_at__lt=long_ago)
    )
    return sum(_expire(pk) for pk in overdue.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> bool:
    file = ImportFile.objects.select_for_update().get(pk=pk)
    if file.ended:
        return False
    by = User.objects.get(pk=file.uploaded_by_id)
    if file.state == ImportState.LEFT_OVER:
        _end(file, ImportState.DONE, "import expired", by=by)
    else:
        _discard(file, "import expired", by=by)
    return True


def _discard(file: ImportFile, verb: str, *, by: User) -> None:
    if file.state == ImportState.RUNNING:
        _count(file, verdicts_of(file)[: file.handled])
    _end(file, ImportState.DISCARDED, verb, by=by, handled=file.handled)


def _end(file: ImportFile, state: ImportState, verb: str, *, by: User, **details) -> None:
    _wipe(file, state, by=by)
    file.save()
    audit.record(verb, file, by=by, kind=file.kind, **details, **_counts(file))


def _wipe(file: ImportFile, state: ImportState, *, by: User) -> None:
    file.state, file.ended_by, file.ended_at = state, by, timezone.now()
    file.content = file.verdicts = ""


def _locked(file: ImportFile) -> ImportFile:
    return ImportFile.objects.select_for_update().get(pk=file.pk)
