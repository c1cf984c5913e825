"""Response standards as versioned data: what is measured from when to when, and the target.

A standard has objectives; an objective has explicit start and stop time stamps, a percentile and
tiers. The first tier that matches a call gives its target. A duration meets its target when it is
`<=` the target; an objective is met when at least `percentile` per cent of the durations do.
"""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.text import Bilingual

MAX_TARGET_S = 86_400.0
_ORDER = tuple(FieldTime)


@dataclass(frozen=True, slots=True)
class Tier:
    """A target for some calls. An empty set means any.

    Attributes:
        target_s: seconds; a duration of exactly this meets the target.
        place_classes: where the call is.
        priorities: how urgent it is.
        categories: subtrees of the category tree.
        kinds: the force that responds (kinds of unit); a tier with kinds is skipped while the
            kind is unknown.
    """

    name: Bilingual
    target_s: float
    place_classes: frozenset[PlaceClass] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    categories: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    def matches(
        self, place_class: PlaceClass, priority: Priority, category: str, kind: str | None
    ) -> bool:
        """Whether the tier is meant for such a call and force."""
        return (
            (not self.place_classes or place_class in self.place_classes)
            and (not self.priorities or priority in self.priorities)
            and (not self.kinds or kind in self.kinds)
            and (
                not self.categories
                or any(category == top or category.startswith(top + ".") for top in self.categories)
            )
        )


@dataclass(frozen=True, slots=True)
class Objective:
    """One interval that the standard looks at.

    Attributes:
        code: unique in the standard.
        start, stop: time stamps between which the interval lies; start comes first in the
            order of `FieldTime`.
        percentile: per cent of calls that must meet their target, 0 < p <= 100.
        tiers: first match wins; a call that none matches is not measured.
    """

    code: str
    name: Bilingual
    start: FieldTime
    stop: FieldTime
    percentile: float
    tiers: tuple[Tier, ...]

    def tier_for(
        self, place_class: PlaceClass, priority: Priority, category: str, kind: str | None
    ) -> Tier | None:
        """The tier of a call; None when the objective does not measure such calls."""
        for tier in self.tiers:
            if tier.matches(place_class, priority, category, kind):
                return tier
        return None


@dataclass(frozen=True, slots=True)
class ResponseStandard:
    """A named, versioned standard.

    Attributes:
        code: what the command line and the settings call it, such as ``135``.
        version: changes whenever anything below changes.
        source: where it comes from, in both languages.
        objectives: the first that stops at arrival is the one that recommendations aim at.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """

    code: str
    version: str
    name: Bilingual
    source: Bilingual
    objectives: tuple[Objective, ...]

    def __post_init__(self) -> None:
        for field in ("code", "version"):
            if not getattr(self, field):
                raise InvalidDataError(field, "missing")
        if not self.objectives:
            raise InvalidDataError("objectives", "missing")
        seen: set[str] = set()
        for row, objective in enumerate(self.objectives):
            path = f"objectives[{row}]"
            if objective.code in seen:
                raise InvalidDataError(f"{path}.code", "repeated", found=objective.code)
            seen.add(objective.code)
            _check_objective(objective, path)

    def objective(self, code: str) -> Objective:
        """The objective of a code.

        Raises:
            KeyError: the standard has none.
        """
        for objective in self.objectives:
            if objective.code == code:
                return objective
        raise KeyError(code)

    @property
    def arrival(self) -> Objective | None:
        """The first objective that stops at arrival; None when the standard has none."""
        for objective in self.objectives:
            if objective.stop is FieldTime.ARRIVED:
                return objective
        return None


def _check_objective(objective: Objective, path: str) -> None:
    if _ORDER.index(objective.start) >= _ORDER.index(objective.stop):
        raise InvalidDataError(f"{path}.stop", "stop_not_after_start", start=objective.start.value)
    if not 0 < objective.percentile <= 100:
        raise InvalidDataError(f"{path}.percentile", "out_of_range", found=objective.percentile)
    if not objective.tiers:
        raise InvalidDataError(f"{path}.tiers", "missing")
    for row, tier in enumerate(objective.tiers):
        if not 0 < tier.target_s <= MAX_TARGET_S:
            raise InvalidDataError(
                f"{path}.tiers[{row}].target_s", "out_of_range", found=tier.target_s
            )


def dump_standard(standard: ResponseStandard) -> JsonValue:
    """A standard as JSON-ready data."""
    return dump(standard)


