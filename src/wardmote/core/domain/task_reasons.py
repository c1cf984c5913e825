"""Reasons that a person picks where a task asks for one. A code never changes its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.text import Bilingual


class TaskReasons(StrEnum):
    """The lists: checking in from elsewhere, cancelling, doing again, handing over."""

    ELSEWHERE = "elsewhere"
    CANCEL = "cancel"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"


TASK_REASONS: Mapping[TaskReasons, Mapping[str, Bilingual]] = {
    TaskReasons.ELSEWHERE: {
        "no_position": Bilingual("定位不到或不准", "No position, or a wrong one"),
        "met_elsewhere": Bilingual("约在别处见面", "Met somewhere else"),
        "by_phone": Bilingual("改为电话联系", "Done by telephone"),
        "no_way_in": Bilingual("无法进入", "No way in"),
        "place_moved": Bilingual("场所已搬迁或地图有误", "The place moved, or the map is wrong"),
        "other": Bilingual("其他", "Other"),
    },
    TaskReasons.CANCEL: {
        "not_needed": Bilingual("不再需要", "No longer needed"),
        "duplicate": Bilingual("重复任务", "Duplicate"),
        "place_gone": Bilingual("场所已不存在", "The place is gone"),
        "made_by_mistake": Bilingual("误设任务", "Made by mistake"),
        "consent_over": Bilingual("同意已撤回或到期", "Consent withdrawn or expired"),
        "rule_ended": Bilingual("规则已停用", "The rule was switched off"),
        "other": Bilingual("其他", "Other"),
    },
    TaskReasons.REOPEN: {
        "check_failed": Bilingual("核查未过", "Did not pass a check"),
        "new_information": Bilingual("情况有变", "New information"),
        "finished_by_mistake": Bilingual("误点完成", "Finished by mistake"),
        "still_useful": Bilingual("仍需办理", "Still of use"),
        "other": Bilingual("其他", "Other"),
    },
    TaskReasons.HAND_OVER: {
        "leave": Bilingual("请假", "On leave"),
        "back": Bilingual("销假归来", "Back from leave"),
        "workload": Bilingual("任务过多", "Too much work"),
        "nearer": Bilingual("就近办理", "Nearer to the place"),
        "called_away": Bilingual("另有勤务", "Called away"),
        "appointed": Bilingual("由现任负责人接手", "Now answers for the place"),
        "vacant": Bilingual("岗位空缺", "Nobody answers for the place"),
        "place_changed": Bilingual("村（社区）调整", "The village was divided, merged or moved"),
        "assigned": Bilingual("负责人指派", "Assigned by the leader"),
        "other": Bilingual("其他", "Other"),
    },
}


BY_RULE: frozenset[str] = frozenset(
    {"consent_over", "rule_ended", "leave", "back", "appointed", "vacant", "place_changed"}
)
"""Reasons that only rules give; nobody picks them."""


def reasons_to_pick(reasons: TaskReasons) -> dict[str, Bilingual]:
    """The reasons of a list that a person may pick from, by code."""
    return {code: name for code, name in TASK_REASONS[reasons].items() if code not in BY_RULE}


def is_task_reason(reasons: TaskReasons, code: str) -> bool:
    """Whether a person may pick the code from the list."""
    return code in reasons_to_pick(reasons)
