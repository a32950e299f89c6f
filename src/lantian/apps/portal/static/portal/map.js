/* The district on one map: area means as a single-hue ramp, points as pills, all from our own GeoJSON; nothing is asked of anywhere.
 *
 * `draw(root, data)` works on the markup of portal/_map.html; `data` is what portal/overview/map_data.py assembles. Names on the map
 * and pills are real buttons over the canvas, so that they are reachable by keyboard and read aloud; a name that would overlap
 * a pill or another name drops out. Without WebGL a sentence says so and the ranking beside the map carries the same facts.
 */

import { fill } from "../ui/chart.js";

const LIBRARY = "../vendor/maplibre/maplibre-gl.mjs";
const NUDGES = [[0, 0], [0, -24], [0, 24], [46, 0], [-46, 0], [46, -24], [-46, -24], [46, 24], [-46, 24]];

export async function draw(root, data) {
  const canvas = root.querySelector("[data-map-canvas]");
  if (!hasWebGL()) {
    root.dataset.state = "no-webgl";
    return null;
  }
  const { Map: GLMap, Marker, NavigationControl, ScaleControl } = await import(LIBRARY);
  const colours = readColours(root);
  const phone = matchMedia("(max-width: 640px)").matches;
  const map = new GLMap({
    container: canvas,
    style: style(colours, data),
    bounds: data.bounds,
    fitBoundsOptions: { padding: padding(root) },
    maxZoom: data.max_zoom,
    minZoom: 7,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: phone,
    interactive: !root.hasAttribute("data-still"),
    fadeDuration: 0,
    locale: data.texts.controls,
    canvasContextAttributes: { antialias: true },
  });
  map.touchZoomRotate?.disableRotation();
  map.keyboard?.disableRotation?.();
  if (!root.hasAttribute("data-still")) map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 90, unit: "metric" }), "bottom-right");

  const popover = new Popover(root, data.texts);
  const places = placeMarkers(map, Marker, data, popover);
  const state = { factor: data.factor };
  const show = (factor) => {
    state.factor = factor;
    paintAreas(map, data, factor, colours);
    writeKey(root, data, factor);
    popover.close();
  };
  await loaded(map);
  map.addImage("hatch", hatch(colours), { pixelRatio: 2 });
  map.addLayer({ id: "no-data", type: "fill", source: "areas", paint: { "fill-pattern": "hatch" } }, "areas");
  show(state.factor);
  wireFactors(root, show);
  wireLayers(root, map, places);
  clickAreas(map, data, popover, () => state.factor);
  const arrange = () => layOut(root, map, places);
  map.on("move", arrange);
  map.on("resize", arrange);
  let fitted = canvas.clientWidth;
  map.on("resize", () => {
    if (Math.abs(canvas.clientWidth - fitted) < 8) return;
    fitted = canvas.clientWidth;
    map.fitBounds(data.bounds, { padding: padding(root), animate: false });
  });
  arrange();
  document.fonts?.ready.then(arrange);
  root.dataset.state = "ready";
  return { map, show };
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

const loaded = (map) => (map.loaded() ? Promise.resolve() : new Promise((done) => map.once("load", done)));

/** Keep the district clear of the controls that lie over the map. */
function padding(root) {
  const wide = root.clientWidth >= 420;
  const covered = root.querySelector("[data-map-controls]")?.offsetWidth ?? 0;
  return { left: wide ? Math.min(covered + 4, root.clientWidth * 0.26) : 16, right: wide ? 24 : 16, top: wide ? 14 : 84, bottom: wide ? 22 : 104 };
}

function readColours(root) {
  const computed = getComputedStyle(root);
  const read = (name) => computed.getPropertyValue(`--${name}`).trim();
  return {
    ground: read("map-ground"), road: read("map-road"), hairline: read("map-line"), outline: read("map-outline"),
    accent: read("accent"), surface: read("surface"), hatch: read("ink-4"),
    ramp: [1, 2, 3, 4, 5].map((step) => read(`seq-${step}`)),
  };
}

