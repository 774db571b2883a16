"""Needling that the text of another service tells of, while none is charted and none is billed.

Sources and our choices: docs/rules/hidden_needling.md
"""

from emr.rules.charged_needling import needling_charges
from emr.rules.code_labels import family_of
from emr.rules.facts import Service, Visit
from emr.rules.findings import Finding, finding
from emr.rules.needling_text import tells_of_needling

SOURCE = "docs/rules/hidden_needling.md#why"

# Services whose own name is needling.
THAT_NEEDLE = ("dry_needling", "acupuncture")
# Services with a needle of their own, so that a needle by itself says nothing.
WITH_A_NEEDLE = ("trigger_point_injection", "other_procedure", "drug")


def find_hidden_needling(visit: Visit) -> list[Finding]:
    """Services whose text tells of needling done, where nothing is needled nor 2056x charged.

    One that was taken off the bill hides nothing: no payer pays for it.
    """
    if visit.needled or needling_charges(visit.charged):
        return []
    billed = (each for each in visit.services if each.code.strip() not in visit.left_off)
    return [_hidden(service) for service in billed if _hides_needling(service)]


def _hides_needling(service: Service) -> bool:
    family = family_of(service.code.strip())
    return family not in THAT_NEEDLE and tells_of_needling(
        service.text, bare_needle=family not in WITH_A_NEEDLE
    )


def _hidden(service: Service) -> Finding:
    code = service.code.strip()
    where = f"the text of {code}" if code else "the text of a service"
    return finding(
        "needling-inside-other-code",
        subject=code or "services",
        message=f"Chart the needled muscles and bill needling under its own code: {where} tells of"
        " needling, which no other code may hide.",
        source=SOURCE,
    )
