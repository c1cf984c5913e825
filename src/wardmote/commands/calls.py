"""`wardmote calls`: understand and import the records of another control room."""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from wardmote.commands.language import ProblemShown, terminal_language
from wardmote.commands.serve import city_option, home_option, set_environment
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.guessing import understand
from wardmote.gateways.cad_import.importing import RecordStore, import_records
from wardmote.gateways.cad_import.mapping_file import mapping_text
from wardmote.gateways.cad_import.mapping_reading import read_mapping
from wardmote.gateways.cad_import.normalised import NormalisedFile
from wardmote.gateways.cad_import.record_file import read_records
from wardmote.gateways.cad_import.rejections import Rejection
from wardmote.gateways.cad_import.reports import (
    outcome_lines,
    record_set_lines,
    understanding_lines,
)

language_option = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default=lambda: terminal_language()[:2],
    help="language of the report, zh or en (default: from $LANG) / 报告的语言",
)


@click.group()
def calls() -> None:
    """Records of other control rooms: look at them, import them. / 其他指挥室的记录。"""


@calls.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--write-mapping",
    type=click.Path(path_type=Path),
    help="write the guessed mapping to this file for editing / 把猜出的映射写到此文件",
)
@click.option("--force", is_flag=True, help="replace an existing mapping file / 覆盖已有映射文件")
@click.option(
    "--sheet", default="", help="sheet of a workbook (default: the first) / 工作表（默认第一张）"
)
@click.option(
    "--near",
    metavar="LON,LAT",
    help="the town's position, to find a projected coordinate system "
    "/ 城市的大致位置，用于判断投影坐标系",
)
@language_option
def inspect(
    file: Path,
    write_mapping: Path | None,
    force: bool,
    sheet: str,
    near: str | None,
    language: str,
) -> None:
    """Show what FILE seems to mean, with every doubt. / 看看文件里有什么。"""
    with problems_shown(language):
        found = understand(file, sheet=sheet, near=_position(near))
        for line in understanding_lines(found, language):
            click.echo(line)
        if write_mapping is None:
            return
        if write_mapping.exists() and not force:
            raise Problem(
                zh=f"{write_mapping} 已存在；加 --force 覆盖。",
                en=f"{write_mapping} exists already; add --force to replace it.",
            )
        replace_text(write_mapping, mapping_text(found.mapping, language, found.doubts))
        done = Bilingual(
            f"映射已写到 {write_mapping}；请核对带 ! 的各行。",
            f"Mapping written to {write_mapping}; check the lines marked with !.",
        )
        click.echo("\n" + done.in_language(language))


@calls.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", required=True, type=click.Path(path_type=Path), help="mapping file / 映射文件"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="add to this file of normalised records (JSON Lines) instead of the database "
    "/ 写入规范化记录文件（JSON Lines），而不是数据库",
)
@click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help="write every rejected row with column and reason to this csv / 被拒绝行的清单（CSV）",
)
@city_option
@home_option
@language_option
def import_(
    file: Path,
    mapping: Path,
    out: Path | None,
    rejects: Path | None,
    city: Path | None,
    home: Path | None,
    language: str,
) -> None:
    """Import FILE through a mapping; doing it again changes nothing. / 导入记录。

    The calls go into the deployment's database, where lists and bulletins find them, or with
    --out into a file. All of them are taken or, on an error, none.
    """
    with problems_shown(language):
        records = read_records(file, read_mapping(mapping), progress=_show_progress)
        click.echo("\r", nl=False, err=True)
        for line in record_set_lines(records, language):
            click.echo(line)
        if rejects is not None:
            replace_text(rejects, rejection_table(records.rejections, language))
        store = NormalisedFile(out) if out is not None else _database(city, home)
        outcome = import_records(records.calls, store)
        click.echo("", err=True)
        for line in outcome_lines(outcome, language):
            click.echo(line)


def _database(city: Path | None, home: Path | None) -> RecordStore:
    set_environment(city, home)
    deployment = importlib.import_module("wardmote.config.deployment")
    deployment.bring_up_to_date()
    store: RecordStore = deployment.imported_calls(_show_progress)
    return store


def rejection_table(rejections: Iterable[Rejection], language: str) -> str:
    """Every rejected row with its number, column, value, reason and sentence, as CSV."""
    lines = ["row,column,value,reason,message"]
    for one in rejections:
        message = one.message.in_language(language)
        cells = (str(one.row), one.column, one.value, one.reason.value, message)
        lines.append(",".join(_csv_cell(cell) for cell in cells))
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def problems_shown(language: str) -> Iterator[None]:
    """Turn a problem into its sentence and exit status 2."""
    try:
        yield
    except Problem as problem:
        raise ProblemShown(problem.message.in_language(language)) from problem


def replace_text(path: Path, text: str) -> None:
    """Write a text file in one step: it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _csv_cell(text: str) -> str:
    quoted = text.replace('"', '""')
    # A leading = + - @ would be run as a formula by spreadsheet programs.
    guarded = f"'{quoted}" if quoted[:1] in "=+-@" and quoted else quoted
    return f'"{guarded}"'


def _position(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise Problem(
            zh=f"--near 应写成 经度,纬度，例如 112.9,28.2；现为 {text!r}。",
            en=f"--near must be LON,LAT, such as -92.3,38.9; it is {text!r}.",
        ) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Problem(
            zh=f"--near 的数字不是经纬度：{text}。", en=f"--near is not a position: {text}."
        )
    return lon, lat


def _show_progress(rows: int) -> None:
    click.echo(f"\r{rows} …", nl=False, err=True)
