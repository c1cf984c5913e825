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
