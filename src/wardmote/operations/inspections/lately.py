"""Services that somebody finished lately and may invite to the survey for."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.survey import ServiceKind
from wardmote.core.domain.text import Bilingual
from wardmote.operations.dispatch.served import calls_of_crew
from wardmote.operations.hazards.assessed import hazards_closed
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.inspections.models import SurveyedService
from wardmote.operations.inspections.surveyed import service_digest
from wardmote.operations.tasks.assessed import visits_done

LATELY_S = 3 * 86_400.0
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FinishedService:
    """A finished service. `invited`: its code was given out already.

    `at_s`: when it ended; of a call when it came in.
    """

    kind: ServiceKind
    id: str
    name: Bilingual
    at_s: float
    invited: bool


def finished_lately(viewer: Viewer, now_s: float) -> list[FinishedService]:
    """Calls, visits and hazards that ended within `LATELY_S`, the latest first of each kind.

    Calls: in the viewer's areas, or of the viewer's unit. Visits: the viewer's own. Hazards: closed
    in the viewer's areas.
    """
    since_s = now_s - LATELY_S
    areas = viewer.areas_with(Permission.SURVEY_ISSUE)
    found = [
        *_calls(viewer, since_s),
        *(
            (ServiceKind.TASK, one.id, one.name, one.at_s)
            for one in (visits_done(viewer.staff_id, areas, since_s, MOST_SHOWN) if areas else ())
        ),
        *(
            (ServiceKind.HAZARD, hazard, Bilingual(number, number), at_s)
            for hazard, number, at_s in hazards_closed(areas, since_s, MOST_SHOWN)
        ),
    ]
    digests = [service_digest(kind.value, service) for kind, service, *_ in found]
    asked = SurveyedService.objects.filter(digest__in=digests)
    given = set(asked.values_list("digest", flat=True))
    return [
        FinishedService(kind, service, name, at_s, digest in given)
        for (kind, service, name, at_s), digest in zip(found, digests, strict=True)
    ]


def _calls(viewer: Viewer, since_s: float) -> list[tuple[ServiceKind, str, Bilingual, float]]:
    """Closed calls: those of the crew, and those the viewer may see in the areas of the right."""
    rows = {row.pk: row for row in incidents.find_many(calls_of_crew(viewer, since_s)).values()}
    if viewer.holds_anywhere(Permission.SURVEY_ISSUE):
        seen = incidents.visible(viewer).filter(
            state=IncidentState.CLOSED.value, drill=False, received_s__gte=since_s
        )
        for row in seen.order_by("-received_s")[:MOST_SHOWN]:
            if viewer.may(Permission.SURVEY_ISSUE, AreaId(row.area)):
                rows[row.pk] = row
    closed = [
        (ServiceKind.CALL, str(row.pk), Bilingual(row.number, row.number), float(row.received_s))
        for row in rows.values()
        if row.state == IncidentState.CLOSED.value and not row.drill
    ]
    return sorted(closed, key=lambda one: -one[3])[:MOST_SHOWN]
