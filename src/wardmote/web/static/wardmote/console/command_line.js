/** The command line at the foot of the console: every verb, with completion and recall. */

import { byId, h, setAttribute, setText } from "../base/dom.js";
import { Combobox } from "../base/combobox.js";
import { LANGUAGE, fill, nameOf, placeInWords, shortNumber } from "../base/wording.js";
import { argumentText, priorityText, unitStateText } from "../base/codes.js";
import { get } from "../live/http.js";
import { closeRoad, openRoad } from "./closures.js";
import { History, complete, findVerb, wordsOf } from "./completion.js";

const KEY = "wardmote.commands";

export class CommandLine {
  /** `local`: what this page carries out itself, by verb; the grammar is the server's. */
  constructor(room, { grammar, local, posts }) {
    this.room = room;
    this.posts = posts;
    this.local = local;
    this.verbs = grammar.verbs.map((verb) => ({ ...verb, help: nameOf(verb.help) }));
    this.input = byId("command");
    this.answer = byId("command-answer");
    this.history = new History(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));
    this.combo = new Combobox({
      input: this.input,
      list: byId("command-options"),
      suggest: (text) => this.suggest(text),
      choose: (suggestion) => this.insert(suggestion),
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    byId("command-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.run(this.input.value.trim());
    });
  }

  suggest(text) {
    if (!text.trim()) return [];
    const { start, options } = complete(text, this.verbs, (kind, word) => this.source(kind, word.toLowerCase()));
    return options.map((option) => ({ ...option, value: { start, insert: option.insert } }));
  }

  source(kind, word) {
    const { board, vocabulary } = this.room;
    const starts = (...texts) => texts.some((text) => text && text.toLowerCase().includes(word));
    if (kind === "incident") {
      return [...board.incidents.values()].filter((incident) => starts(shortNumber(incident.number), incident.number)).map((incident) => ({
        label: shortNumber(incident.number),
        detail: `${vocabulary.category(incident.category)} · ${incident.place ?? ""}`,
        insert: shortNumber(incident.number),
      }));
    }
    if (kind === "unit") {
      const typed = new Set(wordsOf(this.input.value).slice(1, -1));
      return [...board.units.values()].filter((unit) => unit.on_duty && starts(unit.call_sign, unit.id) && !typed.has(unit.call_sign))
        .sort((a, b) => Number(this.room.stateOf(a) !== "available") - Number(this.room.stateOf(b) !== "available"))
        .map((unit) => ({ label: unit.call_sign, detail: unitStateText(this.room.stateOf(unit)), insert: oneWord(unit.call_sign, unit.id) }));
    }
    if (kind === "post") {
      return [...this.posts].filter(([id, name]) => starts(id, name)).map(([id, name]) => ({ label: id, detail: name, insert: id }));
    }
    if (kind === "priority") return [1, 2, 3, 4].map((value) => ({ label: String(value), detail: priorityText(value), insert: String(value) }));
    if (kind === "category") return listed(vocabulary.data.categories, starts);
    if (kind === "disposition") return listed(vocabulary.data.dispositions, starts);
    if (kind === "feedback") return listed(vocabulary.data.feedback, starts);
    if (kind.startsWith("reason.")) {
      const wanted = word.replace(/^\//, "");
      return vocabulary.reasons(kind.slice("reason.".length))
        .filter(({ code, name }) => code.includes(wanted) || nameOf(name).toLowerCase().includes(wanted))
        .map(({ code, name }) => ({ label: `/${code}`, detail: nameOf(name), insert: `/${code}` }));
    }
    return [];
  }

  insert({ value }) {
    this.input.value = this.input.value.slice(0, value.start) + value.insert;
    this.history.reset();
    this.combo.ask();
  }

  onKey(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Tab" && !event.shiftKey && this.combo.open && this.combo.active < 0 && this.input.value.trim()) {
      event.preventDefault();
      this.combo.take(0);
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !this.combo.open) {
      const line = this.history.step(event.key === "ArrowUp" ? -1 : 1, this.input.value);
      if (line !== null) this.input.value = line;
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.history.reset();
    }
  }

