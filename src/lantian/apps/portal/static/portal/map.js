/* The overview's map: area means as a single-hue ramp, points as pills, over the shared map component.
 *
 * `draw(root, data)` works on the markup of portal/_map.html; `data` is what portal/map_data.py assembles. Names on the map and pills
 * are real buttons over the canvas, so that they are reachable by keyboard and read aloud; a name that would overlap a pill or
 * another name drops out.
 */

import { fill } from "../ui/chart.js";
import { Popover, button, follow, hatch, layOut, mark, open } from "../ui/map.js";

export async function draw(root, data) {
  const opened = await open(root, data);
  if (!opened) return null;
  const { map, Marker, colours } = opened;
  const talk = new Talk(new Popover(root, data.texts), data);
  const places = placeMarkers(map, Marker, data, talk);
  const state = { factor: data.factor };
  const show = (factor) => {
    state.factor = factor;
    paintAreas(map, data, factor, colours);
    writeKey(root, data, factor);
    talk.popover.close();
  };
  map.addImage("hatch", hatch(colours), { pixelRatio: 2 });
  map.addLayer({ id: "no-data", type: "fill", source: "areas", paint: { "fill-pattern": "hatch" } }, "areas");
  show(state.factor);
  wireFactors(root, show);
  wireLayers(root, map, places);
  clickAreas(map, talk);
  follow(root, map, data, () => layOut(root, map, places));
  root.dataset.state = "ready";
  return { map, show };
}

function paintAreas(map, data, factor, colours) {
  const classes = Object.entries(data.means).flatMap(([code, byFactor]) => (byFactor[factor] ? [[code, byFactor[factor].step]] : []));
  const valued = classes.map(([code]) => code);
  const filter = ["in", ["get", "code"], ["literal", valued]];
  map.setFilter("areas", filter);
  map.setFilter("no-data", ["!", filter]);
  if (valued.length === 0) return;
  map.setPaintProperty("areas", "fill-color", ["match", ["get", "code"], ...classes.flatMap(([code, step]) => [code, colours.ramp[step]]), colours.surface]);
}

function writeKey(root, data, factor) {
  const facts = data.factors[factor];
  root.querySelectorAll("[data-key-factor]").forEach((element) => { element.textContent = facts.title; });
  root.querySelectorAll("[data-key-unit]").forEach((element) => { element.textContent = facts.unit; });
  root.querySelectorAll("[data-key-break]").forEach((element, index) => { element.textContent = facts.breaks[index] ?? ""; });
  root.querySelectorAll("[data-map-ramp]").forEach((element) => { element.hidden = facts.breaks.length === 0; });
}

function wireFactors(root, show) {
  const buttons = [...root.querySelectorAll("[data-map-factor]")];
  buttons.forEach((button) => button.addEventListener("click", () => {
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    show(button.dataset.mapFactor);
    root.dispatchEvent(new CustomEvent("map:factor", { bubbles: true, detail: button.dataset.mapFactor }));
  }));
}

function wireLayers(root, map, places) {
  const layers = { means: ["areas", "no-data"], roads: ["roads"] };
  root.querySelectorAll("[data-map-layer]").forEach((box) => box.addEventListener("change", () => {
    const name = box.dataset.mapLayer;
    (layers[name] ?? []).forEach((layer) => map.setLayoutProperty(layer, "visibility", box.checked ? "visible" : "none"));
    if (name === "means") root.querySelectorAll("[data-map-key]").forEach((key) => { key.hidden = !box.checked; });
    places.filter((place) => place.layer === name).forEach((place) => { place.off = !box.checked; });
    layOut(root, map, places);
  }));
}

/* Pills and names ------------------------------------------------------------------------------------------- */

function placeMarkers(map, Marker, data, talk) {
  const pills = data.points.map((point) => {
    const pill = button("map-pill", point.index ?? "—", point.spoken);
    if (point.level) pill.dataset.aqi = point.level;
    pill.dataset.link = point.state;
    pill.dataset.firm = String(point.firm);
    pill.addEventListener("click", (event) => { event.stopPropagation(); talk.point(point, pill); });
    return mark(map, Marker, pill, [point.longitude, point.latitude], "points");
  });
  const names = data.names.map((name) => {
    const label = button("map-name", name.short, name.spoken);
    label.addEventListener("click", (event) => { event.stopPropagation(); talk.area(name.code, label); });
    return mark(map, Marker, label, [name.longitude, name.latitude], "names");
  });
  const alarms = (data.alarms ?? []).map((alarm) => {
    const diamond = button("map-alarm", "!", alarm.spoken);
    diamond.dataset.firm = "true";
    diamond.addEventListener("click", (event) => { event.stopPropagation(); talk.alarm(alarm, diamond); });
    return mark(map, Marker, diamond, [alarm.longitude, alarm.latitude], "alarms");
  });
  return [...alarms, ...pills, ...names];
}

function clickAreas(map, talk) {
  map.on("click", "areas", (event) => talk.area(event.features[0].properties.code, null, event.point));
  map.on("click", "no-data", (event) => talk.area(event.features[0].properties.code, null, event.point));
  map.on("click", (event) => {
    if (map.queryRenderedFeatures(event.point, { layers: ["areas", "no-data"] }).length === 0) talk.popover.close();
  });
  for (const layer of ["areas", "no-data"]) {
    map.on("mousemove", layer, (event) => {
      map.getCanvas().style.cursor = "pointer";
      map.setFilter("hover", ["==", ["get", "code"], event.features[0].properties.code]);
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
      map.setFilter("hover", ["==", ["get", "code"], ""]);
    });
  }
}

/** What pills and areas say about themselves. */
class Talk {
  constructor(popover, data) {
    this.popover = popover;
    this.data = data;
  }

  point(point, opener) {
    const links = point.url ? [[point.url, this.data.texts.station]] : [];
    this.popover.show(point.name, [point.area, ...point.lines], point.values, links, opener);
  }

  alarm(alarm, opener) {
    this.popover.show(alarm.name, alarm.lines, [], [[alarm.url, this.data.texts.alarm]], opener);
  }

  area(code, opener, at = null) {
    const { area_facts: facts, means, factors, texts, hour } = this.data;
    const area = facts[code];
    if (!area) return;
    const rows = Object.entries(means[code] ?? {}).map(([factor, mean]) => ({ name: factor, value: mean.text, unit: factors[factor].unit }));
    const lines = [area.full, rows.length ? fill(texts.area_mean, { points: area.points, hour }) : texts.no_data];
    this.popover.show(area.short, lines, rows, [], opener, at);
  }
}
