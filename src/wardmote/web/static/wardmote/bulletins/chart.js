/** The chart of a bulletin: valid calls by hour or by day, beside those of the period before. */

import * as echarts from "../../vendor/echarts/echarts.esm.min.mjs";

import { byId, pageData } from "../base/dom.js";
import { token, watchTheme } from "../base/theme.js";

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

function drawn({ labels, counts, before }) {
  const [text, line, accent, strong] = [token("--text-2"), token("--line"), token("--accent"), token("--text")];
  const axis = { axisLine: { lineStyle: { color: line } }, axisLabel: { color: text, fontSize: 12, hideOverlap: true } };
  const series = [{ name: gettext("Valid calls"), type: "bar", itemStyle: { color: accent }, data: counts }];
  if (before.length) {
    series.push({
      name: gettext("Period before"), type: "line", symbol: "circle", symbolSize: 5,
      lineStyle: { color: strong, width: 1.6, type: "dashed" }, itemStyle: { color: strong }, data: before,
    });
  }
  return {
    animation: !reducedMotion,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    aria: { enabled: true, label: { description: gettext("Valid calls over the period; the table of calls has every figure.") } },
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: text } },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: labels, ...axis, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, ...axis, splitLine: { lineStyle: { color: line } } },
    series,
  };
}

const chart = echarts.init(byId("chart-calls"), null, { renderer: "svg" });
const draw = () => chart.setOption(drawn(pageData()), true);
draw();
watchTheme(draw);
new ResizeObserver(() => chart.resize()).observe(byId("chart-calls"));
