/** Durations, times and names as people read them. */

export const LANGUAGE = document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh" : "en";
const LOCALE = LANGUAGE === "zh" ? "zh-CN" : "en-GB";

/** A bilingual name in the language of the page, or the other one when it is empty. */
export function nameOf(name) {
  if (!name) return "";
  if (typeof name === "string") return name;
  const other = LANGUAGE === "zh" ? "en" : "zh";
  return name[LANGUAGE] || name[other] || "";
}

/** A place with what it lies in, the way the language says it: Chinese goes from large to small. */
export function placeInWords({ name, context }) {
  const [place, within] = [nameOf(name), nameOf(context)];
  return within ? fill(gettext("%(place)s, %(within)s"), { place, within }) : place;
}

/** Fill `%(name)s` places of a translated sentence. */
export function fill(sentence, values = {}) {
  return interpolate(sentence, values, true);
}

/** A running clock: `4:07`, `1:04:07`; negative durations get a minus sign. Null is a dash. */
export function clockText(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.floor(Math.abs(seconds));
  const two = (value) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${sign}${minutes}:${two(whole % 60)}`;
  return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A duration in words: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds) {
  if (seconds === null || seconds === undefined) return gettext("unknown");
  const whole = Math.round(seconds);
  if (whole < 60) return fill(gettext("%(s)s s"), { s: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return whole % 60 === 0
      ? fill(gettext("%(min)s min"), { min: minutes })
      : fill(gettext("%(min)s min %(s)s s"), { min: minutes, s: whole % 60 });
  }
  return fill(gettext("%(h)s h %(min)s min"), { h: Math.floor(minutes / 60), min: minutes % 60 });
}

const timeFormats = new Map();

function timeFormat(options) {
  const key = JSON.stringify(options);
  if (!timeFormats.has(key)) timeFormats.set(key, new Intl.DateTimeFormat(LOCALE, options));
  return timeFormats.get(key);
}

let timeZone;

/** Show times in the city's time zone, whatever the machine is set to. */
export function setTimeZone(name) {
  timeZone = name || undefined;
  timeFormats.clear();
}

/** `14:02` */
export function timeText(atS) {
  if (atS === null || atS === undefined) return "–";
  return timeFormat({ hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).format(atS * 1000);
}

/** `14:02:09` */
export function exactTimeText(atS) {
  if (atS === null || atS === undefined) return "–";
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone };
  return timeFormat(options).format(atS * 1000);
}

/** `22 November 2026` */
export function dateText(atS) {
  return timeFormat({ year: "numeric", month: "long", day: "numeric", weekday: "long", timeZone }).format(atS * 1000);
}

/** A share as a whole percentage; null is a dash. */
export function percentText(share) {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`;
}

/** A small share with one decimal: `1.8%`. */
export function shareText(share) {
  return share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)}%`;
}

/** A distance: `340 m`, `2.4 km`. */
export function distanceText(metres) {
  if (metres === null || metres === undefined) return gettext("unknown");
  if (metres < 1000) return fill(gettext("%(m)s m"), { m: Math.round(metres) });
  return fill(gettext("%(km)s km"), { km: (metres / 1000).toFixed(1) });
}

/** The digits that people say: `20261122-0007` is call 7. */
export function shortNumber(number) {
  const tail = String(number).split("-").pop().replace(/^0+(?=\d)/, "");
  return tail || String(number);
}
