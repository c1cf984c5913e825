"""The mark of a training room, on everything that leaves the server.

It is put in after a page was made, so that no page and no template can leave it out: a strip at the
head of every HTML page, the title, the name of every file that is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static

from wardmote.core.domain.training import MARK

HEADER = "X-Wardmote-Training"
"""Carried by every answer of a training room, the live streams included (see `bootstrap`)."""

SENTENCE_ZH = "演练席：没有真实警情，不联系任何人，不计入任何统计"
SENTENCE_EN = "Training room: nothing here is real, nobody is reached, no statistics count it"
TITLE = f"【{MARK.zh} {MARK.en}】"

_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>", re.IGNORECASE)
_BODY = re.compile(rb'<body[^>]*>(?:\s*<a class="skip-link"[^>]*>[^<]*</a>)?', re.IGNORECASE)
"""Where a page begins: behind the link that skips to its content, which must be the first."""
_FILE_NAME = re.compile(r'filename="')


class TrainingMark:
    """Middleware, outermost; it does nothing in a real deployment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._get_response(request)
        if not settings.TRAINING:
            return response
        response.headers[HEADER] = "1"
        named = response.headers.get("Content-Disposition", "")
        if named:
            response.headers["Content-Disposition"] = _FILE_NAME.sub(
                f'filename="{MARK.en}-', named, count=1
            )
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/html") and isinstance(response, HttpResponse):
            response.content = marked(response.content)
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response


def marked(page: bytes) -> bytes:
    """A page with the mark. What is not a whole page (a fragment) stays as it is."""
    body = _BODY.search(page)
    if body is None:
        return page
    page = page[: body.end()] + _strip() + page[body.end() :]
    title = _TITLE.search(page)
    if title is not None:
        page = page[: title.end()] + TITLE.encode() + page[title.end() :]
    return _HEAD_END.sub(lambda found: _links() + found.group(), page, count=1)


def _strip() -> bytes:
    return (
        '<aside class="training-mark" id="training-mark"'
        f' aria-label="{MARK.zh} {MARK.en}">'
        f'<strong lang="zh-Hans">{MARK.zh}</strong> <strong lang="en">{MARK.en}</strong>'
        f' <span lang="zh-Hans">{SENTENCE_ZH}</span> <span lang="en">{SENTENCE_EN}</span>'
        ' <a href="/training/">说明 / About</a></aside>'
    ).encode()


def _links() -> bytes:
    style, script = static("wardmote/training/mark.css"), static("wardmote/training/mark.js")
    return (
        f'<link rel="stylesheet" href="{style}">'
        f'<script type="module" src="{script}" data-mark="{TITLE}"></script>'
    ).encode()
