"""Small OpenStreetMap files made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

Tags = Mapping[str, str]
NodeRow = tuple[float, float] | tuple[float, float, Tags]
WayRow = tuple[int, Sequence[int], Tags]
Member = tuple[str, int, str]
RelationRow = tuple[int, Sequence[Member], Tags]
OsmFile = Callable[..., Path]


@pytest.fixture
def osm_file(tmp_path: Path) -> OsmFile:
    """Writes nodes, ways and relations to a file; nodes given as id -> (lon, lat[, tags])."""

    def write(
        nodes: Mapping[int, NodeRow],
        ways: Sequence[WayRow] = (),
        relations: Sequence[RelationRow] = (),
        name: str = "town.osm.pbf",
    ) -> Path:
        path = tmp_path / name
        path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(path)) as writer:
            for node_id, row in sorted(nodes.items()):
                tags = dict(row[2]) if len(row) == 3 else {}
                writer.add_node(Node(id=node_id, version=1, location=(row[0], row[1]), tags=tags))
            for way_id, refs, way_tags in sorted(ways, key=lambda way: way[0]):
                writer.add_way(Way(id=way_id, version=1, nodes=list(refs), tags=dict(way_tags)))
            for relation_id, members, relation_tags in relations:
                writer.add_relation(
                    Relation(
                        id=relation_id, version=1, members=list(members), tags=dict(relation_tags)
                    )
                )
        return path

    return write
