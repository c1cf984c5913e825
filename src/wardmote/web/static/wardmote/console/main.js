/** The dispatch console: puts the parts together. */

import { byId, pageData, setText } from "../base/dom.js";
import { Vocabulary, priorityText } from "../base/codes.js";
import { toggleTheme } from "../base/theme.js";
import { exactTimeText, fill, nameOf, setTimeZone, shortNumber } from "../base/wording.js";
import { listenToOthers, tellOthers } from "../base/windows.js";
import { showConnection } from "../live/banner.js";
import { get } from "../live/http.js";
import { Alarms } from "./alarms.js";
import { CallPanel } from "./call_panel.js";
import { CommandLine, localVerbs } from "./command_line.js";
import { Intake } from "./intake.js";
import { Keys, cycleRegions } from "./keys.js";
import { connectMap } from "./map_follow.js";
import { MapAnswers } from "./map_answers.js";
import { MoveUps } from "./move_ups.js";
import { Queue } from "./queue.js";
import { Room } from "./room.js";
import { UnitBoard } from "./unit_board.js";

const SILENCE_CHECK_S = 5;
/** The lists follow the board at most this often, however many events a second come in. */
const SHOW_MS = 200;
/** How long the targets of calls may stay as they were after a duty level was switched. */
const STANDARDS_MS = 30_000;

async function main() {
  const [vocabularyData, city, grammar, me] = await Promise.all(
    ["/api/vocabulary", "/api/city", "/api/commands", "/api/me"].map((url) => get(url)));
  setTimeZone(city.timezone);
  const vocabulary = new Vocabulary(vocabularyData);
  const room = new Room(vocabulary, me);
  const posts = new Map(city.posts.features.map((feature) => [feature.properties.id, nameOf(feature.properties.name)]));
  const map = await mapOrNull(city, vocabularyData, room);
  const mapAnswers = new MapAnswers(room, { map, onProblem: problem });
  const run = runner();
  const queue = new Queue(room);
  const units = new UnitBoard(room, posts);
  const panel = new CallPanel(room, { run, onRanking: (incident, offered, chosen) => mapAnswers.fan(incident, offered, chosen) });
  const intake = new Intake(room, { run, map, announce });
  const alarms = new Alarms(room, { onProblem: problem });
  const moveUps = new MoveUps(room, posts, { run, announce });
  const find = finders(room, posts);
  const keysRef = {};
  const help = () => keysRef.keys.showHelp(commands.helpTable());
  const commands = new CommandLine(room, {
    grammar, posts, local: localVerbs({ room, map, intake, help, mapAnswers, panel, ...find }),
  });
  keysRef.keys = new Keys(bindings({ queue, panel, intake, alarms, commands, map, room, mapAnswers, moveUps, help }));
  const parts = { queue, units, panel, alarms, intake, moveUps };
  connectMapParts(room, map, mapAnswers, intake);
  connectRoom(room, parts);
  connectButtons({ intake, help, map });
  room.addEventListener("unit", ({ detail }) => {
    showUnit(room, map, mapAnswers, detail);
    units.show();
    tellOthers("unit", detail);
  });
  shareWithOthers(room, (unitId) => {
    showUnit(room, map, mapAnswers, unitId);
    units.show();
  });
  room.stream.start();
  // The tour of a demonstration listens, where there is one.
  document.dispatchEvent(new CustomEvent("wardmote:room", { detail: room }));
  setInterval(() => tick(room, parts), 1000);
  setInterval(() => renewStandards(vocabulary), STANDARDS_MS);
}

/** A duty level that is switched changes the targets of calls; without an answer the old ones stay. */
async function renewStandards(vocabulary) {
  const answer = await get("/api/vocabulary").catch(() => null);
  if (answer) vocabulary.renewStandards(answer);
}

async function mapOrNull(city, vocabularyData, room) {
  try {
    const { CityMap } = await import("../map/city_map.js");
    return new CityMap({
      container: byId("map"), city, tilesUrl: pageData().tiles_url, staleAfterS: vocabularyData.stale_after_s, now: () => room.now(),
    });
  } catch (error) {
    // Without WebGL the console still dispatches: the lists and the command line need no map.
    console.warn("the map cannot be drawn:", error.message);
    setText(byId("map"), gettext("This browser cannot draw the map. Everything else works without it."));
    return null;
  }
}

/** Carry out a request; tell the reader how it ended; null when it was refused. */
function runner() {
  return async (promise, done) => {
    try {
      const answer = await promise;
      if (done) announce(done);
      return answer ?? true;
    } catch (error) {
      problem(error.message);
      return null;
    }
  };
}

let announceTimer = 0;

