/** Plans side by side: the map of posts and the charts of one scenario. */

import * as echarts from "../../vendor/echarts/echarts.esm.min.mjs";

import { byId, pageData } from "../base/dom.js";
import { token, watchTheme } from "../base/theme.js";
import { clockText, fill } from "../base/wording.js";
import { openAreaMaps } from "./area_maps.js";
import { openMap, paintSwatches, planColour } from "./plans_map.js";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];
const LAST_BIN_S = 1_200;

const percent = (value) => `${(100 * value).toFixed(1)}%`;

function style() {
  return {
    text: token("--text-2"), strong: token("--text"), line: token("--line"), panel: token("--panel"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function common(look, description) {
  return {
    animation: !reducedMotion,
    textStyle: { fontFamily: look.font, color: look.text, fontSize: 13 },
    aria: { enabled: true, label: { description } },
    grid: { left: 8, right: 14, top: 40, bottom: 8, outerBoundsContain: "axisLabel" },
    legend: { top: 0, type: "scroll", textStyle: { color: look.text }, pageTextStyle: { color: look.text }, itemWidth: 14, itemHeight: 10 },
    // As rich text: markup with styles of its own is refused by the security policy.
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: look.panel, textStyle: { color: look.strong }, confine: true },
  };
}

function axis(look, rest) {
  return {
    axisLine: { lineStyle: { color: look.line } }, axisTick: { show: false },
    axisLabel: { color: look.text, fontSize: 12 }, splitLine: { lineStyle: { color: look.line } },
    nameTextStyle: { color: look.text }, ...rest,
  };
}

/** Groups of bars with the interval of each as a line. `groups`: `{name, values: [interval|null]}`. */
function bars(groups, names, look, description) {
  const series = names.flatMap((name, row) => [
    {
      name, type: "bar", barMaxWidth: 34,
      itemStyle: { color: planColour(row), borderRadius: [3, 3, 0, 0] },
      data: groups.map(({ values }) => values[row]?.mean ?? null),
    },
    {
      name, type: "custom", silent: true, z: 5, tooltip: { show: false },
      data: groups.map(({ values }, at) => [at, values[row]?.low ?? NaN, values[row]?.high ?? NaN]),
      renderItem: (_params, api) => whisker(api, { row, count: names.length }, look),
    },
  ]);
  return {
    ...common(look, description),
    tooltip: {
      ...common(look, description).tooltip,
      formatter: (points) => {
        const at = points[0].dataIndex;
        const lines = names.map((name, row) => {
          const value = groups[at].values[row];
          return `${name}: ${value ? `${percent(value.mean)} (${percent(value.low)}–${percent(value.high)})` : "–"}`;
        });
        return [groups[at].name, ...lines].join("\n");
      },
    },
    xAxis: axis(look, { type: "category", data: groups.map(({ name }) => name) }),
    yAxis: axis(look, { type: "value", max: 1, axisLabel: { color: look.text, formatter: (value) => `${Math.round(100 * value)}%` } }),
    series,
  };
}

/** An interval, drawn over the middle of bar `row` of `count`, or over the point of a line. */
function whisker(api, bar, look) {
  const [low, high] = [api.value(1), api.value(2)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  const [x, top] = api.coord([api.value(0), high]);
  const bottom = api.coord([api.value(0), low])[1];
  const middle = x + (bar ? api.barLayout({ count: bar.count, barMaxWidth: 34 })[bar.row].offsetCenter : 0);
  const lines = [[middle, top, middle, bottom], [middle - 5, top, middle + 5, top], [middle - 5, bottom, middle + 5, bottom]];
  return {
    type: "group",
    children: lines.map(([x1, y1, x2, y2]) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: look.strong, lineWidth: 1.6 } })),
  };
}

/** Lines with the interval of each point. `series`: for each name `[{mean, low, high}]`. */
function lines(series, names, look, description, xAxis) {
  return {
    ...common(look, description),
    tooltip: {
      ...common(look, description).tooltip,
      formatter: (points) => {
        const at = points[0].dataIndex;
        const told = names.flatMap((name, row) => (series[row][at] ? [`${name}: ${spoken(series[row][at], percent)}`] : []));
        return [points[0].axisValueLabel, ...told].join("\n");
      },
    },
    xAxis: axis(look, xAxis),
    yAxis: axis(look, { type: "value", min: 0, minInterval: 0.01, axisLabel: { color: look.text, formatter: (value) => `${Math.round(100 * value)}%` } }),
    series: names.flatMap((name, row) => [
      {
        name, type: "line", data: series[row].map(({ mean }) => mean), symbol: SYMBOLS[row % SYMBOLS.length], symbolSize: 6,
        showSymbol: series[row].length < 40, lineStyle: { width: 2.4, color: planColour(row), type: row % 2 ? "dashed" : "solid" },
        itemStyle: { color: planColour(row) },
      },
      {
        name, type: "custom", silent: true, tooltip: { show: false }, itemStyle: { color: planColour(row) },
        data: series[row].map(({ low, high }, at) => [at, low ?? NaN, high ?? NaN]),
        renderItem: (_params, api) => whisker(api, null, { strong: planColour(row) }),
      },
    ]),
  };
}

