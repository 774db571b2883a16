"""The words that a new notice begins with, in each language that a patient may read it in.

Ours, and only a beginning: every blank can be edited. Why a payer may not pay stands in English in
emr.rules.notice_choice; in Spanish it stands here.
"""

from consent.models import Kind, Language
from emr.models import CoverageKind
from emr.rules.notice_choice import CHIROPRACTOR, MAY_FURNISH_LOW_BACK, reason_for

SERVICE_WORD = {Language.ENGLISH: "dry needling", Language.SPANISH: "punción seca"}

# What is done, by code; how many muscles it will be is known only at the visit.
SERVICES = {
    Language.ENGLISH: {
        "20560": "Dry needling of 1 or 2 muscles",
        "20561": "Dry needling of 3 or more muscles",
    },
    Language.SPANISH: {
        "20560": "Punción seca de 1 o 2 músculos",
        "20561": "Punción seca de 3 o más músculos",
    },
}

# How far apart the visits of a course are, in days, and how people say it.
RHYTHMS = {
    Language.ENGLISH: [
        (2.33, "three times a week"),
        (3.5, "twice a week"),
        (7, "once a week"),
        (14, "every two weeks"),
        (30, "once a month"),
    ],
    Language.SPANISH: [
        (2.33, "tres veces por semana"),
        (3.5, "dos veces por semana"),
        (7, "una vez por semana"),
        (14, "cada dos semanas"),
        (30, "una vez al mes"),
    ],
}
VISITS = {Language.ENGLISH: "{} visits", Language.SPANISH: "{} visitas"}
WEEKS = {
    Language.ENGLISH: ("1 week", "{} weeks"),
    Language.SPANISH: ("1 semana", "{} semanas"),
}

# Why a notice takes the place of another: what the desk may pick. Nothing stands there before it does,
# for it is written on the older notice; any other reason is typed.
CHANGED_MIND = "The patient changed their mind."
COVERAGE_CHANGED = "The coverage has changed."
COURSE_ENDED = "The course that it covered has ended."
WHY_REPLACED = [
    CHANGED_MIND,
    "The price has changed.",
    "The service has changed.",
    COVERAGE_CHANGED,
    "The patient reads another language better.",
    COURSE_ENDED,
]

# Blank H for a patient with QMB: who decides before anybody asks them for money.
QMB_WITH_OPTIONS = {
    Language.ENGLISH: "You have QMB: we do not ask you for money at the visit. With Option 1 we send"
    " the claim to Medicare and then to Medicaid, and both decide before there can be any charge."
    " With Option 2 no claim is sent, so that neither of them decides.",
    Language.SPANISH: "Usted tiene QMB: no le pedimos dinero en la visita. Con la Opción 1 enviamos"
    " el reclamo a Medicare y después a Medicaid, y los dos deciden antes de que pueda haber un"
    " cobro. Con la Opción 2 no se envía ningún reclamo y ninguno de los dos decide.",
}
QMB_WITHOUT_OPTIONS = {
    Language.ENGLISH: "You have QMB: we do not ask you for money at the visit. Medicare and then"
    " Medicaid decide before there can be any charge.",
    Language.SPANISH: "Usted tiene QMB: no le pedimos dinero en la visita. Medicare y después"
    " Medicaid deciden antes de que pueda haber un cobro.",
}
ABOUT_QMB = {Kind.ABN: QMB_WITH_OPTIONS, Kind.VOLUNTARY_ABN: QMB_WITHOUT_OPTIONS}

SPANISH_REASONS = {
    CoverageKind.COMMERCIAL: "Las reglas de su plan de salud excluyen la punción seca, o la"
    " consideran aún no comprobada o no necesaria para su problema. Esperamos que el plan no la"
    " pague.",
    CoverageKind.TRICARE: "TRICARE considera que la punción seca aún no está comprobada y no la"
    " paga.",
}
SPANISH_OF_LAW = (
    "Por ley, Medicare paga a un quiropráctico solo el ajuste manual de la columna. Nunca paga la"
    " punción seca hecha por un quiropráctico."
)
SPANISH_OF_CONDITIONS = (
    "Medicare paga la punción seca solo para el dolor lumbar que dura 12 semanas o más, y solo un"
    " número limitado de visitas. Esperamos que este tratamiento no cumpla esas reglas."
)
SPANISH_OF_CLINICIAN = (
    "Medicare paga la punción seca solo para el dolor lumbar de larga duración, y solo cuando la"
    " hacen ciertos médicos y personal con formación especial. No la paga a este profesional."
)


def reason_in(language: str, *, coverage_kind: str, profession: str) -> str:
    """Blank E in the language of the notice; empty where we have no words for it."""
    if language != Language.SPANISH:
        return reason_for(coverage_kind=coverage_kind, profession=profession)
    if coverage_kind != CoverageKind.MEDICARE:
        return SPANISH_REASONS.get(coverage_kind, "")
    if profession == CHIROPRACTOR:
        return SPANISH_OF_LAW
    return SPANISH_OF_CONDITIONS if profession in MAY_FURNISH_LOW_BACK else SPANISH_OF_CLINICIAN


def rhythm_of(days_apart: float, *, visits: int, language: str) -> str:
    """Once a week; where the visits keep no rhythm, how many they are."""
    for days, words in RHYTHMS[language]:
        if abs(days_apart - days) <= days / 4:
            return words
    return VISITS[language].format(visits)


def weeks_in_words(weeks: int, *, language: str) -> str:
    one, many = WEEKS[language]
    return one if weeks == 1 else many.format(weeks)
