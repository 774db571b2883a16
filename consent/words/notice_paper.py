"""The words of our own around an ABN, an estimate, an agreement and a worksheet on paper.

What an ABN itself says is CMS's and comes from the installed wording (consent.wording). The words
that a consent needs too are in consent.words.consent_paper.
"""

from consent.models import Language

ENGLISH = {
    "strip": "DEMONSTRATION – not a CMS form",
    "edition": "Edition printed",
    "npi": "NPI",
    "tax_id": "Tax ID",
    "issued_on": "Made out on",
    "for_visit_on": "For the visit of",
    "payer": "Insurance",
    # The course
    "course": "More than one visit:",
    "at_most": "at most",
    "visits": "visits",
    "until": "until",
    "each_visit": "The price is for each visit.",
    # The answer
    "ticked": "Ticked",
    "not_ticked": "Not ticked",
    "transcribed": "The box was ticked by hand on paper; staff copied the choice from it.",
    "on_paper": "Signed by hand; see the scanned page.",
    "signed_for": "Signed for the patient by a representative:",
    "refused": "The patient wants the service and refused to sign.",
    "said": "The patient said:",
    "watched": "Witness:",
    "written_later": "Added",
    "voluntary": "Voluntary notice: the law leaves this service out of Medicare. No option is ticked.",
    "no_signature": "Voluntary notice: nobody signs it.",
    "given_on": "Handed over on",
    "given": "Handed to the patient. No answer and no signature are asked for.",
    "agreed": "Agreed and signed",
    "not_agreed": "Declined. The patient does not agree.",
    "received": "Received and signed",
    # The proof
    "proof": "How this notice was answered",
    "chosen": "Option chosen by the patient:",
    "staff": "Staff member",
    "notice_digest": "Digest of the notice as it was issued (SHA-256)",
    # The table of prices
    "service": "Service",
    "why_you_pay": "Why you pay",
    "price": "Price",
    "expected": "Expected charge",
    "most_a_visit": "The most for one visit",
    "most_for_course": "The most for all visits together",
    "one_of_both": "Of the two codes for dry needling, only one is charged at a visit.",
}

SPANISH = {
    "strip": "DEMOSTRACIÓN – no es un formulario de CMS",
    "edition": "Edición impresa",
    "npi": "NPI",
    "tax_id": "Número fiscal",
    "issued_on": "Preparado el",
    "for_visit_on": "Para la visita del",
    "payer": "Seguro",
    "course": "Más de una visita:",
    "at_most": "como máximo",
    "visits": "visitas",
    "until": "hasta el",
    "each_visit": "El precio es por cada visita.",
    "ticked": "Marcado",
    "not_ticked": "Sin marcar",
    "transcribed": "La casilla se marcó a mano en papel; el personal copió la elección.",
    "on_paper": "Firmado a mano; vea la página escaneada.",
    "signed_for": "Firmado por un representante del paciente:",
    "refused": "El paciente quiere el servicio y no quiso firmar.",
    "said": "El paciente dijo:",
    "watched": "Testigo:",
    "written_later": "Añadido el",
    "voluntary": "Aviso voluntario: la ley deja este servicio fuera de Medicare. No se marca opción.",
    "no_signature": "Aviso voluntario: nadie lo firma.",
    "given_on": "Entregado el",
    "given": "Entregado al paciente. No se pide respuesta ni firma.",
    "agreed": "Aceptado y firmado",
    "not_agreed": "Rechazado. El paciente no está de acuerdo.",
    "received": "Recibido y firmado",
    "proof": "Cómo se respondió a este aviso",
    "chosen": "Opción que eligió el paciente:",
    "staff": "Miembro del personal",
    "notice_digest": "Huella del aviso tal como se emitió (SHA-256)",
    "service": "Servicio",
    "why_you_pay": "Por qué paga usted",
    "price": "Precio",
    "expected": "Cargo previsto",
    "most_a_visit": "Lo máximo por una visita",
    "most_for_course": "Lo máximo por todas las visitas juntas",
    "one_of_both": "De los dos códigos de punción seca, en una visita se cobra solo uno.",
}

WORDS = {Language.ENGLISH: ENGLISH, Language.SPANISH: SPANISH}
