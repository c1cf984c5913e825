"""Taking in tables of places and files of boundaries: the file, the preview, the yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.problem import Problem
from wardmote.gateways.boundaries.reading import MOST_BYTES as MOST_BOUNDARY_BYTES
from wardmote.gateways.boundaries.reading import FileDatum, read_boundaries
from wardmote.gateways.datums import Datum
from wardmote.gateways.place_tables.reading import MOST_BYTES as MOST_TABLE_BYTES
from wardmote.gateways.place_tables.reading import read_place_table
from wardmote.operations.journal import clock
from wardmote.operations.places import services
from wardmote.operations.places.errors import UnknownImportError
from wardmote.operations.places.lines import PlaceLines, RowProblem
from wardmote.operations.places.services import BOUNDARIES, PLACES, ImportOptions, Outcome, Planned
from wardmote.web.pages.divisions.forms import DAY_INPUT
from wardmote.web.pages.divisions.words import FIELDS, FINDINGS, attempt, problem_text, spoken
from wardmote.web.spreadsheets import csv_lines, unread_columns, workbook
from wardmote.web.viewers import needs, viewer_of_request

MOST_SHOWN = 200
HEADER = ("code", "name_zh", "name_en", "lon", "lat", "population", "from", "to")
_CHOOSE = [("", gettext_lazy("choose"))]
_DATUMS = [
    (FileDatum.WGS84.value, gettext_lazy("WGS-84 or CGCS2000, in degrees")),
    (FileDatum.GCJ02.value, gettext_lazy("GCJ-02 (shifted, of Chinese online maps)")),
    (FileDatum.BD09.value, gettext_lazy("BD-09 (Baidu)")),
]
_DAY_HELP = gettext_lazy("Empty: what is new always was; what changes, changes from today on.")


class _FileForm(forms.Form):
    """What both files have in common."""

    most_bytes = 0

    def clean_file(self) -> UploadedFile[Any]:
        """A file that is not too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > self.most_bytes:
            raise forms.ValidationError(
                _("The file is larger than %(most)s bytes.") % {"most": self.most_bytes}
            )
        return file


class TableForm(_FileForm):
    """A table of places."""

    most_bytes = MOST_TABLE_BYTES
    file = forms.FileField(label=gettext_lazy("Table (CSV or xlsx)"))
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates in the file"), choices=[*_CHOOSE, *_DATUMS]
    )
    day = forms.DateField(
        label=gettext_lazy("From this day on"),
        required=False,
        widget=DAY_INPUT,
        help_text=_DAY_HELP,
    )
    whole_of = forms.CharField(
        label=gettext_lazy("It is the whole list of the division (code)"),
        required=False,
        max_length=12,
        help_text=gettext_lazy(
            "Then what it lacks there, of the levels that it has, ends the day before. Empty: "
            "nothing ends but what the table ends."
        ),
    )


