"""Who did something, in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import wardmote
from wardmote.operations.people.actors import ACTOR_WORDS, actor_names
from wardmote.operations.people.models import Account

SOURCE = Path(wardmote.__file__).parent


def test_every_actor_that_the_code_names_has_words() -> None:
    written = {
        actor
        for module in SOURCE.rglob("*.py")
        for actor in re.findall(r'"((?:rule|outside):[a-z-]+)"', module.read_text("utf-8"))
    }
    assert "rule:recommend" in written
    assert written <= set(ACTOR_WORDS)


@pytest.mark.django_db
def test_people_are_named_and_rules_put_into_words_in_both_languages() -> None:
    Account.objects.create_user(username="lin", staff_id="s7", name_zh="小林", name_en="Lin")
    actors = ["s7", "rule:recommend", "outside:records", ""]
    chinese, english = actor_names(actors, "zh-hans"), actor_names(actors, "en")
    assert chinese == {
        "s7": "小林",
        "rule:recommend": "派警推荐规则",
        "outside:records": "所回放的历史记录",
    }
    assert english == {
        "s7": "Lin",
        "rule:recommend": "Recommendation rules",
        "outside:records": "The records replayed",
    }


@pytest.mark.django_db
def test_an_unknown_rule_or_system_is_named_as_one_and_unknown_people_are_left_out() -> None:
    actors = ["rule:night", "outside:city-hall", "s404"]
    assert actor_names(actors, "en") == {
        "rule:night": "Rule “night”",
        "outside:city-hall": "Other system “city-hall”",
    }
    assert actor_names(actors, "zh-hans")["rule:night"] == "规则“night”"
