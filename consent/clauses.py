"""A consent text against what the state asks of it, for each profession that works here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from consent.models import ConsentForm, Language
from emr.models import Practice, Profession, Provider
from emr.rules.state_packs import CLAUSES, RequiredClause, StatePack, missing_clauses, pack_of

LANGUAGES = {Language.ENGLISH: "English", Language.SPANISH: "Spanish"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One state's demands, and the professions here that stand under them."""

    pack: StatePack
    professions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClauseCheck:
    """One clause: whether the text has it, and who asks for it."""

    clause: str
    met: bool
    asked_by: tuple[tuple[Asked, RequiredClause], ...]

    @property
    def label(self) -> str:
        return CLAUSES[self.clause]

    @property
    def missing(self) -> bool:
        return bool(self.asked_by) and not self.met


def asked_of(practice: Practice, *, on: date) -> list[Asked]:
    """What the practice's state asks on a day, of everybody who treats here."""
    here = Provider.objects.filter(active=True).values_list("profession", flat=True).distinct()
    professions: dict[StatePack, list[str]] = {}
    for profession in sorted(set(here), key=Profession.values.index):
        pack = pack_of(practice.state, profession=profession, on=on)
        professions.setdefault(pack, []).append(Profession(profession).label)
    return [Asked(pack=pack, professions=tuple(names)) for pack, names in professions.items()]


def copy_is_owed(practice: Practice, *, on: date) -> bool:
    """Whether the state says of anybody who treats here that the patient is owed a copy."""
    return any(each.pack.copy_owed for each in asked_of(practice, on=on))


def check_clauses(present: Collection[str], asked: Collection[Asked]) -> list[ClauseCheck]:
    """Every clause in the order in which it is read, asked for or not."""
    return [
        ClauseCheck(
            clause=clause,
            met=clause in present,
            asked_by=tuple(
                (each, required)
                for each in asked
                for required in each.pack.clauses
                if required.clause == clause
            ),
        )
        for clause in CLAUSES
    ]


def find_form_problems(
    clauses_of: Mapping[str, Collection[str]], asked: Collection[Asked]
) -> list[str]:
    """Why a version cannot be published; `clauses_of` tells for each language what its text says."""
    if not clauses_of.get(Language.ENGLISH):
        return ["There is no English text yet."]
    problems = []
    for language in sorted(clauses_of):
        for each in asked:
            missing = [
                required.label for required in missing_clauses(clauses_of[language], each.pack)
            ]
            if missing:
                problems.append(
                    f"The {LANGUAGES[language]} text lacks what {each.pack.state} asks for"
                    f" ({', '.join(each.professions)}): {', '.join(missing)}."
                )
    only_english = set(clauses_of[Language.ENGLISH]) - set(
        clauses_of.get(Language.SPANISH, clauses_of[Language.ENGLISH])
    )
    if only_english:
        problems.append(
            f"The Spanish text lacks what the English one says: {_labels(only_english)}."
        )
    return problems


def find_form_warnings(
    clauses_of: Mapping[str, Collection[str]], asked: Collection[Asked]
) -> list[str]:
    """What stops nobody and is still worth a look: empty sections, and languages that differ.

    What a state asks for, and what Spanish lacks and English says, are problems and not told again.
    """
    owed = {required.clause for each in asked for required in each.pack.clauses}
    said = {clause for clauses in clauses_of.values() for clause in clauses}
    warnings = []
    if unsaid := set(CLAUSES) - said - owed:
        warnings.append(f"Left empty, so that patients are told nothing of it: {_labels(unsaid)}.")
    if only_spanish := said - set(clauses_of.get(Language.ENGLISH, ())) - owed:
        labels = _labels(only_spanish)
        warnings.append(f"The English text lacks what the Spanish one says: {labels}.")
    if Language.SPANISH not in clauses_of:
        warnings.append("There is no Spanish text: everybody reads and signs in English.")
    return warnings


def _labels(clauses: Collection[str]) -> str:
    return ", ".join(label for clause, label in CLAUSES.items() if clause in clauses)


def problems_of(form: ConsentForm, asked: Collection[Asked]) -> list[str]:
    return find_form_problems(_clauses_of(form), asked)


def warnings_of(form: ConsentForm, asked: Collection[Asked]) -> list[str]:
    return find_form_warnings(_clauses_of(form), asked)


def _clauses_of(form: ConsentForm) -> dict[str, list[str]]:
    return {text.language: text.clauses for text in form.texts.all()}
