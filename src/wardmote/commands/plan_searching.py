"""Watching a search from the terminal: its progress, its end, and how good the answer is."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from wardmote.commands.language import say
from wardmote.commands.plan_place import PROGRESS_EVERY_S, lines
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.siting.answer import Control, Stage
from wardmote.core.studies.plan import PlanProof
from wardmote.core.studies.proposing import Standing

_STATUS = {
    "proven": ("已证明最优", "proven: no plan is better"),
    "bounded": ("有界，未证明最优", "bounded: no plan is better than the bound"),
    "stopped": ("提前停止", "stopped before the end"),
    "infeasible": ("已证明无解", "proven: no plan keeps the conditions"),
}
_STAGES = {
    Stage.BUILD: ("建立模型", "building"),
    Stage.SEARCH: ("搜索", "searching"),
    Stage.RELAX: ("求界", "bounding"),
    Stage.POLISH: ("改进", "polishing"),
    Stage.PROVE: ("证明", "proving"),
}
_VALUE_UNITS = {
    "calls_a_year": ("起/年", "calls a year"),
    "weighted_calls_a_year": ("加权起/年", "weighted calls a year"),
    "posts": ("（费用）", "posts (by cost)"),
    "seconds": ("秒", "s"),
    "worth": ("（净值）", "(net worth)"),
}
_REQUESTS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Search:
    """A search that is being watched.

    Attributes:
        control: for the solver.
        stopped: whether somebody asked it to end.
    """

    seconds: float | None
    seed: int
    stopped: bool = False
    _begun_s: float = field(default_factory=time.monotonic)
    _told_s: float = 0.0

    def left_s(self) -> float:
        """Of the time allowed; infinite without a limit."""
        if self.seconds is None:
            return float("inf")
        return self.seconds - (time.monotonic() - self._begun_s)

    @property
    def control(self) -> Control:
        """For the solver: it ends when the time is over or somebody asks for the end."""
        return Control(
            lambda: self.stopped or self.left_s() <= 0,
            lambda: 0.0 if self.stopped else self.left_s(),
            seed=self.seed,
        )

    def stands(self, standing: Standing) -> None:
        """Say where the search stands, at most every few seconds."""
        now_s = time.monotonic()
        if now_s - self._told_s < PROGRESS_EVERY_S or standing.value is None:
            return
        self._told_s = now_s
        zh, en = _STAGES[Stage(standing.stage)]
        unit_zh, unit_en = _VALUE_UNITS[standing.unit]
        value, bound = standing.value, standing.bound
        more_zh, more_en = "", ""
        if bound is not None:
            gap = f"{abs(bound - value) / abs(value):.2%}" if value else "-"
            more_zh, more_en = f"，界 {bound:,.1f}，差距 {gap}", f", bound {bound:,.1f}, gap {gap}"
        say(
            f"{zh}：{value:,.1f} {unit_zh}{more_zh}", f"{en}: {value:,.1f} {unit_en}{more_en}",
            error=True,
        )  # fmt: skip


@contextlib.contextmanager
def searching(seconds: float | None, seed: int) -> Iterator[Search]:
    """A search that Ctrl-C ends with the best found so far; a second Ctrl-C ends the command."""
    search = Search(seconds, seed)

    def asked(_number: int, _frame: FrameType | None) -> None:
        if search.stopped:
            raise KeyboardInterrupt
        search.stopped = True
        say(
            "正在停止，保留目前最好的方案…（再按一次 Ctrl-C 放弃）",
            "Stopping with the best plan so far … (Ctrl-C again gives it up)",
            error=True,
        )

    before = {number: signal.signal(number, asked) for number in _REQUESTS}
    try:
        yield search
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def proof_lines(proof: PlanProof, book: PlaceBook | None = None) -> None:
    """Value, bound, gap and status of a plan, what it is about, and how busy units were taken."""
    zh, en = _STATUS[proof.status]
    unit_zh, unit_en = _VALUE_UNITS[proof.unit]
    value = "-" if proof.value is None else f"{proof.value:,.1f}"
    bound = "-" if proof.bound is None else f"{proof.bound:,.1f}"
    gap = "-" if proof.gap is None else f"{proof.gap:.3%}"
    lines([
        (f"{zh}；值 {value} {unit_zh}，界 {bound}，差距 {gap}",
         f"{en}; value {value} {unit_en}, bound {bound}, gap {gap}"),
    ])  # fmt: skip
    if proof.weights:
        shown = " : ".join(f"{one:g}" for one in proof.weights)
        lines([
            (f"警情按优先级加权，最紧急的在前：{shown}",
             f"Calls weighted by priority, the most urgent first: {shown}"),
        ])  # fmt: skip
    if proof.area:
        name = next((one.name for one in book.divisions if one.code == proof.area), None) if (
            book is not None
        ) else None  # fmt: skip
        zh, en = (proof.area, proof.area) if name is None else (name.zh, name.en)
        lines([
            (f"只论 {zh} 的快反点与警情；别处的快反点不变",
             f"About the posts and calls of {en} alone; posts elsewhere stay as they are"),
        ])  # fmt: skip
    busy = proof.busy
    if busy is not None and not busy.measured:
        off_zh, off_en = "", ""
        if busy.apart is not None:
            off_zh, off_en = (
                f"（测得相差至多 {busy.apart:.1%}）",
                f" ({busy.apart:.1%} off at most)",
            )
        lines([
            (f"忙碌率按给定的 {busy.mean:.0%}{off_zh}",
             f"Busy share {busy.mean:.0%}, as given{off_en}"),
        ])  # fmt: skip
    elif busy is not None:
        apart = "-" if busy.apart is None else f"{busy.apart:.1%}"
        lines([
            (f"忙碌率由超立方体模型在方案上测得：平均 {busy.mean:.1%}，与所用值相差至多 {apart}",
             f"Busy share measured on the plan by the hypercube model: {busy.mean:.1%} on average, "
             f"at most {apart} off what was used"),
        ])  # fmt: skip


def busy_of(written: str) -> tuple[float, bool]:
    """The busy share of an option, and whether it is to be measured.

    Raises:
        Problem: neither ``measured`` nor a share.
    """
    if written == "measured":
        return 0.3, True
    try:
        share = float(written)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise Problem(
            zh="--busy 应为 0 到 1 之间的比例，或 measured（在方案上测得）。",
            en="--busy is a share from 0 to below 1, or measured (on the plan itself).",
        )
    return share, False
