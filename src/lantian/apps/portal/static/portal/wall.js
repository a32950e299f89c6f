/* The wall: the map, the curve, the live network, on pages that turn. */

import { beijing, data, fill, gaps, limit, line, mount, timeAxis, valueAxis } from "../ui/chart.js";
import { keepTime, turnPages } from "../ui/wall.js";
import { LiveWall } from "./live.js";
import { draw } from "./map.js";

const HOUR = 3_600_000;

keepTime();

/** Fetch the parts of a page that do not stand in the document already; without an answer the page is left out. */
async function ready(page) {
  if (!page.dataset.wallFetch) return true;
  try {
    const answer = await fetch(page.dataset.wallFetch);
    if (!answer.ok) return false;
    const parts = document.createElement("template");
    parts.innerHTML = await answer.text();
    for (const part of parts.content.querySelectorAll("[data-wall-part]")) page.querySelector(`[data-wall-part="${part.dataset.wallPart}"]`)?.replaceWith(part);
    return true;
  } catch {
    return false;
  }
}

const facts = data("wall-live");
const live = facts ? new LiveWall(document.querySelector("[data-wall-live]"), facts) : null;

turnPages({
  ready,
  shown: async (page) => { if (page.querySelector("[data-wall-live]")) await live?.show(page); },
});

const curve = data("curve-data");
if (curve) mount(document.getElementById("wall-curve"), (t) => option(t, curve));

function option(t, { values, end, gap, hour, now: label, limit: heavy, limit_label: heavyLabel }) {
  const last = beijing(end);
  const at = (index) => last - (values.length - 1 - index) * HOUR;
  const top = Math.max(...values.filter((value) => value !== null), 0);
  const showLimit = heavy !== null && top > heavy * 0.4;
  const max = Math.max(Math.ceil((Math.max(top, showLimit ? heavy : 0) * 1.1) / 50) * 50, 50);
  const now = values.at(-1);
  return {
    grid: { left: 4, right: 60, top: 18, bottom: 4, containLabel: true },
    tooltip: { show: false },
    xAxis: timeAxis(t, { min: at(0), max: last, minInterval: 6 * HOUR, maxInterval: 12 * HOUR, axisLabel: { color: t["ink-3"], fontSize: t.label, hideOverlap: true, formatter: (value) => `${new Date(value).toISOString().slice(5, 10)} ${fill(hour, { h: new Date(value).getUTCHours() })}` } }),
    yAxis: valueAxis(t, { min: 0, max }),
    series: [line(t, { name: "PM2.5", data: values.map((value, index) => [at(index), value]), width: 3, endLabel: false,
      markPoint: { silent: true, symbol: "circle", symbolSize: 11, itemStyle: { color: t["c-1"] }, label: { show: true, position: "right", distance: 8, color: t.ink, fontSize: 22, fontWeight: 600, formatter: () => label }, data: now === null ? [] : [{ coord: [last, now] }] },
      markLine: showLimit ? limit(t, heavy, heavyLabel) : undefined,
      markArea: gaps(t, values, at, (first, end_) => fill(gap, { n: end_ - first + 1 })) })],
  };
}

const map = document.querySelector("[data-map]");
if (map) {
  const answer = await fetch(map.dataset.mapUrl);
  if (answer.ok) await draw(map, await answer.json());
}
