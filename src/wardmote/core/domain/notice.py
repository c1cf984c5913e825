"""Notices (消息): what a phone tells a person, which kinds there are, and when one stays silent.

A notice is about a person's own work. It says of what kind something is and where to look, never
whom it concerns: it passes through the push service of the browser's maker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.text import Bilingual

DAY_MINUTES = 24 * 60
_HOUR_S = 3_600.0
_WEEK_S = 7 * 24 * _HOUR_S


class NoticeKind(StrEnum):
    """What a notice is about."""

    TASKS_TODAY = "tasks_today"
    TASK_NEW = "task_new"
    TASK_HANDED = "task_handed"
    TASK_DUE = "task_due"
    TASK_CANCELLED = "task_cancelled"
    HAZARD_ASSIGNED = "hazard_assigned"
    HAZARD_RETURNED = "hazard_returned"
    HAZARD_ESCALATED = "hazard_escalated"
    HAZARD_TO_CHECK = "hazard_to_check"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_DECIDED = "extension_decided"
    ROSTER_PUBLISHED = "roster_published"
    WATCH_CHANGED = "watch_changed"
    SWAP_ASKED = "swap_asked"
    SWAP_TO_APPROVE = "swap_to_approve"
    SWAP_APPROVED = "swap_approved"
    SWAP_REFUSED = "swap_refused"
    LEVEL_PROPOSED = "level_proposed"
    DUTY_LEVEL = "duty_level"
    MINIMUM_SHORT = "minimum_short"
    RECALLED = "recalled"
    PLAN_OFFERED = "plan_offered"
    PLAN_STEP = "plan_step"
    CHECK_RESULT = "check_result"
    CHECK_TO_DECIDE = "check_to_decide"
    CHECK_DECIDED = "check_decided"
    SHEET_READY = "sheet_ready"
    APPEAL_TO_DECIDE = "appeal_to_decide"
    APPEAL_DECIDED = "appeal_decided"
    TURN_PLANNED = "turn_planned"
    COURSE_PLANNED = "course_planned"
    TRAINING_OFF = "training_off"


NOTICE_NAMES: Mapping[NoticeKind, Bilingual] = {
    NoticeKind.TASKS_TODAY: Bilingual("今日任务已下达", "Today's tasks are here"),
    NoticeKind.TASK_NEW: Bilingual("今日新增任务", "New task for today"),
    NoticeKind.TASK_HANDED: Bilingual("有任务移交给您", "A task was handed to you"),
    NoticeKind.TASK_DUE: Bilingual("任务即将到期", "A task is due soon"),
    NoticeKind.TASK_CANCELLED: Bilingual(
        "任务已取消，请勿前往", "A task of yours was cancelled: do not go there"
    ),
    NoticeKind.HAZARD_ASSIGNED: Bilingual("新的隐患整改", "A hazard to put right"),
    NoticeKind.HAZARD_RETURNED: Bilingual("隐患整改被退回", "A rectification was returned"),
    NoticeKind.HAZARD_ESCALATED: Bilingual("隐患整改已升级", "A rectification was escalated"),
    NoticeKind.HAZARD_TO_CHECK: Bilingual(
        "有隐患整改待复核", "A rectification waits to be re-checked"
    ),
    NoticeKind.EXTENSION_ASKED: Bilingual(
        "有整改延期申请待决定", "More time for a hazard is asked for"
    ),
    NoticeKind.EXTENSION_DECIDED: Bilingual(
        "整改延期申请已有决定", "A request for more time was decided on"
    ),
    NoticeKind.ROSTER_PUBLISHED: Bilingual("守夜排班已发布", "Your night watches are published"),
    NoticeKind.WATCH_CHANGED: Bilingual("您的守夜安排有变", "Your night watches have changed"),
    NoticeKind.SWAP_ASKED: Bilingual("有人请求换班", "Somebody asks to swap a watch"),
    NoticeKind.SWAP_TO_APPROVE: Bilingual("有换班待批准", "A swap of watches waits for approval"),
    NoticeKind.SWAP_APPROVED: Bilingual("换班已批准", "A swap of watches was approved"),
    NoticeKind.SWAP_REFUSED: Bilingual("换班未成", "A swap of watches came to nothing"),
    NoticeKind.LEVEL_PROPOSED: Bilingual("有勤务等级待批准", "A duty level waits for approval"),
    NoticeKind.DUTY_LEVEL: Bilingual("勤务等级有变", "The duty level has changed"),
    NoticeKind.MINIMUM_SHORT: Bilingual(
        "有快反点在勤力量低于勤务等级要求", "A post is below the minimum of the duty level"
    ),
    NoticeKind.RECALLED: Bilingual("您的休假被中止或取消", "Your leave is ended or cancelled"),
    NoticeKind.PLAN_OFFERED: Bilingual("有预案可启动", "A contingency plan is offered"),
    NoticeKind.PLAN_STEP: Bilingual("预案步骤到时", "A step of a plan is due"),
    NoticeKind.CHECK_RESULT: Bilingual(
        "涉及您的抽查有结果，可以申述", "A spot check concerns you; you may reply"
    ),
    NoticeKind.CHECK_TO_DECIDE: Bilingual(
        "有抽查申述待决定", "A reply to a spot check waits for a decision"
    ),
    NoticeKind.CHECK_DECIDED: Bilingual(
        "您的抽查申述已有决定", "Your reply to a spot check was decided on"
    ),
    NoticeKind.SHEET_READY: Bilingual(
        "您的考核单已生成，可以申诉", "Your assessment sheet is ready; you may appeal"
    ),
    NoticeKind.APPEAL_TO_DECIDE: Bilingual("有考核申诉待决定", "An appeal waits for a decision"),
    NoticeKind.APPEAL_DECIDED: Bilingual("您的考核申诉已有决定", "Your appeal was decided on"),
    NoticeKind.TURN_PLANNED: Bilingual(
        "已为您安排跟班", "A turn at the station is planned for you"
    ),
    NoticeKind.COURSE_PLANNED: Bilingual("已为您报名培训", "You are enrolled in a course"),
    NoticeKind.TRAINING_OFF: Bilingual(
        "您的跟班或培训已取消", "A turn or a course of yours is called off"
    ),
}

LIFETIME_S: Mapping[NoticeKind, float] = {
    **dict.fromkeys(NoticeKind, _WEEK_S),
    NoticeKind.TASKS_TODAY: 12 * _HOUR_S,
    NoticeKind.TASK_NEW: 24 * _HOUR_S,
    NoticeKind.TASK_HANDED: 24 * _HOUR_S,
    NoticeKind.TASK_DUE: 1 * _HOUR_S,
    NoticeKind.TASK_CANCELLED: 24 * _HOUR_S,
    NoticeKind.HAZARD_ASSIGNED: 24 * _HOUR_S,
    NoticeKind.HAZARD_RETURNED: 24 * _HOUR_S,
    NoticeKind.HAZARD_ESCALATED: 24 * _HOUR_S,
    NoticeKind.EXTENSION_ASKED: 72 * _HOUR_S,
    NoticeKind.SWAP_ASKED: 72 * _HOUR_S,
    NoticeKind.SWAP_TO_APPROVE: 72 * _HOUR_S,
    NoticeKind.LEVEL_PROPOSED: 24 * _HOUR_S,
    NoticeKind.DUTY_LEVEL: 24 * _HOUR_S,
    NoticeKind.MINIMUM_SHORT: 4 * _HOUR_S,
    NoticeKind.RECALLED: 24 * _HOUR_S,
    NoticeKind.PLAN_OFFERED: 1 * _HOUR_S,
    NoticeKind.PLAN_STEP: 0.5 * _HOUR_S,
    NoticeKind.CHECK_RESULT: 5 * _WEEK_S,
    NoticeKind.SHEET_READY: 5 * _WEEK_S,
}
"""Seconds after which a notice is worth no push any more; the list of notices still shows it.

