"""Where the needles went: entries of a note as muscles on sides, each once and in a fixed order.

How names match and sides are read: docs/rules/needling.md#names-and-sides
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from emr.rules.catalogue import REGION_RANK, is_vague, match, muscles
from emr.rules.folding import name_key, rationale_key, says_something

VAGUE = "vague"
NO_SIDE = "no side"
WHY_UNCOUNTED = {
    VAGUE: "does not count: it names no muscle",
    NO_SIDE: "does not count: it has no side",
}

UNNAMED = "unnamed site"

SIDES_OF = {"both": ("right", "left")}
SIDE_RANK = {"right": 0, "left": 1, "midline": 2, "": 3}
SIDE_MARK = {"right": "R ", "left": "L "}


class Entry(Protocol):
    """What an entry needs to be found a site: needlings also have needles and a rationale."""

    muscle: str
    side: str


@dataclass(frozen=True, kw_only=True)
class NamedMuscle:
    """A name as the count sees it."""

    key: str  # one for all spellings
    muscle_id: str  # "" outside the catalogue
    anatomical_key: str
    anatomical_name: str
    division: str
    region_rank: int
    paired: bool
    vague: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Site:
    """One muscle on one side, with all that several entries said of it."""

    named: NamedMuscle
    name: str
    side: str
    needles: int
    rationales: frozenset[str]

    @property
    def label(self) -> str:
        return SIDE_MARK.get(self.side, "") + self.name

    @property
    def fault(self) -> str:
        """Why it cannot count; empty when it can."""
        if self.named.vague:
            return VAGUE
        return NO_SIDE if self.named.paired and self.side not in SIDE_MARK else ""

    @property
    def muscle_id(self) -> str:
        return self.named.muscle_id

    @property
    def anatomical_name(self) -> str:
        return self.named.anatomical_name or self.name

    @property
    def division(self) -> str:
        return self.named.division

    def unit_key(self, sides_count_apart: bool) -> tuple[str, str]:
        """The counting unit; the key of a faulty site never equals that of a good one."""
        if self.fault:
            return self.fault, self.named.key
        return self.named.anatomical_key, self.side if sides_count_apart else ""


def sites_of(entries: Iterable[Entry]) -> tuple[Site, ...]:
    """The entries as sites: by region, name and side, so that their order never matters."""
    gathered: dict[tuple[str, str], list[tuple[NamedMuscle, str, int, str]]] = {}
    for entry in entries:
        named = identify(entry.muscle)
        name = display_name(entry.muscle)
        needles = getattr(entry, "needles", 0)
        rationale = rationale_key(getattr(entry, "rationale", ""))
        for side in SIDES_OF.get(entry.side, (entry.side,)):
            key = (named.key, _side_kept(named, side))
            gathered.setdefault(key, []).append((named, name, needles, rationale))
    sites = [
        Site(
            named=said[0][0],
            name=min(name for _, name, _, _ in said),
            side=side,
            needles=sum(needles for _, _, needles, _ in said),
            rationales=frozenset(rationale for *_, rationale in said if rationale),
        )
        for (_, side), said in gathered.items()
    ]
    return tuple(sorted(sites, key=_place_in_list))


@lru_cache(maxsize=2048)
def identify(name: str) -> NamedMuscle:
    """A name of the catalogue, of a region, or else of a paired muscle of its own."""
    muscle = match(name)
    if muscle:
        return NamedMuscle(
            key=muscle.id,
            muscle_id=muscle.id,
            anatomical_key=muscle.anatomical_muscle,
            anatomical_name=_anatomical_names()[muscle.anatomical_muscle],
            division=muscle.division,
            region_rank=REGION_RANK[muscle.region],
            paired=muscle.paired,
            vague=False,
        )
    own_key = f"other: {name_key(name)}"  # no id has a colon, so no row is met by chance
    return NamedMuscle(
        key=own_key,
        muscle_id="",
        anatomical_key=own_key,
        anatomical_name="",
        division="",
        region_rank=len(REGION_RANK),
        paired=True,
        vague=is_vague(name),
    )


@lru_cache(maxsize=2048)
def display_name(name: str) -> str:
    """The catalogue's name as within a sentence; another name as it was typed."""
    muscle = match(name)
    if muscle:
        return in_sentence(muscle.name)
    return " ".join(name.split()) if says_something(name) else UNNAMED


def in_sentence(name: str) -> str:
    return name[0].lower() + name[1:]


@cache
def _anatomical_names() -> dict[str, str]:
    """The name of each anatomical muscle: of the undivided row, or the id where there is none."""
    names = {each.anatomical_muscle: each.anatomical_muscle.replace("-", " ") for each in muscles()}
    return names | {each.id: in_sentence(each.name) for each in muscles() if each.id in names}


def _side_kept(named: NamedMuscle, side: str) -> str:
    if not named.paired:
        return "midline"
    return side if side in SIDE_MARK else ""


def _place_in_list(site: Site) -> tuple[int, str, str, int]:
    return site.named.region_rank, site.name.casefold(), site.named.key, SIDE_RANK[site.side]
