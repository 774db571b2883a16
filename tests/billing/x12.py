"""What pyx12 finds wrong with a file: its own functions in this process, without an acknowledgement.

Its script would also write a 999, which cannot be made for an 835.
"""

import io
import json

from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document


def errors_of(text: str) -> list[str]:
    """Every error with its segment and line; none if the file is accepted."""
    report = io.StringIO()
    accepted = x12n_document(
        ParamsBase(), io.StringIO(text), fd_997=None, fd_html=None, fd_json=report
    )
    errors = list(_errors(json.loads(report.getvalue() or "{}"), place=""))
    return errors or ([] if accepted else ["not accepted"])


def _errors(node: dict, *, place: str):
    place = f"{node['seg_id']} in line {node['cur_line']}" if "seg_id" in node else place
    for error in node.get("errors", []):
        yield f"{place}: {error['err_str']}".removeprefix(": ")
    for name in ("interchanges", "groups", "transactions", "segments", "elements"):
        for child in node.get(name, []):
            yield from _errors(child, place=place)


def segments_of(text: str, name: str) -> list[str]:
    """The segments of one name, in order, without their ends."""
    lines = [line.removesuffix("~") for line in text.splitlines()]
    return [line for line in lines if line.split("*")[0] == name]
