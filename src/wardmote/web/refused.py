"""Writing down that somebody was refused: who, what and why, as codes.

Nothing personal goes into the log: of the address only its pattern and the ids of calls and
units, never what was sent (ASVS 5.0 V16.3.2).
"""

from __future__ import annotations

import logging

from django.http import HttpRequest

from wardmote.core.domain.permissions import Permission

logger = logging.getLogger("wardmote.access")

_IDS = ("incident_id", "assignment_id", "unit_id", "alarm_id", "closure_id", "note_id")


def log_refusal(
    request: HttpRequest,
    staff_id: str,
    why: str,
    *,
    purpose: str = "",
    permission: Permission | None = None,
) -> None:
    """Note a refused access.

    Args:
        why: ``role``, ``area``, ``purpose`` or ``right``; see `AccessDeniedError`.
        purpose: what a caller's data was asked for.
        permission: what the page needs.
    """
    match = request.resolver_match
    route = "" if match is None else match.route
    ids = {} if match is None else {k: str(v)[:40] for k, v in match.kwargs.items() if k in _IDS}
    logger.warning(
        "refused staff=%r method=%s route=%r about=%r why=%s purpose=%s permission=%s",
        staff_id,
        request.method,
        route,
        ids,
        why,
        purpose or "-",
        permission.value if permission else "-",
    )
