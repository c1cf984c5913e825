/** The charts of a forecast: days, hours, and days that were judged. */

import * as echarts from "../../vendor/echarts/echarts.esm.min.mjs";

import { byId, pageData } from "../base/dom.js";
import { token, watchTheme } from "../base/theme.js";
import { fill } from "../base/wording.js";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

function look() {
  return {
    text: token("--text-2"), strong: token("--text"), line: token("--line"), panel: token("--panel"),
    accent: token("--accent"), bad: token("--bad"), font: getComputedStyle(document.body).fontFamily,
  };
}

/** What a point says when it is pointed at. */
function spoken(one) {
  const kind = one.kind ? ` · ${one.kind}` : "";
  const lines = [`${one.name}${kind}`, fill(gettext("Expected: %(mean)s (%(low)s–%(high)s)"), one)];
  if (one.came !== undefined) lines.push(one.came === null ? gettext("Not recorded whole") : fill(gettext("Came: %(came)s"), one));
  return lines.join("\n");
}

/** A line with the band that the calls should lie in. */
function drawn(rows, colours, description, zoomed) {
  const axis = {
    axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: false },
    axisLabel: { color: colours.text, fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } },
  };
  const came = rows.some((one) => one.came !== undefined);
  const [expected, range, real] = [gettext("Expected"), gettext("Range"), gettext("Came")];
  const series = [
    { name: "low", type: "line", stack: "range", symbol: "none", lineStyle: { opacity: 0 }, silent: true, data: rows.map(({ low }) => low) },
    {
      name: range, type: "line", stack: "range", symbol: "none", lineStyle: { opacity: 0 }, silent: true,
      itemStyle: { color: colours.accent }, areaStyle: { color: colours.accent, opacity: 0.22 }, data: rows.map(({ low, high }) => high - low),
    },
    {
      name: expected, type: "line", symbol: "circle", symbolSize: 6, showSymbol: rows.length < 40,
      lineStyle: { width: 2.2, color: colours.accent }, itemStyle: { color: colours.accent }, data: rows.map(({ mean }) => mean),
      markPoint: {
        symbol: "triangle", symbolSize: 9, symbolOffset: [0, -12], label: { show: false }, itemStyle: { color: colours.strong },
        data: rows.flatMap((one, at) => (one.kind ? [{ name: one.kind, coord: [at, one.mean] }] : [])),
      },
    },
  ];
  if (came) {
    series.push({
      name: real, type: "scatter", symbol: "diamond", symbolSize: 9, z: 5, itemStyle: { color: colours.strong },
      data: rows.map((one) => ({
        value: one.came, symbol: one.came !== null && (one.came < one.low || one.came > one.high) ? "pin" : "diamond",
        itemStyle: { color: one.came !== null && (one.came < one.low || one.came > one.high) ? colours.bad : colours.strong },
      })),
    });
  }
  return {
    animation: !reducedMotion,
    textStyle: { fontFamily: colours.font, color: colours.text, fontSize: 13 },
    aria: { enabled: true, label: { description } },
    grid: { left: 8, right: 14, top: 40, bottom: zoomed ? 44 : 8, outerBoundsContain: "axisLabel" },
    legend: { top: 0, data: came ? [expected, range, real] : [expected, range], textStyle: { color: colours.text }, itemWidth: 14, itemHeight: 10 },
    // As rich text: markup with styles of its own is refused by the security policy.
    tooltip: {
      trigger: "axis", renderMode: "richText", backgroundColor: colours.panel, textStyle: { color: colours.strong }, confine: true,
      formatter: (points) => spoken(rows[points[0].dataIndex]),
    },
    xAxis: { ...axis, type: "category", boundaryGap: false, data: rows.map(({ name }) => name) },
    yAxis: { ...axis, type: "value", min: 0, name: gettext("calls"), nameTextStyle: { color: colours.text } },
    ...(zoomed ? { dataZoom: [{ type: "slider", start: 0, end: 34, height: 22, bottom: 6, textStyle: { color: colours.text }, borderColor: colours.line }] } : {}),
    series,
  };
}

const data = pageData();
const kinds = [
  ["chart-days", data.days, gettext("Expected calls of the next days, with their range"), false],
  ["chart-hours", data.hours, gettext("Expected calls of the next hours, with their range"), true],
  ["chart-judged", data.judged, gettext("What was foretold of past days, and what came"), false],
].filter(([id]) => document.getElementById(id));
const charts = new Map(kinds.map(([id]) => [id, echarts.init(byId(id), null, { renderer: "canvas" })]));
const watcher = new ResizeObserver(() => charts.forEach((chart) => chart.resize()));
charts.forEach((chart) => watcher.observe(chart.getDom()));
watchTheme(() => {
  const colours = look();
  kinds.forEach(([id, rows, description, zoomed]) => charts.get(id).setOption(drawn(rows, colours, description, zoomed), true));
});
