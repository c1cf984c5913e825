"""What each reason of the drop report means."""

from wardmote.core.domain.text import Bilingual
from wardmote.gateways.osm.access import Drop

DROP_TEXTS: dict[str, Bilingual] = {
    Drop.NOT_A_ROAD: Bilingual(zh="highway 标签不是道路", en="a highway tag that is no road"),
    Drop.NOT_BUILT: Bilingual(zh="在建、规划或废弃", en="under construction, planned or abandoned"),
    Drop.FOOT_OR_CYCLE: Bilingual(zh="步道、自行车道、台阶", en="footways, cycleways, steps"),
    Drop.AREA: Bilingual(zh="面状广场", en="squares mapped as areas"),
    Drop.NO_MOTOR_VEHICLES: Bilingual(zh="禁止机动车通行", en="closed to motor vehicles"),
    Drop.MILITARY: Bilingual(zh="军事管理道路", en="military roads"),
    Drop.IMPASSABLE: Bilingual(zh="无法通行的路面", en="impassable surface"),
    Drop.REVERSIBLE: Bilingual(zh="可变方向车道", en="lanes whose direction changes"),
    Drop.TOO_SHORT: Bilingual(zh="不足两个节点的道路", en="ways of fewer than two nodes"),
    Drop.NODES_MISSING: Bilingual(zh="文件中缺少的节点", en="nodes that are not in the file"),
    Drop.BARRIER: Bilingual(zh="被路障切断之处", en="places where a barrier cuts the road"),
    Drop.UNCONNECTED: Bilingual(
        zh="与主路网不连通的路段", en="edges not connected with the main network"
    ),
    Drop.ONE_DIRECTION: Bilingual(
        zh="单侧无法往返的路段", en="edges with one direction that has no way back"
    ),
    Drop.CONDITIONAL: Bilingual(
        zh="保留的道路：未采用其分时段规定", en="kept roads whose timed rules were ignored"
    ),
    Drop.RESTRICTION_NOT_OURS: Bilingual(
        zh="不适用于小汽车或紧急车辆的转向限制",
        en="turn restrictions not for cars, or with an exemption",
    ),
    Drop.RESTRICTION_CONDITIONAL: Bilingual(
        zh="分时段的转向限制", en="turn restrictions at certain times"
    ),
    Drop.RESTRICTION_BROKEN: Bilingual(
        zh="无法理解的转向限制", en="turn restrictions that make no sense on the map"
    ),
    Drop.RESTRICTION_OUTSIDE: Bilingual(
        zh="涉及未采用道路的转向限制", en="turn restrictions over roads that are not used"
    ),
    Drop.RESTRICTION_UNKNOWN: Bilingual(
        zh="未知类型的转向限制", en="turn restrictions of an unknown kind"
    ),
    "broken_areas": Bilingual(zh="轮廓不闭合的面", en="areas whose outline does not close"),
}
