"""What the figures of a trial leave out, said with every outcome."""

from __future__ import annotations

from collections.abc import Sequence

from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.ground import FROM_RESIDENTS, Ground
from wardmote.core.studies.plan import Plan, RelocationPolicy
from wardmote.core.studies.scenario import Scenario

_ALWAYS: tuple[Bilingual, ...] = (
    Bilingual("临时交通状况", "traffic of the moment"),
    Bilingual("拒绝出警与跨区支援", "crews that refuse a call, help from outside"),
    Bilingual(
        "改派建议由人确认所需的时间：建议立即执行",
        "the person who confirms that a unit is taken off a lesser call: advice is followed at "
        "once",
    ),
    Bilingual("巡逻中的位置：空闲单位停在驻点", "patrols: idle units stand at their posts"),
    Bilingual("同一事件的重复报警与接警台排队", "repeated calls, and queues at the call takers"),
    Bilingual(
        "派警时对重点部位的照看与警种偏好；需多组的警情逐组选派",
        "key places that recommendations keep an eye on, and preferences between kinds of unit; "
        "several units for a call are picked one after another",
    ),
)
_INVENTED = Bilingual(
    "真实报警与真实处置时间：需求按居民数、时长按虚构习惯推算",
    "real calls and durations: demand is told from residents, durations are invented",
)
_NO_DOUBT = Bilingual(
    "对需求本身的把握：预期报警数被当作确知，区间只含运气",
    "doubt about demand: expected calls are taken as right, intervals hold luck alone",
)
_NO_BREAKS = Bilingual("单位的休息", "breaks of crews")
_NO_FAILURES = Bilingual("车辆与装备故障", "failures of vehicles and equipment")
_ONE_SERVICE = Bilingual(
    "按警情类别区分的处置时长：同一级别共用一条分布",
    "time on scene by category: one distribution serves all calls of a priority",
)
_NO_TRANSPORT = Bilingual(
    "送医与押送：无人被送往别处，单位在现场处置完即空闲",
    "transport: nobody is taken anywhere, a unit is free when it leaves the scene",
)
_ONLY_HOSPITALS = Bilingual(
    "送往最近医院以外的地方：押送、选择医院",
    "transport elsewhere than to the nearest hospital: custody, a choice of hospital",
)
_MOVES = Bilingual(
    "移驻建议的答复时间：建议立即执行或立即拒绝；规则所限的警种",
    "time to answer advice to move: it is followed or refused at once; kinds of unit that a rule "
    "is for",
)
_NO_REFUSALS = Bilingual("拒绝移驻建议", "crews that refuse advice to move")


def not_modelled(
    ground: Ground, plans: Sequence[Plan], scenarios: Sequence[Scenario]
) -> tuple[Bilingual, ...]:
    """What is left out in at least one of the trials, the most weighty first."""
    moving = any(
        plan.relocation is not None and plan.relocation.policy is not RelocationPolicy.OWN_POST
        for plan in plans
    )
    some = {
        _INVENTED: ground.demand_from == FROM_RESIDENTS,
        _NO_DOUBT: ground.points.doubt is None,
        _NO_TRANSPORT: ground.handling.transport is None,
        _ONLY_HOSPITALS: ground.handling.transport is not None,
        _ONE_SERVICE: ground.handling.service is None,
        _NO_BREAKS: any(one.breaks is None for one in scenarios),
        _NO_FAILURES: any(one.failures is None for one in scenarios),
        _NO_REFUSALS: moving and any(not one.refused_share for one in scenarios),
        _MOVES: moving,
    }
    return (*(said for said, holds in some.items() if holds), *_ALWAYS)
