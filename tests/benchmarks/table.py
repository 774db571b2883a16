"""One line for each thing measured."""

from statistics import median, quantiles

from tests.benchmarks.browser import Answer

COLUMNS = "{:<10}  {:<40}  {:>9}  {:>8}  {:>8}  {:>6}  {:>10}  {}"
HEAD = COLUMNS.format(
    "database", "what", "median ms", "95 % ms", "floor ms", "floors", "statements", "aim"
)


def line(database: str, what: str, floors: list[Answer], answers: list[Answer], aim: str) -> str:
    took = median(answer.milliseconds for answer in answers)
    late = quantiles((answer.milliseconds for answer in answers), n=20)[-1]
    floor = median(answer.milliseconds for answer in floors)
    statements = {answer.statements for answer in answers}
    counted = "–".join(str(each) for each in sorted({min(statements), max(statements)}))
    numbers = [f"{each:.1f}" for each in (took, late, floor, took / floor)]
    return COLUMNS.format(database, what, *numbers, counted, aim).rstrip()
