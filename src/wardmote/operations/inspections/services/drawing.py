"""Drawing checks: the day's value, who and what is drawn from, the draw and its repetition."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping

from django.db import transaction

from wardmote.core.beat.random_draw import commitment_of, draw, seed_of
from wardmote.core.domain.areas import area_contains, area_prefix
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.inspection import Stratum
from wardmote.core.domain.inspection_events import ChecksDrawn
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty_time import duty_stretches
from wardmote.operations.identifiers import new_id
from wardmote.operations.inspections.errors import NothingToDrawError, TooManyDrawnError
from wardmote.operations.inspections.models import DayValue, Draw, EquipmentItem, SpotCheck
from wardmote.operations.inspections.recording import check, tell
from wardmote.operations.local_time import local_day
from wardmote.operations.people.selectors import appointed_in
from wardmote.operations.places.selectors import posts
from wardmote.operations.units.selectors import all_units

MOST_OF_A_KIND = 50
MOST_DRAWS_A_DAY = 20


def make_day_values(now_s: float) -> None:
    """Make the values of today and tomorrow where they are missing; tomorrow's hash is shown."""
    for ahead in range(2):
        _value_of(local_day(now_s) + datetime.timedelta(days=ahead), now_s)


def draw_checks(
    viewer: Viewer,
    area: AreaId,
    wanted: Mapping[Stratum, int],
    *,
    drill: bool = False,
    now_s: float,
) -> str:
    """Draw checks in an area; returns the draw's id. Every draw stays on record under its number.

    Raises:
        AccessDeniedError: the viewer may not draw in this area.
        TooManyDrawnError: more are wanted than a draw or a day allows.
        NothingToDrawError: nothing comes out.
    """
    check(viewer, Permission.INSPECTION_DRAW, area)
    if any(not 0 <= number <= MOST_OF_A_KIND for number in wanted.values()):
        raise TooManyDrawnError(most=MOST_OF_A_KIND, draws=MOST_DRAWS_A_DAY)
    day = local_day(now_s)
    candidates = candidates_in(area, now_s, but=viewer.staff_id)
    with transaction.atomic():
        # The value is locked, so that two draws at once get two numbers.
        value = DayValue.objects.select_for_update().get(pk=_value_of(day, now_s).pk)
        number = Draw.objects.filter(area=area, day=day).count() + 1
        if number > MOST_DRAWS_A_DAY:
            raise TooManyDrawnError(most=MOST_OF_A_KIND, draws=MOST_DRAWS_A_DAY)
        name = f"{day.isoformat()} {area} {number}"
        seed = seed_of(value.value, name)
        taken = draw(seed, {one: sorted(found) for one, found in candidates.items()}, wanted)
        if not any(taken.values()):
            raise NothingToDrawError
        row = Draw.objects.create(
            id=new_id(now_s),
            name=name,
            area=area,
            day=day,
            seed=seed,
            candidates={one.value: sorted(found) for one, found in candidates.items()},
            wanted={one.value: wanted.get(one, 0) for one in Stratum},
            drill=drill,
            drawn_by=viewer.staff_id,
            drawn_s=now_s,
        )
        checks = [
            SpotCheck(
                id=new_id(now_s),
                draw=row,
                place=place,
                stratum=stratum.value,
                subject=subject,
                area=candidates[stratum][subject],
                person=subject if stratum is Stratum.PERSON else "",
            )
            for stratum, subjects in taken.items()
            for place, subject in enumerate(subjects, start=1)
        ]
        SpotCheck.objects.bulk_create(checks)
        event = ChecksDrawn(row.pk, name, seed, tuple(one.pk for one in checks), drill)
        tell(event, viewer.staff_id, area, now_s)
    return row.pk


def candidates_in(area: AreaId, now_s: float, *, but: str = "") -> dict[Stratum, dict[str, str]]:
    """What can be drawn in an area now: by stratum, id -> the area it belongs to.

    Posts; vehicles on duty; equipment in use; people in an office who are on duty now. `but`:
    whoever draws is not drawn.
    """
    held_by = appointed_in(area, now_s)
    on_duty = duty_stretches([str(one) for one in held_by], [local_day(now_s)], now_s)
    items = EquipmentItem.objects.filter(area__startswith=area_prefix(area), written_off=False)
    return {
        Stratum.POST: {
            one.pk: one.area for one in posts() if area_contains(area, AreaId(one.area))
        },
        Stratum.VEHICLE: {
            one.pk: one.area
            for one in all_units()
            if one.on_duty and area_contains(area, AreaId(one.area))
        },
        Stratum.EQUIPMENT: dict(items.values_list("pk", "area")),
        Stratum.PERSON: {
            person: held.area
            for person, held in held_by.items()
            if person != but
            and any(begin <= now_s < end for begin, end in on_duty[str(person), local_day(now_s)])
        },
    }


def _value_of(day: datetime.date, now_s: float) -> DayValue:
    value = secrets.token_hex(32)
    row, _made = DayValue.objects.get_or_create(
        day=day,
        defaults={"value": value, "commitment": commitment_of(value), "made_s": now_s},
    )
    return row
