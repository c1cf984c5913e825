"""The order in which a city's roads are contracted, kept beside them.

Working it out takes seconds for a city and half a minute for a prefecture; everything else that a
hierarchy needs takes a fraction of that. It follows from the roads alone, so the file is no part of
what a city directory says: where it is missing, damaged or of other roads, it is made again. Any
order gives the same driving times, so not even a forged one could change an answer.
"""

import logging
import zipfile
from pathlib import Path

import numpy as np

from wardmote.core.travel.graph import Int32, RoadGraph
from wardmote.core.travel.hierarchy.contraction import Contraction, contract
from wardmote.core.travel.hierarchy.ordering import order_of
from wardmote.operations.places.whole_files import npz, replace

ROAD_ORDER = "road_order.npz"

_ORDER, _ROADS = "order", "roads_sha256"

_log = logging.getLogger(__name__)


def packed_order(graph: RoadGraph, roads_sha256: str, order: Int32 | None = None) -> bytes:
    """The file's content; the order is worked out unless given."""
    chosen = order_of(graph) if order is None else order
    digest = np.frombuffer(bytes.fromhex(roads_sha256), dtype=np.uint8)
    return npz({_ORDER: chosen, _ROADS: digest})


def kept_order(folder: Path, roads_sha256: str) -> Int32 | None:
    """The order kept in a city directory; None where there is none for roads of this digest."""
    path = folder / ROAD_ORDER
    try:
        with np.load(path, allow_pickle=False) as arrays:
            order: Int32 = arrays[_ORDER]
            roads = arrays[_ROADS]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("%s is damaged and will be made again: %s", path, error)
        return None
    if roads.tobytes().hex() != roads_sha256 or order.dtype != np.int32 or order.ndim != 1:
        _log.warning("%s is of other roads and will be made again", path)
        return None
    return order


def contraction_of(folder: Path, roads_sha256: str, graph: RoadGraph) -> Contraction:
    """The contraction of a city's roads by the order kept in its directory.

    Where none is kept it is worked out, seconds to a minute, and kept if the folder can be written.
    """
    order = kept_order(folder, roads_sha256)
    if order is not None:
        try:
            return contract(graph, order)
        except ValueError as error:
            _log.warning("%s is damaged and will be made again: %s", folder / ROAD_ORDER, error)
    order = order_of(graph)
    try:
        replace(folder / ROAD_ORDER, packed_order(graph, roads_sha256, order))
    except OSError as error:
        _log.info("the order of the roads cannot be kept in %s: %s", folder, error)
    return contract(graph, order)
