"""`wardmote places import` and `wardmote staff import`: long lists, looked at before they count."""

from __future__ import annotations

import datetime
import importlib
from pathlib import Path

import click

from wardmote.commands.language import ProblemShown, say, terminal_language, text
from wardmote.commands.serve import city_option, home_option, set_environment

file_argument = click.argument("file", type=click.Path(path_type=Path))
take_over_option = click.option(
    "--take-over",
    is_flag=True,
    help="take it over, whole; without this it is only looked at / 整表写入；不加则只预览",
)
problems_option = click.option(
    "--problems",
    type=click.Path(path_type=Path, dir_okay=False),
    help="write every row that does not fit to this CSV file / 把所有有问题的行写到此 CSV 文件",
)


class RowsDoNotFit(ProblemShown):
    """The file was read, and rows of it do not fit; a file that cannot be read exits with 2."""

    exit_code = 1


@click.group()
def places() -> None:
    """Divisions, grids and their boundaries. / 区划、网格及其边界。"""


@click.group()
def staff() -> None:
    """Members of staff and their offices. / 人员及任职。"""


@places.command("import")
@file_argument
@click.option(
    "--datum",
    type=click.Choice(["WGS-84", "GCJ-02", "BD-09", "file"]),
    default="WGS-84",
    show_default=True,
    help="of the coordinates; 'file': as a .prj or crs says / 坐标系；file 指按 .prj 或 crs",
)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="day from which changes hold (default: new places always were, the rest today) / 生效日",
)
@click.option(
    "--whole-of",
    default="",
    metavar="CODE",
    help="the table is the whole list of this division; what it lacks there ends. Of boundaries: "
    "where names are looked up / 本表是该区划的完整名单，缺的即终止；边界文件则在其中按名称查找",
)
@click.option(
    "--open-new",
    is_flag=True,
    help="boundaries of places not on record open these / 边界文件中未登记的地方予以新设",
)
@problems_option
@take_over_option
@city_option
@home_option
def import_places(
    file: Path,
    datum: str,
    day: datetime.datetime | None,
    whole_of: str,
    open_new: bool,
    problems: Path | None,
    take_over: bool,
    city: Path | None,
    home: Path | None,
) -> None:
    """Take in a table or boundaries of places. / 导入区划、网格的表格或边界。

    FILE is a table (CSV, xlsx) or boundaries (GeoJSON, zipped shapefile). It is shown what would be
    added, changed and ended, and every row that does not fit, by row and column. Only --take-over
    writes, and then all of it or nothing.

    FILE 为表格（CSV、xlsx）或边界（GeoJSON、zip 打包的 shapefile）。先列出新增、变更、终止的
    地方以及每一处错误（行、列）；加 --take-over 才写入，要么全部写入，要么都不写入。
    """
    set_environment(city, home)
    tables = importlib.import_module("wardmote.config.table_imports")
    wanted = tables.PlaceFile(file, datum, None if day is None else day.date(), whole_of, open_new)
    _show(tables.import_places(wanted, take_over, terminal_language()), problems, take_over)


@staff.command("import")
@file_argument
@problems_option
@take_over_option
@city_option
@home_option
def import_staff(
    file: Path, problems: Path | None, take_over: bool, city: Path | None, home: Path | None
) -> None:
    """Take over a table of staff and their offices. / 导入人员及任职表。

    FILE is CSV or xlsx. It is shown who would be put on record, changed and appointed, and every
    cell that does not fit, by row and column. Only --take-over writes, and then all of it or
    nothing; the same table again changes nothing.

    FILE 为 CSV 或 xlsx。先列出新增、变更的人员和任职以及每一处错误（行、列）；
    加 --take-over 才写入，要么全部写入，要么都不写入；同一张表再导入一次不会有任何变化。
    """
    set_environment(city, home)
    tables = importlib.import_module("wardmote.config.table_imports")
    _show(tables.import_staff(file, take_over, terminal_language()), problems, take_over)


def _show(report: object, problems: Path | None, take_over: bool) -> None:
    lines: list[str] = report.lines  # type: ignore[attr-defined]  # of a module read late
    faults: list[list[str]] = report.problems  # type: ignore[attr-defined]  # as above
    for line in lines:
        click.echo(line)
    if problems is not None:
        tables = importlib.import_module("wardmote.config.table_imports")
        problems.write_bytes(tables.problems_csv(faults, terminal_language()))
        say(f"问题清单已写到 {problems}。", f"The problems are in {problems}.")
    if faults:
        raise RowsDoNotFit(
            text(
                f"有 {len(faults)} 处不合要求；请修改文件后重试，未写入任何内容。",
                f"{len(faults)} cells do not fit. Mend the file and try again; nothing was "
                "written.",
            )
        )
    if take_over:
        say("已全部写入。", "Everything was taken over.")
    else:
        say(
            "以上只是预览，未写入任何内容；加 --take-over 写入。",
            "This was a look; nothing was written. Add --take-over to take it over.",
        )
