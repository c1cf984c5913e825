"""``/api/commands``: the grammar of the command line, and running a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from ninja import Router

from wardmote.core.domain.command_words import grammar_json
from wardmote.core.domain.commands import CommandError, parse
from wardmote.core.domain.permissions import Permission
from wardmote.operations.journal import clock
from wardmote.operations.places import selectors as places
from wardmote.web.api.answers import ApiError, answer, as_request, change_once, forbidden
from wardmote.web.api.command_runner import CommandRunner
from wardmote.web.api.schemas.command_line import CommandIn, CommandOut, GrammarOut
from wardmote.web.api.schemas.common import CHANGE, IDEMPOTENT, answers

router = Router(tags=["commands"])

_SENTENCES: Mapping[str, str | Promise] = {
    "empty": _("Type a command, or ? for help."),
    "too_long": _("The line is longer than %(limit)s characters."),
    "unknown_verb": _("“%(found)s” is not a command. Type ? for help."),
    "missing": _("Something is missing here. Type ? for the form of the command."),
    "too_many": _("Name at most %(limit)s here."),
    "unexpected": _("“%(found)s” is too much here."),
    "not_a_number": _("“%(found)s” is not a number."),
    "unknown_code": _("“%(found)s” is not in the list."),
    "ambiguous_code": _("“%(found)s” may mean: %(choices)s."),
    "unknown_call": _("There is no open call “%(found)s”."),
    "ambiguous_call": _("“%(found)s” may mean the calls %(choices)s. Type more digits."),
    "unknown_unit": _("There is no unit “%(found)s”."),
    "ambiguous_unit": _("“%(found)s” may mean the units %(choices)s."),
}


@router.get("/commands", response=answers((200, GrammarOut)), summary="The grammar")
def grammar(request: HttpRequest) -> HttpResponse:
    """Every verb with its names, arguments and help in both languages."""
    return answer(grammar_json())


@router.post(
    "/commands",
    response=answers((200, CommandOut), bad=CHANGE),
    summary="Run a line of the command line",
    openapi_extra=IDEMPOTENT,
)
def run(request: HttpRequest, body: CommandIn) -> HttpResponse:
    """Read a line and do what it says. A line that cannot be read names the column."""
    asked = as_request(request)
    viewer = asked.auth
    if not viewer.holds_anywhere(Permission.INCIDENT_VIEW):
        raise forbidden()

    def act(now_s: float) -> tuple[int, dict[str, Any]]:
        done = CommandRunner(viewer, command, now_s).run()
        return 200, {"message": done.message, "incident": done.incident}

    try:
        command = parse(body.line, places.categories_in_force(clock.now_s()))
        return change_once(asked, act)
    except CommandError as error:
        raise ApiError(422, error.code, _sentence(error), column=error.column) from error


def _sentence(error: CommandError) -> str:
    known = _SENTENCES.get(error.code, _("The line cannot be read. Type ? for help."))
    values = {"found": "", "choices": "", "limit": "", **error.values}
    return translate(str(known)) % values
