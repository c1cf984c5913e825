/** The grids of a plan: shown on the map, and edited by hand with figures that the server works out. */

import { byId, pageData, setText } from "../base/dom.js";
import { clockText, fill } from "../base/wording.js";
import { get, post } from "../live/http.js";
import { GridsLayer, gridColour } from "./grids_layer.js";
import { openMap } from "./plans_map.js";

const MOST_MOVES = 500;

/** How each figure is written, and its change: `[text, text of the difference]`. */
const FIGURES = {
  villages: { text: (value) => String(value), apart: (change) => signed(change, 0) },
  calls: { text: (value) => String(Math.round(value)), apart: (change) => signed(change, 0) },
  load: { text: (value) => value.toFixed(2), apart: (change) => signed(change, 2) },
  drive: { text: (value) => (value === null ? "–" : String(Math.round(value))), apart: (change) => signed(change, 0) },
  compactness: { text: (value) => value.toFixed(2), apart: (change) => signed(change, 2) },
  pieces: { text: (value) => (value === 1 ? gettext("yes") : gettext("no")), apart: () => "" },
};

function signed(change, digits) {
  const text = Math.abs(change).toFixed(digits);
  if (Number(text) === 0) return "";
  return `${change > 0 ? "+" : "−"}${text}`;
}

class GridEditor {
  constructor(layer, before) {
    this.layer = layer;
    this.before = new Map(before.map((row) => [row.post, row]));
    this.form = byId("grids-form");
    this.list = byId("pieces");
    this.options = [...this.list.options];
    this.names = new Map([...byId("target").options].map((option) => [option.value, option.textContent]));
    this.saved = new Map(this.options.map((option) => [option.value, option.dataset.post]));
    this.moves = readMoves(this.form.elements.moves.value);
    this.chosen = new Set();
    this.asking = null;
    this.sent = false;
    byId("piece-filter").addEventListener("input", () => this.filter());
    byId("piece-grid").addEventListener("change", () => this.filter());
    this.list.addEventListener("change", () => this.readList());
    byId("give").addEventListener("click", () => this.give());
    byId("undo").addEventListener("click", () => this.undo());
    this.form.addEventListener("submit", () => { this.sent = true; });
    addEventListener("beforeunload", (event) => {
      if (this.moves.length && !this.sent) event.preventDefault();
    });
    this.showChosen();
    if (this.moves.length) this.ask(this.moves);
  }

  /** Show only what the filters let through; what is chosen stays chosen. */
  filter() {
    const words = byId("piece-filter").value.trim().toLowerCase();
    const grid = byId("piece-grid").value;
    this.list.replaceChildren(...this.options.filter((option) => (
      (!words || option.textContent.toLowerCase().includes(words) || option.value.startsWith(words))
      && (!grid || option.dataset.post === grid)
    )));
    for (const option of this.list.options) option.selected = this.chosen.has(option.value);
  }

  readList() {
    for (const option of this.list.options) {
      if (option.selected) this.chosen.add(option.value);
      else this.chosen.delete(option.value);
    }
    this.showChosen();
  }

  /** Choose a piece that was clicked on, or leave it again. */
  toggle(key) {
    if (this.chosen.has(key)) this.chosen.delete(key);
    else this.chosen.add(key);
    for (const option of this.list.options) option.selected = this.chosen.has(option.value);
    const option = this.options.find(({ value }) => value === key);
    if (option) setText(byId("map-status"), fill(gettext("%(name)s, in the grid of %(post)s"), { name: option.textContent, post: this.names.get(option.dataset.post) ?? "–" }));
    this.showChosen();
  }

  showChosen() {
    const count = this.chosen.size;
    setText(byId("chosen-count"), count ? fill(gettext("(%(count)s chosen)"), { count }) : "");
    byId("give").disabled = count === 0 || this.asking !== null;
    this.layer?.choose(this.chosen);
  }

  give() {
    if (!this.chosen.size) return;
    if (this.moves.length >= MOST_MOVES) {
      setText(byId("edit-status"), gettext("Save the grids first, then go on."));
      return;
    }
    const move = { pieces: [...this.chosen], post: byId("target").value, anyway: byId("anyway").checked };
    this.ask([...this.moves, move]);
  }

