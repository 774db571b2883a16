from collections import Counter

import pytest

from emr.rules import catalogue
from emr.rules.catalogue import (
    RISKS,
    by_id,
    is_vague,
    match,
    muscles,
    vague_site,
    vague_sites,
)
from emr.rules.folding import name_key


def test_ids_are_unique():
    assert [each for each, times in Counter(m.id for m in muscles()).items() if times > 1] == []


def test_regions_and_risks_are_known():
    assert {m.region for m in muscles()} == set(catalogue.REGIONS)
    assert {m.risk for m in muscles()} == set(RISKS)


def test_an_anatomical_muscle_is_a_row_or_shared_by_several_divisions():
    ids = {m.id for m in muscles()}
    shared = Counter(m.anatomical_muscle for m in muscles())

    assert [
        m.id
        for m in muscles()
        if m.anatomical_muscle not in ids and shared[m.anatomical_muscle] < 2
    ] == []


def test_a_whole_muscle_is_its_own_anatomical_muscle_and_a_division_is_not():
    assert [m.id for m in muscles() if (m.id == m.anatomical_muscle) != (m.division == "")] == []


def test_divisions_of_one_muscle_have_different_names():
    named = Counter((m.anatomical_muscle, m.division) for m in muscles())

    assert [each for each, times in named.items() if times > 1] == []


def test_divisions_are_paired_as_their_muscle_is():
    paired = {m.id: m.paired for m in muscles()}

    assert [m.id for m in muscles() if m.paired != paired[m.anatomical_muscle]] == []


def test_no_name_or_alias_means_two_muscles():
    owners = {}
    for muscle in muscles():
        for name in (muscle.id, muscle.name, *muscle.aliases):
            owners.setdefault(name_key(name), set()).add(muscle.id)

    assert {key: ids for key, ids in owners.items() if len(ids) > 1 or not key} == {}


def test_muscles_stand_by_region_from_head_to_foot_then_by_name():
    regions = list(catalogue.REGIONS)
    order = [(regions.index(m.region), m.name) for m in muscles()]

    assert order == sorted(order)


def test_no_vague_site_is_a_muscle():
    assert [site.name for site in vague_sites() if match(site.name)] == []


def test_every_vague_site_is_complete_and_offers_known_muscles():
    ids = {m.id for m in muscles()}

    assert [s.name for s in vague_sites() if not (s.name and s.why and s.source)] == []
    assert [s.name for s in vague_sites() if not ids.issuperset(s.instead)] == []


def test_every_vague_site_stands_once():
    assert [site.name for site in vague_sites() if vague_site(site.name) is not site] == []


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("upper-trapezius", "upper-trapezius"),
        ("Upper trapezius", "upper-trapezius"),
        ("  UPPER   TRAPEZIUS. ", "upper-trapezius"),
        ("upper trápezius", "upper-trapezius"),
        ("biceps brachii (long head)", "biceps-brachii-long-head"),
        ("UT", "upper-trapezius"),
        ("T.F.L.", "tensor-fasciae-latae"),
        ("lats", "latissimus-dorsi"),
        ("plantaris", None),
        ("", None),
        ("…", None),
    ],
)
def test_a_name_matches_whatever_its_spelling(name, id):
    found = match(name)

    assert (found and found.id) == id


@pytest.mark.parametrize(
    ("id", "name"), [("soleus", "Soleus"), ("Soleus", None), ("UT", None), ("", None)]
)
def test_an_id_is_found_as_it_is_written_and_no_other_way(id, name):
    found = by_id(id)

    assert (found and found.name) == name


@pytest.mark.parametrize(
    "name",
    [
        "upper back",
        "Upper-Back muscles",
        "cervical paraspinals",
        "the cervical paraspinals (left)",
        "hamstrings",
        "Hamstring",
        "HAMSTRING MUSCLES",
        "rotator cuff",
        "glutes",
        "gluteals",
        "quads",
        "paraspinals",
        "various muscles",
        "muscles",
        "left",
        "",
        " .. ",
    ],
)
def test_a_region_a_group_or_nothing_is_vague(name):
    assert is_vague(name)


@pytest.mark.parametrize("name", ["UT", "Trapezius", "lats", "lateral hamstring", "plantaris"])
def test_a_muscle_is_not_vague_in_the_catalogue_or_out_of_it(name):
    assert not is_vague(name)
