"""`wardmote plan roster`: who works which shift on which day, with a proof and the reasons."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import click
import numpy as np

from wardmote.commands.calls import replace_text
from wardmote.commands.language import say
from wardmote.commands.plan_place import (
    PATH,
    PROGRESS_EVERY_S,
    in_file,
    read_plan_file,
    seed_option,
    write_json,
)
from wardmote.commands.plan_roster_begin import begun_question
from wardmote.commands.plan_roster_words import as_csv, summary
from wardmote.commands.recorded_calls import read_json
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.planning.rosters.case import RosterCase, roster_case
from wardmote.core.planning.rosters.cover import cost_tables, shortages
from wardmote.core.planning.rosters.question import QUESTION_FORMAT, RosterQuestion
from wardmote.core.planning.rosters.repairing import Absence, repair_roster
from wardmote.core.planning.rosters.roster import ROSTER_FORMAT, Conflict, RosterDocument
from wardmote.core.planning.rosters.solving import (
    Progress,
    RosterAnswer,
    RosterStatus,
    solve_roster,
)
from wardmote.core.planning.rosters.writing import (
    cover_conflict,
    crew_conflicts,
    following,
    roster_document,
    roster_numbers,
)
from wardmote.core.studies.documents import field_problem, read, written
from wardmote.gateways.shift_scheduling.people_csv import read_people

_QUESTION = Bilingual("勤务问题文件", "roster question")
_ROSTER = Bilingual("勤务表文件", "roster")
_EXPLAIN_S = 20.0
_SICK = re.compile(r"(?P<crew>.+):(?P<first>\d{4}-\d\d-\d\d)\.\.(?P<last>\d{4}-\d\d-\d\d)")


@dataclasses.dataclass(slots=True)
class _Stopping:
    """When to stop: at a moment, or once asked (Ctrl-C). Asked twice, the command ends at once."""

    began_s: float
    limit_s: float
    asked: bool = False

    @property
    def spent_s(self) -> float:
        return time.monotonic() - self.began_s

    def due(self) -> bool:
        return self.asked or self.spent_s > self.limit_s

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        def ask(_number: int, _frame: FrameType | None) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            say("正在停止，保留已有的最好结果 …", "Stopping; the best so far is kept …", error=True)

        before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@click.command()
@click.argument("question_file", metavar="[QUESTION]", required=False, type=PATH)
@click.option("--json", "json_out", type=PATH, help="write the roster / 写出勤务表")
@click.option("--csv", "csv_out", type=PATH, help="write it as a table / 写出表格")
@click.option(
    "--previous", type=PATH, help="roster before this one: its end, its balances / 上期勤务表"
)
@click.option("--repair", type=PATH, help="roster in force, to be mended / 要修补的现行勤务表")
@click.option("--sick", multiple=True, metavar="ID:FROM..TO", help="with --repair / 因病缺勤")
@click.option(
    "--change-cost",
    default=50,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="of each changed day in a repair / 每处改动的代价",
)
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    help="limit on time / 限时（秒）",
)
@seed_option
@click.option(
    "--from-plan", type=PATH, help="begin a question from a plan's shifts / 由方案班次起草"
)
@click.option("--people", type=PATH, help="CSV of people or teams, with --from-plan / 人员表")
@click.option("--month", metavar="YYYY-MM", help="with --from-plan / 月份")
@click.option(
    "--zone",
    default="Asia/Shanghai",
    show_default=True,
    help="time zone of the days / 日期所用时区",
)
@click.option(
    "--per-unit",
    default=1,
    show_default=True,
    type=click.IntRange(1, 20),
    help="people in each unit of the plan / 每个单位的人数",
)
@click.option(
    "--question",
    "question_out",
    type=PATH,
    help="write the begun question, and stop / 写出问题文件",
)
def roster(**options: Any) -> None:
    """Who works when: a duty roster with a proof. / 排勤务表，附论证。"""
    stopping = _Stopping(time.monotonic(), options["seconds"])
    question = _question(options)
    if options["question_out"] is not None:
        write_json(options["question_out"], written(QUESTION_FORMAT, question))
        say(
            f"问题已写入 {options['question_out']}：其中的规则只是起点，请按当地规定修改。",
            f"The question is in {options['question_out']}. Its rules are only a beginning: put "
            "those of your place there.",
        )
        return
    case = roster_case(question)
    with stopping.listening():
        document = _solved(case, options, stopping)
    if options["json_out"] is not None:
        write_json(options["json_out"], written(ROSTER_FORMAT, document))
    if options["csv_out"] is not None and document.status != RosterStatus.IMPOSSIBLE:
        _write_csv(options["csv_out"], document)
    summary(case, document, by_hand=stopping.asked, seconds=stopping.spent_s)
    if document.status == RosterStatus.IMPOSSIBLE:
        raise SystemExit(1)


def _question(options: dict[str, Any]) -> RosterQuestion:
    """The question of the file, or one begun from a plan.

    Raises:
        Problem: there is none, or it does not fit.
    """
    path = options["question_file"]
    if (path is None) == (options["from_plan"] is None):
        raise Problem(
            zh="请给出问题文件，或用 --from-plan 由方案起草，二者取一。",
            en="Give the file of a question, or --from-plan to begin one: one of the two.",
        )
    if path is not None:
        question = in_file(
            path, lambda: read(QUESTION_FORMAT, RosterQuestion, read_json(path), _QUESTION)
        )
    else:
        question = _begun(options)
    before = options["previous"]
    if before is not None:
        document = _read_roster(before)
        try:
            question = following(question, document)
        except InvalidDataError as error:
            raise _named(before, error) from error
    return question


def _begun(options: dict[str, Any]) -> RosterQuestion:
    if options["people"] is None or options["month"] is None:
        raise Problem(
            zh="--from-plan 需要同时给出 --people 和 --month。",
            en="--from-plan needs --people and --month as well.",
        )
    try:
        month = datetime.date.fromisoformat(f"{options['month']}-01")
    except ValueError:
        raise Problem(
            zh=f"--month 应写作 2026-12，现为 {options['month']}。",
            en=f"--month is written like 2026-12; this is {options['month']}.",
        ) from None
    plan = read_plan_file(options["from_plan"])
    people = read_people(options["people"])
    try:
        return begun_question(plan, people, month, options["zone"], options["per_unit"])
    except InvalidDataError as error:
        raise field_problem(error, _QUESTION) from error


def _read_roster(path: Path) -> RosterDocument:
    return in_file(path, lambda: read(ROSTER_FORMAT, RosterDocument, read_json(path), _ROSTER))


def _named(path: Path, error: InvalidDataError) -> Problem:
    message = field_problem(error, _ROSTER).message
    return Problem(zh=f"{path}：{message.zh}", en=f"{path}: {message.en}")


def _solved(case: RosterCase, options: dict[str, Any], stopping: _Stopping) -> RosterDocument:
    say(
        "排班中，Ctrl-C 停止并保留最好结果 …",
        "Working; Ctrl-C stops and keeps the best …",
        error=True,
    )
    seed, told = options["seed"], _progress()
    if options["repair"] is not None:
        return _mended(case, options, stopping, told)
    if options["sick"]:
        raise Problem(
            zh="--sick 要和 --repair 现行勤务表一起用。",
            en="--sick goes with --repair, the roster in force.",
        )
    answer = solve_roster(case.fair, seed=seed, should_stop=stopping.due, report=told)
    conflicts = _conflicts(case, answer, stopping)
    return roster_document(case, answer, seed=seed, stopped=stopping.due(), conflicts=conflicts)


def _conflicts(case: RosterCase, answer: RosterAnswer, stopping: _Stopping) -> tuple[Conflict, ...]:
    if answer.status is RosterStatus.IMPOSSIBLE:
        return crew_conflicts(case, case.fair, answer)
    if stopping.asked or not shortages(cost_tables(case.fair), answer.roster).any():
        return ()
    say("查找缺人的原因 …", "Looking for the reason why somebody is missing …", error=True)
    until = time.monotonic() + _EXPLAIN_S
    return cover_conflict(case, answer.roster, lambda: stopping.asked or time.monotonic() > until)


def _mended(
    case: RosterCase,
    options: dict[str, Any],
    stopping: _Stopping,
    told: Callable[[Progress], None],
) -> RosterDocument:
    path = options["repair"]
    try:
        in_force = roster_numbers(case, _read_roster(path))
    except InvalidDataError as error:
        raise _named(path, error) from error
    absences = tuple(_absence(case, one) for one in options["sick"])
    if not absences:
        raise Problem(
            zh="请用 --sick 编号:起..止 说明谁缺勤。",
            en="Say who is away with --sick ID:FROM..TO.",
        )
    mended = repair_roster(
        case.problem,
        in_force,
        absences,
        from_day=max(min(absence.first_day for absence in absences), 0),
        change_cost=options["change_cost"],
        seed=options["seed"],
        should_stop=stopping.due,
        report=told,
    )
    conflicts: tuple[Conflict, ...] = ()
    if mended.answer.status is RosterStatus.IMPOSSIBLE:
        conflicts = crew_conflicts(case, mended.problem, mended.answer)
    document = roster_document(
        case,
        mended.answer,
        seed=options["seed"],
        stopped=stopping.due(),
        changes=mended.changes,
        conflicts=conflicts,
    )
    if not len(mended.answer.roster) or (mended.answer.roster == in_force).all():
        return document
    moved = int(np.count_nonzero(mended.answer.roster != in_force))
    say(
        f"与现行表相比改动 {moved} 天，其中缺勤者以外 {len(mended.changes)} 天。",
        f"{moved} days differ from the roster in force, {len(mended.changes)} of them of people "
        "who are not away.",
    )
    return document


def _absence(case: RosterCase, words: str) -> Absence:
    match = _SICK.fullmatch(words)
    if match is None or match["crew"] not in case.crew_at:
        raise Problem(
            zh=f"--sick 应写作 编号:2026-12-05..2026-12-07，编号须在名单中；现为 {words}。",
            en=f"--sick is written ID:2026-12-05..2026-12-07, the id one of the list; this is "
            f"{words}.",
        )
    try:
        first, last = (case.day_at(datetime.date.fromisoformat(match[at]))
                       for at in ("first", "last"))  # fmt: skip
    except ValueError:
        raise Problem(
            zh=f"--sick 中的日期不存在：{words}。", en=f"A date of --sick does not exist: {words}."
        ) from None
    days = len(case.dates)
    if first > last or last < 0 or first >= days:
        raise Problem(
            zh=f"--sick 的日期不在所排的周期内，或先后颠倒：{words}。",
            en=f"The days of --sick are not in the period, or the wrong way round: {words}.",
        )
    return Absence(case.crew_at[match["crew"]], max(first, 0), min(last, days - 1))


def _progress() -> Callable[[Progress], None]:
    """A reporter of value and bound, at most every two seconds."""
    last = [time.monotonic()]

    def told(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] < PROGRESS_EVERY_S:
            return
        last[0] = now
        known = progress.bound > 0
        say(
            f"最好 {progress.value}" + (f"，下界 {progress.bound:.0f}" if known else ""),
            f"Best {progress.value}" + (f", bound {progress.bound:.0f}" if known else ""),
            error=True,
        )

    return told


def _write_csv(path: Path, document: RosterDocument) -> None:
    try:
        replace_text(path, as_csv(document))
    except OSError as error:
        raise Problem(
            zh=f"无法写入 {path}：{error.strerror}。",
            en=f"{path} cannot be written: {error.strerror}.",
        ) from error
