"""What follows from an event: one readable table.

`following` runs it after the commit, each event in one transaction with the reader's position. A
reaction is a function of an app's services that is told the event and the time; it looks at how
things stand by now, and doing it twice changes nothing.
"""

from __future__ import annotations

from wardmote.operations.following import Reaction

REACTIONS: tuple[Reaction, ...] = ()
"""Name, kinds of events, what is done."""
