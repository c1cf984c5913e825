"""What changed since the last plan, as `wardmote plan resite --since` tells it."""

from __future__ import annotations

import datetime

import click

from wardmote.commands.language import say, text
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.changed_demand import changed_demand
from wardmote.core.studies.ground import Ground, Records

MOST_CHANGES = 40
"""Places whose calls changed most."""


def change_lines(ground: Ground, records: Records, since: datetime.date, area: str | None) -> None:
    """Calls a year by village or community before a day and since, the largest change first.

    Until the last call of the records: what came after it nobody knows.

    Raises:
        Problem: too few days lie before the day, or after it.
    """
    since_s = datetime.datetime.combine(since, datetime.time(), records.zone).timestamp()
    end_s = max((call.received_s for call in records.calls), default=since_s)
    found = changed_demand(records.calls, records.origin_of, ground.book, since_s, end_s)
    if area is not None:
        found = tuple(one for one in found if not one.area or area_contains(AreaId(area), one.area))
    say(
        f"每年警情，{since} 之前与之后（变化最大的在前；共 {len(found)} 处）：",
        f"Calls a year, before {since} and since (the largest change first; {len(found)} places):",
    )
    names = {one.code: one.name for one in ground.book.divisions}
    for one in found[:MOST_CHANGES]:
        name = names.get(one.area, Bilingual("", ""))
        shown = text(name.zh or name.en, name.en or name.zh) or one.area or "-"
        sure = text("确定", "sure") if one.sure else text("可能是偶然", "may be chance")
        click.echo(
            f"  {shown}: {one.then:,.0f} → {one.now:,.0f} ({one.now - one.then:+,.0f}, {sure})"
        )
