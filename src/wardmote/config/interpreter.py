"""How the interpreter shares itself among the server's threads, and when it looks for garbage.

A recommendation waits for several threads in turn: the one that takes down the call, the area's
worker, the event loop. What the interpreter does on its own must not hold one of them up for long.
"""

from __future__ import annotations

import gc
import sys

SWITCH_S = 0.001
"""A thread that computes lets another one in after this long.

After every statement a thread needs the interpreter back from whoever computes meanwhile. With
Python's own 5 ms, twenty statements can wait a tenth of a second.
"""

YOUNG = 10_000
"""So many new objects are made before the youngest are searched for garbage; Python's own is 700.

Rankings and events are made by the thousand and are gone, without any search, once they were sent.
"""


def share_fairly() -> None:
    """Let threads take short turns. Call it before they start."""
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(YOUNG, 20, 20)


def set_apart_what_stays() -> None:
    """Never search again what is in memory now: code, roads, names of places, the first picture.

    Call it once all of that is loaded. Searching these hundreds of thousands of objects takes a
    tenth of a second, in which no thread runs, and finds nothing.
    """
    gc.collect()
    gc.freeze()
