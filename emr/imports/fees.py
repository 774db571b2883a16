"""Rows that are fees: which are new, which take the place of another, and which hold already."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from emr import prices
from emr.imports.columns import FEE_COLUMNS
from emr.imports.patients import SURPLUS
from emr.imports.reading import SheetRow
from emr.imports.values import Misread, read_day
from emr.imports.verdicts import Change, Outcome, Problem, Refusal, Verdict
from emr.models import Fee, Payer, User
from emr.models.fee import A_CODE
from emr.price_forms import MoneyField, check_day
from emr.search import fold

COLUMNS = FEE_COLUMNS
NEEDED = (("code", "amount", "starts_on"),)
WHAT = "fee"
TITLES = {column.key: column.title for column in COLUMNS}
EVERYBODY = "Everybody"
LACKING = {
    "code": "Say which code it is.",
    "amount": "Say what it costs.",
    "starts_on": "Say from which day on it holds.",
}


def judge(
    rows: Sequence[SheetRow], *, file: Sequence[SheetRow], lock: bool = False
) -> list[Verdict]:
    """What each row comes to; repeats within the file are not looked at here.

    `file` are all its rows: a fee for everybody that is written first keeps a payer's own from
    reaching back.
    """
    if lock:
        prices.one_at_a_time()
    payers = KnownPayers()
    read = [_read(row, payers) for row in rows]
    fees = KnownFees({each["code"] for each in read if isinstance(each, dict)}, file=file)
    return [
        each if isinstance(each, Verdict) else _judge(row, each, fees)
        for row, each in zip(rows, read, strict=True)
    ]


# What the cells say


class KnownPayers:
    """The payers that are offered, by name without case and accents."""

    def __init__(self) -> None:
        self.by_name = defaultdict(list)
        for payer in Payer.objects.filter(active=True):
            self.by_name[fold(payer.name)].append(payer)

    def find(self, cell: str) -> Payer | None:
        if not cell:
            return None
        found = self.by_name.get(fold(cell), [])
        if not found:
            raise Refusal("payer", "No payer has this name. Write it as on the payers page.")
        if len(found) > 1:
            raise Refusal("payer", "Several payers have this name. Rename one of them first.")
        return found[0]


def _read(row: SheetRow, payers: KnownPayers) -> dict | Verdict:
    """The fee that a row says; or all that is wrong with it."""
    cells = {key: row.cells.get(key, "") for key in TITLES}
    verdict = Verdict(
        line=row.line,
        outcome=Outcome.REFUSED,
        who=" · ".join(filter(None, [cells["code"].upper(), cells["payer"] or EVERYBODY])),
    )
    if row.surplus:
        return verdict.refused(Problem(column="", sentence=SURPLUS))
    facts, problems = {}, []
    try:
        facts["payer"] = payers.find(cells["payer"])
    except Refusal as refusal:
        problems.append(Problem(column=TITLES["payer"], sentence=refusal.sentence))
    for key, reader in READERS.items():
        try:
            facts[key] = _value(key, cells[key], reader)
        except Misread as error:
            problems.append(Problem(column=TITLES[key], sentence=str(error)))
        except ValidationError as error:
            problems.append(Problem(column=TITLES[key], sentence=" ".join(error.messages)))
    return verdict.refused(*problems) if problems else facts


def _value(key: str, cell: str, reader):
    if not cell:
        raise Misread(LACKING[key])
    return reader(cell)


def _code(cell: str) -> str:
    A_CODE(cell.upper())
    return cell.upper()


def _amount(cell: str) -> Decimal:
    return MoneyField().clean(cell)


def _first_day(cell: str) -> date:
    return check_day(read_day(cell))


READERS = {"code": _code, "amount": _amount, "starts_on": _first_day}


# What is on record


class KnownFees:
    """Every fee of some codes, the oldest first, in one question."""

    def __init__(self, codes: set[str], *, file: Sequence[SheetRow]) -> None:
        self.file = file
        self.rows: dict[tuple[int | None, str], list[Fee]] = defaultdict(list)
        if codes:
            for fee in Fee.objects.filter(code__in=codes).order_by("starts_on", "pk"):
                self.rows[fee.payer_id, fee.code].append(fee)

    def of(self, said: dict) -> list[Fee]:
        """Those that the new one would follow."""
        return self.rows[said["payer"] and said["payer"].pk, said["code"]]

    def charged(self, said: dict) -> bool:
        """Whether anything was charged for the code before: by this fee's row, or by everybody's."""
        return bool(self.of(said) or self.rows[None, said["code"]])

    def comes_after_everybody(self, row: SheetRow, code: str) -> bool:
        """Whether a row before this one sets the code's fee for everybody."""
        return any(
            each.line < row.line
            and not each.cells.get("payer", "")
            and each.cells.get("code", "").upper() == code
            for each in self.file
        )


