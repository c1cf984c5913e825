/** The page of a study: its plans on one map, and the place of a what-if picked on another. */

import { byId, pageData, setText } from "../base/dom.js";
import { showOutlines } from "./grids_layer.js";
import { openMap, paintSwatches } from "./plans_map.js";

const DIGITS = 6;

async function main() {
  paintSwatches();
  const { plans } = pageData();
  if (document.getElementById("plans-map") && plans.length) {
    const map = await openMap("plans-map", "map-status", gettext("Map of the posts of plans"));
    map.show(plans);
    map.fit();
    const choices = document.getElementById("grid-choices");
    if (choices) showOutlines(map, plans, [...choices.querySelectorAll("input")]);
  }
}

/** The map of the what-if is opened with its form: two maps at once would cost every visitor. */
function followWhatIf() {
  const details = document.getElementById("what-if-details");
  if (!details) return;
  let opened = false;
  const open = async () => {
    if (opened || !details.open) return;
    opened = true;
    const map = await openMap("what-if-map", "what-if-status", gettext("Map to choose the place on"));
    map.show(pageData().plans.slice(0, 1));
    map.addEventListener("place", ({ detail: [lon, lat] }) => {
      byId("id_scenario-at_lon").value = lon.toFixed(DIGITS);
      byId("id_scenario-at_lat").value = lat.toFixed(DIGITS);
      map.cityMap.showPin([lon, lat]);
      setText(byId("what-if-status"), interpolate(gettext("Place: %s."), [`${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`]));
    });
  };
  details.addEventListener("toggle", open);
  open();
}

followWhatIf();
main();
