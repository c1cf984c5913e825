"""Who acts on checks in tests, and short ways to a check in a given state."""

from __future__ import annotations

from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, viewer

from wardmote.core.domain.inspection import ITEMS_OF, Finding, Stratum
from wardmote.core.domain.permissions import Role
from wardmote.operations.inspections import services
from wardmote.operations.inspections.models import SpotCheck

INSPECTOR = viewer((Role.INSPECTOR, COUNTY), staff="inspector")
SECOND = viewer((Role.INSPECTOR, COUNTY), staff="second")
CHIEF = viewer((Role.STATION_CHIEF, EAST), staff="chief")
CREW = viewer((Role.CREW, EAST), staff="crew1")


def drawn(stratum: Stratum = Stratum.POST, **other: bool) -> SpotCheck:
    draw = services.draw_checks(INSPECTOR, COUNTY, {stratum: 1}, now_s=NOW_S, **other)
    return SpotCheck.objects.get(draw=draw)


def result(
    *, wanting: bool = True, person: str = "crew1", of: Stratum = Stratum.POST
) -> services.Result:
    findings = dict.fromkeys(ITEMS_OF[of], Finding.YES)
    if wanting:
        findings[ITEMS_OF[of][0]] = Finding.NO
    return services.Result(findings, "Nobody there" if wanting else "", person)


def recorded(**about: bool) -> SpotCheck:
    check = drawn()
    services.begin_check(INSPECTOR, check.pk, now_s=NOW_S)
    services.record_check(INSPECTOR, check.pk, result(**about), now_s=NOW_S)  # type: ignore[arg-type]  # fields of a result
    check.refresh_from_db()
    return check
