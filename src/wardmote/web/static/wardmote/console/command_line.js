/** The command line at the foot of the console: every verb, with completion and recall. */

import { byId, h, setAttribute, setText } from "../base/dom.js";
import { Combobox } from "../base/combobox.js";
import { fill, nameOf, shortNumber } from "../base/wording.js";
import { priorityText, unitStateText } from "../base/codes.js";
import { History, complete, findVerb, wordsOf } from "./completion.js";

const KEY = "wardmote.commands";

export class CommandLine {
  /** `local`: verbs that this page carries out itself, `{verb, names, usage, help, arguments, run}`. */
  constructor(room, { grammar, local, posts, onHelp }) {
    this.room = room;
    this.posts = posts;
    this.onHelp = onHelp;
    this.local = new Map(local.map((verb) => [verb.verb, verb]));
    this.verbs = [...grammar.verbs.map((verb) => ({ ...verb, help: nameOf(verb.help) })), ...local];
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
    if (kind.startsWith("reason.")) return listed(vocabulary.reasons(kind.slice("reason.".length)), starts);
    return [];
  }

  insert({ value }) {
    this.input.value = this.input.value.slice(0, value.start) + value.insert;
    this.history.reset();
    this.combo.ask();
  }

  onKey(event) {
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
    const local = verb && this.local.get(verb.verb);
    this.say("…");
    try {
      if (local) {
        this.say(await local.run(words.slice(1)) ?? "");
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
        h("td", {}, h("code", { text: verb.usage })), h("td", { text: verb.names.join(", ") }), h("td", { text: verb.help })))));
  }
}

function listed(entries, starts) {
  return entries.filter((entry) => starts(entry.code, nameOf(entry.name))).map((entry) => ({ label: entry.code, detail: nameOf(entry.name), insert: entry.code }));
}

/** A call sign with spaces cannot be typed as one word; the id can. */
function oneWord(callSign, id) {
  return /\s/.test(callSign) ? id : callSign;
}

/** Verbs that only change what this window shows. */
export function localVerbs({ room, map, intake, help, findIncident, findUnit, findPost, mapAnswers }) {
  const named = (what, found) => {
    if (!found) throw new Error(fill(gettext("“%(what)s” is not known here."), { what }));
    return found;
  };
  return [
    { verb: "new", names: ["n", "new", "接警"], usage: "n", help: gettext("Take down a new call"), arguments: [], run: () => intake.show() },
    {
      verb: "show", names: ["s", "show", "看"], usage: gettext("s CALL"), help: gettext("Show a call"),
      arguments: [{ name: "call", kind: "incident" }],
      run: ([number]) => room.select(named(number, findIncident(number)).id),
    },
    {
      verb: "follow", names: ["f", "follow", "跟"], usage: gettext("f UNIT"), help: gettext("Keep a unit in the middle of the map; without a unit, stop"),
      arguments: [{ name: "unit", kind: "unit", optional: true }],
      run: ([sign]) => map?.follow(sign ? named(sign, findUnit(sign)).id : null),
    },
    {
      verb: "reach", names: ["reach", "iso", "圈"], usage: gettext("reach POST|UNIT"), help: gettext("Show where a post or unit gets within 1, 3 and 5 minutes"),
      arguments: [{ name: "post", kind: "post" }],
      run: ([name]) => {
        const post = findPost(name);
        const unit = post ? null : named(name, findUnit(name));
        return mapAnswers.isochrones(post ? { post } : { unit: unit.id });
      },
    },
    { verb: "help", names: ["help", "?", "帮助"], usage: "help", help: gettext("Show all keys and commands"), arguments: [], run: () => help() },
  ];
}