  async run(line) {
    if (!line) return;
    this.combo.close();
    this.history.add(line);
    sessionStorage.setItem(KEY, JSON.stringify(this.history.lines));
    const words = wordsOf(line);
    const verb = findVerb(this.verbs, words[0]);
    const local = verb && this.local[verb.verb];
    this.say("…");
    try {
      if (local) {
        this.say(await local(words.slice(1)) ?? "");
      } else {
        const answer = await this.room.runCommand(line);
        this.say(answer.message);
        if (answer.incident) this.room.select(answer.incident);
      }
      this.input.value = "";
    } catch (error) {
      this.say(error.message, true);
      const column = error.body?.column;
      if (column !== undefined && column !== null) this.input.setSelectionRange(column, line.length);
      else this.input.select();
    }
  }

  say(text, bad = false) {
    setText(this.answer, text);
    setAttribute(this.answer, "data-bad", bad ? "true" : null);
  }

  focus(start = null) {
    if (start !== null) this.input.value = start;
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** A table of every command for the help dialog. */
  helpTable() {
    return h("table", { class: "help-commands" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col", text: gettext("Command") }), h("th", { scope: "col", text: gettext("Short forms") }), h("th", { scope: "col", text: gettext("What it does") }))),
      h("tbody", {}, this.verbs.map((verb) => h("tr", {},
        h("td", {}, h("code", { text: usageOf(verb) })), h("td", { text: verb.names.join(", ") }), h("td", { text: verb.help })))));
  }
}

/** The form of a line in the reader's language, such as `派 警情 警组… [/原因]`. */
function usageOf({ names, arguments: parts }) {
  const own = LANGUAGE === "zh" ? names.find((name) => /[^\x00-\x7f]/.test(name)) : null;
  return [own ?? names[0], ...parts.map(({ kind, many, optional }) => {
    const word = `${kind.startsWith("reason.") ? `/${gettext("REASON")}` : argumentText(kind)}${many ? "…" : ""}`;
    return optional ? `[${word}]` : word;
  })].join(" ");
}

function listed(entries, starts) {
  return entries.filter((entry) => starts(entry.code, nameOf(entry.name))).map((entry) => ({ label: entry.code, detail: nameOf(entry.name), insert: entry.code }));
}

/** A call sign with spaces cannot be typed as one word; the id can. */
function oneWord(callSign, id) {
  return /\s/.test(callSign) ? id : callSign;
}

/** Verbs that only change what this window shows, by verb: `run(words)` may answer a sentence. */
export function localVerbs({ room, map, intake, help, findIncident, findUnit, findPost, mapAnswers, panel }) {
  const named = (what, found) => {
    if (!found) throw new Error(fill(gettext("“%(what)s” is not known here."), { what: what ?? "" }));
    return found;
  };
  return {
    new: () => intake.show(),
    show: ([number]) => room.select(named(number, findIncident(number)).id),
    caller: async ([number]) => {
      const { id } = named(number, findIncident(number));
      room.select(id);
      await panel.openCaller(id);
    },
    unit: ([sign]) => room.tell("unit", named(sign, findUnit(sign)).id),
    follow: ([sign]) => map?.follow(sign ? named(sign, findUnit(sign)).id : null),
    reach: ([name]) => {
      const post = findPost(name);
      return mapAnswers.isochrones(post ? { post } : { unit: named(name, findUnit(name)).id });
    },
    find: async (words) => {
      const asked = words.join(" ");
      const centre = map?.map.getCenter();
      const near = centre ? `&lon=${centre.lng.toFixed(5)}&lat=${centre.lat.toFixed(5)}` : "";
      const { results } = await get(`/api/places/search?q=${encodeURIComponent(asked)}${near}`);
      const place = named(asked, results[0]);
      map?.showPin([place.lon, place.lat]);
      map?.show([place.lon, place.lat], { zoom: 15, always: true });
      return placeInWords(place);
    },
    close_road: (words) => closeRoad(words, map),
    open_road: (words) => openRoad(words, map),
    help: () => help(),
  };
}
