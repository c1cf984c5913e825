from __future__ import annotations

import re

import pytest

from wardmote.core.domain.codes import CODES, CodeList, is_code, names_of


@pytest.mark.parametrize("code_list", list(CodeList))
def test_every_list_has_codes_with_names_in_both_languages(code_list: CodeList) -> None:
    codes = [one.code for one in CODES[code_list]]
    assert codes
    assert len(set(codes)) == len(codes)
    for one in CODES[code_list]:
        assert re.fullmatch(r"[a-z0-9_]+", one.code)
        assert one.name.zh
        assert one.name.en
    names = [one.name.zh for one in CODES[code_list]]
    assert len(set(names)) == len(names)


def test_a_code_is_looked_up_in_its_list() -> None:
    assert is_code(CodeList.DISPOSITION, "advised")
    assert not is_code(CodeList.REFUSE, "advised")
    assert names_of(CodeList.PREEMPT)["higher_priority"].zh == "更急警情"
