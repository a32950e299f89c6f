/* The running mean of the year against its target, with the projection's interval up to 31 December. */

import { band, beijing, line, mount, tooltip, valueAxis } from "../ui/chart.js";

const DAY = 86_400_000;

export function draw(figure, data) {
  fillTable(figure, data);
  return mount(figure, (t) => option(t, data));
}

function option(t, data) {
  const start = beijing(data.first);
  const at = (index) => start + index * DAY;
  const end = at(data.days - 1);
  const last = data.running.length - 1;
  const values = data.running.filter((value) => value !== null);
  const settled = data.running.slice(14).filter((value) => value !== null);
  const shown = [...(settled.length ? settled : values), data.limit, data.projection?.high, data.projection?.low].filter((value) => Number.isFinite(value));
  const step = (Math.max(...shown) - Math.min(...shown)) > 30 ? 20 : 10;
  const min = Math.max(0, Math.floor((Math.min(...shown) - 2) / step) * step);
  const max = Math.ceil((Math.max(...shown) + 2) / step) * step;
  const now = data.running[last];
  const outlook = data.projection && now !== null && last < data.days - 1 ? projection(t, data, [at(last), end], now) : [];
  return {
    grid: { left: 2, right: 66, top: 10, bottom: 2, containLabel: true },
    xAxis: { type: "time", min: start, max: end, axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false }, minInterval: 28 * DAY,
      axisLabel: { color: t["ink-3"], fontSize: t.label, hideOverlap: true, formatter: (value) => month(data, value) } },
    yAxis: valueAxis(t, { min, max, interval: step }),
    tooltip: tooltip(t, { title: (value) => new Date(value).toISOString().slice(0, 10), value: (value) => `${value.toFixed(1)} ${data.unit}` }),
    series: [
      line(t, { name: data.name, data: data.running.map((value, index) => [at(index), value]), endLabel: false,
        markPoint: { silent: true, symbol: "circle", symbolSize: 7, itemStyle: { color: t["c-1"] }, label: { show: false }, data: now === null ? [] : [{ coord: [at(last), now] }] },
        markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: t["c-limit"], width: 1, type: [5, 3] },
          label: { position: "end", formatter: data.limit_label, color: t.ink, fontSize: t.text, distance: 4, offset: [0, outlook.length && data.projection.mean <= data.limit ? -5 : 5] }, data: [{ yAxis: data.limit }] } }),
      ...outlook,
    ],
  };
}

function month(data, value) {
  const at = new Date(value);
  return at.getUTCDate() === 1 && at.getUTCMonth() % 2 === 0 ? data.months[at.getUTCMonth()] : "";
}

function projection(t, data, [from, to], now) {
  const { mean, low, high, label } = data.projection;
  return [
    ...band(t, { name: label, lower: [now, low], upper: [now, high], labels: [from, to] }),
    line(t, { name: label, data: [[from, now], [to, mean]], dash: [4, 3], endLabel: true, token: "c-1",
      labelLayout: () => ({ dy: mean <= data.limit ? 8 : -8 }), tooltip: { show: false } }),
  ];
}

function fillTable(figure, data) {
  const body = figure.querySelector("[data-target-table] tbody");
  const start = beijing(data.first);
  const rows = data.running.map((value, index) => ({ day: new Date(start + index * DAY).toISOString().slice(0, 10), value })).reverse();
  body.append(...rows.map(({ day, value }) => {
    const row = document.createElement("tr");
    row.insertCell().textContent = day;
    const cell = row.insertCell();
    cell.className = "r";
    cell.textContent = value === null ? "—" : value.toFixed(1);
    return row;
  }));
}
