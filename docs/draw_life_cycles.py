"""Draw the life cycles of calls, assignments and studies from their tables into the reference.

Run it after changing a table; a test compares the page with what this would write.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from wardmote.core.domain.agreement import AID_LIFE_CYCLE, AidAction, AidState
from wardmote.core.domain.assessment import APPEAL_LIFE_CYCLE, AppealAction, AppealState
from wardmote.core.domain.assignment import (
    ACTIVE_STATES,
    ASSIGNMENT_LIFE_CYCLE,
    ON_SCENE_STATES,
    AssignmentAction,
    AssignmentState,
)
from wardmote.core.domain.consent import CONSENT_LIFE_CYCLE, ConsentAction, ConsentState
from wardmote.core.domain.contingency import (
    ACTIVATION_LIFE_CYCLE,
    OFFER_LIFE_CYCLE,
    STEP_LIFE_CYCLE,
    VERSION_LIFE_CYCLE,
    ActivationAction,
    ActivationState,
    OfferAction,
    OfferState,
    StepAction,
    StepState,
    VersionAction,
    VersionState,
)
from wardmote.core.domain.course import (
    ATTENDANCE_LIFE_CYCLE,
    TURN_LIFE_CYCLE,
    AttendanceAction,
    AttendanceState,
    TurnAction,
    TurnState,
)
from wardmote.core.domain.duty_level import SWITCH_LIFE_CYCLE, SwitchAction, SwitchState
from wardmote.core.domain.equipment import (
    FAULT_LIFE_CYCLE,
    LIVING_FAULTS,
    FaultAction,
    FaultState,
)
from wardmote.core.domain.event_guard import GUARD_LIFE_CYCLE, GuardAction, GuardState
from wardmote.core.domain.hazard import (
    EXTENSION_LIFE_CYCLE,
    HAZARD_LIFE_CYCLE,
    LIVING_PARTS,
    PART_LIFE_CYCLE,
    ExtensionAction,
    ExtensionState,
    HazardAction,
    HazardState,
    PartAction,
    PartState,
)
from wardmote.core.domain.incident import (
    INCIDENT_LIFE_CYCLE,
    OPEN_STATES,
    IncidentAction,
    IncidentState,
)
from wardmote.core.domain.inspection import (
    CHECK_LIFE_CYCLE,
    RESULTS,
    CheckAction,
    CheckState,
)
from wardmote.core.domain.leave import LEAVE_LIFE_CYCLE, TAKEN, LeaveAction, LeaveState
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.move_up import (
    LIVING_MOVE_UPS,
    MOVE_UP_LIFE_CYCLE,
    MoveUpAction,
    MoveUpState,
)
from wardmote.core.domain.night_watch import (
    OPEN_SWAPS,
    SWAP_LIFE_CYCLE,
    WATCH_LIFE_CYCLE,
    WATCH_ROSTER_LIFE_CYCLE,
    RosterAction,
    RosterState,
    SwapAction,
    SwapState,
    WatchAction,
    WatchState,
)
from wardmote.core.domain.patrol import PATROL_LIFE_CYCLE, PatrolAction, PatrolState
from wardmote.core.domain.study import (
    ADOPTION_LIFE_CYCLE,
    PENDING,
    RUN_LIFE_CYCLE,
    STUDY_LIFE_CYCLE,
    UNDER_WAY,
    AdoptionAction,
    AdoptionState,
    RunAction,
    RunState,
    StudyAction,
    StudyState,
)
from wardmote.core.domain.task import (
    LIVING_TASKS,
    TASK_LIFE_CYCLE,
    TaskAction,
    TaskState,
)

LEAVE_NAMES: dict[StrEnum, str] = {
    LeaveState.ASKED: "待审批",
    LeaveState.APPROVED: "已批准",
    LeaveState.REFUSED: "未批准",
    LeaveState.WITHDRAWN: "已撤回",
    LeaveState.CANCELLED: "已取消",
    LeaveState.RECALLED: "已召回",
    LeaveAction.APPROVE: "批准",
    LeaveAction.REFUSE: "不批准",
    LeaveAction.WITHDRAW: "撤回",
    LeaveAction.CANCEL: "取消",
    LeaveAction.RECALL: "召回",
}
TASK_NAMES: dict[StrEnum, str] = {
    TaskState.PLANNED: "已计划",
    TaskState.OPEN: "待办",
    TaskState.UNDER_WAY: "办理中",
    TaskState.DONE: "已完成",
    TaskState.CANCELLED: "已取消",
    TaskState.EXPIRED: "已失效",
    TaskAction.RELEASE: "到日开放",
    TaskAction.CHECK_IN: "签到",
    TaskAction.UNDO: "撤回签到",
    TaskAction.FINISH: "完成",
    TaskAction.CANCEL: "取消",
    TaskAction.EXPIRE: "失效",
    TaskAction.TELL_LATE: "手机事后补报",
    TaskAction.REOPEN: "重新打开",
    TaskAction.HAND_OVER: "移交",
}
CONSENT_NAMES: dict[StrEnum, str] = {
    ConsentState.GIVEN: "有效",
    ConsentState.WITHDRAWN: "已撤回",
    ConsentState.EXPIRED: "已到期",
    ConsentState.ERASED: "已销毁",
    ConsentAction.WITHDRAW: "撤回",
    ConsentAction.EXPIRE: "到期",
    ConsentAction.ERASE: "销毁",
}
SWITCH_NAMES: dict[StrEnum, str] = {
    SwitchState.PROPOSED: "待批准",
    SwitchState.IN_FORCE: "实施中",
    SwitchState.ENDED: "已结束",
    SwitchState.REJECTED: "已驳回",
    SwitchState.WITHDRAWN: "已撤回",
    SwitchAction.APPROVE: "批准实施",
    SwitchAction.REJECT: "驳回",
    SwitchAction.WITHDRAW: "撤回",
    SwitchAction.END: "结束",
}
VERSION_NAMES: dict[StrEnum, str] = {
    VersionState.DRAFT: "草稿",
    VersionState.APPROVED: "已批准",
    VersionState.RETIRED: "已停用",
    VersionAction.APPROVE: "批准",
    VersionAction.RETIRE: "停用",
}
ACTIVATION_NAMES: dict[StrEnum, str] = {
    ActivationState.ACTIVE: "进行中",
    ActivationState.ENDED: "已结束",
    ActivationState.REVIEWED: "已复盘",
    ActivationAction.STAND_DOWN: "解除",
    ActivationAction.REVIEW: "复盘",
}
STEP_NAMES: dict[StrEnum, str] = {
    StepState.WAITING: "未到时限",
    StepState.DUE: "已超时",
    StepState.DONE: "已完成",
    StepState.SKIPPED: "已跳过",
    StepAction.FALL_DUE: "到时限",
    StepAction.FINISH: "完成",
    StepAction.SKIP: "跳过",
    StepAction.UNDO: "重开",
}
OFFER_NAMES: dict[StrEnum, str] = {
    OfferState.OFFERED: "待处理",
    OfferState.TAKEN: "已启动",
    OfferState.DECLINED: "不需要",
    OfferState.LAPSED: "已失效",
    OfferAction.TAKE: "启动预案",
    OfferAction.DECLINE: "不需要",
    OfferAction.LAPSE: "失效",
}
GUARD_NAMES: dict[StrEnum, str] = {
    GuardState.DRAFT: "草稿",
    GuardState.APPROVED: "已批准",
    GuardState.ENDED: "已结束",
    GuardAction.APPROVE: "批准",
    GuardAction.END: "结束",
}
AID_NAMES: dict[StrEnum, str] = {
    AidState.ASKED: "已请求",
    AidState.ANSWERED: "已答复",
    AidState.ENDED: "已结束",
    AidAction.ANSWER: "答复",
    AidAction.END: "结束",
}
STUDY_NAMES: dict[StrEnum, str] = {
    StudyState.OPEN: "进行中",
    StudyState.CLOSED: "已关闭",
    StudyAction.CLOSE: "关闭",
    StudyAction.REOPEN: "重新打开",
}
RUN_NAMES: dict[StrEnum, str] = {
    RunState.QUEUED: "等待",
    RunState.RUNNING: "运行中",
    RunState.CANCELLING: "正在取消",
    RunState.DONE: "完成",
    RunState.FAILED: "失败",
    RunState.CANCELLED: "已取消",
    RunAction.CLAIM: "领取",
    RunAction.CANCEL: "取消",
    RunAction.STOP: "进程已停",
    RunAction.FINISH: "得出结果",
    RunAction.FAIL: "没有结果",
    RunAction.RESTART: "重新开始",
}
ADOPTION_NAMES: dict[StrEnum, str] = {
    AdoptionState.PROPOSED: "待审核",
    AdoptionState.APPROVED: "已批准",
    AdoptionState.IN_FORCE: "现行",
    AdoptionState.SUPERSEDED: "已被取代",
    AdoptionState.ROLLED_BACK: "已撤回",
    AdoptionState.REJECTED: "已驳回",
    AdoptionState.WITHDRAWN: "已收回",
    AdoptionState.FAILED: "未能生效",
    AdoptionState.ENDED: "期满",
    AdoptionAction.APPROVE: "批准",
    AdoptionAction.REJECT: "驳回",
    AdoptionAction.WITHDRAW: "收回",
    AdoptionAction.TAKE_EFFECT: "生效",
    AdoptionAction.SUPERSEDE: "被取代",
    AdoptionAction.ROLL_BACK: "撤回",
    AdoptionAction.FAIL: "未能生效",
    AdoptionAction.RESTORE: "恢复现行",
    AdoptionAction.END: "期满",
    AdoptionAction.STAY: "期满未能撤下",
}
PAGE = Path(__file__).resolve().parent / "reference" / "life-cycles.md"

INCIDENT_NAMES: dict[StrEnum, str] = {
    IncidentState.ENTERED: "已录入",
    IncidentState.ROUTED: "已流转",
    IncidentState.IN_PROGRESS: "处置中",
    IncidentState.RESOLVED: "已处毕",
    IncidentState.CLOSED: "已结案",
    IncidentState.CANCELLED: "已取消",
    IncidentState.MERGED: "已并案",
    IncidentAction.ROUTE: "流转",
    IncidentAction.START: "派出首个警组",
    IncidentAction.STAND_DOWN: "警组全部撤回",
    IncidentAction.RESOLVE: "最后警组处毕",
    IncidentAction.CLOSE: "结案",
    IncidentAction.CANCEL: "取消",
    IncidentAction.MERGE: "并案",
    IncidentAction.UNMERGE: "拆案",
    IncidentAction.REOPEN: "重开",
}
ASSIGNMENT_NAMES: dict[StrEnum, str] = {
    AssignmentState.PROPOSED: "拟派",
    AssignmentState.RESERVED: "预派",
    AssignmentState.STACKED: "排队",
    AssignmentState.ASSIGNED: "已派",
    AssignmentState.ACKNOWLEDGED: "已签收",
    AssignmentState.EN_ROUTE: "途中",
    AssignmentState.ON_SCENE: "到场",
    AssignmentState.FEEDBACK: "首次反馈",
    AssignmentState.CLEARED: "处毕",
    AssignmentState.REFUSED: "拒派",
    AssignmentState.PREEMPTED: "被改派",
    AssignmentState.CANCELLED: "撤回",
    AssignmentAction.RESERVE: "预派",
    AssignmentAction.STACK: "排队",
    AssignmentAction.ASSIGN: "派警",
    AssignmentAction.ACKNOWLEDGE: "签收",
    AssignmentAction.DEPART: "出发",
    AssignmentAction.ARRIVE: "到场",
    AssignmentAction.REPORT: "反馈",
    AssignmentAction.CLEAR: "处毕",
    AssignmentAction.REFUSE: "拒派",
    AssignmentAction.PREEMPT: "改派",
    AssignmentAction.CANCEL: "撤回",
}

MOVE_UP_NAMES: dict[StrEnum, str] = {
    MoveUpState.ADVISED: "已建议",
    MoveUpState.ACKNOWLEDGED: "已接受",
    MoveUpState.ARRIVED: "已就位",
    MoveUpState.REFUSED: "已拒绝",
    MoveUpState.LAPSED: "已失效",
    MoveUpState.ENDED: "已结束",
    MoveUpAction.ACKNOWLEDGE: "接受",
    MoveUpAction.REFUSE: "拒绝",
    MoveUpAction.ARRIVE: "就位",
    MoveUpAction.LAPSE: "失效",
    MoveUpAction.END: "结束",
}

HAZARD_NAMES: dict[StrEnum, str] = {
    HazardState.REPORTED: "已上报",
    HazardState.FILED: "已立案",
    HazardState.ASSIGNED: "整改中",
    HazardState.CLOSED: "已结案",
    HazardState.REJECTED: "不予立案",
    HazardState.MERGED: "已并案",
    HazardAction.FILE: "立案",
    HazardAction.REJECT: "不予立案",
    HazardAction.MERGE: "并案",
    HazardAction.ASSIGN: "派遣",
    HazardAction.RELEASE: "退回待派",
    HazardAction.CLOSE: "结案",
    HazardAction.REOPEN: "重开",
}
PART_NAMES: dict[StrEnum, str] = {
    PartState.ASSIGNED: "待整改",
    PartState.SUBMITTED: "待复核",
    PartState.SUSPENDED: "已挂起",
    PartState.PASSED: "复核通过",
    PartState.DECLINED: "已退单",
    PartState.RECALLED: "已收回",
    PartAction.SUBMIT: "提交整改证明",
    PartAction.PASS: "复核通过",
    PartAction.RETURN: "退回返工",
    PartAction.DECLINE: "退单",
    PartAction.SUSPEND: "挂起",
    PartAction.RESUME: "恢复",
    PartAction.ESCALATE: "升级督办",
    PartAction.RECALL: "收回",
}
EXTENSION_NAMES: dict[StrEnum, str] = {
    ExtensionState.ASKED: "待批",
    ExtensionState.GRANTED: "已同意",
    ExtensionState.REFUSED: "未同意",
    ExtensionState.LAPSED: "已失效",
    ExtensionAction.GRANT: "同意",
    ExtensionAction.REFUSE: "不同意",
    ExtensionAction.LAPSE: "失效",
}

WATCH_ROSTER_NAMES: dict[StrEnum, str] = {
    RosterState.DRAFT: "草稿",
    RosterState.PUBLISHED: "已发布",
    RosterState.CLOSED: "已关闭",
    RosterAction.PUBLISH: "发布",
    RosterAction.CLOSE: "关闭",
}
WATCH_NAMES: dict[StrEnum, str] = {
    WatchState.PLANNED: "已排",
    WatchState.UNDER_WAY: "守夜中",
    WatchState.FINISHED: "已完成",
    WatchState.CLOSED: "已关闭（结束时间不详）",
    WatchState.MISSED: "未到",
    WatchState.CANCELLED: "已取消",
    WatchAction.BEGIN: "开始",
    WatchAction.FINISH: "结束",
    WatchAction.CLOSE: "到点关闭",
    WatchAction.MISS: "记为未到",
    WatchAction.CANCEL: "取消",
}
PATROL_NAMES: dict[StrEnum, str] = {
    PatrolState.PLANNED: "已排",
    PatrolState.UNDER_WAY: "巡逻中",
    PatrolState.FINISHED: "已结束",
    PatrolState.MISSED: "未巡",
    PatrolState.CANCELLED: "已取消",
    PatrolAction.START: "开始",
    PatrolAction.FINISH: "结束",
    PatrolAction.CLOSE: "逾时关闭",
    PatrolAction.MISS: "记为未巡",
    PatrolAction.CANCEL: "取消",
}
SWAP_NAMES: dict[StrEnum, str] = {
    SwapState.ASKED: "待对方答复",
    SwapState.AGREED: "待批准",
    SwapState.APPROVED: "已换班",
    SwapState.REFUSED: "未同意",
    SwapState.WITHDRAWN: "已撤回",
    SwapState.LAPSED: "已失效",
    SwapAction.AGREE: "对方同意",
    SwapAction.APPROVE: "批准",
    SwapAction.REFUSE: "不同意",
    SwapAction.WITHDRAW: "撤回",
    SwapAction.LAPSE: "失效",
}
CHECK_NAMES: dict[StrEnum, str] = {
    CheckState.DRAWN: "已抽取",
    CheckState.UNDER_WAY: "检查中",
    CheckState.RECORDED: "已记录",
    CheckState.REPLIED: "已申辩",
    CheckState.UPHELD: "维持",
    CheckState.CORRECTED: "已更正",
    CheckState.DROPPED: "未查",
    CheckAction.BEGIN: "开始检查",
    CheckAction.RECORD: "记录",
    CheckAction.REPLY: "申辩",
    CheckAction.STAND: "期满未申辩",
    CheckAction.UPHOLD: "维持",
    CheckAction.CORRECT: "更正",
    CheckAction.DROP: "因故未查",
    CheckAction.LAPSE: "逾期未查",
}
FAULT_NAMES: dict[StrEnum, str] = {
    FaultState.OPEN: "待处理",
    FaultState.REPAIR: "维修中",
    FaultState.FIXED: "已修复",
    FaultState.WRITTEN_OFF: "已报废",
    FaultAction.SEND: "送修",
    FaultAction.FIX: "修复",
    FaultAction.FAIL: "未修好",
    FaultAction.WRITE_OFF: "报废",
}
APPEAL_NAMES: dict[StrEnum, str] = {
    AppealState.FILED: "已申诉",
    AppealState.WITHDRAWN: "已撤回",
    AppealState.ALLOWED: "申诉成立",
    AppealState.REFUSED: "申诉不成立",
    AppealAction.WITHDRAW: "撤回",
    AppealAction.ALLOW: "认定成立",
    AppealAction.REFUSE: "认定不成立",
}
ATTENDANCE_NAMES: dict[StrEnum, str] = {
    AttendanceState.ENROLLED: "已报名",
    AttendanceState.ATTENDED: "已参加",
    AttendanceState.ABSENT: "缺席",
    AttendanceState.EXCUSED: "请假",
    AttendanceState.WITHDRAWN: "已退出",
    AttendanceAction.ATTEND: "签到",
    AttendanceAction.MISS: "缺席",
    AttendanceAction.EXCUSE: "准假",
    AttendanceAction.WITHDRAW: "退出",
    AttendanceAction.CORRECT: "更正",
}
TURN_NAMES: dict[StrEnum, str] = {
    TurnState.PLANNED: "已安排",
    TurnState.SERVED: "已跟班",
    TurnState.MISSED: "未到",
    TurnState.CANCELLED: "已取消",
    TurnAction.SERVE: "完成跟班",
    TurnAction.MISS: "未到",
    TurnAction.CANCEL: "取消",
}

_HEAD = """# Life cycles