function style(colours, data) {
  const roadWidth = ["match", ["get", "kind"], "ring", 3, "expressway", 2.4, 1.6];
  const byZoom = (width) => ["interpolate", ["exponential", 1.6], ["zoom"], 9, ["*", 0.6, width], 13, ["*", 2, width]];
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: data.areas, promoteId: "code" },
      outline: { type: "geojson", data: data.outline },
      roads: { type: "geojson", data: data.roads },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.ground } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": colours.surface, "fill-antialias": false } },
      { id: "roads", type: "line", source: "roads", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colours.road, "line-width": byZoom(roadWidth), "line-opacity": 0.85 } },
      { id: "hairlines", type: "line", source: "areas", paint: { "line-color": colours.hairline, "line-width": 1 } },
      { id: "outline", type: "line", source: "outline", layout: { "line-join": "round" }, paint: { "line-color": colours.outline, "line-width": 1.2 } },
      { id: "hover", type: "line", source: "areas", filter: ["==", ["get", "code"], ""], paint: { "line-color": colours.accent, "line-width": 2 } },
    ],
  };
}

/** A tile of diagonal lines for areas without a valid value. */
function hatch({ surface, hatch: ink }) {
  const size = 12;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = tile.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = surface;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.55;
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  [[-3, 3, 3, -3], [0, size, size, 0], [size - 3, size + 3, size + 3, size - 3]].forEach(([x1, y1, x2, y2]) => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  });
  return pen.getImageData(0, 0, size, size);
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

function placeMarkers(map, Marker, data, popover) {
  const add = (element, lonlat, layer) => {
    const marker = new Marker({ element, anchor: "center" }).setLngLat(lonlat).addTo(map);
    element.setAttribute("aria-label", element.dataset.name);
    element.removeAttribute("role");
    return { marker, element, layer, off: false };
  };
  const pills = data.points.map((point) => {
    const pill = button("map-pill", point.index ?? "—", point.spoken);
    if (point.level) pill.dataset.aqi = point.level;
    pill.dataset.link = point.state;
    pill.dataset.firm = String(point.firm);
    pill.addEventListener("click", (event) => { event.stopPropagation(); popover.point(point, pill); });
    return add(pill, [point.longitude, point.latitude], "points");
  });
  const names = data.names.map((name) => {
    const label = button("map-name", name.short, name.spoken);
    label.addEventListener("click", (event) => { event.stopPropagation(); popover.area(name.code, data, label); });
    return add(label, [name.longitude, name.latitude], "names");
  });
  return [...pills, ...names];
}

function button(kind, words, spoken) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = kind;
  element.textContent = words;
  element.dataset.name = spoken;
  return element;
}

/** Give pills their places first, nudged apart; a name that would cover something or leave the map drops out. */
function layOut(root, map, places) {
  const bounds = { left: 2, top: 2, right: root.clientWidth - 2, bottom: root.clientHeight - 2 };
  const taken = [...root.querySelectorAll("[data-map-covers]")].filter((panel) => !panel.hidden).map((panel) => box(panel, root));
  for (const place of places) {
    const { element, marker } = place;
    const at = map.project(marker.getLngLat());
    const half = { x: element.offsetWidth / 2, y: element.offsetHeight / 2 };
    const pill = element.classList.contains("map-pill");
    const firm = element.dataset.firm === "true";
    const nudge = place.off ? undefined : (pill ? NUDGES.slice(0, firm ? 9 : 1) : NUDGES.slice(0, 3)).find(([dx, dy]) => {
      const area = around(at.x + dx, at.y + (pill ? dy : dy * 0.7), half, pill ? 1 : 2);
      return inside(area, bounds) && !taken.some((other) => overlap(area, other));
    });
    const [dx, dy] = nudge ?? [0, 0];
    const hidden = place.off || (nudge === undefined && !firm);
    element.classList.toggle("is-out", hidden);
    element.tabIndex = hidden ? -1 : 0;
    if (hidden) continue;
    marker.setOffset([dx, pill ? dy : dy * 0.7]);
    taken.push(around(at.x + dx, at.y + (pill ? dy : dy * 0.7), half, pill ? 1 : 0));
  }
}

