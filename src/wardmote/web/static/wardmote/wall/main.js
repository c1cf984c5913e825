/** The wall page: today's figures, brought up to date every few seconds. */

import * as echarts from "../../vendor/echarts/echarts.esm.min.mjs";

import { byId, h, setText, showList } from "../base/dom.js";
import { Vocabulary, priorityText, stampText, unitStateText } from "../base/codes.js";
import { token, toggleTheme, watchTheme } from "../base/theme.js";
import { clockText, dateText, durationText, exactTimeText, fill, nameOf, percentText, setTimeZone } from "../base/wording.js";
import { showConnection } from "../live/banner.js";
import { ServerClock } from "../live/clock.js";
import { get } from "../live/http.js";

const REFRESH_MS = 10_000;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

class Wall {
  constructor(vocabulary) {
    this.vocabulary = vocabulary;
    this.clock = null;
    this.data = null;
    this.charts = Object.fromEntries(["hours", "categories", "response"].map((id) => [id, echarts.init(byId(id), null, { renderer: "canvas" })]));
    const watcher = new ResizeObserver(() => Object.values(this.charts).forEach((chart) => chart.resize()));
    for (const chart of Object.values(this.charts)) watcher.observe(chart.getDom());
    watchTheme(() => this.data && this.draw());
    byId("theme").addEventListener("click", toggleTheme);
  }

  async refresh() {
    try {
      this.data = await get("/api/wall");
      this.clock = new ServerClock({ server_s: this.data.at_s, rate: 1 });
      showConnection({ connected: true });
      this.show();
    } catch (error) {
      showConnection({ connected: false, asOfS: this.data?.at_s ?? null, message: error.message });
    }
    setTimeout(() => this.refresh(), REFRESH_MS);
  }

  tick() {
    if (this.clock) setText(byId("wall-time"), exactTimeText(this.clock.now()));
  }

  show() {
    const { data } = this;
    setText(byId("wall-date"), dateText(data.at_s));
    this.showFigures();
    this.showStates();
    this.showTiers();
    this.showSlowest();
    this.draw();
    this.tick();
  }

  showFigures() {
    const { calls, response } = this.data;
    const change = calls.last_week ? (calls.today - calls.last_week) / calls.last_week : null;
    const figures = [
      [gettext("Calls today"), String(calls.today), change === null
        ? gettext("no record of last week")
        : fill(gettext("%(change)s against last week"), { change: `${change >= 0 ? "+" : "−"}${Math.round(Math.abs(change) * 100)}%` })],
      [gettext("Valid"), String(calls.valid), percentText(calls.today ? calls.valid / calls.today : null)],
      [gettext("Open now"), String(calls.open), ""],
      [gettext("Half arrive within"), clockText(response.p50_s), gettext("median")],
      [gettext("90% arrive within"), clockText(response.p90_s), fill(gettext("95%: %(time)s"), { time: clockText(response.p95_s) })],
      [gettext("Arrival stamp missing"), percentText(response.missing_rate), fill(gettext("%(missing)s of %(all)s calls"), { missing: response.missing, all: response.missing + response.stamped })],
    ];
    showList(byId("figures"), figures, ([name]) => name, () => h("div", { class: "figure" }, h("span", { class: "name" }), h("strong"), h("span", { class: "more" })), (element, [name, value, more]) => {
      const [nameElement, valueElement, moreElement] = element.children;
      setText(nameElement, name);
      setText(valueElement, value);
      setText(moreElement, more);
    });
  }

  showStates() {
    const total = this.data.units.reduce((sum, { count }) => sum + count, 0) || 1;
    showList(byId("states"), this.data.units, ({ state }) => state,
      () => h("li", {}, h("span", { class: "name" }), h("span", { class: "track" }, h("span", { class: "filled" })), h("strong")),
      (element, { state, count }) => {
        element.dataset.state = state;
        setText(element.children[0], unitStateText(state));
        element.querySelector(".filled").style.width = `${(100 * count) / total}%`;
        setText(element.children[2], String(count));
      });
  }

  showTiers() {
    const { tiers } = this.data.response;
    const heads = [nameOf(this.data.standard.name), gettext("Target"), gettext("Met"), gettext("Wanted")];
    byId("tiers").replaceChildren(
      h("thead", {}, h("tr", {}, heads.map((text, index) => h("th", { scope: "col", class: index ? "figure" : "", text })))),
      h("tbody", {}, tiers.map((tier) => {
        const met = tier.share !== null && tier.share >= tier.percentile;
        return h("tr", {},
          h("th", { scope: "row", text: nameOf(tier.name) }),
          h("td", { class: "figure", text: durationText(tier.target_s) }),
          h("td", { class: `figure ${tier.share === null ? "" : met ? "good" : "short"}`, text: `${percentText(tier.share)} (${tier.met}/${tier.count}) ${tier.share === null ? "" : met ? "✓" : "✗"}` }),
          h("td", { class: "figure", text: percentText(tier.percentile) }));
      })));
  }

