"""What is asked of a home in a process of its own comes back, or is refused with a sentence."""

from __future__ import annotations

import os

import pytest

from wardmote.commands.language import ProblemShown
from wardmote.commands.served_home import ask_of_home


def test_what_was_given_comes_back_as_json() -> None:
    # The standard library's own tool writes again what it reads.
    assert ask_of_home("json.tool", dict(os.environ), {"警": [1]}) == {"警": [1]}


def test_a_process_that_fails_is_a_sentence_for_the_user() -> None:
    with pytest.raises(ProblemShown, match="not prepared"):
        ask_of_home("wardmote.config.no_such_module", {**os.environ, "LANGUAGE": "en"})
