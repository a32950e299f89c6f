// An alarm's curve: the point's own values, its neighbours, the limit, the judged period, gaps, wind, and when it was raised.
import { band, beijing, data, events, gaps, limit, line, mount, timeAxis, tooltip, valueAxis } from "../ui/chart.js";

const figure = document.getElementById("alarm-curve");
const found = data("alarm-chart");
const ARROW = "path://M0,-10 L4,-2 L1,-2 L1,10 L-1,10 L-1,-2 L-4,-2 Z";
const WIND_BAND = 34;

const at = found?.times.map(beijing) ?? [];
const pairs = (values) => values.map((value, index) => [at[index], value]);

/** The axis reaches over the limit and the highest value, so that both are seen. */
function highest() {
  const values = [...found.own, ...found.near.map((near) => near[2]), found.limit].filter((value) => value !== null && value !== undefined);
  if (!values.length) return undefined;
  const top = Math.max(...values) * 1.12;
  const step = 10 ** Math.floor(Math.log10(top || 1)) / 2;
  return Math.ceil(top / step) * step;
}

function own(t) {
  const [first, last] = found.decided.map(beijing);
  const closed = found.own.length ? gaps(t, found.own, (index) => at[index], () => found.words.gap) : { data: [] };
  const decided = [{ xAxis: Math.max(first, at[0]), itemStyle: { color: t["c-exceed"] }, name: found.words.decided, label: { show: true, position: "insideTop", color: t["ink-2"], fontSize: t.label } }, { xAxis: Math.min(last, at.at(-1)) }];
  const series = line(t, { name: found.words.own, data: pairs(found.own), endLabel: false });
  const raised = beijing(found.raised);
  const marks = raised >= at[0] && raised <= at.at(-1) ? events(t, [{ at: raised, word: found.words.raised }]) : { data: [] };
  if (found.limit !== null) marks.data = [...marks.data, ...limit(t, found.limit, "").data.map((mark) => ({ ...mark, lineStyle: { color: t["c-limit"], width: 1, type: [5, 3] }, label: { position: "insideEndTop", formatter: found.words.limit, color: t.ink, fontSize: t.text, distance: [0, 2] } }))];
  series.markLine = { silent: true, symbol: "none", animation: false, lineStyle: { color: t["ink-2"], width: 1, type: "solid" }, label: { color: t["ink-2"], fontSize: t.label, position: "end" }, ...marks };
  series.markArea = { silent: true, animation: false, itemStyle: closed.itemStyle, label: { show: true, position: "insideBottom", color: t["ink-3"], fontSize: t.label }, data: [decided, ...closed.data] };
  if (found.peak) series.markPoint = { silent: true, symbol: "circle", symbolSize: 6, itemStyle: { color: t["c-1"] }, label: { show: false }, data: [{ coord: [beijing(found.peak[0]), found.peak[1]] }] };
  return series;
}

function near(t) {
  if (!found.near.some((values) => values[1] !== null)) return [];
  const labels = at;
  return [
    ...band(t, { name: "range", lower: found.near.map((v) => v[0]), upper: found.near.map((v) => v[2]), labels }),
    line(t, { name: found.words.near, data: pairs(found.near.map((v) => v[1])), token: "c-6", width: 1.25, endLabel: false }),
  ];
}

/** Arrows point where the wind goes; the direction measured is where it comes from. */
function wind(t) {
  if (!found.winds.length) return [];
  return [{
    type: "scatter", name: found.words.wind, xAxisIndex: 1, yAxisIndex: 1, symbol: ARROW, symbolSize: [8, 18], silent: false, itemStyle: { color: t["ink-2"] },
    data: found.winds.map(([when, from, speed]) => ({ value: [beijing(when), 0, speed, from], symbolRotate: -((from + 180) % 360) })),
  }];
}

function build(t) {
  const blows = found.winds.length > 0;
  const bottom = blows ? WIND_BAND : 4;
  const time = { min: at[0], max: at.at(-1) };
  return {
    grid: [{ left: 46, right: 46, top: 30, bottom: bottom + 22 }, { left: 46, right: 46, height: WIND_BAND - 8, bottom: 0 }],
    xAxis: [timeAxis(t, time), { ...timeAxis(t, time), gridIndex: 1, show: false }],
    yAxis: [valueAxis(t, { min: 0, max: highest() }), { ...valueAxis(t, { min: -1, max: 1, show: true, axisLabel: { show: false }, splitLine: { show: false } }), gridIndex: 1, name: found.words.wind, nameLocation: "middle", nameGap: 16, nameRotate: 0, nameTextStyle: { color: t["ink-3"], fontSize: t.label } }],
    tooltip: tooltip(t, { title: (value) => clock(Number(value)), value: (number, item) => (item.seriesName === found.words.wind ? `${item.value[3]}° ${item.value[2]} ${found.words.speed}` : `${number} ${found.unit}`) }),
    legend: { show: true, left: 40, top: 0, itemWidth: 18, itemHeight: 8, textStyle: { color: t["ink-2"], fontSize: t.text }, data: [found.words.own, ...(near(t).length ? [found.words.near] : [])], selectedMode: false },
    series: [...near(t), own(t), ...wind(t)],
  };
}

const clock = (time) => new Date(time).toISOString().slice(5, 16).replace("T", " ");

/** The table behind the chart holds the same values; it is written when it is asked for the first time. */
function fillTable() {
  const body = figure.querySelector(".chart-table tbody");
  const rows = found.times.map((when, index) => {
    const row = document.createElement("tr");
    [when.slice(5).replace("T", " "), found.own[index] ?? "—", found.near[index][1] ?? "—"].forEach((text, column) => {
      const cell = document.createElement("td");
      cell.textContent = String(text);
      if (column) cell.className = "r";
      row.append(cell);
    });
    return row;
  });
  body.append(...rows);
}

if (figure && found) {
  fillTable();
  mount(figure, build);
}
