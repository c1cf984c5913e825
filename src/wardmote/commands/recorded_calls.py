"""Records of calls given on the command line, with who began each: stated, never guessed."""

from __future__ import annotations

import dataclasses
import json
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardmote.commands.language import say
from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.mapping import RecordMapping
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.record_file import read_records

EVERYTHING_ELSE = "*"


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """Where records are, and what states their origins.

    Attributes:
        mapping: what the columns mean; guessed where it is None.
        origins: JSON file: source category -> origin, with "*" for all others.
        all_public: states that every record is a call of the public.
    """

    calls: Path
    mapping: Path | None
    origins: Path | None
    all_public: bool


@dataclass(frozen=True, slots=True, eq=False)
class StatedCalls:
    """Calls with who began each.

    Attributes:
        rejected: rows that could not be read as calls.
    """

    calls: Sequence[CallRecord]
    origin_of: Callable[[CallRecord], CallOrigin]
    zone: zoneinfo.ZoneInfo
    rejected: int


def read_stated_calls(files: RecordFiles) -> StatedCalls:
    """The calls of a file. That a mapping was guessed is said on standard error.

    Raises:
        Problem: a file cannot be used, or nothing states the origins; what to do is said.
    """
    origin_of = _origins(files)
    if files.mapping is None:
        guess = understand(files.calls).mapping
        _require_understood(files.calls, guess)
        times = dataclasses.replace(guess.times, zone_confirmed=True)
        mapping = dataclasses.replace(guess, times=times)
        say(
            f"没有给出映射文件；按猜测读取，时区 {times.zone}。",
            f"No mapping was given; the file is read as guessed, in the zone {times.zone}.",
            error=True,
        )
    else:
        mapping = read_mapping(files.mapping)
    found = read_records(files.calls, mapping)
    return StatedCalls(found.calls, origin_of, mapping.times.zone_info(), len(found.rejections))


def _require_understood(path: Path, guess: RecordMapping) -> None:
    """Refuse a file of which even the time of a call, or the zone, could not be guessed.

    Raises:
        Problem: it says how a mapping is written.
    """
    if guess.times.columns and guess.times.zone:
        return
    missing = (
        Bilingual("报警时间是哪一列", "which column holds the time of a call")
        if not guess.times.columns
        else Bilingual("时间属于哪个时区", "in which zone its times are")
    )
    raise Problem(
        zh=f"看不出 {path.name} 中{missing.zh}。请运行 wardmote calls inspect {path} "
        "--write-mapping 映射.toml，核对后用 --mapping 给出。",
        en=f"{path.name} does not show {missing.en}. Run wardmote calls inspect {path} "
        "--write-mapping MAP.toml, check that file and give it with --mapping.",
    )


def read_json(path: Path) -> Any:
    """A JSON file.

    Raises:
        Problem: it cannot be read, or is not JSON; the line is named.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Problem(
            zh=f"无法读取 {path}：{error.strerror}。",
            en=f"{path} cannot be read: {error.strerror}.",
        ) from error
    except UnicodeDecodeError as error:
        raise Problem(zh=f"{path} 不是 UTF-8 文本。", en=f"{path} is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise Problem(
            zh=f"{path} 第 {error.lineno} 行不是有效的 JSON。",
            en=f"Line {error.lineno} of {path} is not valid JSON.",
        ) from error


def _origins(files: RecordFiles) -> Callable[[CallRecord], CallOrigin]:
    """Who began each call: stated, never guessed.

    Raises:
        Problem: nothing states it, or the file is not such a table.
    """
    if files.all_public:
        return lambda call: CallOrigin.PUBLIC
    if files.origins is None:
        raise Problem(
            zh="需求只从群众报警得出，请说明记录的来源：--origins 文件"
            '（如 {"*": "public", "TRAFFIC STOP": "officer"}），'
            "或用 --all-public 声明全部为群众报警。",
            en="Demand is learnt from calls of the public alone, so say who began them: "
            '--origins FILE such as {"*": "public", "TRAFFIC STOP": "officer"}, or '
            "--all-public if every record is a call of the public.",
        )
    table = read_json(files.origins)
    allowed = [one.value for one in CallOrigin]
    good = isinstance(table, dict) and all(value in allowed for value in table.values())
    if not good:
        raise Problem(
            zh=f"{files.origins} 应为 JSON 对象：类别到来源，来源可为 {', '.join(allowed)}。",
            en=f"{files.origins} must be a JSON object from category to origin, which is one of "
            f"{', '.join(allowed)}.",
        )
    stated = {str(key): CallOrigin(value) for key, value in table.items()}
    others = stated.get(EVERYTHING_ELSE, CallOrigin.UNKNOWN)
    return lambda call: stated.get(call.source_category, others)
