"""What was charted → facts, as the rules take them; alone, and beside what stands for the visit."""

from dataclasses import replace
from datetime import date

from consent.review import Standing
from emr.models import Practice
from emr.rules import completeness, facts, needling
from emr.rules.low_back import meets_low_back_benefit
from notes import content as note_content
from notes.low_back import low_back_of
from notes.needled_visits import regions_of


def policy_of(practice: Practice) -> needling.CountingPolicy:
    return needling.CountingPolicy(
        sides_count_apart=practice.sides_count_apart, divisions=practice.divisions
    )


def needlings_of(sites: list[dict]) -> tuple[needling.Needling, ...]:
    return tuple(
        needling.Needling(
            muscle=site["muscle"] or site["name"],
            side=site["side"],
            needles=site["needles"] or 0,
            rationale=site["rationale"],
        )
        for site in sites
    )


def injections_of(injections: list[dict]) -> tuple[needling.Injection, ...]:
    return tuple(
        needling.Injection(
            muscle=each["muscle"] or each["name"], side=each["side"], drug=each["drug"]
        )
        for each in injections
    )


def facts_of_content(content: dict, *, practice: Practice, day: date, signed: bool) -> facts.Visit:
    """What was charted, as the rules take it; without what stands for the visit besides."""
    return facts.Visit(
        date_of_service=day,
        practice=facts.Practice(
            sides_count_apart=practice.sides_count_apart,
            divisions=practice.divisions,
            modifier_for_distinct_muscles=practice.modifier_for_distinct_muscles,
        ),
        needled=needlings_of(content["sites"]),
        injected=injections_of(content["injections"]),
        services=tuple(
            facts.Service(code=each["code"], minutes=each["minutes"], text=each["text"])
            for each in content["services"]
        ),
        diagnoses=tuple(each["code"] for each in content["diagnoses"]),
        note=_note_facts(content, signed=signed),
    )


def count_of(asked: facts.Visit) -> needling.Count:
    return needling.count_muscles(
        asked.needled,
        policy=asked.practice.counting,
        date_of_service=asked.date_of_service,
        injected=asked.injected,
    )


def beside_what_stands(
    asked: facts.Visit, content: dict, *, standing: Standing
) -> tuple[facts.Visit, Standing]:
    """The facts of what was charted with those of the visit, and what stands for just that: for its
    code, its regions of the body, and Medicare's low-back benefit where it claims that."""
    charted = [site["muscle"] for site in content["sites"]]
    standing = standing.for_code(
        count_of(asked).suggested_code, regions=regions_of(charted) if charted else None
    )
    blocks = standing.facts()
    asked = replace(
        asked,
        practice=replace(asked.practice, fees=standing.fees),
        low_back=low_back_of(content, standing=standing),
        **blocks
        | {"patient": replace(blocks["patient"], low_back_weeks=content["low_back_weeks"])},
    )
    if meets_low_back_benefit(asked):
        standing = standing.under_low_back_benefit()
    return asked, standing


def _note_facts(content: dict, *, signed: bool) -> completeness.NoteFacts:
    put_in, taken_out = note_content.needles_in_and_out(content)
    twitches = [site["twitch"] for site in content["sites"]]
    recorded = bool(twitches) and None not in twitches
    return completeness.NoteFacts(
        functional_limitation=content["functional_limitation"],
        goal=content["goal"],
        trigger_point_findings=note_content.trigger_point_findings(content),
        medical_necessity=content["medical_necessity"],
        technique=content["technique"],
        tolerance=content["tolerance"],
        pain_before=content["pain_before"],
        pain_after=content["pain_after"],
        measures=tuple(
            completeness.Measure(
                name=each["name"], before=each["before"] or None, after=each["after"] or None
            )
            for each in content["measures"]
        ),
        needles_in=put_in,
        needles_out=taken_out,
        twitch_response=any(twitches) if recorded else None,
        retained_needle_reported=any(
            each["kind"] == "retained_needle" for each in content["reactions"]
        ),
        contraindications_screened=content["contraindications_screened"],
        signed=signed,
    )
