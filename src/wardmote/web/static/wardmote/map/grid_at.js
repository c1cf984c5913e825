/** Which grid a place lies in. */

/** The feature of `grids` (polygons with holes) that holds `[lon, lat]`; null where none does. */
export function gridAt(grids, lon, lat) {
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return null;
  return grids.features.find(({ geometry }) => {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    // Even and odd over all rings: a hole takes back what its outer ring gave.
    return parts.some((rings) => rings.reduce((inside, ring) => inside !== holds(ring, lon, lat), false));
  }) ?? null;
}

/** Whether a ray to the east leaves the ring an odd number of times. */
function holds(ring, lon, lat) {
  let inside = false;
  for (let at = 1; at < ring.length; at += 1) {
    const [[x1, y1], [x2, y2]] = [ring[at - 1], ring[at]];
    if ((y1 > lat) !== (y2 > lat) && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
