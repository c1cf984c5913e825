/** The map alone in a second window; it shares the selection with the console. */

import { byId, pageData, setText } from "../base/dom.js";
import { Vocabulary, priorityText, unitStateText } from "../base/codes.js";
import { fill, setTimeZone, shortNumber } from "../base/wording.js";
import { listenToOthers, tellOthers } from "../base/windows.js";
import { showConnection } from "../live/banner.js";
import { get } from "../live/http.js";
import { CityMap } from "../map/city_map.js";
import { MapAnswers } from "./map_answers.js";
import { connectMap } from "./map_follow.js";
import { Room } from "./room.js";

async function main() {
  const [vocabularyData, city, me] = await Promise.all(["/api/vocabulary", "/api/city", "/api/me"].map((url) => get(url)));
  setTimeZone(city.timezone);
  const room = new Room(new Vocabulary(vocabularyData), me);
  const map = new CityMap({
    container: byId("map"), city, tilesUrl: pageData().tiles_url, staleAfterS: vocabularyData.stale_after_s, now: () => room.now(),
  });
  const mapAnswers = new MapAnswers(room, { map, onProblem: (message) => console.warn(message) });
  connectMap(room, map, mapAnswers);
  const fan = (id) => {
    const lines = (room.rankings.get(id)?.lines ?? []).filter((line) => line.rank !== null);
    lines.sort((a, b) => a.rank - b.rank);
    mapAnswers.fan(id, lines, new Set(lines.filter((line) => line.chosen).map((line) => line.unit)));
  };
  room.addEventListener("ranking", ({ detail }) => detail === room.selected && fan(detail));
  room.addEventListener("connection", ({ detail }) => showConnection(detail));
  const caption = () => showCaption(room);
  for (const name of ["board", "select", "change", "detail"]) room.addEventListener(name, caption);
  const showUnit = (id) => {
    const unit = room.board?.units.get(id);
    if (!unit) return;
    room.lastUnit = id;
    map.vehicles.select(id);
    map.show(map.vehicles.placeOf(id) ?? [unit.lon, unit.lat]);
    mapAnswers.isochrones({ unit: id });
    mapAnswers.patrol(id);
    caption();
  };
  const select = (id) => (id === null || room.board?.incidents.has(id)) && room.select(id);
  map.addEventListener("incident", ({ detail }) => {
    select(detail);
    tellOthers("select", detail);
  });
  map.addEventListener("unit", ({ detail }) => {
    showUnit(detail);
    tellOthers("unit", detail);
  });
  const clear = () => {
    mapAnswers.isochrones(null);
    mapAnswers.patrol(null);
  };
  map.addEventListener("place", clear);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.follow(null);
      clear();
    }
  });
  listenToOthers({ select, unit: showUnit });
  room.addEventListener("board", () => tellOthers("hello", null), { once: true });
  document.dispatchEvent(new CustomEvent("wardmote:room", { detail: room }));
  room.stream.start();
  setInterval(() => room.stream.checkSilence(), 5000);
}

/** What is shown, in words: the call that all windows look at, and the unit chosen last. */
function showCaption(room) {
  const incident = room.board?.incidents.get(room.selected);
  const unit = room.board?.units.get(room.lastUnit);
  const call = incident && [
    fill(gettext("call %(number)s"), { number: shortNumber(incident.number) }),
    room.vocabulary.category(incident.category), priorityText(incident.priority), incident.place,
  ].filter(Boolean).join(" · ");
  const words = [call, unit && `${unit.call_sign} ${unitStateText(room.stateOf(unit))}`].filter(Boolean).join(" — ");
  const caption = byId("map-caption");
  setText(caption, words);
  caption.hidden = !words;
}

main().catch((error) => {
  showConnection({ connected: false, asOfS: null, message: error.message });
  setTimeout(() => location.reload(), 5000);
});
