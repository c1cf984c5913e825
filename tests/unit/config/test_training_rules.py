"""The rules of a real place, put in force in a training room."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, SMALL_PLACE, WEST

from wardmote.config.training_home import RulesTaken, _put_in_force
from wardmote.core.domain.areas import EVERYWHERE
from wardmote.core.domain.duty_level import AreaRule, area_rules
from wardmote.core.domain.permissions import Role, RoleInArea, Viewer
from wardmote.operations.places.configuration import rules_now
from wardmote.operations.places.models import RulesInForce
from wardmote.operations.places.selectors import area_rule, forget
from wardmote.operations.places.services import load_places, put_area_rules

TRAINER = Viewer("rule:training", (RoleInArea(Role.ADMINISTRATOR, EVERYWHERE),))


@pytest.fixture(autouse=True)
def place(db: None) -> None:
    forget()
    load_places(SMALL_PLACE)
    forget()


@pytest.mark.parametrize("levels", [(), (AreaRule(EAST, "level_1", 1, None, 50),)])
def test_what_a_duty_level_changed_is_taken_over_also_when_it_has_ended(
    levels: tuple[AreaRule, ...],
) -> None:
    with transaction.atomic():
        put_area_rules(area_rules(levels), actor="chief", now_s=NOW_S)
    taken = [RulesTaken(one.kind, one.version, one.data) for one in rules_now(NOW_S)]
    assert "area_rules" in {one.kind for one in taken}
    RulesInForce.objects.all().delete()
    forget()
    with transaction.atomic():
        for one in taken:
            _put_in_force(TRAINER, one, NOW_S)
    forget()
    there = area_rule(EAST, NOW_S)
    assert (there and there.timers_percent) == (50 if levels else None)
    assert area_rule(WEST, NOW_S) is None
    assert area_rule(COUNTY, NOW_S) is None
