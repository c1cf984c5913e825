"""`wardmote city`: make a city directory."""

import sys
import time
from pathlib import Path
from zoneinfo import available_timezones

import click

from wardmote.commands.language import say, terminal_language
from wardmote.commands.stopping import interrupted_when_asked
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.gateways.datums import Datum
from wardmote.gateways.osm.build import OWN_CODE, BuildOptions, Steps, build_city
from wardmote.gateways.osm.report import DROP_TEXTS
from wardmote.operations.places.city_directory import CityDirectory

_DATUMS = click.Choice([datum.value for datum in Datum], case_sensitive=False)
_PATH = click.Path(path_type=Path)
_COUNTRY_FROM = {
    "option": Bilingual(zh="按 --country", en="as given"),
    "file": Bilingual(zh="据文件标签", en="from tags in the file"),
    "outline": Bilingual(zh="据位置猜测", en="guessed from the position"),
    "default": Bilingual(zh="未知，用国际默认限速", en="unknown: international speed defaults"),
}


@click.group()
def city() -> None:
    """Make a city directory. / 建立城市目录。"""


@city.command()
@click.option("--roads", required=True, type=_PATH, help="OpenStreetMap file / OSM 文件")
@click.option("--out", required=True, type=_PATH, help="city directory to write / 输出目录")
@click.option("--posts", type=_PATH, help="CSV of posts / 快反点表（CSV）")
@click.option("--name", default="", help="name, or 'English / 中文' / 名称")
@click.option("--country", default="", help="ISO code, such as CN / 国家代码")
@click.option("--timezone", default="", help="such as Asia/Shanghai / 时区")
@click.option("--datum", type=_DATUMS, default="WGS-84", help="of the roads / 道路坐标系")
@click.option("--posts-datum", type=_DATUMS, default="WGS-84", help="of the posts / 快反点坐标系")
@click.option("--division-code", default=OWN_CODE, help="12 digits / 12 位区划代码")
@click.option("--licence", default="ODbL-1.0", help="of the roads / 数据许可")
@click.option("--attribution", default="© OpenStreetMap contributors", help="shown on maps / 署名")
@click.option("--force", is_flag=True, help="replace an existing city directory / 覆盖")
def build(
    roads: Path,
    out: Path,
    posts: Path | None,
    name: str,
    country: str,
    timezone: str,
    datum: str,
    posts_datum: str,
    division_code: str,
    licence: str,
    attribution: str,
    force: bool,
) -> None:
    """Build a city from OpenStreetMap. / 由 OpenStreetMap 建立城市。"""
    _check_codes(country, timezone)
    options = BuildOptions(
        roads=roads,
        out=out,
        posts=posts,
        name=name,
        country=country,
        timezone=timezone,
        datum=Datum(datum),
        posts_datum=Datum(posts_datum),
        division_code=division_code,
        licence=licence,
        attribution=attribution,
        force=force,
    )
    progress = _Progress()
    with interrupted_when_asked():
        made = build_city(options, Steps(progress.begin, progress.count))
    progress.end()
    _report(made)


def _check_codes(country: str, timezone: str) -> None:
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Problem(
            zh=f"国家代码应为两个字母（如 CN），不是“{country}”。",
            en=f"A country code has two letters (such as CN), not '{country}'.",
        )
    if timezone and timezone not in available_timezones():
        raise Problem(
            zh=f"不认识时区“{timezone}”，请写成 Asia/Shanghai 这样的名称。",
            en=f"The time zone '{timezone}' is not known; write a name such as Asia/Shanghai.",
        )


class _Progress:
    """One line for each step on standard error, with a running count on a terminal."""

    def __init__(self) -> None:
        self._step = ""
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()

    def begin(self, step: Bilingual) -> None:
        self.end()
        self._step = step.in_language(terminal_language())
        self._began = time.monotonic()
        if self._live:
            click.echo(f"{self._step} …", err=True, nl=False)

    def count(self, number: int) -> None:
        if self._live:
            click.echo(f"\r{self._step} … {number:,}", err=True, nl=False)

    def end(self) -> None:
        if self._step:
            start = "\r" if self._live else ""
            took_s = time.monotonic() - self._began
            click.echo(f"{start}{self._step}: {took_s:.1f} s          ", err=True)
        self._step = ""


def _report(made: CityDirectory) -> None:
    manifest = made.manifest
    counts = manifest.counts
    title = manifest.name.in_language(terminal_language())
    source = _COUNTRY_FROM[manifest.country_from].in_language(terminal_language())
    say(f"已建立 {title}：{made.path}", f"Built {title} in {made.path}")
    say(
        f"  国家 {manifest.country or '—'}（{source}），时区 {manifest.timezone}",
        f"  country {manifest.country or '—'} ({source}), time zone {manifest.timezone}",
    )
    say(
        f"  路口 {counts['junctions']:,}，路段 {counts['edges']:,}（{counts['road_km']:,} 公里），"
        f"转向限制 {counts['turn_restrictions']:,}，地名 {counts['names']:,}，"
        f"瓦片 {counts['tiles']:,}",
        f"  {counts['junctions']:,} junctions, {counts['edges']:,} edges "
        f"({counts['road_km']:,} km), {counts['turn_restrictions']:,} turn restrictions, "
        f"{counts['names']:,} names, {counts['tiles']:,} tiles",
    )
    tagged = 100 * counts["ways_with_speed_limit"] / max(counts["ways"], 1)
    say(
        f"  {tagged:.0f}% 的道路标有限速，其余用默认值",
        f"  {tagged:.0f}% of the ways have a speed limit; the others get the default",
    )
    book = made.place_book()
    say(
        f"  快反点 {len(book.posts):,}，单元 {len(book.units):,}，"
        f"重点部位 {len(book.key_places):,}",
        f"  {len(book.posts):,} posts, {len(book.units):,} units, "
        f"{len(book.key_places):,} key places",
    )
    if not manifest.dropped:
        say("  没有去除任何内容", "  nothing was dropped")
        return
    say("  去除或未采用：", "  dropped or not used:")
    for reason, number in sorted(manifest.dropped.items(), key=lambda item: (-item[1], item[0])):
        meaning = DROP_TEXTS.get(reason)
        shown = meaning.in_language(terminal_language()) if meaning else reason
        click.echo(f"    {number:>9,}  {shown}")