function announce(text) {
  setText(byId("announcer"), text);
  const answer = byId("command-answer");
  setText(answer, text);
  answer.removeAttribute("data-bad");
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => setText(byId("announcer"), ""), 8000);
}

function problem(text) {
  const answer = byId("command-answer");
  setText(answer, text);
  answer.dataset.bad = "true";
  setText(byId("urgent-announcer"), text);
}

function finders(room, posts) {
  return {
    findIncident: (number) => [...room.board.incidents.values()].find((incident) =>
      incident.number === number || shortNumber(incident.number) === String(number).replace(/^0+(?=\d)/, "")),
    findUnit: (sign) => room.board.units.get(sign)
      ?? [...room.board.units.values()].find((unit) => unit.call_sign.toLowerCase() === String(sign).toLowerCase()),
    findPost: (name) => (posts.has(name) ? name : [...posts].find(([, label]) => label === name)?.[0] ?? null),
  };
}

function connectMapParts(room, map, mapAnswers, intake) {
  if (!map) return;
  connectMap(room, map, mapAnswers);
  map.addEventListener("incident", ({ detail }) => room.select(detail));
  map.addEventListener("unit", ({ detail }) => room.tell("unit", detail));
  map.addEventListener("place", ({ detail }) => intake.pick(detail) || clearAnswers(mapAnswers));
}

function connectRoom(room, { queue, units, panel, alarms, moveUps }) {
  let timer = 0;
  const showLists = () => {
    timer = 0;
    queue.show();
    units.show();
    panel.show();
    alarms.show();
    moveUps.show();
    showTotals(room);
  };
  const soon = () => {
    timer ||= setTimeout(showLists, SHOW_MS);
  };
  room.addEventListener("board", () => {
    queue.show();
    units.show();
    panel.show();
    alarms.show({ first: true });
    moveUps.show();
    showTotals(room);
    for (const incident of room.board.incidents.values()) if (!incident.place && incident.lon === null) room.fetchText(incident.id);
  });
  room.addEventListener("change", ({ detail }) => {
    soon();
    if (detail.event.type === "incident.entered") announceCall(room, alarms, detail.event.data);
    if (detail.event.type === "move_up.advised") moveUps.announce(detail.event.data);
  });
  room.addEventListener("detail", soon);
  room.addEventListener("ranking", ({ detail }) => detail === room.selected && panel.show());
  room.addEventListener("select", ({ detail }) => {
    queue.show();
    panel.show();
    tellOthers("select", detail);
    if (detail && matchMedia("(max-width: 60rem)").matches) showView("call");
  });
  room.addEventListener("work", () => panel.ranking.focusSoon());
  room.addEventListener("entered", ({ detail }) => waitForCall(room, detail));
  room.addEventListener("problem", ({ detail }) => problem(detail));
  room.addEventListener("connection", ({ detail }) => showConnection(detail));
}

/** The windows of one dispatcher show the same call and unit; a new one asks what that is. */
function shareWithOthers(room, showUnitHere) {
  listenToOthers({
    select: (id) => (id === null || room.board?.incidents.has(id)) && room.select(id),
    unit: (id) => room.board?.units.has(id) && showUnitHere(id),
    hello: () => {
      if (room.lastUnit) tellOthers("unit", room.lastUnit);
      tellOthers("select", room.selected);
    },
  });
}

/** Select a call that was just taken down as soon as its event is here. */
function waitForCall(room, id) {
  if (room.board.incidents.has(id)) room.select(id);
  else room.addEventListener("change", () => waitForCall(room, id), { once: true });
}

function announceCall(room, alarms, { priority, category, number }) {
  alarms.sound(priority <= 2 ? "warn" : "call");
  setText(byId(priority === 1 ? "urgent-announcer" : "announcer"), fill(gettext("New call %(number)s: %(priority)s, %(category)s"), {
    number: shortNumber(number), priority: priorityText(priority), category: room.vocabulary.category(category),
  }));
}

function showTotals(room) {
  const incidents = [...room.board.incidents.values()];
  const waiting = incidents.filter((incident) => incident.state === "entered" || incident.state === "routed").length;
  setText(byId("totals"), fill(gettext("%(open)s open · %(waiting)s waiting"), { open: incidents.length, waiting }));
}

function connectButtons({ intake, help, map }) {
  byId("new-call").addEventListener("click", () => intake.show());
  byId("open-help").addEventListener("click", help);
  byId("theme").addEventListener("click", toggleTheme);
  for (const button of document.querySelectorAll("[data-view][aria-pressed]")) {
    button.addEventListener("click", () => {
      showView(button.dataset.view);
      map?.map.resize();
    });
  }
}

