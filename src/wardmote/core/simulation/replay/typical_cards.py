"""Run cards told from records: what each sort of call was usually answered with at first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.run_cards import MAX_CARDS, MAX_UNITS_PER_CARD, RunCard, RunCards
from wardmote.core.domain.run_cards import Requirement as Need
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.replay.asking import ASSUMED_CATEGORY, ASSUMED_PRIORITY
from wardmote.core.simulation.replay.demand import Demand

_Sort = tuple[str, Priority]
_Kinds = tuple[str, ...]


def typical_cards(
    calls: Sequence[CallRecord], demand: Sequence[Demand], kinds: Sequence[str]
) -> RunCards:
    """The commonest first answer to each category and priority, as run cards.

    Any other kind of the fleet is named as a substitute, so that every unit is ranked for every
    call. Sorts of calls beyond the limit of cards, the rarest, are asked one unit of any kind.

    Args:
        demand: of each call.
        kinds: every kind of the fleet.
    """
    seen: dict[_Sort, Counter[_Kinds]] = defaultdict(Counter)
    used: Counter[str] = Counter(dict.fromkeys(kinds, 0))
    for call, asked in zip(calls, demand, strict=True):
        wanted = tuple(sorted(job.kind for job in asked.waves[0].jobs))[:MAX_UNITS_PER_CARD]
        sort = (call.category or ASSUMED_CATEGORY, call.priority or ASSUMED_PRIORITY)
        seen[sort][wanted] += 1
        used.update(kind for kind in wanted if kind)
    usual = sorted(used, key=lambda kind: (-used[kind], kind))
    # A category stands for all below it, so the longer code is tried first.
    commonest = sorted(seen, key=lambda sort: (-seen[sort].total(), sort))[: MAX_CARDS - 1]
    cards = [
        RunCard(
            f"{category}/{int(priority)}",
            Bilingual(f"按记录：{category}", f"As recorded: {category}"),
            (_needs(min(seen[(category, priority)].items(), key=_commonest)[0], usual),),
            (category,),
            frozenset({priority}),
        )
        for category, priority in sorted(commonest, key=lambda sort: (-len(sort[0]), sort))
    ]
    rest = RunCard("any", Bilingual("其他", "Anything else"), (_needs(("",), usual),))
    return RunCards("as-recorded/typical", (*cards, rest))


def _commonest(item: tuple[_Kinds, int]) -> tuple[int, _Kinds]:
    return -item[1], item[0]


def _needs(wanted: _Kinds, usual: Sequence[str]) -> tuple[Need, ...]:
    return tuple(
        Need((kind, *(one for one in usual if one != kind)) if kind else tuple(usual), number)
        for kind, number in sorted(Counter(wanted).items())
    )
