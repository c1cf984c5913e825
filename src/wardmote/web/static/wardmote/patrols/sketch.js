/** A sketch of a patrol without a map: its place, its way, its check-points, and where one is. */

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 320;
const EDGE = 18;
const LEAST_DEGREES = 1e-4;

function shape(tag, properties, children = []) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** An SVG of an order; `here` is {lon, lat} or null. Without any point there is nothing to draw. */
export function sketch(order, done, here) {
  const points = order.points.map(({ lon, lat }) => [lon, lat]);
  const all = [...order.paths.flat(), ...order.way.flat(), ...points];
  if (!all.length) return null;
  const wide = Math.cos((all[0][1] * Math.PI) / 180);
  const xs = all.map(([lon]) => lon * wide);
  const ys = all.map(([, lat]) => lat);
  const [west, south] = [Math.min(...xs), Math.min(...ys)];
  const span = Math.max(Math.max(...xs) - west, Math.max(...ys) - south, LEAST_DEGREES);
  const at = ([lon, lat]) => [EDGE + ((lon * wide - west) / span) * (SIZE - 2 * EDGE), SIZE - EDGE - ((lat - south) / span) * (SIZE - 2 * EDGE)];
  const line = (path) => path.map((one) => at(one).map((value) => value.toFixed(1)).join(",")).join(" ");
  const area = order.place_kind === "area";
  const made = shape("svg", { class: "sketch", viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": gettext("Sketch of the way; the list of check-points says the same.") }, [
    ...order.paths.map((path) => shape(area ? "polygon" : "polyline", { class: "sketch-place", points: line(path) })),
    ...order.way.map((path) => shape("polyline", { class: "sketch-way", points: line(path) })),
    ...order.points.map((point) => {
      const [x, y] = at([point.lon, point.lat]);
      const label = shape("text", { x, y: y + 4, class: "sketch-number" });
      label.textContent = String(point.number);
      return shape("g", { class: done.has(point.number) ? "sketch-point done" : "sketch-point" }, [shape("circle", { cx: x, cy: y, r: 11 }), label]);
    }),
  ]);
  if (here) {
    const [x, y] = at([here.lon, here.lat]).map((value) => Math.max(4, Math.min(SIZE - 4, value)));
    made.append(shape("circle", { class: "sketch-here", cx: x, cy: y, r: 6 }));
  }
  return made;
}
