"""Taking over a table of staff: upload, look, say yes. And the table to fill in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission
from wardmote.gateways.staff_tables.columns import heading_of
from wardmote.gateways.staff_tables.reading import (
    StaffTableError,
    read_staff_file,
    template_rows,
)
from wardmote.operations.journal import clock
from wardmote.operations.people import services
from wardmote.operations.people.errors import TableGoneError
from wardmote.web.pages.attempts import attempt
from wardmote.web.pages.staff.forms import TableForm
from wardmote.web.pages.staff.words import (
    fault_words,
    language,
    named,
    office_name,
    staff_page,
)
from wardmote.web.spreadsheets import csv_lines, unread_columns, workbook
from wardmote.web.viewers import needs, viewer_of_request

SHOWN = 20
FAULTS_SHOWN = 200

UNREADABLE: dict[str, Promise] = {
    "too_large": gettext_lazy("The file is larger than %(most)s MB. Upload it in parts."),
    "unpacks_too_large": gettext_lazy(
        "The workbook is larger than %(most)s MB when unpacked. Upload it in parts, or as CSV."
    ),
    "long_row": gettext_lazy(
        "A row of the workbook is longer than %(most)s MB: that is no table. Save it as CSV."
    ),
    "wide_row": gettext_lazy(
        "A row has more than %(most)s columns: that is no table. Look at its separators and the "
        "ends of its lines."
    ),
    "not_text": gettext_lazy("The file is neither text (CSV) nor a workbook (xlsx)."),
    "not_a_workbook": gettext_lazy("The workbook is damaged. Save it again as xlsx, or as CSV."),
    "empty": gettext_lazy("The file is empty."),
    "no_columns": gettext_lazy("The columns %(missing)s are missing. Row 1 says: %(found)s"),
    "too_many_rows": gettext_lazy("The table has more than %(most)s rows. Cut it in parts."),
    "long_cell": gettext_lazy("Row %(row)s, “%(column)s”: more than %(most)s characters."),
}


@require_http_methods(["GET", "POST"])
@needs(Permission.STAFF_EDIT)
@staff_page
def upload(request: HttpRequest) -> HttpResponse:
    """Read a table; what is wrong with the file itself is said here."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = read_staff_file(file.read())
        except StaffTableError as refused:
            form.add_error("file", unreadable(refused))
        else:
            table = services.keep_table(
                viewer_of_request(request), file.name, read.rows, unread=read.unread,
                now_s=clock.now_s(),
            )  # fmt: skip
            return redirect("staff-table", table_id=table)
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/staff/upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.STAFF_EDIT)
@staff_page
def table(request: HttpRequest, table_id: str) -> HttpResponse:
    """What taking a table over would do, fault by fault; a POST does it."""
    if request.method == "POST":
        done = attempt(
            request,
            lambda who, at_s: services.take_over_table(who, table_id, now_s=at_s),
            _("The whole table was taken over."),
        )
        return redirect("appointments" if done else "staff-import")
    viewer = viewer_of_request(request)
    try:
        plan = services.plan_of_table(viewer, table_id, now_s=clock.now_s())
    except TableGoneError:
        return redirect("staff-import")
    context: dict[str, Any] = {
        "plan": plan,
        "unread": unread_columns(plan.unread),
        "faults": [fault_words(one) for one in plan.faults[:FAULTS_SHOWN]],
        "more": max(0, len(plan.faults) - FAULTS_SHOWN),
        "added": len(plan.added),
        "changed": len(plan.changed),
        "appointed": len(plan.appointed),
        "ended": len(plan.ended),
        "people": [
            {"number": one.staff_id, "name": named(one.name), "new": one in plan.added[:SHOWN]}
            for one in [*plan.added[:SHOWN], *plan.changed[:SHOWN]]
        ],
        "offices": [
            {
                "number": one.staff_id,
                "office": office_name(one.office),
                "place": named(one.place.name, one.place.ref.code),
                "from": one.from_day,
                "to": one.to_day,
            }
            for one in plan.appointed[:SHOWN]
        ],
        "shown": SHOWN,
    }
    return render(request, "wardmote/staff/table.html", context)


@require_safe
@needs(Permission.STAFF_EDIT)
def template(request: HttpRequest, form: str) -> HttpResponseBase:
    """The table to fill in, with one invented row."""
    headings, example = template_rows(language())
    if form == "xlsx":
        response = HttpResponse(
            workbook(_("Staff"), headings, [example]),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    else:
        text = "".join(csv_lines(headings, [example]))
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="staff-template.{form}"'
    return response


def unreadable(refused: StaffTableError) -> str:
    """What is wrong with a file as a whole, as a sentence."""
    values = dict(refused.values)
    if "missing" in values:
        values["missing"] = ", ".join(heading_of(one, language()) for one in values["missing"])
    if "column" in values:
        values["column"] = heading_of(values["column"], language())
    return str(UNREADABLE[refused.code]) % values
