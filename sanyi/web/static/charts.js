"use strict";
// Charts from plain descriptions beside them: {kind, categories, series: [{name, values, style?}], unit, target?, links?}.
// No animation, tooltips drawn on the canvas: the page's policy allows no inline style.
const COLOURS = ["#0b5c9e", "#e08a1e", "#2f9e6e", "#8a63c9", "#c2453d", "#5f7387", "#3aa3b8"];
const INK = "#1f2d3d", FAINT = "#dfe5ec", QUIET = "#5f7387";
const FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif";

function number(value) {
  return value === null || value === undefined ? "–" : value.toLocaleString("zh-CN", { maximumFractionDigits: 2 });
}

function series(chart, one, place) {
  const isLine = chart.kind === "line";
  const made = {
    name: one.name, data: one.values, type: isLine ? "line" : "bar", connectNulls: false,
    stack: chart.stacked ? "all" : undefined, barMaxWidth: 26, symbolSize: 6, symbol: "circle",
    itemStyle: { color: (chart.colours || COLOURS)[place % COLOURS.length] },
    lineStyle: one.dashed ? { type: "dashed", width: 1.5 } : { width: 2.5 },
  };
  if (one.dashed) { made.itemStyle.color = "#9aa9b8"; made.symbol = "none"; }
  if (chart.target !== undefined && chart.target !== null && place === 0) {
    const axis = chart.kind === "ranked" ? { xAxis: chart.target } : { yAxis: chart.target };
    made.markLine = { silent: true, symbol: "none", lineStyle: { color: "#c2453d", type: "dashed" }, data: [axis],
      label: { formatter: chart.target_name, color: "#c2453d", position: chart.kind === "ranked" ? "end" : "insideEndTop" } };
  }
  if (chart.labels) made.label = { show: true, position: chart.kind === "ranked" ? "right" : "top", color: QUIET, fontSize: 11, formatter: (point) => number(point.value) };
  return made;
}

function option(chart, width) {
  const isRanked = chart.kind === "ranked", narrow = width < 480;
  const shorten = (text) => {  // Chinese letters are twice as wide as Latin ones
    let room = narrow ? 16 : 36;
    for (let at = 0; at < text.length; at++) { room -= text.charCodeAt(at) > 255 ? 2 : 1; if (room < 0) return text.slice(0, at - 1) + "…"; }
    return text;
  };
  const categories = { type: "category", data: chart.categories, inverse: isRanked, axisTick: { show: false },
    axisLine: { lineStyle: { color: FAINT } },
    axisLabel: { color: INK, hideOverlap: !isRanked, interval: isRanked ? 0 : "auto", formatter: isRanked ? shorten : undefined } };
  const values = { type: "value", name: isRanked ? "" : chart.unit, nameTextStyle: { color: QUIET, align: "left", padding: [0, 0, 0, -30] }, scale: chart.kind === "line",
    splitNumber: narrow ? 3 : 5, axisLabel: { color: QUIET, hideOverlap: true, formatter: (value) => number(value) }, splitLine: { lineStyle: { color: FAINT } } };
  return {
    animation: false, color: COLOURS, textStyle: { fontFamily: FONT },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: isRanked ? "shadow" : "line" },
      valueFormatter: (value) => number(value) + " " + chart.unit },
    legend: { show: chart.series.length > 1, top: 0, right: 0, type: "scroll", textStyle: { color: INK }, itemWidth: 14, itemHeight: 10 },
    grid: { left: 8, right: isRanked ? (chart.labels ? 70 : 30) : 16, top: isRanked && chart.series.length < 2 ? 22 : 42, bottom: 6, containLabel: true },
    xAxis: isRanked ? values : categories, yAxis: isRanked ? categories : values,
    series: chart.series.map((one, place) => series(chart, one, place)),
  };
}

function draw(element) {
  const chart = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  if (chart.kind === "ranked") element.classList.add("rows-" + Math.min(40, Math.max(4, Math.ceil(chart.categories.length * Math.max(1, chart.stacked ? 1 : chart.series.length) / 2) * 2)));
  const drawn = echarts.init(element, null, { renderer: "canvas" });
  drawn.setOption(option(chart, element.clientWidth));
  if (chart.links) drawn.on("click", (point) => { const link = chart.links[point.dataIndex]; if (link) location.href = link; });
  new ResizeObserver(() => { drawn.resize(); drawn.setOption(option(chart, element.clientWidth)); }).observe(element);
  element.dataset.ready = "yes";
}

document.fonts.ready.then(() => {
  document.querySelectorAll("[data-chart]").forEach(draw);
  document.body.dataset.ready = "yes";
});
