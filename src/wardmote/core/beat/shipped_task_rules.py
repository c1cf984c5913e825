"""Task rules that hold until a deployment changes them: the rhythm of a beat, and follow-ups.

A deployment's own version of a code replaces the shipped one; switched off, it makes nothing.
"""

from __future__ import annotations

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.recurrence import OnDayOff, Recurrence, RecurrenceKind
from wardmote.core.domain.task import TaskKind
from wardmote.core.domain.task_form import Choice, FieldKind, FormField, TaskForm
from wardmote.core.domain.task_rule import (
    AfterEvent,
    Due,
    DueKind,
    PlacesKind,
    TaskRule,
    Trigger,
    Where,
)
from wardmote.core.domain.text import Bilingual

_VILLAGES = Where(PlacesKind.DIVISIONS, level="village")
_TOWNS = Where(PlacesKind.DIVISIONS, level="town")
_ASSISTANT, _OFFICER, _CHIEF = (
    Office.VILLAGE_ASSISTANT,
    Office.COMMUNITY_OFFICER,
    Office.STATION_CHIEF,
)
_FOUND = FormField(
    "found",
    Bilingual("发现情况", "What was found"),
    FieldKind.CHOICE,
    required=True,
    choices=(
        Choice("nothing", Bilingual("无异常", "Nothing amiss")),
        Choice("hazard", Bilingual("有隐患，已上报", "A hazard, reported")),
        Choice("dispute", Bilingual("有纠纷，需调解", "A dispute that needs mediation")),
        Choice("help", Bilingual("有人求助", "Somebody asks for help")),
    ),
)
_NOTE = FormField(
    "note", Bilingual("备注（不写个人信息）", "Note (nothing personal)"), FieldKind.TEXT
)
_PICTURES = FormField("photos", Bilingual("照片", "Photos"), FieldKind.PHOTO)
_PRESENT = FormField(
    "present", Bilingual("参加人数", "How many came"), FieldKind.NUMBER, least=0, most=10_000
)
_ROUND = TaskForm((_FOUND, _NOTE, _PICTURES))
_PREMISES = TaskForm(
    (
        FormField("exits", Bilingual("疏散通道畅通", "Escape routes are clear"), FieldKind.TICK),
        FormField("guards", Bilingual("值守人员在岗", "Guards are at their posts"), FieldKind.TICK),
        FormField(
            "equipment", Bilingual("防护装备齐全有效", "Protective equipment works"), FieldKind.TICK
        ),
        _FOUND,
        _NOTE,
        _PICTURES,
    )
)
_GATHERING = TaskForm((_PRESENT, _NOTE, _PICTURES))
_SETTLED = TaskForm(
    (
        FormField(
            "settled",
            Bilingual("回访结果", "How things stand"),
            FieldKind.CHOICE,
            required=True,
            choices=(
                Choice("settled", Bilingual("已平息", "Settled")),
                Choice("again", Bilingual("又起争执", "It flared up again")),
                Choice("away", Bilingual("未遇见", "Nobody met")),
            ),
        ),
        _NOTE,
    )
)


def _monthly(nth: int) -> Recurrence:
    return Recurrence(RecurrenceKind.WORKING_DAY_OF_MONTH, days=(nth,))


