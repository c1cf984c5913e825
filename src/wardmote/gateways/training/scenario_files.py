"""Reading scenarios: by the name of a shipped one, or from a file."""

from __future__ import annotations

import json
from pathlib import Path

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.simulation.training.scenario import Scenario, load_scenario

SHIPPED = Path(__file__).resolve().parent / "scenarios"
MAX_BYTES = 1_000_000


class ScenarioProblem(Problem):
    """A scenario that cannot be used; the message names the field."""


def shipped_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that come with the product, by name."""
    return tuple(read_scenario(path) for path in sorted(SHIPPED.glob("*.json")))


def find_scenario(name: str) -> Scenario:
    """A shipped scenario by its code, or the scenario in a file.

    Raises:
        ScenarioProblem: there is neither, or it cannot be used.
    """
    path = SHIPPED / f"{name}.json"
    if path.parent == SHIPPED and path.is_file():
        return read_scenario(path)
    if Path(name).is_file():
        return read_scenario(Path(name))
    known = ", ".join(one.code for one in shipped_scenarios())
    raise ScenarioProblem(
        zh=f"没有名为 {name} 的情景，也没有这个文件。自带情景：{known}。",
        en=f"There is no scenario and no file called {name}. Scenarios that are shipped: {known}.",
    )


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file.

    Raises:
        ScenarioProblem: it cannot be read, or a field does not fit.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioProblem(
                zh=f"{path.name} 超过 {MAX_BYTES:,} 字节。", en=f"{path.name} is over 1 MB."
            )
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ScenarioProblem(
            zh=f"{path.name} 不是可读的 JSON 文件：{error}",
            en=f"{path.name} is not a readable JSON file: {error}",
        ) from error
    try:
        return load_scenario(data)
    except InvalidDataError as error:
        raise unfit(path.name, error) from error


def unfit(name: str, error: InvalidDataError) -> ScenarioProblem:
    """What is wrong with a scenario, for its author."""
    found = "".join(f", {key}: {value}" for key, value in error.values.items())
    return ScenarioProblem(
        zh=f"情景 {name} 的 {error.path or '整体'} 不合要求：{error.code}{found}。"
        "格式见 docs/reference/training-scenarios.md。",
        en=f"In the scenario {name}, {error.path or 'the document'} does not fit: "
        f"{error.code}{found}. The format is in docs/reference/training-scenarios.md.",
    )