def _judge(row: SheetRow, said: dict, fees: KnownFees) -> Verdict:
    payer, code, day = said["payer"], said["code"], said["starts_on"]
    who = f"{code} · {payer or EVERYBODY}"
    verdict = Verdict(line=row.line, outcome=Outcome.REFUSED, who=who)
    before = [fee for fee in fees.of(said) if fee.starts_on <= day]
    holding = before[-1] if before and _holds(before[-1], day) else None
    later = fees.of(said)[len(before) :]
    try:
        outcome = _outcome(said, holding, later)
        if outcome != Outcome.SAME:
            _refuse_the_past(row, said, fees)
    except Refusal as refusal:
        return verdict.refused(
            Problem(column=TITLES.get(refusal.column, ""), sentence=refusal.sentence)
        )
    changes = ()
    if outcome == Outcome.CHANGED:
        becomes = f"{_money(said['amount'])} from {day}"
        was = f"{_money(holding.amount)} from {holding.starts_on}"
        changes = (Change(title=TITLES["amount"], was=was, becomes=becomes),)
    shown = holding if outcome == Outcome.SAME else Fee(**said)
    return Verdict(
        line=row.line,
        outcome=outcome,
        who=who,
        about=f"{_money(shown.amount)} from {shown.starts_on}",
        record=holding and holding.pk,
        changes=changes,
        facts=said,
        keys=(("fee", payer and payer.pk, code),),
    )


def _holds(fee: Fee, day: date) -> bool:
    return fee.ends_on is None or day <= fee.ends_on


def _outcome(said: dict, holding: Fee | None, later: list[Fee]) -> Outcome:
    goes_on = holding is not None and holding.ends_on is None
    if goes_on and holding.amount == said["amount"]:
        return Outcome.SAME
    if later:
        raise Refusal(
            "starts_on",
            f"Another fee is set from {later[0].starts_on} on. Give a first day after that one, or"
            " take that one back first.",
        )
    return Outcome.CHANGED if holding else Outcome.NEW


def _refuse_the_past(row: SheetRow, said: dict, fees: KnownFees) -> None:
    """As `prices.set_fee` will, so that the preview does not promise what it refuses."""
    day, today = said["starts_on"], timezone.localdate()
    if day >= today:
        return
    if fees.charged(said):
        raise Refusal(
            "starts_on",
            "Past visits keep what they cost, and there was a fee for this before. Give a first day"
            " from today on.",
        )
    if day.year < today.year:
        raise Refusal(
            "starts_on", "A first fee reaches back to the first of January of this year at most."
        )
    if said["payer"] and fees.comes_after_everybody(row, said["code"]):
        raise Refusal(
            "starts_on",
            "A line above sets this code for everybody. Put a payer's own fee that reaches back"
            " before it.",
        )


def _money(amount: Decimal) -> str:
    return f"${amount:,.2f}"


# Writing


def write(verdict: Verdict, *, by: User) -> None:
    prices.set_fee(by=by, **verdict.facts)