class BoundaryFileForm(_FileForm):
    """A file of boundaries."""

    most_bytes = MOST_BOUNDARY_BYTES
    file = forms.FileField(label=gettext_lazy("GeoJSON, or a shapefile in a zip"))
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates in the file"),
        choices=[
            *_CHOOSE,
            *_DATUMS,
            (FileDatum.FILE.value, gettext_lazy("as the file says (.prj), for example projected")),
        ],
    )
    day = forms.DateField(
        label=gettext_lazy("From this day on"),
        required=False,
        widget=DAY_INPUT,
        help_text=_DAY_HELP,
    )
    whole_of = forms.CharField(
        label=gettext_lazy("Places without codes are looked up by name in (code)"),
        required=False,
        max_length=12,
    )
    open_new = forms.BooleanField(
        label=gettext_lazy("Open places that are not on record yet, such as grids"),
        required=False,
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_EDIT)
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read and shown before anything is taken in."""
    which = request.POST.get("form", "")
    table = TableForm(*_sent(request, which == PLACES), prefix="table")
    boundaries = BoundaryFileForm(*_sent(request, which == BOUNDARIES), prefix="boundaries")
    chosen = table if which == PLACES else boundaries
    if request.method == "POST" and chosen.is_valid():
        kept: list[str] = []

        def keep(viewer: Viewer, now_s: float) -> None:
            entered = chosen.cleaned_data
            options = ImportOptions(
                entered["day"],
                entered["whole_of"].strip().ljust(12, "0") if entered["whole_of"].strip() else "",
                bool(entered.get("open_new")),
            )
            kept.append(
                services.keep_read(
                    viewer, _read(chosen), options, source=which or BOUNDARIES,
                    label=entered["file"].name or "", now_s=now_s,
                )
            )  # fmt: skip

        try:
            if attempt(request, keep):
                return redirect("place-import-preview", import_id=kept[0])
        except Problem as problem:
            messages.error(request, problem.message.in_language(get_language() or ""))
    context = {"table": table, "boundaries": boundaries}
    status = 422 if request.method == "POST" else 200
    return render(request, "wardmote/divisions/import.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIGURATION_EDIT)
def import_preview(request: HttpRequest, import_id: str) -> HttpResponse:
    """What an import would do; a POST takes it in, whole, or gives it up."""
    viewer = viewer_of_request(request)
    if request.method == "POST" and request.POST.get("form") == "give_up":
        attempt(request, lambda who, _now_s: services.give_up_import(who, import_id))
        return redirect("place-import")
    if request.method == "POST":
        digest = request.POST.get("digest", "")
        if attempt(
            request,
            lambda who, now_s: services.take_in(who, import_id, digest, now_s=now_s),
            _("Everything was taken in."),
        ):
            return redirect("divisions")
    source, outcome = _look(viewer, import_id)
    context = {
        "import_id": import_id,
        "source": source,
        "outcome": outcome,
        "unread": unread_columns(outcome.unread),
        "added": _planned(outcome.added),
        "changed": _planned(outcome.changed),
        "ended": _planned(outcome.ended),
        "problems": _problems(outcome.problems[:MOST_SHOWN]),
        "findings": [
            {"what": FINDINGS[one.kind], "codes": one.codes, "area_m2": one.area_m2}
            for one in outcome.findings[:MOST_SHOWN]
        ],
        "digest": services.digest_of(outcome),
        "most": MOST_SHOWN,
        "nothing": not (outcome.added or outcome.changed or outcome.ended),
    }
    return render(request, "wardmote/divisions/preview.html", context)


@require_safe
@needs(Permission.CONFIGURATION_EDIT)
def import_problems_csv(request: HttpRequest, import_id: str) -> StreamingHttpResponse:
    """Every row that does not fit, as a table."""
    _source, outcome = _look(viewer_of_request(request), import_id)
    header = [_("Row"), _("Column"), _("What is wrong")]
    rows = ([one["row"], one["column"], one["text"]] for one in _problems(outcome.problems))
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


@require_safe
@needs(Permission.CONFIGURATION_EDIT)
def import_template(_request: HttpRequest, form: str) -> HttpResponse:
    """An empty table of places with an example row."""
    rows = [["430500000000", "示例市", "Example", "111.468", "27.239", "", "", ""]]
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(workbook("places", HEADER, rows), content_type=kind)
    elif form == "csv":
        response = HttpResponse("".join(csv_lines(HEADER, rows)), content_type="text/csv")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="places.{form}"'
    return response


def _sent(request: HttpRequest, own: bool) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if own else (None, None)


def _read(form: _FileForm) -> PlaceLines:
    data = form.cleaned_data["file"].read()
    if isinstance(form, TableForm):
        return read_place_table(data, Datum(form.cleaned_data["datum"]))
    return read_boundaries(data, FileDatum(form.cleaned_data["datum"]))


def _look(viewer: Viewer, import_id: str) -> tuple[str, Outcome]:
    try:
        row, outcome = services.look_at_import(viewer, import_id, now_s=clock.now_s())
    except UnknownImportError:
        raise Http404 from None
    return row.source, outcome


def _planned(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "name": spoken(one.name),
            "changes": [(FIELDS[name], value) for name, value in one.changes],
        }
        for one in planned[:MOST_SHOWN]
    ]


def _problems(problems: Sequence[RowProblem]) -> list[dict[str, Any]]:
    return [{"row": one.row, "column": one.column, "text": problem_text(one)} for one in problems]
