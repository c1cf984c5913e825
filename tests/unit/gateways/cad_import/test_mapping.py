import pytest

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.gateways.cad_import.mapping import Column, MappingProblem, RowMeaning, check_ready
from wardmote.gateways.cad_import.mapping_file import mapping_text
from wardmote.gateways.cad_import.mapping_reading import parse_mapping, read_mapping

GOOD = {
    "source": "town",
    "file": {"rows": "unit"},
    "columns": {"call": "No", "unit": "Car"},
    "place": {"x": "X", "y": "Y", "epsg": 32610},
    "times": {
        "zone": "America/Los_Angeles",
        "zone_confirmed": True,
        "columns": {"received": ["Day", "Hour"], "arrived": "There"},
        "formats": {"arrived": "%H:%M"},
    },
    "priorities": {"A": 1},
    "categories": {"Fire": "fire.structure"},
}


def changed(**tables):
    return {**GOOD, **tables}


def test_a_mapping_says_what_it_says():
    mapping = parse_mapping(GOOD)
    assert mapping.rows is RowMeaning.UNIT
    assert mapping.columns == {Column.CALL: "No", Column.UNIT: "Car"}
    assert mapping.times.columns[RecordTime.RECEIVED] == ("Day", "Hour")
    assert mapping.priorities == {"A": Priority.EMERGENCY}
    check_ready(mapping)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_written_and_read_back_it_is_the_same(tmp_path, language):
    mapping = parse_mapping(GOOD)
    path = tmp_path / "m.toml"
    path.write_text(mapping_text(mapping, language), encoding="utf-8")
    assert read_mapping(path) == mapping


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (changed(sources="x"), "source"),
        (changed(columns={"call": "No", "unit": "Car", "adress": "A"}), "address"),
        (changed(times={"columns": {"recieved": "A"}}), "received"),
        (changed(place={"lattitude": "A"}), "lat"),
        (changed(file={"encodng": "utf-8"}), "encoding"),
    ],
)
def test_an_unknown_key_is_an_error_naming_the_nearest(document, named):
    with pytest.raises(MappingProblem) as refused:
        parse_mapping(document)
    assert f"did you mean {named}?" in refused.value.message.en
    assert named in refused.value.message.zh


@pytest.mark.parametrize(
    "document",
    [
        changed(source=""),
        changed(source="a:b"),
        changed(columns={"call": "No"}),
        changed(place={"x": "X"}),
        changed(place={"decimal": ";"}),
        changed(place={"datum": "WGS-85"}),
        changed(priorities={"A": 5}),
        changed(priorities={"A": "1"}),
        changed(file={"rows": "line"}),
        changed(file={"delimiter": ";;"}),
        changed(times={"columns": {}}),
        changed(times={"zone": "Mars/Olympus", "columns": {"received": "A"}}),
        changed(times={"format": "%Q", "columns": {"received": "A"}}),
        changed(times={"columns": {"received": ["A", "B", "C"]}}),
        changed(version=2),
    ],
)
def test_values_that_make_no_sense_are_refused(document):
    with pytest.raises(MappingProblem):
        parse_mapping(document)


@pytest.mark.parametrize(
    "document",
    [
        changed(times={"zone": "UTC", "columns": {"received": "A"}}),
        changed(times={"zone_confirmed": True, "columns": {"received": "A"}}),
        changed(place={"x": "X", "y": "Y"}),
    ],
)
def test_a_guess_that_only_a_person_can_settle_stops_the_import(document):
    with pytest.raises(MappingProblem):
        check_ready(parse_mapping(document))


def test_broken_toml_is_a_problem_not_a_crash(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text("source = ", encoding="utf-8")
    with pytest.raises(MappingProblem):
        read_mapping(path)
    with pytest.raises(MappingProblem):
        read_mapping(tmp_path / "none.toml")
