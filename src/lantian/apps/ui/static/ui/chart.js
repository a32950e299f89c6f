/* Charts: ECharts under the house's tokens.
 *
 * What a page writes:
 *
 *   <figure class="chart" id="curve">
 *     <div class="chart-plot" role="img" aria-label="(the summary in words)" tabindex="0"></div>
 *     <div class="chart-table" tabindex="0" hidden><table class="tbl">…</table></div>
 *     <button class="chart-toggle" type="button" aria-pressed="false">表 <kbd>T</kbd></button>   (optional)
 *   </figure>
 *
 *   import { mount, line, limit, gaps, timeAxis, valueAxis } from "../ui/chart.js";
 *   mount(document.getElementById("curve"), (t) => ({ xAxis: timeAxis(t), yAxis: valueAxis(t), series: [ … ] }));
 *
 * `t` holds the colours and sizes of tokens.css as they stand where the figure is, so that one option serves the office theme
 * and the wall. A gap in the data is `null` and stays a gap: lines never join over it, and gaps() hatches it. Texts come from
 * the page (its JSON or its markup); this file has none of its own. T turns every chart of the page, or the focused one, into
 * its table and back.
 */

import * as echarts from "../vendor/echarts/echarts.esm.min.js";

const NAMES = [
  "ink", "ink-2", "ink-3", "ink-4", "line", "line-2", "surface", "surface-2", "surface-3", "accent", "accent-soft", "page",
  "c-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-band", "c-limit", "c-grid", "c-axis", "c-exceed",
  "aqi-1", "aqi-2", "aqi-3", "aqi-4", "aqi-5", "aqi-6",
  "aqi-1-edge", "aqi-2-edge", "aqi-3-edge", "aqi-4-edge", "aqi-5-edge", "aqi-6-edge",
];
const DASHES = { "c-1": "solid", "c-2": [7, 3], "c-3": [2, 3], "c-4": [7, 3, 2, 3], "c-5": [4, 3], "c-6": "solid" };
const MOTION_MS = 150;

/** Read the tokens that hold at an element: `t["c-1"]`, `t.font`, `t.label` (px). */
export function tokens(element = document.documentElement) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const found = Object.fromEntries(NAMES.map((name) => [name, read(name)]));
  return { ...found, font: read("font"), label: parseFloat(read("t-map")) || 11, text: parseFloat(read("t-xs")) || 12 };
}

/** Draw a figure's chart; `build(t)` returns an ECharts option. Returns the handle { update(build), resize(), toggle() }. */
export function mount(figure, build, { renderer = "canvas" } = {}) {
  const plot = figure.querySelector(".chart-plot");
  const chart = echarts.init(plot, null, { renderer });
  let current = build;
  const paint = () => {
    const t = tokens(figure);
    chart.setOption({ ...base(t), ...current(t) }, { notMerge: true });
  };
  paint();
  new ResizeObserver(() => chart.resize()).observe(plot);
  window.addEventListener("beforeprint", () => chart.resize());
  figure.querySelector(".chart-toggle")?.addEventListener("click", () => toggle(figure));
  figure.dataset.drawn = "true";
  return {
    chart,
    update(next) {
      current = next;
      paint();
    },
    resize: () => chart.resize(),
    toggle: () => toggle(figure),
  };
}

/** Show the table behind a chart, or the chart again; keyboard T does the same. */
export function toggle(figure) {
  const table = figure.querySelector(".chart-table");
  const plot = figure.querySelector(".chart-plot");
  if (!table) return;
  const showTable = table.hidden;
  table.hidden = !showTable;
  plot.hidden = showTable;
  figure.querySelector(".chart-toggle")?.setAttribute("aria-pressed", String(showTable));
  if (figure.contains(document.activeElement)) (showTable ? table : plot).focus({ preventScroll: true });
}

function typing(target) {
  return target.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "t" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const focused = event.target.closest?.("figure.chart");
  const figures = focused ? [focused] : document.querySelectorAll("figure.chart[data-drawn]");
  figures.forEach(toggle);
});

/** What every chart shares; an option's own keys replace these. */
function base(t) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    useUTC: true,
    animation: !still,
    animationDuration: 0,
    animationDurationUpdate: still ? 0 : MOTION_MS,
    textStyle: { fontFamily: t.font, fontSize: t.label, color: t["ink-3"] },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: tooltip(t),
  };
}

/** The box under the pointer. Its content is built as elements, for the pages allow no inline style; `title` words the axis value
 *  (milliseconds or a label), `value` a series' number; series without a name, and those of band(), stay out. */
export function tooltip(t, { title = String, value = String, ...more } = {}) {
  return {
    trigger: "axis",
    confine: true,
    formatter: (found) => tip([found].flat(), title, value),
    transitionDuration: 0,
    backgroundColor: t.surface,
    borderColor: t["line-2"],
    borderWidth: 1,
    padding: [6, 10],
    textStyle: { color: t.ink, fontFamily: t.font, fontSize: t.text },
    extraCssText: "box-shadow: var(--shadow-2); border-radius: var(--r-2); font-variant-numeric: tabular-nums;",
    axisPointer: { type: "line", lineStyle: { color: t["ink-4"], width: 1, type: "solid" }, label: { show: false } },
    ...more,
  };
}

function tip(found, title, value) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  box.append(text("b", title(found[0]?.axisValue ?? found[0]?.name)));
  found.filter((item) => !/ (lower|upper)$/.test(item.seriesName)).forEach((item) => {
    const number = Array.isArray(item.value) ? item.value[1] : item.value;
    const row = document.createElement("span");
    row.append(text("i", item.seriesName), text("b", number === null || number === undefined ? "—" : value(number, item)));
    box.append(row);
  });
  return box;
}