What has a term of its own, such as a reply, waits for duty as long as that term runs.
"""

ALWAYS: frozenset[NoticeKind] = frozenset({NoticeKind.RECALLED})
"""Kinds that reach a person off duty and in quiet hours, and that nobody switches off.

A leave is ended, or does not begin: whoever is not told cannot know of being on duty. It follows
from a duty level that an authorised person put in force, and from nothing else.
"""


class PushDecision(StrEnum):
    """What becomes of a notice on the phone now; anything but ``push`` and ``wait`` is final."""

    PUSH = "push"
    WAIT = "wait"
    SWITCHED_OFF = "switched_off"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local minutes of the day in [from_minute, to_minute), across midnight where from > to."""

    from_minute: int
    to_minute: int

    def __post_init__(self) -> None:
        for minute in (self.from_minute, self.to_minute):
            if not 0 <= minute < DAY_MINUTES:
                raise ValueError("quiet hours are minutes of a day")

    def hold_at(self, minute: int) -> bool:
        """Whether they hold at a minute of the day; equal ends are no quiet hours."""
        if self.from_minute <= self.to_minute:
            return self.from_minute <= minute < self.to_minute
        return minute >= self.from_minute or minute < self.to_minute


@dataclass(frozen=True, slots=True)
class NoticeWishes:
    """What a person chose: kinds that stay silent, and hours in which all do."""

    off: frozenset[NoticeKind] = frozenset()
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class PushMoment:
    """What decides on a push. `minute`: local minute of the day; `expires_s`: seconds UTC."""

    now_s: float
    minute: int
    on_duty: bool
    expires_s: float


def decide_push(kind: NoticeKind, wishes: NoticeWishes, at: PushMoment) -> PushDecision:
    """Whether a notice goes to the phone now, waits for duty, or only stands in the list.

    Silence off duty: the notice waits, and goes out when duty begins if it is still of use.
    """
    if at.now_s >= at.expires_s:
        return PushDecision.EXPIRED
    if kind in ALWAYS:
        return PushDecision.PUSH
    if kind in wishes.off:
        return PushDecision.SWITCHED_OFF
    if not at.on_duty or (wishes.quiet is not None and wishes.quiet.hold_at(at.minute)):
        return PushDecision.WAIT
    return PushDecision.PUSH
