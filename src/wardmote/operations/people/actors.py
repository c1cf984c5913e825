"""Who did something, as people read it: staff by their names, rules and other systems in words.

The journal names its actors by id: a staff id, ``rule:<name>`` or ``outside:<system>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from wardmote.operations.people.selectors import names_of

RULE = "rule:"
OUTSIDE = "outside:"

ACTOR_WORDS: dict[str, Any] = {
    "rule:recommend": _("Recommendation rules"),
    "rule:standing-order": _("Standing order"),
    "rule:stack": _("Queue of the unit"),
    "rule:timers": _("Timers"),
    "rule:ageing": _("Ageing of calls that wait"),
    "rule:import": _("Import"),
    "rule:retention": _("Retention of personal data"),
    "rule:operator": _("Operator of the server"),
    "rule:replay": _("Replay of records"),
    "rule:relocation": _("Rule for idle units"),
    "rule:bulletins": _("Bulletins on their day"),
    "rule:studies": _("Plans on their day"),
    "rule:training": _("Training room"),
    "rule:nearest-by-road": _("Nearest unit by road"),
    "rule:hazards": _("Deadlines of hazards"),
    "outside:resident": _("A resident"),
    "outside:camera-owner": _("The owner of a camera"),
    "outside:owner": _("The owner"),
    "rule:places": _("Places that ended"),
    "rule:staff": _("End of service"),
    "rule:tasks": _("Rules of tasks"),
    "rule:night-watches": _("Rosters of night watches"),
    "rule:patrols": _("Rules of patrols"),
    "rule:duty": _("Rules of duty"),
    "rule:inspections": _("Terms of spot checks"),
    "outside:records": _("The records replayed"),
}
"""Every rule and outside system that this product writes into its journal."""


def actor_names(actors: Iterable[str], language: str) -> dict[str, str]:
    """The words for each actor in the reader's language, by actor.

    A staff id that is no longer known is left out. A rule or system that has no words of its own
    is named as a rule or an outside system with its id.
    """
    wanted = {actor for actor in actors if actor}
    people = {actor for actor in wanted if not actor.startswith((RULE, OUTSIDE))}
    with translation.override(language):
        words = {actor: _words_of(actor) for actor in wanted - people}
    return {**names_of(people, language), **words}


def _words_of(actor: str) -> str:
    known = ACTOR_WORDS.get(actor)
    if known is not None:
        return str(known)
    kind, _colon, name = actor.partition(":")
    sentence = _("Rule “%(name)s”") if f"{kind}:" == RULE else _("Other system “%(name)s”")
    return str(sentence) % {"name": name}
