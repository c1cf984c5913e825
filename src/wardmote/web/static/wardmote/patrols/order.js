/** The page of one order: planned and, on a leader's look that is recorded, walked line. */

import { byId, pageData, setText } from "../base/dom.js";
import { fill, timeText } from "../base/wording.js";
import { post } from "../live/http.js";
import { PatrolMap, placeFeatures, pointFeatures, wayFeatures } from "./patrol_map.js";

/** Positions farther apart than this are not joined: nobody knows the way between. */
const GAP_S = 180;
const data = pageData();

function lines(positions) {
  const found = [];
  let before = null;
  for (const [at, lon, lat] of positions) {
    if (before === null || at - before > GAP_S) found.push([]);
    found.at(-1).push([lon, lat]);
    before = at;
  }
  return found.filter((one) => one.length > 1).map((path) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: path } }));
}

const opened = PatrolMap.open(gettext("Map of the patrol")).then((map) => {
  map.show("patrol-place", placeFeatures(data));
  map.show("patrol-plan", wayFeatures(data.way));
  map.show("patrol-points", pointFeatures(data.points, new Set(data.reached)));
  map.frame();
  return map;
});

document.getElementById("track-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = byId("map-status");
  try {
    const track = await post(data.track_url, { purpose: event.target.elements.purpose.value });
    const last = track.positions.at(-1);
    const text = last
      ? fill(gettext("%(count)s positions, the last at %(time)s. That you looked is on record."), { count: track.positions.length, time: timeText(last[0]) })
      : gettext("There are no positions. That you looked is on record.");
    setText(status, text);
    const map = await opened;
    map.show("patrol-walked", lines(track.positions));
    map.frame();
  } catch (error) {
    setText(status, error.message);
  }
});
