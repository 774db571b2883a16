"""Whether a clinician was licensed on the day: what the app asks beyond the contract of `check_visit`.

Sources and our choices: docs/rules/scope.md#licence
"""

from emr.credentials import Credentials
from emr.models import Profession
from emr.rules.findings import STOP_CLAIM, WARN, Finding, Severity, Stops

SOURCE = "docs/rules/scope.md#licence"
WITHOUT_LICENCE = (Profession.STUDENT,)


def find_licence_problems(credentials: Credentials) -> list[Finding]:
    """A licence of the state that is on record and not good on the day stops the claim; none on
    record is a warning, for nothing is known then."""
    provider, state, day = credentials.provider, credentials.state, credentials.day
    if not state or provider.profession in WITHOUT_LICENCE or credentials.valid_licences:
        return []
    name = provider.user.get_full_name()
    of_state = [each for each in credentials.on_file.licences[provider.pk] if each.state == state]
    if not of_state:
        message = f"Put {name}'s {state} licence on record: none is."
        return [_found("licence-not-on-record", WARN, message)]
    ended = max((each.expires_on for each in credentials.licences), default=None)
    if ended is None:
        begins = min(each.issued_on for each in of_state)
        told = f"{name}'s {state} licence began on {begins}"
    else:
        told = f"{name}'s {state} licence ended on {ended}"
    message = f"{told}: enter the one that was good on {day}, for without it no claim can go out."
    return [_found("licence-not-good", STOP_CLAIM, message)]


def _found(code: str, weight: tuple[Severity, Stops | None], message: str) -> Finding:
    severity, stops = weight
    return Finding(
        code=code,
        severity=severity,
        stops=stops,
        subject="provider",
        message=message,
        source=SOURCE,
    )
