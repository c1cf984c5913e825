"""A problem that a person can do something about, said in both languages.

Commands and pages show the message as it is; anything else that is raised is a fault of ours.
"""

from wardmote.core.domain.text import Bilingual


class Problem(Exception):  # noqa: N818 - not a fault of the program: something the reader can mend
    """Raised where the input cannot be used.

    The message says what is wrong and what to do about it, in one or two sentences.
    """

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh=zh, en=en)