function text(tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}

/** A quiet axis of values: hairlines, no axis line; `more` may give min, max, interval. */
export function valueAxis(t, more = {}) {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: t["ink-3"], fontSize: t.label, margin: 6 },
    splitLine: { lineStyle: { color: t["c-grid"], width: 1 } },
    splitNumber: 4,
    ...more,
  };
}

/** An axis of labels (days, hours, months) in the order given. */
export function categoryAxis(t, labels, more = {}) {
  return {
    type: "category",
    data: labels,
    boundaryGap: false,
    axisLine: { lineStyle: { color: t["c-axis"] } },
    axisTick: { lineStyle: { color: t["c-axis"] }, alignWithLabel: true },
    axisLabel: { color: t["ink-3"], fontSize: t.label, hideOverlap: true },
    ...more,
  };
}

/** An axis of instants; the data's times are milliseconds already shifted to Beijing time and read as UTC. */
export function timeAxis(t, more = {}) {
  return {
    type: "time",
    axisLine: { lineStyle: { color: t["c-axis"] } },
    axisTick: { lineStyle: { color: t["c-axis"] } },
    axisLabel: { color: t["ink-3"], fontSize: t.label, hideOverlap: true },
    splitLine: { show: false },
    ...more,
  };
}

/** A line with its name written at its end; `token` (c-1 … c-6) gives colour and dash together. */
export function line(t, { name, data, token = "c-1", width = 1.75, endLabel = true, dash, ...more }) {
  const colour = t[token];
  return {
    type: "line",
    name,
    data,
    connectNulls: false,
    showSymbol: false,
    symbol: "circle",
    symbolSize: 6,
    lineStyle: { color: colour, width, type: dash ?? DASHES[token] },
    itemStyle: { color: colour },
    emphasis: { disabled: true },
    endLabel: { show: endLabel, formatter: "{a}", color: colour, fontSize: t.text, distance: 6 },
    ...more,
  };
}

/** A limit: dashed ink with its value at the right end; goes into a series as `markLine`. */
export function limit(t, value, label, more = {}) {
  return {
    silent: true,
    symbol: "none",
    animation: false,
    lineStyle: { color: t["c-limit"], width: 1, type: [5, 3] },
    label: { position: "insideEndTop", formatter: label, color: t.ink, fontSize: t.text, distance: [0, 2] },
    data: [{ yAxis: value, ...more }],
  };
}

/** Two series that fill between a lower and an upper bound; null leaves a gap. */
export function band(t, { name, lower, upper, labels = null, token = "c-band" }) {
  const stack = `band ${name}`;
  const difference = upper.map((value, index) => (value === null || lower[index] === null ? null : value - lower[index]));
  const pair = (values) => (labels ? values.map((value, index) => [labels[index], value]) : values);
  const hidden = { type: "line", stack, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false }, emphasis: { disabled: true } };
  return [
    { ...hidden, name: `${name} lower`, data: pair(lower) },
    { ...hidden, name: `${name} upper`, data: pair(difference), areaStyle: { color: t[token], opacity: 1 } },
  ];
}

/** Hatched areas over the gaps of a series; `at(index)` gives the axis value of a place, `label` a word for each gap or null. */
export function gaps(t, values, at, label = null) {
  const data = runsOfNull(values).map(([first, last]) => [
    { xAxis: at(Math.max(first - 1, 0)), name: label ? label(first, last) : "" },
    { xAxis: at(Math.min(last + 1, values.length - 1)) },
  ]);
  return {
    silent: true,
    animation: false,
    itemStyle: { color: { image: hatch(t), repeat: "repeat" } },
    label: { show: Boolean(label), position: "insideBottom", color: t["ink-3"], fontSize: t.label },
    data,
  };
}

/** The first and last index of each run of nulls inside a series (a null before the first or after the last value is no gap). */
export function runsOfNull(values) {
  const runs = [];
  let lastValue = -1;
  values.forEach((value, index) => {
    if (value === null) return;
    if (lastValue >= 0 && index - lastValue > 1) runs.push([lastValue + 1, index - 1]);
    lastValue = index;
  });
  return runs;
}

/** A tile of diagonal hairlines: no valid data. */
export function hatch(t, size = 6) {
  const tile = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  tile.width = tile.height = size * scale;
  const pen = tile.getContext("2d");
  pen.scale(scale, scale);
  pen.strokeStyle = t["line-2"];
  pen.lineWidth = 1;
  [[-1, 1, 1, -1], [0, size, size, 0], [size - 1, size + 1, size + 1, size - 1]].forEach(([x1, y1, x2, y2]) => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  });
  return tile;
}

/** Events as vertical hairlines with a word; goes into a series as `markLine`. */
export function events(t, list) {
  return {
    silent: true,
    symbol: "none",
    animation: false,
    lineStyle: { color: t["ink-2"], width: 1, type: "solid" },
    label: { color: t["ink-2"], fontSize: t.label, position: "end", distance: 4 },
    data: list.map(({ at, word }) => ({ xAxis: at, label: { formatter: word } })),
  };
}

/** Read the JSON that Django's json_script wrote. */
export function data(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

/** Fill named places of a server's message: fill("{n} 天", {n: 3}). */
export function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Give Beijing wall time as the milliseconds that a time axis in UTC shows: "2020-11-23T10:00" → number. */
export function beijing(text) {
  return Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`);
}
