// One curve over equal steps: lines, dashed limits, hatched gaps; times are Beijing's.
import { beijing, data, gaps, limit, line, mount, timeAxis, tooltip, valueAxis } from "../ui/chart.js";

const curve = data("curve");
const figure = document.getElementById("curve-figure");
const TOKENS = ["c-1", "c-3", "c-4", "c-5"];

/** The next round number: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= value) ?? 10);
}

function option(t) {
  const first = beijing(curve.start);
  const at = (index) => first + index * curve.step;
  const all = curve.lines.flatMap((one) => one.values.filter((value) => value !== null));
  const highest = Math.max(...all, 0);
  const limits = curve.limits.filter(({ value }) => highest > value * 0.25);
  const top = curve.top ?? nice(Math.max(highest, ...limits.map(({ value }) => value)) * 1.05 || 1);
  const count = curve.lines[0]?.values.length ?? 0;
  const two = (n) => String(n).padStart(2, "0");
  const when = (value) => { const moment = new Date(value); return `${two(moment.getUTCMonth() + 1)}-${two(moment.getUTCDate())} ${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`; };
  const short = (value) => (count * curve.step > 26 * 3_600_000 ? when(value) : when(value).slice(6));
  return {
    grid: { left: 8, right: 40, top: curve.lines.length > 1 ? 34 : 16, bottom: 4, containLabel: true },
    legend: { show: curve.lines.length > 1, left: 8, top: 0, itemWidth: 22, itemHeight: 8, textStyle: { color: t["ink-2"], fontSize: t.text }, selectedMode: false },
    tooltip: tooltip(t, { title: (value) => when(Number(value)), value: (value) => `${value} ${curve.unit}` }),
    xAxis: timeAxis(t, { min: first, max: at(count - 1), axisLabel: { color: t["ink-3"], fontSize: t.label, hideOverlap: true, formatter: short } }),
    yAxis: valueAxis(t, { min: 0, max: top, axisLabel: { color: t["ink-3"], fontSize: t.label, margin: 6, formatter: (value) => String(Math.round(value * 100) / 100) } }),
    series: curve.lines.map((one, index) => line(t, {
      name: one.name, token: TOKENS[index], endLabel: false,
      showSymbol: one.values.filter((value) => value !== null).length < 4,
      data: one.values.map((value, place) => [at(place), value]),
      markLine: index === 0 && limits.length ? { ...limit(t, limits[0].value, limits[0].label), data: limits.map(({ value, label }) => ({ yAxis: value, label: { formatter: label, color: t.ink, position: "insideEndTop" } })) } : undefined,
      markArea: index === 0 ? gaps(t, [0, ...one.values, 0], (place) => at(Math.min(Math.max(place - 1, 0), one.values.length - 1)), (from, to) => (to - from >= count / 12 ? curve.missing : "")) : undefined,
    })),
  };
}

if (curve && figure) mount(figure, option);