  showSlowest() {
    const { slowest } = this.data;
    const table = byId("slowest");
    if (slowest.length === 0) {
      table.replaceChildren(h("tbody", {}, h("tr", {}, h("td", { text: gettext("Nothing waits.") }))));
      return;
    }
    const heads = [gettext("Call"), gettext("Category"), gettext("Place"), gettext("Waits for"), gettext("For")];
    table.replaceChildren(
      h("thead", {}, h("tr", {}, heads.map((text, index) => h("th", { scope: "col", class: index === 4 ? "figure" : "", text })))),
      h("tbody", {}, slowest.map((call) => h("tr", {},
        h("td", {}, h("a", { href: `/console/incidents/${call.incident}/`, text: call.number })),
        h("td", { text: `${this.vocabulary.category(call.category)} · ${priorityText(call.priority)}` }),
        h("td", { text: call.place || "–" }),
        h("td", { text: stampText(call.waiting_for) }),
        h("td", { class: "figure", text: clockText(call.age_s) })))));
  }

  draw() {
    const { data } = this;
    const style = chartStyle();
    this.charts.hours.setOption(hoursOption(data, style), true);
    this.charts.categories.setOption(categoriesOption(data, style), true);
    this.charts.response.setOption(responseOption(data, style), true);
  }
}

function chartStyle() {
  return {
    text: token("--text-2"), line: token("--line"), accent: token("--accent"), soft: token("--line-strong"),
    ok: token("--ok"), bad: token("--bad"), panel: token("--panel"), strong: token("--text"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function common(style, description) {
  return {
    animation: !reducedMotion,
    textStyle: { fontFamily: style.font, color: style.text, fontSize: 13 },
    aria: { enabled: true, label: { description } },
    grid: { left: 8, right: 12, top: 28, bottom: 4, outerBoundsContain: "axisLabel" },
  };
}

function axis(style, rest) {
  return {
    axisLine: { lineStyle: { color: style.line } }, axisTick: { show: false },
    axisLabel: { color: style.text, fontSize: 12 }, splitLine: { lineStyle: { color: style.line } }, ...rest,
  };
}

function hoursOption({ by_hour: hours }, style) {
  const legend = { top: 0, right: 0, textStyle: { color: style.text }, itemWidth: 14, itemHeight: 8 };
  const series = [{ name: gettext("today"), type: "bar", data: hours.map(({ count }) => count), itemStyle: { color: style.accent, borderRadius: [3, 3, 0, 0] }, barMaxWidth: 22 }];
  if (hours.some(({ last_week: before }) => before !== null)) {
    series.push({ name: gettext("a week ago"), type: "line", step: "middle", symbol: "none", data: hours.map(({ last_week: before }) => before), lineStyle: { color: style.soft, width: 2 }, itemStyle: { color: style.soft } });
  }
  return {
    ...common(style, gettext("Calls by hour, today and a week ago")), legend,
    xAxis: axis(style, { type: "category", data: hours.map(({ hour }) => String(hour)) }),
    yAxis: axis(style, { type: "value", minInterval: 1 }), series,
  };
}

function categoriesOption({ by_category: categories }, style) {
  const sorted = [...categories].sort((a, b) => a.count - b.count);
  return {
    ...common(style, gettext("Calls by category")), grid: { left: 20, right: 40, top: 4, bottom: 4, outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", show: false },
    yAxis: axis(style, { type: "category", data: sorted.map(({ name }) => nameOf(name)), axisLabel: { color: style.strong, fontSize: 13 }, axisLine: { show: false } }),
    series: [{
      type: "bar", data: sorted.map(({ count }) => count), barMaxWidth: 20, itemStyle: { color: style.accent, borderRadius: [0, 3, 3, 0] },
      label: { show: true, position: "right", color: style.strong, fontFamily: style.font },
    }],
  };
}

/** Shares of calls by time to arrival; bins beyond the largest target are drawn as late. */
function responseOption({ response }, style) {
  const latest = Math.max(0, ...response.tiers.map((tier) => tier.target_s));
  const name = ({ from_s: from, to_s: to }) => (to === null ? `> ${clockText(from)}` : `${clockText(from)}–${clockText(to)}`);
  return {
    ...common(style, gettext("Time from the standard's start to arrival")), grid: { left: 8, right: 12, top: 20, bottom: 4, outerBoundsContain: "axisLabel" },
    xAxis: axis(style, { type: "category", data: response.bins.map(name), axisLabel: { color: style.text, fontSize: 11, interval: 0, hideOverlap: true } }),
    yAxis: axis(style, { type: "value", minInterval: 1 }),
    series: [{
      type: "bar", barCategoryGap: "12%",
      data: response.bins.map((bin) => ({ value: bin.count, itemStyle: { color: bin.from_s >= latest ? style.bad : style.accent, borderRadius: [3, 3, 0, 0] } })),
      label: { show: true, position: "top", color: style.strong, fontFamily: style.font, formatter: ({ value }) => (value ? String(value) : "") },
    }],
  };
}

async function main() {
  const [vocabulary, city] = await Promise.all([get("/api/vocabulary"), get("/api/city")]);
  setTimeZone(city.timezone);
  setText(byId("wall-title"), fill(gettext("%(city)s today"), { city: nameOf(city.name) }));
  const wall = new Wall(new Vocabulary(vocabulary));
  await wall.refresh();
  setInterval(() => wall.tick(), 1000);
}

main().catch((error) => {
  showConnection({ connected: false, asOfS: null, message: error.message });
  setTimeout(() => location.reload(), 10_000);
});
