/** The map alone in a second window; it shares the selection with the console. */

import { byId, pageData } from "../base/dom.js";
import { Vocabulary } from "../base/codes.js";
import { setTimeZone } from "../base/wording.js";
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
  map.addEventListener("incident", ({ detail }) => {
    room.select(detail);
    tellOthers("select", detail);
  });
  map.addEventListener("unit", ({ detail }) => {
    map.vehicles.select(detail);
    mapAnswers.isochrones({ unit: detail });
  });
  map.addEventListener("place", () => mapAnswers.isochrones(null));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.follow(null);
      mapAnswers.isochrones(null);
    }
  });
  listenToOthers({ select: (id) => (id === null || room.board?.incidents.has(id)) && room.select(id) });
  room.stream.start();
  setInterval(() => room.stream.checkSilence(), 5000);
}

main().catch((error) => {
  showConnection({ connected: false, asOfS: null, message: error.message });
  setTimeout(() => location.reload(), 5000);
});
