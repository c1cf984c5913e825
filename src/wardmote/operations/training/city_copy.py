"""The city directory of a training room: the place as it is configured now, without any staff."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from wardmote.core.domain.places import KeyPlace, PlaceBook, Post, UnitSpec, Zone
from wardmote.core.domain.plain import load
from wardmote.core.domain.text import Bilingual
from wardmote.core.domain.training import MARK
from wardmote.operations.places.city_directory import (
    CityContents,
    CityDirectory,
    write_city_directory,
)


def copy_city(
    source: CityDirectory, target: Path, configuration: dict[str, Any] | None
) -> CityDirectory:
    """A city directory of its own for a training room; its name carries the mark.

    Args:
        configuration: as ``config.place_configuration`` prints it; None takes the place as its
            directory says.
    """
    manifest = replace(
        source.manifest,
        name=Bilingual(
            f"{MARK.zh} · {source.manifest.name.zh}", f"{MARK.en} · {source.manifest.name.en}"
        ),
    )

    def write_map(path: Path) -> int:
        shutil.copyfile(source.map_path, path)
        return int(manifest.counts.get("tiles", 0))

    contents = CityContents(
        manifest=manifest,
        graph=source.road_graph(),
        street_names=source.street_names(),
        place_book=configured(source.place_book(), configuration),
        names=source.names(),
        write_map=write_map,
        road_order=source.road_order(),
    )
    return write_city_directory(target, contents, force=False)


def configured(book: PlaceBook, configuration: dict[str, Any] | None) -> PlaceBook:
    """A place book with the posts, units and drawn places of a configuration, and no staff."""
    if configuration is None:
        return replace(book, staff=())
    key_places = tuple(load(KeyPlace, one) for one in configuration["key_places"])
    zones = tuple(load(Zone, one) for one in configuration["zones"])
    posts = tuple(load(Post, one) for one in configuration["posts"])
    units = tuple(load(UnitSpec, one) for one in configuration["units"])
    return replace(
        book,
        staff=(),
        posts=posts or book.posts,
        units=units or book.units,
        key_places=(*book.key_places, *key_places),
        zones=(*book.zones, *zones),
    )
