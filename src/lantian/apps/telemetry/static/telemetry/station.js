// A station's charts: the last hours (index above, six items below, one tooltip for all) and monthly means by year.
import { data, fill, gaps, limit, line, mount, categoryAxis, valueAxis } from "../ui/chart.js";
import "./page.js";

const chart = data("station-chart");
const hours = document.getElementById("hours-chart");
const months = document.getElementById("months-chart");
const TOKENS = ["c-1", "c-2", "c-4", "c-5"];

/** Columns of small charts in pixels: three where there is room, one on a phone. */
function places(count, plot) {
  const columns = plot.clientWidth > 620 ? 3 : 1;
  const rows = Math.ceil(count / columns);
  const head = columns === 1 ? 150 : Math.round(plot.clientHeight * 0.29);
  const width = plot.clientWidth / columns;
  const height = (plot.clientHeight - head) / rows;
  return [...Array(count).keys()].map((at) => {
    const left = Math.round((at % columns) * width);
    const top = Math.round(head + Math.floor(at / columns) * height);
    return { title: { left: left + 4, top }, grid: { left: left + 34, width: Math.round(width - 48), top: top + 26, height: Math.round(height - 58) } };
  });
}

/** Hatch every gap, also one that has not ended at the moment shown. */
function allGaps(t, values) {
  const closed = [0, ...values, 0];
  const at = (index) => chart.labels[Math.min(Math.max(index - 1, 0), values.length - 1)];
  return gaps(t, closed, at);
}

/** Write a limit's value where the curve stays away from it: at the right, else at the left end of its line. */
function clear(drawn, item) {
  const part = Math.ceil(item.values.length / 4);
  const near = (values) => values.some((value) => value !== null && value > item.limit * 0.94 && value < item.limit * 1.25);
  const position = near(item.values.slice(-part)) && !near(item.values.slice(0, part)) ? "insideStartTop" : "insideEndTop";
  return { ...drawn, label: { ...drawn.label, position } };
}

function hoursOption(t) {
  const plot = hours.querySelector(".chart-plot");
  const spots = places(chart.items.length, plot);
  const axis = (index, show) => categoryAxis(t, chart.labels, {
    gridIndex: index,
    boundaryGap: true,
    axisLabel: { show, color: t["ink-3"], fontSize: t.label, interval: (at) => chart.labels[at].endsWith(" 24") || at === chart.labels.length - 1, formatter: (label) => label + hours.dataset.hour, hideOverlap: true },
    axisTick: { show: false },
  });
  const bars = {
    type: "bar", name: "AQI", xAxisIndex: 0, yAxisIndex: 0, barCategoryGap: "18%",
    data: chart.aqi.map((value, at) => ({ value, itemStyle: { color: t[`aqi-${chart.levels[at]}`] ?? t["ink-4"], borderColor: t[`aqi-${chart.levels[at]}-edge`] ?? t["ink-4"], borderWidth: 0.8 } })),
    markArea: allGaps(t, chart.aqi),
  };
  const lines = chart.items.map((item, at) => ({
    ...line(t, { name: item.factor, data: item.values, endLabel: false }),
    xAxisIndex: at + 1,
    yAxisIndex: at + 1,
    markLine: item.limit === null ? undefined : clear(limit(t, item.limit, fill(hours.dataset.limit, { limit: item.limit })), item),
    markArea: allGaps(t, item.values),
  }));
  const top = (item) => Math.max(item.limit ?? 0, ...item.values.map((value) => value ?? 0)) * 1.12 || 1;
  const title = (text, sub, left, at) => ({ text: `{n|${text}} {u|${sub}}`, left, top: at, padding: 0, textStyle: { rich: { n: { fontSize: t.text, fontWeight: 600, color: t.ink }, u: { fontSize: t.label, color: t["ink-3"] } } } });
  return {
    title: [title("AQI", "", 4, 0), ...chart.items.map((item, at) => title(item.factor, item.unit, spots[at].title.left, spots[at].title.top))],
    grid: [{ left: 34, right: 14, top: 26, height: spots[0].title.top - 62 }, ...spots.map((spot) => spot.grid)],
    xAxis: [axis(0, true), ...chart.items.map((item, at) => axis(at + 1, true))],
    yAxis: [valueAxis(t, { gridIndex: 0, min: 0, splitNumber: 2 }), ...chart.items.map((item, at) => valueAxis(t, { gridIndex: at + 1, min: 0, max: (extent) => Math.max(extent.max, top(item)), splitNumber: 3, axisLabel: { color: t["ink-3"], fontSize: t.label, margin: 6, showMaxLabel: false } }))],
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: t["ink-4"], type: "solid" } },
    tooltip: undefined,
    series: [bars, ...lines],
  };
}

function tip(t) {
  return (points) => {
    const at = points[0]?.dataIndex ?? 0;
    const box = document.createElement("div");
    const head = document.createElement("b");
    head.textContent = `${chart.labels[at]}${hours.dataset.hour}  AQI ${chart.aqi[at] ?? "—"}`;
    box.append(head);
    for (const item of chart.items) {
      const row = document.createElement("div");
      row.textContent = `${item.factor} ${item.values[at] ?? "—"} ${item.unit}`;
      box.append(row);
    }
    box.style.color = t.ink;
    return box;
  };
}

if (hours && chart) {
  const build = (t) => {
    const option = hoursOption(t);
    option.tooltip = { trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: t.surface, borderColor: t["line-2"], borderWidth: 1, padding: [6, 10], textStyle: { color: t.ink, fontSize: t.text, fontFamily: t.font }, axisPointer: { type: "line" }, formatter: tip(t) };
    return option;
  };
  const drawn = mount(hours, build);
  let narrow = innerWidth <= 720;
  addEventListener("resize", () => {
    if ((innerWidth <= 720) === narrow) return;
    narrow = !narrow;
    drawn.update(build);
  });
}

if (months && chart) {
  const labels = [...months.querySelectorAll(".chart-table thead th")].slice(1).map((head) => head.textContent);
  mount(months, (t) => ({
    grid: { left: 8, right: 56, top: 14, bottom: 4, containLabel: true },
    xAxis: categoryAxis(t, labels),
    yAxis: valueAxis(t, { min: 0 }),
    series: chart.years.map((row, at) => ({ ...line(t, { name: String(row.year), data: row.means, token: TOKENS[chart.years.length - 1 - at] ?? "c-6" }), endLabel: { show: false }, ...endLabel(t, row, TOKENS[chart.years.length - 1 - at] ?? "c-6") })),
  }));
}

/** The year's name beside its last month with a value, where the line ends. */
function endLabel(t, row, token) {
  const last = row.means.findLastIndex((value) => value !== null);
  if (last < 0) return {};
  return { markPoint: { silent: true, symbol: "circle", symbolSize: 5, itemStyle: { color: t[token] }, label: { show: true, position: "right", formatter: String(row.year), color: t[token], fontSize: t.text }, data: [{ coord: [last, row.means[last]] }] } };
}
