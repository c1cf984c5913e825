"""Reading hazards: lists, one hazard's page, work of departments, figures, what strangers see."""

from wardmote.operations.hazards.models import Department, Hazard, HazardPart, ReportPoint
from wardmote.operations.hazards.rights import departments_of
from wardmote.operations.hazards.selectors.figures import (
    Cell,
    cases,
    figures,
    hot_cells,
    open_by_age,
    open_of_age,
    part_facts,
    parts_of,
    recheck_waits,
)
from wardmote.operations.hazards.selectors.listing import (
    HazardFilter,
    department_names,
    department_work,
    departments_for,
    departments_seen,
    hazards_seen,
    members_seen,
    points_seen,
    raised_count,
)
from wardmote.operations.hazards.selectors.one import (
    HazardPage,
    PartView,
    hazard_page,
    open_contact,
    open_owner,
    part_to_show,
    standing_of,
)
from wardmote.operations.hazards.selectors.strangers import (
    OwnerPage,
    followed,
    owner_page,
    owner_photo,
    point_of,
)
from wardmote.operations.hazards.settings_in_force import categories

HazardRow = Hazard
PartRow = HazardPart
DepartmentRow = Department
PointRow = ReportPoint
"""For other layers' annotations; they reach the rows through this module only."""

__all__ = [
    "Cell",
    "DepartmentRow",
    "HazardFilter",
    "HazardPage",
    "HazardRow",
    "OwnerPage",
    "PartRow",
    "PartView",
    "PointRow",
    "cases",
    "categories",
    "department_names",
    "department_work",
    "departments_for",
    "departments_of",
    "departments_seen",
    "figures",
    "followed",
    "hazard_page",
    "hazards_seen",
    "hot_cells",
    "members_seen",
    "open_by_age",
    "open_contact",
    "open_of_age",
    "open_owner",
    "owner_page",
    "owner_photo",
    "part_facts",
    "part_to_show",
    "parts_of",
    "point_of",
    "points_seen",
    "raised_count",
    "recheck_waits",
    "standing_of",
]
