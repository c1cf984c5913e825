"""What is done again and again, by the deployment's clock: one readable table.

`following` goes these rounds on the thread that reacts to events. A round makes short transactions
of its own and returns true where it has more to do at once.
"""

from __future__ import annotations

from wardmote.operations.following import Round

ROUNDS: tuple[Round, ...] = ()
"""Name, seconds from one time to the next, what is done."""