/** A value with its interval, where one is known. */
function spoken({ mean, low, high }, form) {
  return low === undefined ? form(mean) : `${form(mean)} (${form(low)}–${form(high)})`;
}

function options(data, look) {
  const { names, response } = data;
  const bins = Math.min(response.shares[0].length, Math.round(LAST_BIN_S / response.bin_s));
  const ends = Array.from({ length: bins }, (_unused, row) => clockText((row + 1) * response.bin_s));
  const posts = Math.max(...data.workload.map((one) => one.length));
  return {
    "chart-tiers": bars(data.tiers, names, look, gettext("In-time share by class of place and plan, with intervals")),
    "chart-settlements": bars(data.settlements, names, look, gettext("In-time share of town and village by plan, with intervals")),
    "chart-response": lines(
      response.shares.map((shares, row) => shares.slice(0, bins).map((mean, at) => ({ mean, low: response.bands[row][at]?.[0], high: response.bands[row][at]?.[1] }))), names, look, gettext("Share of calls reached within a time, by plan"),
      { type: "category", data: ends, name: gettext("min:s"), nameLocation: "middle", nameGap: 28, boundaryGap: false },
    ),
    "chart-workload": lines(
      data.workload, names, look, gettext("Busy share of units by post, busiest first, by plan"),
      { type: "category", data: Array.from({ length: posts }, (_unused, row) => String(row + 1)), boundaryGap: false },
    ),
    "chart-cost": cost(data, look),
  };
}

function cost({ cost: plans, names }, look) {
  const kinds = [[gettext("Kilometres a day"), "km_a_day"], [gettext("Moves a day"), "moves_a_day"]];
  const description = gettext("Kilometres and moves a day by plan");
  return {
    ...common(look, description),
    xAxis: axis(look, { type: "category", data: names.map((name, row) => fill(gettext("%(name)s: %(posts)s posts, %(units)s units"), { name, posts: plans[row].posts, units: plans[row].units })), axisLabel: { color: look.text, fontSize: 12, interval: 0, width: 120, overflow: "break" } }),
    yAxis: kinds.map((_kind, row) => axis(look, { type: "value", splitLine: { show: row === 0, lineStyle: { color: look.line } }, axisLabel: { color: look.text } })),
    tooltip: {
      ...common(look, description).tooltip,
      formatter: (points) => {
        const plan = plans[points[0].dataIndex];
        return [names[points[0].dataIndex], ...kinds.map(([name, key]) => `${name}: ${spoken(plan[key], (value) => value.toFixed(1))}`)].join("\n");
      },
    },
    series: kinds.flatMap(([name, key], row) => {
      const colour = row ? token("--text-3") : token("--accent");
      return [
        { name, type: "bar", yAxisIndex: row, barMaxWidth: 34, data: plans.map((plan) => plan[key].mean), itemStyle: { color: colour, borderRadius: [3, 3, 0, 0] } },
        {
          name, type: "custom", yAxisIndex: row, silent: true, z: 5, tooltip: { show: false }, itemStyle: { color: colour },
          data: plans.map((plan, at) => [at, plan[key].low, plan[key].high]),
          renderItem: (_params, api) => whisker(api, { row, count: kinds.length }, look),
        },
      ];
    }),
  };
}

function drawCharts(data) {
  const charts = new Map();
  for (const id of ["chart-tiers", "chart-settlements", "chart-response", "chart-workload", "chart-cost"]) {
    charts.set(id, echarts.init(byId(id), null, { renderer: "canvas" }));
  }
  const watcher = new ResizeObserver(() => charts.forEach((chart) => chart.resize()));
  charts.forEach((chart) => watcher.observe(chart.getDom()));
  watchTheme(() => {
    const drawn = options(data, style());
    charts.forEach((chart, id) => chart.setOption(drawn[id], true));
  });
}

async function showMap(data) {
  paintSwatches();
  const map = await openMap("plans-map", "map-status", gettext("Map of the posts of plans"));
  const boxes = [...byId("plan-choices").querySelectorAll("input")];
  const show = () => map.show(data.plans, boxes.filter((box) => box.checked).map((box) => Number(box.dataset.row)));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
  map.fit();
}

const data = pageData();
drawCharts(data);
showMap(data);
openAreaMaps();
