"""A made-up wording of the ABN for the demonstration clinic, in plain words of our own.

CMS's wording is CMS's, and no practice may use this one: every page that carries it says so. It
shows how the form works, not how it reads.
"""

from consent.models import Language

_MARK = "DEMONSTRATION FORM, not issued by CMS"
_MARK_ES = "FORMULARIO DE DEMOSTRACIÓN, no emitido por CMS"

ENGLISH = {
    "notifier_label": "A. Practice:",
    "patient_label": "B. For:",
    "identification_label": "C. Our record number:",
    "title": _MARK,
    "opening": (
        "This practice page shows how a notice about money works in Filiform. We believe that"
        " Medicare will leave the bill for {D} to you. You learn the price here, before anything is"
        " done, so that you can think it over and talk about it at home."
    ),
    "service_label": "D. {D}",
    "reason_label": "E. Our reason for this notice",
    "cost_label": "F. Our price",
    "what_to_do": (
        "What this demonstration asks of you:\n"
        "Take your time with the page, and ask us whatever is not clear.\n"
        "Pick the one answer below that fits you. Nobody here picks it for you.\n"
        "Tell us if another insurance might help with the price."
    ),
    "options_heading": "G. Your answer: tick a single box.",
    "option_1": (
        "ANSWER 1. Yes to {D}, and a claim goes to Medicare. The practice may collect the price"
        " today. Medicare then writes to me whether it pays, and I may object to that letter. If it"
        " does not pay, the price is mine to carry."
    ),
    "option_1_last": "If it does pay, this practice gives me back what was too much.",
    "not_participating": (
        "Demonstration text for a practice that takes no part in Medicare: Medicare sends its share"
        " to me, and I pay the practice."
    ),
    "option_2": (
        "ANSWER 2. Yes to {D}, and no claim goes to Medicare. I pay the price myself. Without a"
        " claim there is no letter from Medicare, so there is nothing to object to."
    ),
    "option_3": ("ANSWER 3. No to {D}. I get no treatment and no bill, and Medicare is not asked."),
    "additional_label": "H. Remarks:",
    "closing": (
        "By signing I say that somebody explained this demonstration to me and that a copy is mine."
        " It is no decision by Medicare."
    ),
    "signature_label": "I. My name by my own hand:",
    "date_label": "J. Day:",
    "footer": (
        f"{_MARK}. Written by the makers of Filiform to try out the program with invented people."
        " Whoever treats patients installs the wording that CMS publishes instead of this one."
    ),
}

SPANISH = {
    "notifier_label": "A. Consultorio:",
    "patient_label": "B. Para:",
    "identification_label": "C. Nuestro número de expediente:",
    "title": _MARK_ES,
    "opening": (
        "Esta página de práctica muestra cómo funciona en Filiform un aviso sobre dinero. Creemos que"
        " Medicare le dejará a usted la cuenta de {D}. Aquí conoce el precio antes de que se haga"
        " nada, para pensarlo con calma y hablarlo en casa."
    ),
    "service_label": "D. {D}",
    "reason_label": "E. Por qué le avisamos",
    "cost_label": "F. Precio",
    "what_to_do": (
        "Qué le pide esta demostración:\n"
        "Lea la página con calma y pregunte lo que no entienda.\n"
        "Elija abajo la única respuesta que le convenga. Nadie la elige por usted.\n"
        "Díganos si otro seguro podría ayudar con el precio."
    ),
    "options_heading": "G. Su respuesta: marque una sola casilla.",
    "option_1": (
        "RESPUESTA 1. Sí a {D}, y se envía una reclamación a Medicare. El consultorio puede cobrar"
        " hoy. Medicare me escribe si paga o no, y puedo oponerme a esa carta. Si no paga, el precio"
        " corre por mi cuenta."
    ),
    "option_1_last": "Si paga, este consultorio me devuelve lo que haya cobrado de más.",
    "not_participating": (
        "Texto de demostración para un consultorio que no participa en Medicare: Medicare me envía su"
        " parte a mí y yo pago al consultorio."
    ),
    "option_2": (
        "RESPUESTA 2. Sí a {D}, y no se envía nada a Medicare. Pago yo. Sin reclamación no hay carta"
        " de Medicare, así que no hay nada a lo que oponerse."
    ),
    "option_3": (
        "RESPUESTA 3. No a {D}. No recibo tratamiento ni cuenta, y no se pregunta a Medicare."
    ),
    "additional_label": "H. Notas:",
    "closing": (
        "Al firmar digo que alguien me explicó esta demostración y que una copia es mía. No es una"
        " decisión de Medicare."
    ),
    "signature_label": "I. Mi nombre de mi propia mano:",
    "date_label": "J. Día:",
    "footer": (
        f"{_MARK_ES}. Lo escribieron los autores de Filiform para probar el programa con personas"
        " inventadas. Quien trata pacientes instala en su lugar el texto que publica CMS."
    ),
}

WORDINGS = {Language.ENGLISH: ENGLISH, Language.SPANISH: SPANISH}


def is_in(parts: dict[str, str]) -> bool:
    """Whether somebody took a sentence of this demonstration for CMS's."""
    ours = {text for words in WORDINGS.values() for text in words.values() if len(text) > 40}
    return any(text in ours for text in parts.values()) or any(
        mark in text for mark in (_MARK, _MARK_ES) for text in parts.values()
    )