def load_standard(data: JsonValue) -> ResponseStandard:
    """The standard that `dump_standard` wrote, now or when sources were in one language.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    if isinstance(data, dict) and isinstance(source := data.get("source"), str):
        data = {**data, "source": {"zh": "", "en": source}}
    return load(ResponseStandard, data)


_ARRIVAL = Bilingual("到场", "Arrival")
_KEY = Bilingual("重点部位", "Key place")
_CENTRE = Bilingual("中心城区", "Centre")
_ELSEWHERE = Bilingual("其他区域", "Elsewhere")

STANDARD_135 = ResponseStandard(
    code="135",
    version="135/1",
    name=Bilingual("一三五快反", "1-3-5 minutes"),
    source=Bilingual(
        zh="各地公安机关一三五快速反应要求："
        "https://hunan.gov.cn/hnszf/xxgk/bgjd/201901/t20190125_5266556.html；"
        "计时自下达派警指令起，至警组到场止",
        en="1-3-5 minute fast response as set by city police in China: "
        "https://hunan.gov.cn/hnszf/xxgk/bgjd/201901/t20190125_5266556.html; "
        "the clock is taken to run from the order to the unit until its arrival",
    ),
    objectives=(
        Objective(
            code="arrival",
            name=_ARRIVAL,
            start=FieldTime.ASSIGNED,
            stop=FieldTime.ARRIVED,
            percentile=90.0,
            tiers=(
                Tier(_KEY, 60.0, place_classes=frozenset({PlaceClass.KEY_PLACE})),
                Tier(_CENTRE, 180.0, place_classes=frozenset({PlaceClass.CENTRE})),
                Tier(_ELSEWHERE, 300.0),
            ),
        ),
    ),
)
"""Key place 60 s, centre 180 s, elsewhere 300 s. Local orders name no percentile; 90 is ours."""

NFPA_1710 = ResponseStandard(
    code="nfpa1710",
    version="nfpa1710-2020/1",
    name=Bilingual("NFPA 1710 出动与行车", "NFPA 1710 turnout and travel"),
    source=Bilingual(
        zh="美国消防协会标准 NFPA 1710（2020）第 4.1.2 条："
        "出动准备与首车行车时间，各以九成警情达标为准",
        en="NFPA 1710 (2020) 4.1.2: turnout and first-unit travel time, each for 90 % of calls",
    ),
    objectives=(
        Objective(
            code="travel",
            name=Bilingual("首车行车", "First-unit travel"),
            start=FieldTime.EN_ROUTE,
            stop=FieldTime.ARRIVED,
            percentile=90.0,
            tiers=(Tier(Bilingual("首车", "First unit"), 240.0),),
        ),
        Objective(
            code="turnout",
            name=Bilingual("出动准备", "Turnout"),
            start=FieldTime.ASSIGNED,
            stop=FieldTime.EN_ROUTE,
            percentile=90.0,
            tiers=(
                Tier(Bilingual("医疗急救", "Emergency medical"), 60.0, categories=("medical",)),
                Tier(Bilingual("火警及特种", "Fire and special operations"), 80.0),
            ),
        ),
    ),
)
"""Travel <= 240 s and turnout <= 60 s (medical) or 80 s (other), each for 90 % of calls."""

URBAN_RURAL = ResponseStandard(
    code="urban-rural",
    version="urban-rural/1",
    name=Bilingual("城乡分级", "Urban and rural"),
    source=Bilingual(
        zh="示例标准：划定的中心城区和重点部位按城区计",
        en="a plain example: places inside a drawn centre and key places count as urban",
    ),
    objectives=(
        Objective(
            code="arrival",
            name=_ARRIVAL,
            start=FieldTime.RECEIVED,
            stop=FieldTime.ARRIVED,
            percentile=90.0,
            tiers=(
                Tier(
                    Bilingual("城区急警", "Urban, emergency"),
                    480.0,
                    place_classes=frozenset({PlaceClass.KEY_PLACE, PlaceClass.CENTRE}),
                    priorities=frozenset({Priority.EMERGENCY, Priority.URGENT}),
                ),
                Tier(
                    Bilingual("乡村急警", "Rural, emergency"),
                    900.0,
                    priorities=frozenset({Priority.EMERGENCY, Priority.URGENT}),
                ),
                Tier(
                    Bilingual("城区一般", "Urban, other"),
                    1_200.0,
                    place_classes=frozenset({PlaceClass.KEY_PLACE, PlaceClass.CENTRE}),
                ),
                Tier(Bilingual("乡村一般", "Rural, other"), 2_400.0),
            ),
        ),
    ),
)
"""From receipt to arrival: urban 8 min, rural 15 min when urgent; 20 and 40 min otherwise."""

SHIPPED_STANDARDS: tuple[ResponseStandard, ...] = (STANDARD_135, NFPA_1710, URBAN_RURAL)


def shipped_standard(code: str) -> ResponseStandard:
    """The shipped standard of a code.

    Raises:
        KeyError: there is none of that code.
    """
    for standard in SHIPPED_STANDARDS:
        if standard.code == code:
            return standard
    raise KeyError(code)
