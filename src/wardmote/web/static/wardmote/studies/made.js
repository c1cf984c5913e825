/** Charts of runs that make plans: the front of two standards, units on duty by hour of the week. */

import * as echarts from "../../vendor/echarts/echarts.esm.min.mjs";

import { byId, pageData } from "../base/dom.js";
import { token, watchTheme } from "../base/theme.js";
import { fill } from "../base/wording.js";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
const HOURS_A_DAY = 24;
const percent = (value) => `${(100 * value).toFixed(1)}%`;

function look() {
  return {
    text: token("--text-2"), strong: token("--text"), line: token("--line"), panel: token("--panel"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function common(style, description) {
  return {
    animation: !reducedMotion,
    textStyle: { fontFamily: style.font, color: style.text, fontSize: 13 },
    aria: { enabled: true, label: { description } },
    grid: { left: 8, right: 24, top: 44, bottom: 28, outerBoundsContain: "axisLabel" },
    legend: { top: 0, type: "scroll", textStyle: { color: style.text }, itemWidth: 14, itemHeight: 10 },
    tooltip: { renderMode: "richText", backgroundColor: style.panel, textStyle: { color: style.strong }, confine: true },
  };
}

function axis(style, rest) {
  return {
    axisLine: { lineStyle: { color: style.line } }, axisTick: { show: false },
    axisLabel: { color: style.text, fontSize: 12 }, splitLine: { lineStyle: { color: style.line } },
    nameTextStyle: { color: style.text }, ...rest,
  };
}

function front(data, style) {
  const [first, second] = data.standards;
  const shareAxis = (name, gap) => axis(style, {
    type: "value", scale: true, name, nameLocation: "middle", nameGap: gap,
    axisLabel: { color: style.text, formatter: (value) => `${(100 * value).toFixed(2)}%` },
  });
  const description = gettext("Plans of the front: share within the target by the first and by the second standard");
  return {
    ...common(style, description),
    legend: { show: false },
    grid: { left: 76, right: 28, top: 24, bottom: 52, outerBoundsMode: "none" },
    tooltip: {
      ...common(style, description).tooltip, trigger: "item",
      formatter: ({ dataIndex }) => {
        const point = data.points[dataIndex];
        return [point.name, `${first}: ${percent(point.shares[0])}`, `${second}: ${percent(point.shares[1])}`, point.status].join("\n");
      },
    },
    xAxis: shareAxis(first, 28),
    yAxis: shareAxis(second, 56),
    series: [{
      type: "line", data: data.points.map(({ shares }) => shares), symbolSize: 14,
      lineStyle: { color: style.line, type: "dashed" }, itemStyle: { color: token("--accent") },
      label: { show: true, formatter: ({ dataIndex }) => String(data.points[dataIndex].number), position: "top", color: style.strong },
      emphasis: { scale: 1.4 },
    }],
  };
}

function hours(data, style) {
  const days = [gettext("Monday"), gettext("Tuesday"), gettext("Wednesday"), gettext("Thursday"), gettext("Friday"), gettext("Saturday"), gettext("Sunday")];
  const names = data.load.map((_load, hour) => `${days[Math.floor(hour / HOURS_A_DAY)]} ${String(hour % HOURS_A_DAY).padStart(2, "0")}:00`);
  const step = { type: "line", step: "end", symbol: "none" };
  const description = gettext("Units on duty, units that the queue needs and calls by hour of the week");
  return {
    ...common(style, description),
    tooltip: {
      ...common(style, description).tooltip, trigger: "axis",
      formatter: (points) => {
        const at = points[0].dataIndex;
        return [
          names[at],
          fill(gettext("On duty: %(units)s; the queue needs %(needed)s"), { units: data.on_duty[at], needed: data.needed[at] }),
          fill(gettext("Calls an hour: %(calls)s; find all units busy: %(share)s"), { calls: data.calls[at].toFixed(1), share: percent(data.all_busy[at]) }),
        ].join("\n");
      },
    },
    xAxis: axis(style, {
      type: "category", data: names,
      axisLabel: { color: style.text, interval: (at) => at % HOURS_A_DAY === 0, formatter: (name) => name.split(" ")[0] },
    }),
    yAxis: [
      axis(style, { type: "value", name: gettext("Units"), min: 0 }),
      axis(style, { type: "value", name: gettext("Calls an hour"), min: 0, splitLine: { show: false }, nameTextStyle: { color: style.text, align: "right" } }),
    ],
    series: [
      { ...step, name: gettext("On duty"), data: data.on_duty, lineStyle: { width: 2.4, color: token("--accent") }, itemStyle: { color: token("--accent") } },
      { ...step, name: gettext("The queue needs"), data: data.needed, lineStyle: { width: 2, type: "dashed", color: token("--p2") }, itemStyle: { color: token("--p2") } },
      { name: gettext("Calls an hour"), type: "bar", yAxisIndex: 1, data: data.calls, itemStyle: { color: token("--line-strong") }, barCategoryGap: "10%", z: 1 },
    ],
  };
}

/** Rows of the table and points of the chart show each other. */
function tie(chart) {
  const rows = [...document.querySelectorAll("tr[data-point]")];
  const at = (row) => ({ seriesIndex: 0, dataIndex: Number(row.dataset.point) });
  rows.forEach((row) => {
    const show = () => { chart.dispatchAction({ type: "highlight", ...at(row) }); chart.dispatchAction({ type: "showTip", ...at(row) }); };
    const hide = () => { chart.dispatchAction({ type: "downplay", ...at(row) }); chart.dispatchAction({ type: "hideTip" }); };
    for (const name of ["mouseenter", "focusin"]) row.addEventListener(name, show);
    for (const name of ["mouseleave", "focusout"]) row.addEventListener(name, hide);
  });
  const mark = (dataIndex) => rows.forEach((row) => row.classList.toggle("chosen", Number(row.dataset.point) === dataIndex));
  chart.on("mouseover", ({ dataIndex }) => mark(dataIndex));
  chart.on("mouseout", () => mark(-1));
  chart.on("click", ({ dataIndex }) => rows[dataIndex]?.querySelector("button")?.focus());
}

const data = pageData();
const [id, draw] = data.kind === "front" ? ["chart-front", front] : ["chart-hours", hours];
const chart = echarts.init(byId(id), null, { renderer: "canvas" });
new ResizeObserver(() => chart.resize()).observe(chart.getDom());
watchTheme(() => chart.setOption(draw(data, look()), true));
if (data.kind === "front") tie(chart);
