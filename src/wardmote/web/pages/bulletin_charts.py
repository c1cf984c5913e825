"""Charts of a bulletin as numbers: drawn as SVG on the page and by Typst in the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wardmote.core.measures.periods import PeriodKind
from wardmote.core.measures.sections import Section
from wardmote.core.measures.share_change import ShareChange
from wardmote.operations.bulletins.selectors import Reported
from wardmote.operations.local_time import local_time
from wardmote.web.pages.bulletin_sections import TITLES, part_lines


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A share of this period with its interval, per cent, and that of the period before.

    Attributes:
        y: of the row, in the units of the page's drawing.
        before: None when it was not recorded, or was of nothing.
        words: the share in words.
    """

    name: str
    y: int
    share: float
    low: float
    high: float
    before: float | None
    words: str


@dataclass(frozen=True, slots=True)
class ShareChart:
    """The shares of a section. `height`: in the units of the page's drawing."""

    key: str
    title: str
    bars: tuple[ShareBar, ...]
    height: int


ROW_HEIGHT = 14


def share_charts(sections: Sequence[Section]) -> list[ShareChart]:
    """One chart for each section that has shares."""
    found = []
    for section in sections:
        bars: list[ShareBar] = []
        for name, line in part_lines(section):
            bar = _bar(name, len(bars) * ROW_HEIGHT, line.shares)
            if bar is not None:
                bars.append(bar)
        if bars:
            title = str(TITLES[section.room])
            found.append(ShareChart(section.room.value, title, tuple(bars), len(bars) * ROW_HEIGHT))
    return found


def _bar(name: str, y: int, shares: ShareChange | None) -> ShareBar | None:
    if shares is None:
        return None
    now = shares.now
    if now.share is None or now.low is None or now.high is None:
        return None
    before = None if shares.before is None else shares.before.share
    return ShareBar(
        name,
        y,
        round(100 * now.share, 1),
        round(100 * now.low, 1),
        round(100 * now.high, 1),
        None if before is None else round(100 * before, 1),
        f"{now.share:.0%}",
    )


def call_bars(reported: Reported) -> list[dict[str, Any]]:
    """Valid calls by hour of a day or day of a longer period, beside those of the one before."""
    hourly = reported.period.kind is PeriodKind.DAY
    slots = reported.slots
    return [
        {
            "label": f"{local_time(start):%H}" if hourly else f"{local_time(start):%m-%d}",
            "now": count or 0,
            "before": slots.before[number] if number < len(slots.before) else 0,
        }
        for number, (start, count) in enumerate(zip(slots.starts_s, slots.counts, strict=True))
    ]
