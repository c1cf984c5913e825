"""``/api/vocabulary``, ``/api/categories``, ``/api/standards``: the words and rules in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wardmote.core.domain.categories import Category, CategoryTree
from wardmote.core.domain.codes import CODES, CODES_VERSION, CodeList
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.positions import STALE_AFTER_S
from wardmote.core.domain.standards import (
    SHIPPED_STANDARDS,
    Objective,
    ResponseStandard,
    Tier,
    dump_standard,
)
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.web.api.answers import answer
from wardmote.web.api.names import codes_json, name_json
from wardmote.web.api.schemas.common import answers
from wardmote.web.api.schemas.vocabulary import CategoriesOut, StandardsOut, VocabularyOut

router = Router(tags=["vocabulary"])

_NOT_REASONS = (
    CodeList.DISPOSITION,
    CodeList.FEEDBACK,
    CodeList.UNIT_KIND,
    CodeList.CHANNEL,
    CodeList.PURPOSE,
    CodeList.PREMISE_NOTE,
)


@router.get("/vocabulary", response=answers((200, VocabularyOut)), summary="Words for pages")
def vocabulary(request: HttpRequest) -> HttpResponse:
    """Categories, codes, the response standard and the kinds of units."""
    now_s = clock.now_s()
    tree = places.categories_in_force(now_s)
    standard = places.standard_in_force(now_s)
    rules = places.area_rules_in_force(now_s)
    duty = [rules.version] if rules is not None and rules.areas else []
    return answer(
        {
            "version": "+".join([tree.version, CODES_VERSION, standard.version, *duty]),
            "categories": categories_json(tree),
            "dispositions": codes_json(CODES[CodeList.DISPOSITION]),
            "reasons": {
                one.value: codes_json(CODES[one]) for one in CodeList if one not in _NOT_REASONS
            },
            "feedback": codes_json(CODES[CodeList.FEEDBACK]),
            "purposes": codes_json(CODES[CodeList.PURPOSE]),
            "standard": standard_json(standard),
            "area_standards": [
                {
                    "area": one.area,
                    "standard": standard_json(places.standard_in_force(now_s, one.area)),
                }
                for one in ([] if rules is None else rules.in_order)
            ],
            "unit_kinds": codes_json(CODES[CodeList.UNIT_KIND]),
            "stale_after_s": STALE_AFTER_S,
        }
    )


@router.get("/categories", response=answers((200, CategoriesOut)), summary="The category tree")
def categories(request: HttpRequest) -> HttpResponse:
    """The category tree in force, parents before their children."""
    tree = places.categories_in_force(clock.now_s())
    return answer({"version": tree.version, "categories": categories_json(tree)})


@router.get("/standards", response=answers((200, StandardsOut)), summary="Response standards")
def standards(request: HttpRequest) -> HttpResponse:
    """The standard in force and those that are shipped, as data."""
    return answer(
        {
            "in_force": dump_standard(places.standard_in_force(clock.now_s())),
            "shipped": [dump_standard(one) for one in SHIPPED_STANDARDS],
        }
    )


def categories_json(tree: CategoryTree) -> list[dict[str, Any]]:
    """The categories in the tree's order."""
    return [_category_json(category) for category in tree.categories]


def _category_json(category: Category) -> dict[str, Any]:
    return {
        "code": category.code,
        "parent": category.parent,
        "name": name_json(category.name),
        "priority": int(category.priority),
        "words": [*category.words.zh, *category.words.en],
        "selectable": category.selectable,
    }


def standard_json(standard: ResponseStandard) -> dict[str, Any] | None:
    """The arrival objective with its tiers written out; None when there is none.

    A tier with several place classes, priorities or kinds becomes one line for each combination.
    Tiers for some categories alone are left out: the page cannot tell them.
    """
    objective = standard.arrival
    if objective is None:
        return None
    return {
        "id": standard.code,
        "name": name_json(standard.name),
        "version": standard.version,
        "start": objective.start.value,
        "stop": objective.stop.value,
        "tiers": [line for tier in objective.tiers for line in _tier_lines(tier, objective)],
    }


def _tier_lines(tier: Tier, objective: Objective) -> list[dict[str, Any]]:
    if tier.categories:
        return []
    place_classes: list[PlaceClass | None] = [*sorted(tier.place_classes)] or [None]
    priorities: list[Priority | None] = [*sorted(tier.priorities)] or [None]
    kinds: list[str | None] = [*sorted(tier.kinds)] or [None]
    return [
        {
            "place_class": None if place_class is None else place_class.value,
            "priority": None if priority is None else int(priority),
            "force": kind,
            "target_s": tier.target_s,
            "percentile": objective.percentile / 100.0,
            "name": name_json(tier.name),
        }
        for place_class in place_classes
        for priority in priorities
        for kind in kinds
    ]
