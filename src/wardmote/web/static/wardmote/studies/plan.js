/** The plan editor: the table is the truth; the map shows it and changes it by clicks and keys. */

import { byId, pageData, setText } from "../base/dom.js";
import { fill } from "../base/wording.js";
import { openMap } from "./plans_map.js";

const DIGITS = 6;
const STEP = 0.0005; // degrees, about 50 m
const FAST = 10;
const MOVES = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

class PlanEditor {
  constructor() {
    this.map = null;
    this.selected = -1;
    this.body = byId("post-rows");
    byId("add-post").addEventListener("click", () => this.add());
    this.body.addEventListener("focusin", (event) => this.select(this.indexOf(event.target)));
    this.body.addEventListener("input", () => this.show());
    this.body.addEventListener("click", (event) => {
      if (event.target.closest(".remove-post")) this.remove(this.indexOf(event.target));
    });
    this.body.addEventListener("keydown", (event) => this.onKey(event));
    this.show();
  }

  rows() {
    return [...this.body.querySelectorAll("tr")];
  }

  indexOf(element) {
    return this.rows().indexOf(element.closest("tr"));
  }

  field(index, name) {
    return this.rows()[index].querySelector(`[name="post-${name}"]`);
  }

  posts() {
    return this.rows().map((_row, index) => ({
      name: this.field(index, "name").value,
      lon: number(this.field(index, "lon").value),
      lat: number(this.field(index, "lat").value),
      units: this.field(index, "units").value,
    }));
  }

  show() {
    const posts = this.posts();
    const units = posts.reduce((sum, post) => sum + (Number.parseInt(post.units, 10) || 0), 0);
    setText(byId("post-count"), fill(gettext("%(posts)s, with %(units)s units"), { posts: posts.length, units }));
    this.map?.show([{ posts }]);
  }

  select(index) {
    if (index === this.selected) return;
    this.selected = index;
    this.rows().forEach((row, at) => row.classList.toggle("used", at === index));
    this.map?.select(index);
  }

  place(index, lon, lat) {
    this.field(index, "lon").value = lon.toFixed(DIGITS);
    this.field(index, "lat").value = lat.toFixed(DIGITS);
    this.show();
    setText(byId("map-status"), fill(gettext("%(name)s stands at %(place)s."), {
      name: this.field(index, "name").value, place: `${lon.toFixed(DIGITS)}, ${lat.toFixed(DIGITS)}`,
    }));
  }

  add() {
    const row = byId("post-template").content.firstElementChild.cloneNode(true);
    this.body.append(row);
    const index = this.rows().length - 1;
    const centre = this.map?.cityMap.map.getCenter();
    this.field(index, "name").value = fill(gettext("New post %(number)s"), { number: index + 1 });
    if (centre) this.place(index, centre.lng, centre.lat);
    this.select(index);
    this.field(index, "name").focus();
    this.show();
  }

  remove(index) {
    const name = this.field(index, "name").value;
    this.rows()[index].remove();
    this.selected = -1;
    this.show();
    this.map?.select(-1);
    setText(byId("map-status"), fill(gettext("%(name)s was removed. It counts when you save."), { name }));
    const left = this.rows();
    if (left.length) left[Math.min(index, left.length - 1)].querySelector(".remove-post").focus();
    else byId("add-post").focus();
  }

  /** Arrow keys on the button of a row move its post; in a field they belong to the text. */
  onKey(event) {
    const move = MOVES[event.key];
    const typing = event.target.matches("input");
    if (!move || typing || event.altKey || event.ctrlKey || event.metaKey) return;
    const index = this.indexOf(event.target);
    const [lon, lat] = [number(this.field(index, "lon").value), number(this.field(index, "lat").value)];
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) return;
    event.preventDefault();
    const step = STEP * (event.shiftKey ? FAST : 1);
    this.place(index, lon + move[0] * step, lat + move[1] * step);
  }

  follow(map) {
    this.map = map;
    map.addEventListener("post", ({ detail }) => this.field(detail, "name").focus());
    map.addEventListener("place", ({ detail: [lon, lat] }) => {
      if (this.selected >= 0) this.place(this.selected, lon, lat);
      else setText(byId("map-status"), gettext("Choose a post first, in the table or on the map."));
    });
    this.show();
    map.fit();
  }
}

function number(text) {
  return text.trim() === "" ? Number.NaN : Number(text.trim());
}

async function main() {
  const edits = byId("plan-map").dataset.edits === "yes";
  const editor = edits ? new PlanEditor() : null;
  const map = await openMap("plan-map", "map-status", gettext("Map of the posts of plans"));
  const { grids } = pageData();
  if (grids) map.showGrids(grids);
  if (editor) editor.follow(map);
  else {
    map.show(pageData().plans);
    map.fit();
  }
}

main();