const around = (x, y, half, margin) => ({ left: x - half.x - margin, right: x + half.x + margin, top: y - half.y - margin, bottom: y + half.y + margin });
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const inside = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

function box(element, root) {
  const outer = root.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  return { left: inner.left - outer.left, right: inner.right - outer.left, top: inner.top - outer.top, bottom: inner.bottom - outer.top };
}

function clickAreas(map, data, popover, factor) {
  map.on("click", "areas", (event) => popover.area(event.features[0].properties.code, data, null, event.point, factor()));
  map.on("click", "no-data", (event) => popover.area(event.features[0].properties.code, data, null, event.point, factor()));
  map.on("click", (event) => {
    if (map.queryRenderedFeatures(event.point, { layers: ["areas", "no-data"] }).length === 0) popover.close();
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

/* What an object says about itself --------------------------------------------------------------------------- */

class Popover {
  constructor(root, texts) {
    this.root = root;
    this.texts = texts;
    this.opener = null;
    this.element = document.createElement("div");
    this.element.className = "map-pop";
    this.element.setAttribute("role", "dialog");
    this.element.tabIndex = -1;
    this.element.hidden = true;
    root.append(this.element);
    this.element.addEventListener("click", (event) => event.stopPropagation());
    root.addEventListener("keydown", (event) => { if (event.key === "Escape" && !this.element.hidden) { event.stopPropagation(); this.close(true); } });
  }

  point(point, opener) {
    const lines = [point.area, ...point.lines];
    this.#open(point.name, lines, point.values, [point.url ? [point.url, this.texts.station] : null], opener);
  }

  area(code, data, opener, at = null) {
    const area = data.area_facts[code];
    if (!area) return;
    const rows = Object.entries(data.means[code] ?? {}).map(([factor, mean]) => ({ name: factor, value: mean.text, unit: data.factors[factor].unit }));
    const lines = [area.full, rows.length ? fill(this.texts.area_mean, { points: area.points, hour: data.hour }) : this.texts.no_data];
    this.#open(area.short, lines, rows, [], opener, at);
  }

  #open(title, lines, rows, links, opener, at = null) {
    const close = button("map-pop-close", "×", this.texts.close);
    close.setAttribute("aria-label", this.texts.close);
    close.addEventListener("click", () => this.close(true));
    const list = document.createElement("dl");
    rows.forEach(({ name, value, unit }) => list.append(node("dt", name), node("dd", value, unit)));
    this.element.replaceChildren(close, node("h3", title), ...lines.filter(Boolean).map((line) => node("p", line)), list,
      ...links.filter(Boolean).map(([url, words]) => { const link = node("a", words); link.href = url; return link; }));
    this.element.setAttribute("aria-label", title);
    this.element.hidden = false;
    this.#place(opener, at);
    this.opener = opener;
    this.element.focus({ preventScroll: true });
  }

  #place(opener, at) {
    const anchor = opener ? box(opener, this.root) : { left: at.x - 4, right: at.x + 4, top: at.y - 4, bottom: at.y + 4 };
    const [width, height] = [this.element.offsetWidth, this.element.offsetHeight];
    const room = { x: this.root.clientWidth - width - 8, y: this.root.clientHeight - height - 8 };
    const right = anchor.right + 8;
    const left = right > room.x ? anchor.left - width - 8 : right;
    this.element.style.left = `${Math.max(8, Math.min(left, room.x))}px`;
    this.element.style.top = `${Math.max(8, Math.min(anchor.top - 12, room.y))}px`;
  }

  close(refocus = false) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    if (refocus) (this.opener ?? this.root.querySelector("canvas"))?.focus({ preventScroll: true });
    this.opener = null;
  }
}

function node(tag, words, unit = null) {
  const element = document.createElement(tag);
  if (unit === null) {
    element.textContent = words;
    return element;
  }
  const strong = document.createElement("b");
  strong.textContent = words;
  const small = document.createElement("span");
  small.className = "u";
  small.textContent = unit;
  element.append(strong, " ", small);
  return element;
}
