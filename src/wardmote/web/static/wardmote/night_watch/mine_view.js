/** How night watches look on the phone, and how they will stand once what waits has been sent. */

import { h } from "../base/dom.js";
import { LANGUAGE, fill, nameOf, timeText } from "../base/wording.js";

let zone;

export function setDayZone(name) {
  zone = name || undefined;
}

const verb = (entry) => entry.url.split("/").at(-1);

export function withPending(watches, entries) {
  return watches.map((watch) => {
    let now = watch;
    for (const entry of entries) {
      if (entry.task !== `watch:${watch.id}`) continue;
      const at = entry.body.device_s;
      if (verb(entry) === "begin") now = { ...now, state: "under_way", begun_s: at, waiting: true };
      if (verb(entry) === "finish") now = { ...now, state: "finished", ended_s: at, waiting: true };
    }
    return now;
  });
}

const stateText = (state) =>
  ({
    planned: gettext("Planned"), under_way: gettext("Watch under way"), finished: gettext("Finished"),
    closed: gettext("Closed: when it ended is not known"), missed: gettext("Missed"), cancelled: pgettext("watch", "Cancelled"),
  })[state] ?? state;

/** How a watch stands, with its moments and who began it. */
export function standingText(watch) {
  const begun = watch.begun_s === null ? "" : fill(gettext("begun %(time)s"), { time: timeText(watch.begun_s) });
  const ended = watch.ended_s === null || watch.state !== "finished" ? "" : fill(gettext("ended %(time)s"), { time: timeText(watch.ended_s) });
  return [stateText(watch.state), [begun, watch.begun_by].filter(Boolean).join(" "), ended].filter(Boolean).join(" · ");
}

const dayText = (atS) => new Intl.DateTimeFormat(LANGUAGE === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, weekday: "short", month: "numeric", day: "numeric" }).format(atS * 1000);

/** Opens the phone's own map, also without a network where it has one. */
export function mapLink({ lon, lat, meets_at: name }) {
  const point = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  const apple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);
  const label = encodeURIComponent(name || gettext("Meeting place"));
  return apple ? `maps://?ll=${point}&q=${label}` : `geo:${point}?q=${point}(${label})`;
}

const mayBegin = (watch, nowS) => (watch.state === "planned" || watch.state === "missed") && watch.early_s <= nowS && nowS < watch.ends_s;

/** Watches of now, to come and over, as cards; `act` are what their buttons do. */
export function cardsOf(watches, nowS, act) {
  const isNow = (one) => one.state === "under_way" || mayBegin(one, nowS);
  const coming = (one) => one.state === "planned" && one.early_s > nowS;
  const part = (title, rows) => rows.length
    ? h("section", { class: "day-part" }, h("h2", { text: `${title} (${rows.length})` }), h("div", { class: "watch-list" }, rows.map((one) => card(one, nowS, act))))
    : null;
  return [
    watches.length ? null : h("p", { class: "nothing", text: gettext("No watches are planned for your teams.") }),
    part(gettext("Now"), watches.filter(isNow)),
    part(gettext("To come"), watches.filter((one) => !isNow(one) && coming(one))),
    part(gettext("Over"), watches.filter((one) => !isNow(one) && !coming(one))),
  ].filter(Boolean);
}

function card(watch, nowS, act) {
  const when = `${dayText(watch.begins_s)} ${timeText(watch.begins_s)}–${timeText(watch.ends_s)}`;
  const button = (text, kind, what) => h("button", { type: "button", class: kind, text, "aria-label": `${text}: ${when}`, onclick: () => what(watch) });
  const [living, begin] = [watch.state === "under_way", mayBegin(watch, nowS)];
  return h("article", { class: "card watch-card", "data-state": watch.state, "aria-label": when },
    h("h3", { text: when }),
    h("p", { class: "quiet", text: [standingText(watch), watch.waiting ? gettext("waits to be sent") : ""].filter(Boolean).join(" · ") }),
    h("dl", { class: "facts" },
      h("dt", { text: gettext("Team") }), h("dd", { text: nameOf(watch.team) }),
      h("dt", { text: gettext("Who leads") }), h("dd", { text: watch.leads }),
      h("dt", { text: gettext("Meets at") }), h("dd", {},
        h("span", { text: watch.meets_at || (watch.lon === null ? fill(gettext("not on record (%(area)s)"), { area: nameOf(watch.area) }) : "") }),
        watch.lon === null ? null : [" ", h("a", { href: mapLink(watch), text: gettext("Show on the map") })])),
    begin || living ? h("div", { class: "watch-buttons" },
      begin ? button(watch.state === "missed" ? gettext("Begin all the same") : gettext("Begin"), "primary", act.begin) : null,
      living && act.see ? button(gettext("Hazard"), "", act.see) : null,
      living ? button(gettext("Finish the watch"), "primary", act.finish) : null) : null);
}
