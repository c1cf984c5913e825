"""What every page shows: who is logged in and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wardmote.core.domain.permissions import Permission
from wardmote.operations.notices.selectors import unread_count
from wardmote.web.pages.duty.banner import banner_lines
from wardmote.web.viewers import viewer_of_request


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link of the main navigation, shown to those who hold `permission` somewhere.

    Attributes:
        on_beat: it stands in the menu of the beat, so that the bar of a command room stays short.
    """

    url_name: str
    label: Any
    permission: Permission
    on_beat: bool = False


NAVIGATION = (
    NavigationEntry("today", _("Today"), Permission.TASK_DO),
    NavigationEntry("console", _("Console"), Permission.INCIDENT_DISPATCH),
    NavigationEntry("incident-list", _("Calls"), Permission.INCIDENT_VIEW),
    NavigationEntry("crew", _("My unit"), Permission.UNIT_CREW),
    NavigationEntry("wall", _("Wall"), Permission.REPORT_VIEW),
    NavigationEntry("weekly-bulletin", _("Bulletin"), Permission.REPORT_VIEW),
    NavigationEntry("forecast", _("Forecast"), Permission.REPORT_VIEW),
    NavigationEntry("study-list", _("Studies"), Permission.STUDY_VIEW),
    NavigationEntry("idle-units", _("Idle units"), Permission.REPORT_VIEW),
    NavigationEntry("staffing", _("Staffing"), Permission.REPORT_VIEW),
    NavigationEntry("task-board", _("Tasks"), Permission.TASK_VIEW, on_beat=True),
    NavigationEntry("care-consents", _("Care visits"), Permission.CARE_VISIT, on_beat=True),
    NavigationEntry("hazard-list", _("Hazards"), Permission.HAZARD_VIEW, on_beat=True),
    NavigationEntry("department-hazards", _("To rectify"), Permission.HAZARD_RECTIFY),
    NavigationEntry("my-watches", _("My watches"), Permission.WATCH_TAKE),
    NavigationEntry("watch-rosters", _("Night watches"), Permission.PATROL_VIEW, on_beat=True),
    NavigationEntry("patrol-walk", _("My patrols"), Permission.WATCH_TAKE),
    NavigationEntry("patrols", _("Patrols"), Permission.PATROL_VIEW, on_beat=True),
    NavigationEntry("duty-levels", _("Duty"), Permission.DUTY_VIEW, on_beat=True),
    NavigationEntry("inspections", _("Spot checks"), Permission.INSPECTION_VIEW, on_beat=True),
    NavigationEntry("my-checks", _("My checks"), Permission.TASK_DO, on_beat=True),
    NavigationEntry("my-checks", _("My checks"), Permission.UNIT_CREW, on_beat=True),
    NavigationEntry("appointments", _("Staff"), Permission.STAFF_VIEW, on_beat=True),
    NavigationEntry("disclosure-list", _("Disclosures"), Permission.DISCLOSURE_VIEW),
    NavigationEntry("routing-simulator", _("Routing rules"), Permission.CONFIGURATION_VIEW),
    NavigationEntry("standard-list", _("Standards"), Permission.CONFIGURATION_VIEW),
    NavigationEntry("place-editor", _("Places"), Permission.CONFIGURATION_VIEW),
    NavigationEntry("divisions", _("Divisions"), Permission.CONFIGURATION_VIEW, on_beat=True),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the viewer, the navigation, the language and whether this is a demo."""
    viewer = viewer_of_request(request) if hasattr(request, "user") else None
    entries = []
    if viewer is not None and viewer.grants:
        entries = [
            {
                "url": url,
                "label": entry.label,
                "here": request.path.startswith(url),
                "on_beat": entry.on_beat,
            }
            for entry in NAVIGATION
            if viewer.holds_anywhere(entry.permission) and (url := _url(entry.url_name))
        ]
    beat = [entry for entry in entries if entry["on_beat"]]
    return {
        "viewer": viewer,
        "navigation": [entry for entry in entries if not entry["on_beat"]],
        "beat_menu": beat,
        "in_beat_menu": any(entry["here"] for entry in beat),
        "unread_notices": lambda: 0 if viewer is None else unread_count(viewer),
        "duty_banner": lambda: [] if viewer is None else banner_lines(viewer),
        "is_demo": settings.DEMO,
        "display_name": request.user.name_in(get_language() or "")
        if viewer is not None and request.user.is_authenticated
        else "",
    }


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
