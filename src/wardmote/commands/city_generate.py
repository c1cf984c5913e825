"""``wardmote city generate``: an invented place, the same bytes for the same scale and seed."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from wardmote.commands.language import text
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.map_layers import Drawn
from wardmote.core.simulation.generated_places.place import GeneratedPlace, Stage, generate_place
from wardmote.core.simulation.generated_places.scales import LARGEST_SEED, Scale
from wardmote.gateways.osm.base_map import MapFeature, write_base_map
from wardmote.operations.places.city_directory import (
    CityContents,
    CityManifest,
    CitySource,
    check_destination,
    write_city_directory,
)

LICENCE = "CC0-1.0"
ATTRIBUTION = "Wardmote: generated, not a real place"

_STAGES: Mapping[Stage, Bilingual] = {
    Stage.TERRITORY: Bilingual("地形、河流、村落", "Terrain, rivers, villages"),
    Stage.STREETS: Bilingual("城镇街道", "Streets of the towns"),
    Stage.COUNTRY: Bilingual("乡村道路", "Roads in the country"),
    Stage.NETWORK: Bilingual("连接路网", "Joining the road network"),
    Stage.DIVISIONS: Bilingual("行政区划与警务区", "Divisions and beats"),
    Stage.POSTS: Bilingual("快反点与重点部位", "Posts and key places"),
    Stage.NAMES: Bilingual("地名索引与路网图", "Names and the road graph"),
}
_COUNTED: Mapping[str, Bilingual] = {
    "divisions": Bilingual("行政区划", "divisions"),
    "beats": Bilingual("警务区", "beats"),
    "posts": Bilingual("快反点", "posts"),
    "key_places": Bilingual("重点部位", "key places"),
    "units": Bilingual("车辆", "vehicles"),
    "staff": Bilingual("人员", "staff"),
    "junctions": Bilingual("路口", "junctions"),
    "edges": Bilingual("路段", "road sections"),
    "streets": Bilingual("道路名", "streets"),
    "names": Bilingual("地名", "names"),
    "tiles": Bilingual("地图瓦片", "map tiles"),
}
_WRITING = Bilingual("写入文件与底图", "Writing the files and the base map")


@click.command("generate")
@click.option(
    "--scale",
    type=click.Choice([scale.value for scale in Scale]),
    required=True,
    help="town: one town, 3 posts / 一镇；county: 13 towns, 6 posts / 一县；"
    "prefecture: 12 counties, 33 posts / 一市",
)
@click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=1,
    show_default=True,
    help="the same scale and seed give the same bytes / 种子相同则结果相同",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="city directory to write / 输出目录",
)
@click.option("--force", is_flag=True, help="replace an existing city directory / 覆盖")
def generate(scale: str, seed: int, out: Path, force: bool) -> None:
    """Generate an invented place. / 生成一个虚构的地方。

    Roads, divisions, beats, posts, vehicles, staff, names and a map, all invented; any likeness
    to a real place or person is chance.
    """
    check_destination(out, force=force)
    progress = _Progress()
    place = generate_place(Scale(scale), seed, lambda stage: progress.begin(_STAGES[stage]))
    progress.begin(_WRITING)
    directory = write_city_directory(out, _contents(place), force=force)
    progress.end()
    click.echo(text(place.name.zh, place.name.en))
    for key, count in directory.manifest.counts.items():
        click.echo(f"  {text(_COUNTED[key].zh, _COUNTED[key].en)}: {count:,}")
    click.echo(str(out))


def _contents(place: GeneratedPlace) -> CityContents:
    book = place.place_book
    manifest = CityManifest(
        name=place.name,
        country="CN",
        country_from="generated",
        timezone="Asia/Shanghai",
        bounds=place.bounds,
        centre=place.centre,
        source=CitySource(
            kind="generated", licence=LICENCE, attribution=ATTRIBUTION, seed=place.seed
        ),
        counts={
            "divisions": len(book.divisions),
            "beats": len(book.beats),
            "posts": len(book.posts),
            "key_places": len(book.key_places),
            "units": len(book.units),
            "staff": len(book.staff),
        },
        dropped={},
        options={"scale": place.scale.value, "seed": str(place.seed)},
    )

    def write_map(path: Path) -> int:
        return write_base_map(
            {layer: _features(drawn) for layer, drawn in place.layers.items()},
            path,
            name=place.name.en,
            attribution=ATTRIBUTION,
            bounds=place.bounds,
        )

    return CityContents(
        manifest=manifest,
        graph=place.graph,
        street_names=place.street_names,
        place_book=book,
        names=place.names,
        write_map=write_map,
    )


def _features(drawn: Iterator[Drawn]) -> Iterator[MapFeature]:
    for feature in drawn:
        yield MapFeature(feature.geometry, feature.properties, feature.min_zoom)


class _Progress:
    """A line for each stage, with the seconds that it took."""

    def __init__(self) -> None:
        self._began: float | None = None

    def begin(self, stage: Bilingual) -> None:
        self.end()
        self._began = time.monotonic()
        click.echo(f"{text(stage.zh, stage.en)} … ", nl=False, err=True)

    def end(self) -> None:
        if self._began is not None:
            click.echo(f"{time.monotonic() - self._began:.1f} s", err=True)
            self._began = None
