"""Doing what a form asks for and saying how it went, in the same way in every room.

`attempt` does it each time that it is sent. `attempt_once` and `attempt_for` do it once for the
key of the form (see `once`). A room whose refusals need words of their own makes its own
`Attempts` in its module of words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wardmote.core.domain.permissions import Viewer
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.journal import clock
from wardmote.operations.journal.idempotency import BadKeyError, KeyReusedError
from wardmote.operations.refusals import RefusedError
from wardmote.web.pages.once import do_once
from wardmote.web.viewers import viewer_of_request

Act = Callable[[Viewer, float], object]
"""What a form asks for: done by a viewer at a moment (seconds UTC); it may give an id."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How a room answers what is refused to its forms.

    Attributes:
        left: refusals that are not told but left to the page, such as of what is not there.
        in_words: a refusal as a sentence.
        denied: what is said where a right is missing; None leaves that to the page too.
    """

    left: tuple[type[RefusedError], ...] = ()
    in_words: Callable[[RefusedError], str] = RefusedError.message
    denied: str | Promise | None = None

    def attempt(self, request: HttpRequest, act: Act, said: str | Promise = "") -> bool:
        """Do it and tell how it went; `said` is told where it went well, if it says anything."""
        try:
            act(viewer_of_request(request), clock.now_s())
        except self.left:
            raise
        except AccessDeniedError:
            if self.denied is None:
                raise
            messages.error(request, str(self.denied))
        except RefusedError as refusal:
            messages.error(request, self.in_words(refusal))
        except (BadKeyError, KeyReusedError):
            messages.error(request, _("This was sent before. Reload the page and try again."))
        else:
            if said:
                messages.success(request, str(said))
            return True
        return False

    def attempt_once(self, request: HttpRequest, act: Act, said: str | Promise = "") -> bool:
        """As `attempt`, once however often the form is sent."""
        return self.attempt_for(request, act, said) is not None

    def attempt_for(self, request: HttpRequest, act: Act, said: str | Promise = "") -> str | None:
        """As `attempt_once`; the id that it gave, the same however often the form is sent.

        Empty where it gave none, None where it was refused.
        """
        given: list[str] = []

        def once(viewer: Viewer, _now_s: float) -> None:
            given.append(do_once(request, viewer, act) or "")

        return given[0] if self.attempt(request, once, said) else None


_PLAIN = Attempts()
attempt = _PLAIN.attempt
attempt_once = _PLAIN.attempt_once
attempt_for = _PLAIN.attempt_for
