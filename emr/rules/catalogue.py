"""The muscles that may be charted by name, and the regions and groups that may not.

Source, licence of names and what needs a clinician's review: docs/rules/needling.md#catalogue
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from emr.rules.folding import name_key, words
from emr.rules.tables import rows_of

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


# Words that make a region or group no more exact: "the cervical muscles (left)".
_SIDE_AND_AREA = "l left r right both bilateral area areas region regions general"
_KINDS_AND_LINKS = "belly bellies group groups muscle muscles musculature a an and in of on the"
_IDLE_WORDS = frozenset(f"{_SIDE_AND_AREA} {_KINDS_AND_LINKS}".split())


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
        for row in rows_of("muscles.csv")
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
        for row in rows_of("vague_sites.csv")
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


def _split(value: str) -> tuple[str, ...]:
    return tuple(value.split(";")) if value else ()