/** On a narrow screen one part is shown at a time. */
function showView(view) {
  byId("room").dataset.view = view;
  for (const button of document.querySelectorAll("[data-view][aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
}

function clearAnswers(mapAnswers) {
  mapAnswers.isochrones(null);
  mapAnswers.patrol(null);
}

function showUnit(room, map, mapAnswers, unitId) {
  const unit = room.board.units.get(unitId);
  if (!unit) return;
  room.lastUnit = unitId;
  mapAnswers.patrol(unitId).then((told) => told && announce(told));
  const assignment = room.active.get(unitId);
  if (assignment) room.select(assignment.incident);
  if (!map || unit.lon === null) return;
  map.vehicles.select(unitId);
  map.show(map.vehicles.placeOf(unitId) ?? [unit.lon, unit.lat]);
  mapAnswers.isochrones({ unit: unitId });
}

function bindings({ queue, panel, intake, alarms, commands, map, room, mapAnswers, moveUps, help }) {
  const regions = ["queue-region", "call-region", "map-region", "units-region", "intake-region", "command-form"].map(byId);
  return [
    { keys: ["F2"], text: gettext("Take down a new call"), run: () => intake.show() },
    { keys: ["n"], letters: true, text: gettext("Take down a new call"), run: () => intake.show() },
    { keys: ["F4"], text: gettext("Send the ticked units, or save the call being taken down"), run: () => (intake.open ? intake.form.requestSubmit() : panel.ranking.send("assign")) },
    { keys: ["F6"], text: gettext("Go to the next part of the console"), run: () => cycleRegions(regions, false) },
    { keys: ["F7"], text: gettext("Go to the part before"), run: () => cycleRegions(regions, true) },
    { keys: ["F8"], text: gettext("Answer the most pressing alarm"), run: () => alarms.answerFirst() },
    { keys: ["F9"], text: gettext("Go to the command line"), run: () => commands.focus() },
    { keys: ["/", ":"], letters: true, text: gettext("Go to the command line"), run: () => commands.focus("") },
    { keys: ["j"], letters: true, text: gettext("Next call"), run: () => queue.step(1) },
    { keys: ["k"], letters: true, text: gettext("Previous call"), run: () => queue.step(-1) },
    { keys: ["r"], letters: true, text: gettext("Go to the recommended units"), run: () => panel.ranking.list.querySelector("input")?.focus() },
    { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], letters: true, text: gettext("Tick or untick a recommended unit"), run: (event) => panel.ranking.toggle(Number(event.key)) },
    { keys: ["c"], letters: true, text: gettext("Open the caller's data for a purpose"), run: () => panel.callerButton.hidden || panel.openCaller().catch((error) => problem(error.message)) },
    { keys: ["+"], letters: true, text: gettext("Raise the alarm level"), run: () => panel.raiseLevel() },
    { keys: ["u"], letters: true, text: gettext("Find a unit"), run: () => byId("units-filter").focus() },
    { keys: ["g"], letters: true, text: gettext("Go to the advice for idle units"), run: () => moveUps.focus() },
    { keys: ["f"], letters: true, text: gettext("Follow the chosen unit, or stop"), run: () => map?.follow(map.following === null ? followed(room) : null) },
    { keys: ["a"], letters: true, text: gettext("Show all calls on the map"), run: () => map?.showAll([...room.board.incidents.values()].filter((incident) => incident.lon !== null).map((incident) => [incident.lon, incident.lat])) },
    { keys: ["m"], letters: true, text: gettext("Sound on or off"), run: () => alarms.toggleSound() },
    { keys: ["t"], letters: true, text: gettext("Light or dark"), run: toggleTheme },
    { keys: ["Escape"], text: gettext("Take answers off the map; put the new call aside"), run: () => { clearAnswers(mapAnswers); map?.follow(null); if (intake.open) intake.close(); } },
    { keys: ["?"], letters: true, text: gettext("Show all keys and commands"), run: help },
    { keys: ["F1"], text: gettext("Show all keys and commands"), run: help },
  ];
}

function followed(room) {
  const assignment = room.selected && room.assignmentsOf(room.selected)[0];
  return assignment?.unit ?? room.lastUnit ?? null;
}

function tick(room, { queue, units, panel, alarms, intake, moveUps }) {
  if (!room.board) return;
  queue.tick();
  units.tick();
  moveUps.tick();
  panel.tick();
  alarms.tick();
  intake.tick();
  setText(byId("server-time"), exactTimeText(room.now()));
  if (Math.floor(performance.now() / 1000) % SILENCE_CHECK_S === 0) room.stream.checkSilence();
}

main().catch((error) => {
  showConnection({ connected: false, asOfS: null, message: error.message });
  setTimeout(() => location.reload(), 5000);
});