Drawn by `docs/draw_life_cycles.py` from the tables in `wardmote.core.domain.incident`,
`wardmote.core.domain.assignment`, `wardmote.core.domain.move_up`, `wardmote.core.domain.hazard` and
`wardmote.core.domain.study`.
Nothing else decides what may follow what: what is not in a table is refused.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        (
            _HEAD,
            _section("A call (警情)", INCIDENT_LIFE_CYCLE, INCIDENT_NAMES),
            f"On the queue: {_listed(OPEN_STATES, INCIDENT_LIFE_CYCLE)}.\n",
            _section("An assignment (派警)", ASSIGNMENT_LIFE_CYCLE, ASSIGNMENT_NAMES),
            f"Occupying the unit, at most one at a time: "
            f"{_listed(ACTIVE_STATES, ASSIGNMENT_LIFE_CYCLE)}. "
            f"Never pre-empted: {_listed(ON_SCENE_STATES, ASSIGNMENT_LIFE_CYCLE)}.\n",
            _section("A move-up (移动补位)", MOVE_UP_LIFE_CYCLE, MOVE_UP_NAMES),
            f"Counting as standing at the advised post, or on the way there: "
            f"{_listed(LIVING_MOVE_UPS, MOVE_UP_LIFE_CYCLE)}.\n",
            _section("A hazard (隐患)", HAZARD_LIFE_CYCLE, HAZARD_NAMES),
            _section("A part of a hazard's rectification (整改)", PART_LIFE_CYCLE, PART_NAMES),
            f"Not over yet: {_listed(LIVING_PARTS, PART_LIFE_CYCLE)}.\n",
            _section("A request for more time (延期)", EXTENSION_LIFE_CYCLE, EXTENSION_NAMES),
            _section("A spot check (抽查)", CHECK_LIFE_CYCLE, CHECK_NAMES),
            f"With a result: {_listed(RESULTS, CHECK_LIFE_CYCLE)}.\n",
            _section("A fault of equipment (装备故障)", FAULT_LIFE_CYCLE, FAULT_NAMES),
            f"Still standing: {_listed(LIVING_FAULTS, FAULT_LIFE_CYCLE)}.\n",
            _section("An appeal against an assessment (申诉)", APPEAL_LIFE_CYCLE, APPEAL_NAMES),
            _section("Attendance (参训)", ATTENDANCE_LIFE_CYCLE, ATTENDANCE_NAMES),
            _section("A turn at the station (跟班)", TURN_LIFE_CYCLE, TURN_NAMES),
            _section("Leave (请假)", LEAVE_LIFE_CYCLE, LEAVE_NAMES),
            f"The person is away: {_listed(TAKEN, LEAVE_LIFE_CYCLE)}.\n",
            _section(
                "A night-watch roster (守夜排班)", WATCH_ROSTER_LIFE_CYCLE, WATCH_ROSTER_NAMES
            ),
            _section("A night watch (守夜)", WATCH_LIFE_CYCLE, WATCH_NAMES),
            _section("A swap of night watches (换班)", SWAP_LIFE_CYCLE, SWAP_NAMES),
            f"Waiting for an answer: {_listed(OPEN_SWAPS, SWAP_LIFE_CYCLE)}.\n",
            _section("A patrol order (巡逻指令)", PATROL_LIFE_CYCLE, PATROL_NAMES),
            _section("A task (任务)", TASK_LIFE_CYCLE, TASK_NAMES),
            f"Something is left to do: {_listed(LIVING_TASKS, TASK_LIFE_CYCLE)}.\n",
            _section("Consent to care visits (关怀走访同意)", CONSENT_LIFE_CYCLE, CONSENT_NAMES),
            _section("A switch of duty level (勤务等级)", SWITCH_LIFE_CYCLE, SWITCH_NAMES),
            _section("A version of a contingency plan (预案)", VERSION_LIFE_CYCLE, VERSION_NAMES),
            _section(
                "An activation or a drill (启动、演练)", ACTIVATION_LIFE_CYCLE, ACTIVATION_NAMES
            ),
            _section("An offer of a plan (预案提示)", OFFER_LIFE_CYCLE, OFFER_NAMES),
            _section("A step of an activation (步骤)", STEP_LIFE_CYCLE, STEP_NAMES),
            _section("A guard of an event (候鸟式守护)", GUARD_LIFE_CYCLE, GUARD_NAMES),
            _section("A request to a neighbour (联防请求)", AID_LIFE_CYCLE, AID_NAMES),
            _section("A study (方案研究)", STUDY_LIFE_CYCLE, STUDY_NAMES),
            _section("A run of a study (运行)", RUN_LIFE_CYCLE, RUN_NAMES),
            f"Not over yet: {_listed(UNDER_WAY, RUN_LIFE_CYCLE)}.\n",
            _section("The adoption of a plan (采用)", ADOPTION_LIFE_CYCLE, ADOPTION_NAMES),
            f"Not in force yet, but may come to be: {_listed(PENDING, ADOPTION_LIFE_CYCLE)}.\n",
        )
    )


def _section(title: str, cycle: LifeCycle[Any, Any], names: dict[StrEnum, str]) -> str:
    lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
    lines.append(f"    [*] --> {cycle.initial.value}")
    for (before, action), after in cycle.table.items():
        lines.append(f"    {before.value} --> {after.value}: {action.value}")
    lines += [f"    {state.value} --> [*]" for state in type(cycle.initial) if state in cycle.final]
    lines += ["```", "", "| state | 状态 | what can be done there |", "|---|---|---|"]
    for state in type(cycle.initial):
        lines.append(f"| `{state.value}` | {names[state]} | {_ways_out(state, cycle, names)} |")
    return "\n".join([*lines, ""])


def _ways_out(state: StrEnum, cycle: LifeCycle[Any, Any], names: dict[StrEnum, str]) -> str:
    ways = [
        f"`{action.value}` {names[action]} → `{after.value}`"
        for (before, action), after in cycle.table.items()
        if before is state
    ]
    return "; ".join(ways) or "nothing"


def _listed(states: frozenset[Any], cycle: LifeCycle[Any, Any]) -> str:
    return ", ".join(f"`{state.value}`" for state in type(cycle.initial) if state in states)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
