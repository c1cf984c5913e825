"""Suggesting our category codes for a source's words. A person checks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from wardmote.core.domain.categories import CategoryTree

CONFIDENT = 85.0
"""Likeness (>=, 0 .. 100) from which a suggestion is written into the mapping."""

CAD_TERMS: dict[str, str] = {
    "medical incident": "medical.other", "medical response": "medical.other",
    "medical": "medical.other", "ems": "medical.other", "assist medics": "medical.other",
    "routine transport": "medical.other", "emergency transport": "medical.other",
    "overdose": "medical.life_threatening", "alarms": "fire.alarm", "alarm": "fire.alarm",
    "waterflow alarm": "fire.alarm", "carbon monoxide alarm": "fire.alarm",
    "structure fire": "fire.structure", "residential structure fire": "fire.structure",
    "outside fire": "fire.outside", "vehicle fire": "fire.vehicle",
    "smoke investigation": "fire.other", "outside smoke investigation": "fire.other",
    "fuel spill": "hazard.chemical", "explosion": "fire.other",
    "fire inspection": "fire.other", "assist fire": "fire.other",
    "water rescue": "help.drowning", "search and rescue": "help.missing_person",
    "extrication entrapped": "help.trapped", "elevator escalator rescue": "help.trapped",
    "gas leak natural and lp gases": "hazard.gas", "odor strange unknown": "hazard.gas",
    "gas leak": "hazard.gas", "gas leak gas odor": "hazard.gas", "unknown odor": "hazard.gas",
    "electrical hazard": "hazard.electric", "hazmat": "hazard.chemical",
    "citizen assist service call": "help.other", "assist citizen": "help.other",
    "citizen assist": "help.other", "public assist": "help.other",
    "accident": "traffic.damage", "motor vehicle collision": "traffic.damage",
    "vehicle collision": "traffic.damage", "traffic collision": "traffic.damage",
    "vehicle collision with injuries": "traffic.injury", "accident with injuries": "traffic.injury",
    "leaving the scene accident": "traffic.hit_and_run", "hit and run": "traffic.hit_and_run",
    "dwi": "traffic.drunk_driving", "dui": "traffic.drunk_driving",
    "careless driving": "traffic.dangerous", "c&i driving": "traffic.dangerous",
    "stalled vehicle": "traffic.breakdown", "traffic hazard": "hazard.road",
    "parking violation": "traffic.parking", "abandoned vehicle": "traffic.parking",
    "traffic stop": "traffic.other", "traffic": "traffic.other",
    "traffic control": "traffic.other", "check traffic lights": "traffic.congestion",
    "larceny": "offence.criminal.theft", "shoplifting": "offence.criminal.theft",
    "stealing": "offence.criminal.theft", "auto theft": "offence.criminal.vehicle_theft",
    "burglary": "offence.criminal.burglary", "robbery": "offence.criminal.robbery",
    "shots fired": "offence.criminal.weapon", "shots heard": "offence.criminal.weapon",
    "fraud": "offence.criminal.fraud", "forgery": "offence.criminal.fraud",
    "arson": "offence.criminal.explosives", "assault": "offence.public_order.assault",
    "harassment": "offence.public_order.harassment",
    "vandalism": "offence.public_order.damage", "property damage": "offence.public_order.damage",
    "disturbance": "offence.public_order.disturbance",
    "disorderly conduct": "offence.public_order.disturbance",
    "peace disturbance": "offence.public_order.noise", "loud noise": "offence.public_order.noise",
    "fireworks": "offence.public_order.noise", "trespass": "offence.public_order.trespass",
    "trespass subject": "offence.public_order.trespass",
    "suspicious person": "offence.public_order.suspicious",
    "suspicious vehicle": "offence.public_order.suspicious",
    "suspicious incident": "offence.public_order.suspicious",
    "check subject": "offence.public_order.suspicious",
    "intoxicated person": "offence.public_order.drunk",
    "domestic": "dispute.family", "civil matter": "dispute.other",
    "keep the peace": "dispute.other", "neighbor dispute": "dispute.neighbour",
    "check the welfare": "help.welfare_check", "welfare check": "help.welfare_check",
    "missing person": "help.missing_person", "lost person": "help.missing_person",
    "found person": "help.missing_person", "lockout": "help.locked_out",
    "animal complaint": "help.animal", "animal bite": "help.animal",
    "found property": "help.found_property", "recover property": "help.found_property",
    "911 checks": "invalid.silent", "911 hang up": "invalid.silent",
    "abandoned call": "invalid.silent", "test": "invalid.test",
}  # fmt: skip
"""How American and British control rooms name their calls."""


@dataclass(frozen=True, slots=True)
class CategorySuggestion:
    """What a source category could be.

    Attributes:
        code: the best code.
        because: the phrase that it resembles.
        likeness: 0 .. 100.
    """

    raw: str
    code: str
    because: str
    likeness: float


def suggest_categories(raws: Iterable[str], tree: CategoryTree) -> dict[str, CategorySuggestion]:
    """The most similar category of the tree for each source category."""
    phrases = _phrases(tree)
    return {raw: _best(raw, phrases) for raw in raws if raw}


def _phrases(tree: CategoryTree) -> list[tuple[str, str]]:
    found = [(term, code) for term, code in CAD_TERMS.items() if code in tree]
    for category in tree.selectable():
        found.append((category.name.en.lower(), category.code))
        found.append((category.name.zh, category.code))
        found.extend((word.lower(), category.code) for word in category.words.en)
        found.extend((word, category.code) for word in category.words.zh)
        found.append((category.code.lower(), category.code))
    return found


def _best(raw: str, phrases: list[tuple[str, str]]) -> CategorySuggestion:
    plain = " ".join("".join(c if c.isalnum() else " " for c in raw.lower()).split())
    best = CategorySuggestion(raw, "", "", 0.0)
    for phrase, code in phrases:
        likeness = _likeness(plain, phrase)
        if likeness > best.likeness:
            best = CategorySuggestion(raw, code, phrase, likeness)
    return best


def _likeness(plain: str, phrase: str) -> float:
    """Likeness of the whole; a phrase inside a longer text counts less, the more is left over."""
    whole = fuzz.token_sort_ratio(plain, phrase)
    ascii_words = phrase.isascii()
    inside = set(phrase.split()) <= set(plain.split()) if ascii_words else phrase in plain
    share = min(1.0, len(phrase) / max(1, len(plain)))
    return max(whole, 60.0 + 40.0 * share) if inside and phrase else whole
