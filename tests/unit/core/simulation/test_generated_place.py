"""A generated place has what its scale promises, hangs together, and is the same every time."""

import hashlib
import json
from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from wardmote.cli import main
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.places import DivisionLevel
from wardmote.core.gazetteer.names import NameKind
from wardmote.core.gazetteer.search import Gazetteer
from wardmote.core.simulation.generated_places.divisions import grow_tree
from wardmote.core.simulation.generated_places.naming import Namer
from wardmote.core.simulation.generated_places.place import GeneratedPlace, Stage, generate_place
from wardmote.core.simulation.generated_places.plane import streams
from wardmote.core.simulation.generated_places.scales import (
    ASSISTANTS_PER_POST,
    LARGEST_SEED,
    OFFICERS_PER_POST,
    SCALES,
    VEHICLES_PER_POST,
    Scale,
)
from wardmote.core.simulation.generated_places.territory import lay_out
from wardmote.core.travel.graph import INF_MS, RoadClass
from wardmote.operations.places.city_directory import CityDirectory


@pytest.fixture(scope="module")
def county() -> GeneratedPlace:
    return generate_place(Scale.COUNTY, 7)


@pytest.fixture(scope="module")
def town() -> GeneratedPlace:
    return generate_place(Scale.TOWN, 7)


@pytest.fixture(scope="module", params=[Scale.TOWN, Scale.COUNTY])
def place(
    request: pytest.FixtureRequest, town: GeneratedPlace, county: GeneratedPlace
) -> GeneratedPlace:
    return {Scale.TOWN: town, Scale.COUNTY: county}[request.param]


def _shape(boundary: tuple) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(rings[0], rings[1:]) for rings in boundary])


def test_a_county_has_its_towns_villages_posts_vehicles_and_people(county: GeneratedPlace) -> None:
    book, spec = county.place_book, SCALES[Scale.COUNTY]
    levels = Counter(division.level for division in book.divisions)
    assert levels[DivisionLevel.COUNTY] == 1
    assert levels[DivisionLevel.TOWN] == spec.towns_per_county + 1
    assert levels[DivisionLevel.VILLAGE] == spec.villages == 250
    assert len(book.posts) == spec.posts == 6
    for post in book.posts:
        kinds = Counter(unit.kind for unit in book.units if unit.post == post.post_id)
        assert kinds == {"command_car": 1, "patrol_car": 2, "motorcycle": 4}
        roles = Counter(person.role for person in book.staff if person.post == post.post_id)
        assert roles == {"post_officer": 8, "post_assistant": 24}


def test_residents_add_up_at_every_level(place: GeneratedPlace) -> None:
    children: dict[str, int] = defaultdict(int)
    for division in place.place_book.divisions:
        if division.parent is not None and division.population is not None:
            children[division.parent] += division.population
    for division in place.place_book.divisions:
        if division.population is not None and division.code in children:
            assert children[division.code] == division.population
    villages = [d for d in place.place_book.divisions if d.level is DivisionLevel.VILLAGE]
    assert sum(d.population or 0 for d in villages) == SCALES[place.scale].residents


def test_codes_are_twelve_digits_below_their_parents(place: GeneratedPlace) -> None:
    codes = {division.code for division in place.place_book.divisions}
    assert len(codes) == len(place.place_book.divisions)
    ends = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
    for division in place.place_book.divisions:
        assert is_area_code(division.code)
        assert division.code.startswith("99")
        assert not division.code[ends[division.level] :].strip("0")
        if division.parent is not None:
            assert division.parent in codes
            assert division.code.startswith(division.parent.rstrip("0"))


def test_villages_tile_their_towns_and_towns_their_county(county: GeneratedPlace) -> None:
    shapes = {d.code: _shape(d.boundary) for d in county.place_book.divisions if d.boundary}
    children = defaultdict(list)
    for division in county.place_book.divisions:
        if division.code in shapes and division.parent in shapes:
            children[division.parent].append(shapes[division.code])
    assert children
    for parent, parts in children.items():
        assert all(part.is_valid for part in parts)
        whole = shapely.union_all(parts)
        assert sum(part.area for part in parts) == pytest.approx(whole.area, rel=1e-9)
        assert whole.symmetric_difference(shapes[parent]).area < 1e-9 * whole.area


def test_grids_of_a_settlement_do_not_overlap_and_hold_their_post(place: GeneratedPlace) -> None:
    grids = [_shape(post.grid) for post in place.place_book.posts]
    whole = shapely.union_all(grids)
    assert sum(grid.area for grid in grids) == pytest.approx(whole.area, rel=1e-9)
    for post in place.place_book.posts:
        assert whole.contains(shapely.Point(post.lon, post.lat))


def test_every_village_is_in_one_beat_of_three_or_four_with_an_assistant(
    place: GeneratedPlace,
) -> None:
    book = place.place_book
    villages = {d.code for d in book.divisions if d.level is DivisionLevel.VILLAGE}
    served = [village for beat in book.beats for village in beat.villages]
    assert sorted(served) == sorted(villages)
    assert {len(beat.villages) for beat in book.beats} <= {3, 4}
    assistants = [person.area for person in book.staff if person.role == "village_assistant"]
    assert sorted(assistants) == sorted(villages)
    officers = [person.beat for person in book.staff if person.role == "community_officer"]
    assert sorted(map(str, officers)) == sorted(beat.beat_id for beat in book.beats)