  undo() {
    if (this.moves.length) this.ask(this.moves.slice(0, -1));
  }

  /** Have the server work the moves out; they count only when it does not refuse them. */
  async ask(moves) {
    this.wait(true);
    try {
      const answer = await post(this.form.dataset.try, { changed: this.form.elements.changed.value, moves });
      this.refuse(answer.refused);
      if (!answer.refused) {
        this.moves = moves;
        this.chosen.clear();
        this.show(answer);
      }
    } catch (error) {
      this.refuse(error.message, true);
    } finally {
      this.wait(false);
    }
  }

  wait(asking) {
    this.asking = asking || null;
    byId("undo").disabled = asking || !this.moves.length;
    byId("save").disabled = asking || !this.moves.length;
    this.showChosen();
  }

  /** Say why a move was not done. */
  refuse(why, failed = false) {
    const place = byId("edit-refused");
    place.hidden = !why;
    if (!why) setText(place, "");
    else setText(place, failed ? why : fill(gettext("Not done: %(why)s. Choose otherwise, or tick “even where that breaks a grid or a rule”."), { why }));
  }

  show(answer) {
    this.form.elements.moves.value = JSON.stringify(this.moves);
    for (const row of answer.rows) this.showRow(row);
    const owner = new Map(Object.entries(answer.owner));
    for (const option of this.options) option.dataset.post = owner.get(option.value) ?? this.saved.get(option.value);
    this.filter();
    this.layer?.own(owner);
    const said = [answer.moved, fill(gettext("The heaviest grid has %(load)s times the mean work; mean drive %(drive)s."), { load: answer.max_over_mean.toFixed(3), drive: clockText(answer.mean_drive_s) })];
    if (answer.heavy.length) said.push(fill(gettext("More work than was asked for: %(posts)s."), { posts: answer.heavy.join(", ") }));
    setText(byId("edit-status"), said.join(" · "));
    const broken = byId("edit-broken");
    broken.hidden = !answer.broken;
    setText(broken, answer.broken ? fill(gettext("Broken now, so that these grids cannot be put in force: %(what)s."), { what: answer.broken }) : "");
  }

  showRow(row) {
    const line = document.querySelector(`#grids-table tr[data-post="${CSS.escape(row.post)}"]`);
    const before = this.before.get(row.post);
    if (!line || !before) return;
    for (const [name, { text, apart }] of Object.entries(FIGURES)) {
      const cell = line.querySelector(`[data-figure="${name}"]`);
      const known = row[name] !== null && before[name] !== null;
      const change = known ? apart(row[name] - before[name]) : "";
      cell.replaceChildren(text(row[name]));
      if (change) {
        const shown = document.createElement("span");
        shown.className = "delta";
        shown.textContent = change;
        cell.append(shown);
      }
      cell.classList.toggle("broken-cell", name === "pieces" && row.pieces !== 1);
    }
  }
}

/** The moves that a page was sent back with, after they could not be saved. */
function readMoves(text) {
  return text ? JSON.parse(text) : [];
}

function paintGridSwatches(posts) {
  document.querySelectorAll("#grids-table tr[data-post]").forEach((line) => {
    const row = posts.findIndex(({ id }) => id === line.dataset.post);
    line.querySelector(".grid-swatch").style.background = gridColour(row, 0.75);
  });
}

async function main() {
  const { plans, grids, rows } = pageData();
  const posts = plans[0].posts;
  paintGridSwatches(posts);
  const url = byId("grids-map").dataset.pieces;
  const opened = openMap("grids-map", "map-status", gettext("Map of the grids of a plan"));
  const layer = url ? new GridsLayer(posts) : null;
  const editor = document.getElementById("grids-form") ? new GridEditor(layer, rows) : null;
  const map = await opened;
  map.show(plans);
  map.fit();
  if (layer === null) {
    map.showGrids(grids);
    return;
  }
  layer.show(map.cityMap, await get(url));
  map.cityMap.showAll(layer.corners());
  map.addEventListener("post", ({ detail }) => layer.pieceAtPost(detail, (key) => editor?.toggle(key)));
  map.addEventListener("place", ({ detail }) => layer.pieceAt(detail, (key) => editor?.toggle(key)));
}

main();
