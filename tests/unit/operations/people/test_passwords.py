"""Passwords that the command line gives are held to the rules of the pages."""

from __future__ import annotations

import pytest

from wardmote.core.domain.problem import Problem
from wardmote.operations.people.services import check_password


@pytest.mark.parametrize("password", ["short", "passwordpassword"[:8], "chenxiaoming1", "1" * 11])
def test_a_weak_password_is_refused_in_both_languages(password: str) -> None:
    with pytest.raises(Problem) as refused:
        check_password("chenxiaoming", password)
    message = refused.value.message
    assert message.en.startswith("This password cannot be used: ")
    assert message.zh.startswith("这个密码不能用：")
    assert message.zh.removeprefix("这个密码不能用：") != message.en.split(": ", 1)[1]


def test_a_long_password_of_its_own_is_taken() -> None:
    check_password("chenxiaoming", "tram-lamp-violet-93")