def test_every_junction_can_be_driven_to_from_every_other(place: GeneratedPlace) -> None:
    graph = place.graph
    arcs = csr_matrix((np.ones(graph.arcs), (graph.tail, graph.head)), (graph.nodes, graph.nodes))
    _, part = connected_components(arcs, directed=True, connection="strong")
    assert len(np.unique(part[graph.junction_node])) == 1


def test_there_are_oneways_turn_restrictions_and_every_class_of_road(
    county: GeneratedPlace,
) -> None:
    graph = county.graph
    assert (graph.freeflow_ms == INF_MS).sum() > 100
    assert graph.nodes > graph.junctions
    found = set(np.unique(graph.edge_class).tolist())
    assert found == set(range(RoadClass.TRUNK, RoadClass.TRACK + 1))


def test_few_roads_cross_the_river(place: GeneratedPlace) -> None:
    bridges = sum(
        len(shapely.get_parts(feature.geometry))
        for feature in place.layers["roads"]
        if feature.properties["bridge"]
    )
    assert 2 <= bridges <= 16


@pytest.mark.parametrize(("word", "kind"), [("学校", "school"), ("hospital", "hospital")])
def test_key_places_are_found_by_the_word_for_their_kind_nearest_first(
    place: GeneratedPlace, word: str, kind: str
) -> None:
    of_kind = {one.place_id for one in place.place_book.key_places if one.kind == kind}
    near = (place.place_book.key_places[0].lon, place.place_book.key_places[0].lat)
    hits = Gazetteer(place.names).search(word, near=near, limit=50)
    found = [hit for hit in hits if word in hit.entry.alternatives]
    assert {hit.entry.ref for hit in found} == of_kind
    distances = [hit.distance_m or 0.0 for hit in found if hit.score <= 70]
    assert distances == sorted(distances)


def test_names_are_in_both_languages_and_roads_are_searchable(place: GeneratedPlace) -> None:
    assert all(entry.name.zh and entry.name.en for entry in place.names)
    assert all(name.zh and name.en for name in place.street_names)
    kinds = {entry.kind for entry in place.names}
    assert kinds == set(NameKind) - {NameKind.POI}
    west, south, east, north = place.bounds
    assert all(west <= e.lon <= east and south <= e.lat <= north for e in place.names)
    assert place.graph.edge_street.max() < len(place.street_names)


def test_counties_and_towns_bear_no_real_name(shared_data, place: GeneratedPlace) -> None:
    listed = json.loads(
        next((shared_data / "hunan").glob("*admin*.json")).read_text(encoding="utf-8")
    )
    real = json.dumps(listed, ensure_ascii=False)
    upper = [d for d in place.place_book.divisions if d.level is not DivisionLevel.VILLAGE]
    assert not [d.name.zh for d in upper if f'"{d.name.zh}"' in real]


def test_stages_are_told_in_order() -> None:
    told: list[Stage] = []
    generate_place(Scale.TOWN, 3, told.append)
    assert told == list(Stage)


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        generate_place(Scale.TOWN, seed)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path) -> None:
    digests = []
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        out = tmp_path / folder
        arguments = ["city", "generate", "--scale", "town", "--seed", str(seed), "--out", str(out)]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        digests.append(
            {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(out.iterdir())}
        )
    assert digests[0] == digests[1]
    assert all(digests[0][name] != digests[2][name] for name in digests[0])


def test_a_written_place_reads_back_and_is_replaced_only_when_forced(tmp_path) -> None:
    out = tmp_path / "town"
    arguments = ["city", "generate", "--scale", "town", "--seed", "5", "--out", str(out)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    place = generate_place(Scale.TOWN, 5)
    directory = CityDirectory.open(out)
    directory.verify()
    assert directory.place_book() == place.place_book
    assert tuple(directory.names()) == place.names
    assert directory.manifest.source.seed == 5
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2
    assert "--force" in again.output
    assert CliRunner().invoke(main, [*arguments, "--force"]).exit_code == 0


@pytest.mark.parametrize(
    "wrong", [["--scale", "village"], ["--scale", "town", "--seed", "-1"], ["--seed", "1"]]
)
def test_a_wrong_scale_or_seed_is_said_and_nothing_is_written(tmp_path, wrong: list[str]) -> None:
    done = CliRunner().invoke(main, ["city", "generate", *wrong, "--out", str(tmp_path / "x")])
    assert done.exit_code == 2
    assert "--s" in done.output
    assert not list(tmp_path.iterdir())


def test_the_prefecture_is_the_size_of_the_largest_place() -> None:
    spec = SCALES[Scale.PREFECTURE]
    random = streams(7, "prefecture", ("names", "territory", "rivers", "hills", "divisions"))
    namer = Namer(random["names"])
    territory = lay_out(spec, random, namer)
    stems = [namer.place() for _ in territory.settlements]
    tree = grow_tree(Scale.PREFECTURE, spec, territory, stems, random["divisions"], namer)
    levels = Counter(division.level for division in tree.divisions)
    assert levels[DivisionLevel.COUNTY] == 12
    assert levels[DivisionLevel.VILLAGE] == 3_299
    assert int(tree.residents.sum()) == 7_000_000
    assert {d.population for d in tree.divisions if d.level is DivisionLevel.CITY} == {7_000_000}
    patrol = sum(count for kind, count in VEHICLES_PER_POST if kind != "command_car")
    assert spec.posts * patrol == 198
    assert spec.posts * (OFFICERS_PER_POST + ASSISTANTS_PER_POST) == 1_056