SHIPPED_TASK_RULES: tuple[TaskRule, ...] = (
    TaskRule(
        "village_round", Bilingual("村（社区）走巡", "Round of the village"), TaskKind.VISIT,
        _ASSISTANT, 60, where=_VILLAGES,
        recurrence=Recurrence(RecurrenceKind.EVERY_WORKING_DAYS, every=4, in_turn=True),
        purpose=Bilingual(
            "走一遍主要道路和公共场所，听取群众反映，发现隐患。",
            "Walk the main roads and public places, hear what residents say, find hazards.",
        ),
        form=_ROUND, due=Due(DueKind.WORKING_DAYS, 1), of_use_days=7,
    ),
    TaskRule(
        "premises_check", Bilingual("重点场所检查", "Check of a key place"), TaskKind.INSPECTION,
        _OFFICER, 40, where=Where(PlacesKind.KEY_PLACES),
        recurrence=Recurrence(RecurrenceKind.EVERY_WORKING_DAYS, every=20, in_turn=True),
        purpose=Bilingual(
            "检查学校、医院、市场等场所的安全防范。",
            "See to safety at schools, hospitals, markets and the like.",
        ),
        form=_PREMISES, due=Due(DueKind.WORKING_DAYS, 3), of_use_days=14, needs_officer=True,
    ),
    TaskRule(
        "publicity_day", Bilingual("防骗与安全宣传", "Publicity: fraud and safety"),
        TaskKind.PUBLICITY, _ASSISTANT, 90, where=_VILLAGES,
        recurrence=Recurrence(
            RecurrenceKind.DAY_OF_MONTH, days=(10,), on_day_off=OnDayOff.NEXT_WORKING
        ),
        purpose=Bilingual(
            "在人多的地方讲防诈骗、防火、交通安全。",
            "Where people meet, speak about fraud, fire and road safety.",
        ),
        form=_GATHERING, due=Due(DueKind.WORKING_DAYS, 2), of_use_days=10,
    ),
    TaskRule(
        "monthly_analysis", Bilingual("月度分析研判", "Monthly analysis"), TaskKind.MEETING,
        _CHIEF, 120, where=_TOWNS, recurrence=_monthly(2),
        purpose=Bilingual(
            "分析上月警情、纠纷和隐患，定下本月重点。",
            "Go through last month's calls, disputes and hazards; settle what this month is about.",
        ),
        form=_GATHERING, due=Due(DueKind.WORKING_DAYS, 1),
    ),
    TaskRule(
        "monthly_hand_out", Bilingual("月度任务部署", "Monthly hand-out of tasks"),
        TaskKind.MEETING, _CHIEF, 60, where=_TOWNS, recurrence=_monthly(3),
        form=_GATHERING, due=Due(DueKind.WORKING_DAYS, 1),
    ),
    TaskRule(
        "monthly_training", Bilingual("月度跟班培训", "Monthly training"), TaskKind.MEETING,
        _CHIEF, 120, where=_TOWNS, recurrence=_monthly(10),
        form=_GATHERING, due=Due(DueKind.WORKING_DAYS, 2),
    ),
    TaskRule(
        "monthly_review", Bilingual("月度总结讲评", "Monthly review"), TaskKind.MEETING,
        _CHIEF, 90, where=_TOWNS, recurrence=_monthly(-2),
        form=_GATHERING, due=Due(DueKind.WORKING_DAYS, 1),
    ),
    TaskRule(
        "dispute_follow_up", Bilingual("纠纷回访", "Visit after a dispute"), TaskKind.FOLLOW_UP,
        _OFFICER, 40,
        after=AfterEvent(
            Trigger.CALL_CLOSED, categories=("dispute",),
            dispositions=("settled_on_scene", "advised", "handed_to_community"), working_days=3,
        ),
        purpose=Bilingual(
            "看看矛盾是否平息；需要时引导到调解。",
            "See whether things have calmed down; where needed, lead to mediation.",
        ),
        form=_SETTLED, due=Due(DueKind.WORKING_DAYS, 2),
    ),
    TaskRule(
        "community_follow_up", Bilingual("社区接处后续", "Follow-up by the community office"),
        TaskKind.FOLLOW_UP, _OFFICER, 40,
        after=AfterEvent(
            Trigger.CALL_CLOSED, dispositions=("handed_to_community",), working_days=1
        ),
        purpose=Bilingual("警情已移交社区，接续办理。", "The call was handed over; take it on."),
        form=_SETTLED, due=Due(DueKind.WORKING_DAYS, 1),
    ),
    TaskRule(
        "flared_up_again", Bilingual("再次上门调处", "Second visit after a dispute"),
        TaskKind.FOLLOW_UP, _OFFICER, 60,
        after=AfterEvent(
            Trigger.TASK_DONE, rules=("dispute_follow_up",), answer="settled=again", working_days=1
        ),
        form=_SETTLED, due=Due(DueKind.WORKING_DAYS, 1),
    ),
)  # fmt: skip
"""The readable table of what is done by itself, until somebody changes it."""
