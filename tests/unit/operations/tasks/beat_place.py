"""A beat for tests of tasks: villages, an officer, two assistants, a chief, with their accounts."""

from __future__ import annotations

import datetime

from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.task import TaskKind, TaskPlace, TaskRequest, TaskSource
from wardmote.core.domain.task_form import FieldKind, FormField, TaskForm
from wardmote.core.domain.text import Bilingual

VILLAGE = AreaId("430521101001")
OTHER_VILLAGE = AreaId("430521101002")
FAR_VILLAGE = AreaId("430521102001")
DAY = datetime.date(2026, 11, 18)
NAME = Bilingual("走访", "Visit")
PLACE = TaskPlace("key_place", "k1", Bilingual("实验学校", "School"), 111.12, 27.02, 150.0)
FORM = TaskForm((FormField("seen", NAME, FieldKind.TICK, required=True),))

ASSISTANT = viewer((Role.VILLAGE_ASSISTANT, VILLAGE), staff="a1")
SECOND = viewer((Role.VILLAGE_ASSISTANT, EAST), staff="a2")
OFFICER = viewer((Role.COMMUNITY_OFFICER, EAST), staff="o1")
CHIEF = viewer((Role.STATION_CHIEF, COUNTY), staff="c1")
INSPECTOR = viewer((Role.INSPECTOR, COUNTY), staff="i1")
STAFF = (ASSISTANT, SECOND, OFFICER, CHIEF, INSPECTOR)


def request(code: str = "1", **changed: object) -> TaskRequest:
    """A task of the assistant's for today, open now, at the school."""
    fields: dict[str, object] = {
        "rule": "test",
        "source": TaskSource("test", code),
        "kind": TaskKind.VISIT,
        "title": NAME,
        "area": VILLAGE,
        "day": DAY,
        "opens_s": NOW_S - 3_600.0,
        "due_s": NOW_S + 3_600.0,
        "place": PLACE,
        "form": FORM,
        **changed,
    }
    return TaskRequest(**fields)  # type: ignore[arg-type]  # fields by name
