"""Codes that a person picks from a list, with their names: dispositions, reasons, kinds, channels.

A code is what rows and events keep; a name may be reworded, a code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.text import Bilingual


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its name."""

    code: str
    name: Bilingual


class CodeList(StrEnum):
    """The lists."""

    DISPOSITION = "disposition"
    FEEDBACK = "feedback"
    OVERRIDE = "override"
    CLASSIFY = "classify"
    REFUSE = "refuse"
    CANCEL = "cancel"
    PREEMPT = "preempt"
    UNAVAILABLE = "unavailable"
    REOPEN = "reopen"
    UNIT_KIND = "unit_kind"
    CHANNEL = "channel"
    ALARM_END = "alarm_end"
    PURPOSE = "purpose"
    PREMISE_NOTE = "premise_note"


def _codes(*rows: tuple[str, str, str]) -> tuple[Code, ...]:
    return tuple(Code(code, Bilingual(zh, en)) for code, zh, en in rows)


CODES: Mapping[CodeList, tuple[Code, ...]] = {
    CodeList.DISPOSITION: _codes(
        ("settled_on_scene", "现场调解", "Settled on scene"),
        ("advised", "劝导教育", "Advised"),
        ("helped", "提供帮助", "Help given"),
        ("handed_to_case_team", "移交办案", "Handed to the case team"),
        ("handed_to_community", "移交社区", "Handed to the community office"),
        ("handed_to_traffic", "移交交警", "Handed to the traffic police"),
        ("handed_to_service", "移交消防或急救", "Handed to fire or ambulance"),
        ("handed_to_department", "移交部门", "Handed to a department"),
        ("handed_to_neighbour", "移交邻区", "Handed to a neighbouring area"),
        ("detained", "带回审查", "Person taken in"),
        ("gone_on_arrival", "到场未见", "Gone on arrival"),
        ("caller_withdrew", "报警人撤回", "Withdrawn by the caller"),
        ("unfounded", "警情不实", "Unfounded"),
        ("duplicate", "重复警情", "Duplicate"),
        ("no_action", "无需处置", "No action needed"),
        ("test", "测试", "Test"),
    ),
    CodeList.FEEDBACK: _codes(
        ("under_control", "局面已控", "Under control"),
        ("being_handled", "正在处置", "Being handled"),
        ("needs_more_units", "请求增援", "More units needed"),
        ("needs_ambulance", "需要急救", "Ambulance needed"),
        ("needs_fire", "需要消防", "Fire service needed"),
        ("needs_mediation", "需要调解", "Mediation needed"),
        ("not_found", "未找到现场", "Scene not found"),
        ("nothing_found", "未见异常", "Nothing found"),
    ),
    CodeList.OVERRIDE: _codes(
        ("local_knowledge", "熟悉当地情况", "Local knowledge"),
        ("road_blocked", "道路不通", "Road blocked"),
        ("position_wrong", "定位不准", "Position wrong"),
        ("special_skill", "需要专长", "Special skill needed"),
        ("unit_volunteered", "警组请战", "Unit volunteered"),
        ("crew_welfare", "照顾警员", "Crew welfare"),
        ("keep_cover", "保留备勤", "Keep cover"),
        ("order_of_superior", "上级指令", "Order of a superior"),
        ("more_units_needed", "需要增派", "More units needed"),
        ("fewer_units_needed", "无需增派", "Fewer units needed"),
        ("other", "其他", "Other"),
    ),
    CodeList.CLASSIFY: _codes(
        ("new_information", "情况有变", "New information"),
        ("reported_from_scene", "现场反馈", "Reported from the scene"),
        ("repeated_calls", "多人报警", "Several callers"),
        ("entered_wrongly", "录入有误", "Entered wrongly"),
        ("life_at_risk", "危及生命", "Life at risk"),
        ("danger_over", "险情解除", "Danger over"),
        ("waited_too_long", "等待过久", "Waited too long"),
        ("order_of_superior", "上级指令", "Order of a superior"),
    ),
    CodeList.REFUSE: _codes(
        ("vehicle_fault", "车辆故障", "Vehicle fault"),
        ("crew_short", "人员不足", "Crew short"),
        ("busy_with_incident", "正在处警", "Busy with another call"),
        ("cannot_reach", "无法到达", "Cannot get there"),
        ("end_of_shift", "即将下勤", "End of shift"),
        ("wrong_unit", "派错警组", "Wrong unit"),
    ),
    CodeList.CANCEL: _codes(
        ("not_needed", "无需到场", "No longer needed"),
        ("closer_unit", "改派近组", "A closer unit goes"),
        ("sent_by_mistake", "误派", "Sent by mistake"),
        ("no_answer", "未签收改派", "Not acknowledged"),
        ("call_ended", "警情已结束", "The call ended"),
        ("caller_withdrew", "报警人撤回", "Withdrawn by the caller"),
        ("duplicate", "重复警情", "Duplicate"),
        ("entered_by_mistake", "误录", "Entered by mistake"),
        ("hoax", "谎报", "Hoax"),
        ("test", "测试", "Test"),
        ("exercise_over", "演练结束", "Exercise over"),
    ),
    CodeList.PREEMPT: _codes(
        ("higher_priority", "更急警情", "A more urgent call"),
        ("order_of_superior", "上级指令", "Order of a superior"),
    ),
    CodeList.UNAVAILABLE: _codes(
        ("meal", "用餐", "Meal"),
        ("refuelling", "加油充电", "Refuelling"),
        ("vehicle_fault", "车辆故障", "Vehicle fault"),
        ("paperwork", "案头工作", "Paperwork"),
        ("training", "训练", "Training"),
        ("guard_duty", "安保勤务", "Guard duty"),
        ("escort", "押解护送", "Escort"),
        ("shift_change", "交接班", "Shift change"),
        ("other", "其他", "Other"),
    ),
    CodeList.REOPEN: _codes(
        ("happened_again", "再次发生", "It happened again"),
        ("new_information", "情况有变", "New information"),
        ("closed_by_mistake", "误结", "Closed by mistake"),
        ("complaint", "投诉复核", "After a complaint"),
        ("check_failed", "核查未过", "Did not pass review"),
    ),
    CodeList.UNIT_KIND: _codes(
        ("command_car", "指挥车", "Command car"),
        ("patrol_car", "巡逻车", "Patrol car"),
        ("motorcycle", "摩托车", "Motorcycle"),
        ("foot_patrol", "步巡组", "Foot patrol"),
        ("engine", "水罐消防车", "Engine"),
        ("truck", "云梯消防车", "Truck"),
        ("rescue", "抢险救援车", "Rescue"),
        ("medic", "救护车(高级)", "Medic unit"),
        ("ambulance", "救护车", "Ambulance"),
        ("chief", "消防指挥车", "Chief"),
        ("support", "保障车", "Support unit"),
    ),
    CodeList.CHANNEL: _codes(
        ("phone", "电话", "Telephone"),
        ("web", "网页", "Web form"),
        ("qr", "扫码", "QR code"),
        ("import", "导入", "Import"),
        ("neighbour", "邻区移交", "Neighbouring control room"),
        ("patrol", "巡逻发现", "Found on patrol"),
    ),
    CodeList.ALARM_END: _codes(
        ("answered", "已处置", "Answered"),
        ("cause_gone", "原因消失", "Its cause went away"),
        ("raised_to_alarm", "升级为告警", "Raised to an alarm"),
    ),
    CodeList.PURPOSE: _codes(
        ("call_back", "回拨报警人", "Calling the caller back"),
        ("follow_up", "案件回访", "Following up the case"),
        ("complaint", "处理投诉", "Handling a complaint"),
        ("audit", "审计", "Audit"),
    ),
    CodeList.PREMISE_NOTE: _codes(
        ("access", "出入与门禁", "Way in"),
        ("hazard", "危险源", "Hazard"),
        ("animal", "动物", "Animal"),
        ("water", "水源", "Water supply"),
        ("other", "其他", "Other"),
    ),
}


def names_of(code_list: CodeList) -> Mapping[str, Bilingual]:
    """Code -> name."""
    return {one.code: one.name for one in CODES[code_list]}


def is_code(code_list: CodeList, code: str) -> bool:
    """Whether the list has the code."""
    return any(one.code == code for one in CODES[code_list])


CODES_VERSION = "codes/1"
