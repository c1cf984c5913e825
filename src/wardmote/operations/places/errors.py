"""What places refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wardmote.operations.refusals import RefusedError


class CityNotLoadedError(RefusedError):
    """No city directory is loaded."""

    code = "no_city"
    status = 503
    sentence = _("No city is loaded. Ask an administrator to load one.")


class UnknownClosureError(RefusedError):
    """There is no such closure."""

    code = "unknown_closure"
    status = 404
    sentence = _("There is no such road closure; it may have been lifted already.")


class UnknownEdgesError(RefusedError):
    """A closure names stretches that the road graph does not have."""

    code = "unknown_edges"
    sentence = _("These stretches of road are not in this city's roads. Choose them on the map.")


class RulesRefusedError(RefusedError):
    """Rules that do not fit; nothing was changed."""

    code = "rules_refused"
    sentence = _("The rules do not fit at %(path)s (%(reason)s). Nothing was changed.")


class BadDrawingError(RefusedError):
    """What was drawn does not fit; `field` says where."""

    code = "bad_drawing"
    sentence = _("Check “%(field)s”: what was drawn does not fit. Nothing was changed.")


class UnknownDrawingError(RefusedError):
    """There is no such key place or zone."""

    code = "unknown_drawing"
    status = 404
    sentence = _("There is no such key place or zone.")


class BadPremiseNoteError(RefusedError):
    """A note of a place that does not fit; `field` says where."""

    code = "bad_premise_note"
    sentence = _(
        "Check “%(field)s”: a note needs a text, a kind of the list, and a last day between today "
        "and a year from now."
    )


class UnknownPremiseNoteError(RefusedError):
    """There is no such note."""

    code = "unknown_premise_note"
    status = 404
    sentence = _("There is no such note.")


class UnknownPlaceError(RefusedError):
    """There is no such division, grid or beat on that day."""

    code = "unknown_place"
    status = 404
    sentence = _("There is no such division, grid or beat on that day.")


class BadPlaceError(RefusedError):
    """What was entered about a place does not fit; `field` says where."""

    code = "bad_place"
    sentence = _("Check “%(field)s”: it does not fit this place. Nothing was changed.")


class CodeTakenError(RefusedError):
    """A code that was given before."""

    code = "code_taken"
    sentence = _(
        "The code %(code)s was given before, perhaps to a place that has ended. Codes are never "
        "given twice; choose another."
    )


class NoPlaceAboveError(RefusedError):
    """The place above is missing on that day."""

    code = "no_place_above"
    sentence = _("The place above, %(code)s, is not on record on that day. Open it first.")


class BadBoundaryError(RefusedError):
    """A boundary that encloses nothing, crosses itself, or has too many corners."""

    code = "bad_boundary"
    sentence = _(
        "The boundary cannot be used (%(reason)s). Draw at least three corners in order, without "
        "lines that cross."
    )


class OutsideVillageError(RefusedError):
    """A grid that reaches out of its village."""

    code = "outside_village"
    sentence = _(
        "A grid lies inside one village or community; %(codes)s would lie outside by %(area)s m². "
        "Redraw the grid or the village first."
    )


class LaterBoundaryError(RefusedError):
    """A boundary from a day before that of the newest one."""

    code = "later_boundary"
    sentence = _("A boundary from %(day)s is on record already; choose that day or a later one.")


class StillLeanedOnError(RefusedError):
    """Something hangs on a place that was to be ended."""

    code = "still_leaned_on"
    sentence = _("This place cannot end yet; it is still needed by: %(what)s.")


class SuccessionRefusedError(RefusedError):
    """Places that cannot follow one another so."""

    code = "succession_refused"
    sentence = _("This cannot be done (%(reason)s). Nothing was changed.")


class VillageTakenError(RefusedError):
    """A village of another beat, on the day or later."""

    code = "village_taken"
    sentence = _(
        "%(village)s belongs to the beat %(beat)s on %(day)s. A village has one beat; take it out "
        "of that one first."
    )


class UnknownImportError(RefusedError):
    """There is no such import, or it was carried out or given up already."""

    code = "unknown_import"
    status = 404
    sentence = _("There is no such import; it may have been carried out or given up already.")


class ImportHasProblemsError(RefusedError):
    """An import with rows that do not fit; nothing was taken in."""

    code = "import_has_problems"
    sentence = _(
        "%(count)s rows do not fit. Mend the file and read it again; nothing was taken in."
    )


class ImportOvertakenError(RefusedError):
    """Places changed after an import was looked at."""

    code = "import_overtaken"
    status = 409
    sentence = _("Places were changed after you looked at this import. Look at it again.")
