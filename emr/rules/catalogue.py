"""The muscles that may be charted by name, and the regions and groups that may not.

Source, licence of names and what needs a clinician's review: docs/rules/needling.md#catalogue
"""

import csv
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from emr.rules.folding import name_key, words

DATA = Path(__file__).parent / "data"

# From head to foot, as a body map is read.
REGIONS = {
    "head_jaw": "Head and jaw",
    "neck": "Neck",
    "shoulder": "Shoulder and chest",
    "upper_back": "Upper back",
    "arm": "Arm",
    "forearm_hand": "Forearm and hand",
    "lower_back": "Lower back and abdomen",
    "hip_pelvis": "Hip and pelvis",
    "thigh": "Thigh",
    "leg": "Leg",
    "foot": "Foot",
}
REGION_RANK = {region: rank for rank, region in enumerate(REGIONS)}

RISKS = ("none", "neurovascular", "pneumothorax")

SIDE_WORDS = {"r": "right", "l": "left", "right": "right", "left": "left", "both": "both"}

# Words that make a region or group no more exact: "the cervical muscles (left)".
_SIDE_AND_AREA = "l left r right both bilateral area areas region regions general"
_KINDS_AND_LINKS = "belly bellies group groups muscle muscles musculature a an and in of on the"
_IDLE_WORDS = frozenset(f"{_SIDE_AND_AREA} {_KINDS_AND_LINKS}".split())

Side = Literal["right", "left", "both"]


@dataclass(frozen=True, kw_only=True)
class Muscle:
    id: str
    name: str
    anatomical_muscle: str  # id of the muscle that this one is, or is a division of
    division: str  # such as "upper"; empty for the whole muscle
    region: str
    paired: bool
    risk: str
    common: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VagueSite:
    """A region or a group, with the muscles to name in its place."""

    name: str
    why: str
    instead: tuple[str, ...]  # catalogue ids
    source: str


@cache
def muscles() -> tuple[Muscle, ...]:
    """The whole catalogue, region by region from head to foot, then by name."""
    rows = (
        Muscle(
            id=row["id"],
            name=row["name"],
            anatomical_muscle=row["anatomical_muscle"],
            division=row["division"],
            region=row["region"],
            paired=row["paired"] == "yes",
            risk=row["risk"],
            common=row["common"] == "1",
            aliases=_split(row["aliases"]),
        )
        for row in _read("muscles.csv")
    )
    return tuple(sorted(rows, key=lambda each: (REGION_RANK[each.region], each.name)))


@cache
def vague_sites() -> tuple[VagueSite, ...]:
    return tuple(
        VagueSite(
            name=row["name"],
            why=row["why"],
            instead=_split(row["instead"]),
            source=row["source"],
        )
        for row in _read("vague_sites.csv")
    )


def by_id(muscle_id: str) -> Muscle | None:
    """The muscle with exactly this catalogue id."""
    return _muscle_of_id().get(muscle_id)


@lru_cache(maxsize=2048)
def match(name: str) -> Muscle | None:
    """The muscle with this id, name or alias, whatever its case, accents and punctuation."""
    return _muscle_of_key().get(name_key(name))


def is_vague(name: str) -> bool:
    """Whether a name tells a region or a group, or nothing at all, and so no muscle."""
    return match(name) is None and (_gist(name) == "" or vague_site(name) is not None)


@lru_cache(maxsize=2048)
def vague_site(name: str) -> VagueSite | None:
    """The entry for a region or a group; None for anything else."""
    return _vague_site_of_gist().get(_gist(name))


def search(query: str) -> list[tuple[Muscle, Side | None]]:
    """Muscles for a type-ahead, the likeliest first, each with the side that was typed.

    Each word of the query begins a word of the name or of one alias. An `r`, `l`, `right`, `left`
    or `both` in front or at the end is the side; a muscle without sides has None.
    """
    wanted, side = _without_side(words(query))
    if not wanted:
        return []
    found = [
        (rank, each)
        for each, names in _searchable()
        if (rank := _closeness(wanted, names)) is not None
    ]
    found.sort(key=lambda hit: (hit[0], not hit[1].common, hit[1].division != "", hit[1].name))
    return [(each, side if each.paired else None) for _, each in found]


def _without_side(typed: list[str]) -> tuple[list[str], Side | None]:
    if len(typed) > 1:
        if typed[-1] in SIDE_WORDS:
            return typed[:-1], SIDE_WORDS[typed[-1]]
        if typed[0] in SIDE_WORDS:
            return typed[1:], SIDE_WORDS[typed[0]]
    return typed, None


def _closeness(wanted: list[str], names: tuple[list[str], ...]) -> int | None:
    """0 for a whole name or alias, 1 for its start, 2 for words inside; None for no match."""
    best = None
    for name in names:
        if all(any(word.startswith(start) for word in name) for start in wanted):
            if wanted == name:
                return 0
            rank = 1 if name[0].startswith(wanted[0]) else 2
            best = rank if best is None else min(best, rank)
    return best


@cache
def _searchable() -> tuple[tuple[Muscle, tuple[list[str], ...]], ...]:
    return tuple(
        (each, tuple(words(name) for name in (each.name, *each.aliases))) for each in muscles()
    )


@cache
def _muscle_of_id() -> dict[str, Muscle]:
    return {muscle.id: muscle for muscle in muscles()}


@cache
def _muscle_of_key() -> dict[str, Muscle]:
    return {
        name_key(name): each for each in muscles() for name in (each.id, each.name, *each.aliases)
    }


@cache
def _vague_site_of_gist() -> dict[str, VagueSite]:
    return {_gist(each.name): each for each in vague_sites()}


def _gist(name: str) -> str:
    """A name without idle words and plurals: "the hamstring muscles" and "hamstrings" are one."""
    telling = [word for word in words(name) if word not in _IDLE_WORDS]
    return "".join(word.removesuffix("s") if len(word) > 3 else word for word in telling)


def _read(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _split(value: str) -> tuple[str, ...]:
    return tuple(value.split(";")) if value else ()
