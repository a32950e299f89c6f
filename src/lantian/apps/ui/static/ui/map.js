/* The map component: the pack's areas on a quiet ground, all from our own GeoJSON; nothing is asked of anywhere.
 *
 * `open(root, data)` builds the map in the markup of a page: [data-map-canvas] the canvas, [data-map-controls] what lies over it left,
 * [data-map-covers] what names must not run into. `data` holds bounds, max_zoom, areas, outline, roads, names, texts. A page adds its
 * layers and markers to the map it gets. Without WebGL a sentence says so and the list beside the map carries the same facts.
 */

const LIBRARY = "../vendor/maplibre/maplibre-gl.mjs";
export const NUDGES = [[0, 0], [0, -24], [0, 24], [46, 0], [-46, 0], [46, -24], [-46, -24], [46, 24], [-46, 24]];

/** Build the map; returns { map, Marker, colours }, or null where the browser cannot draw it. */
export async function open(root, data, more = {}) {
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
    ...more,
  });
  map.touchZoomRotate?.disableRotation();
  map.keyboard?.disableRotation?.();
  if (!root.hasAttribute("data-still")) map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 90, unit: "metric" }), "bottom-right");
  await loaded(map);
  return { map, Marker, colours };
}

/** Call `arrange` whenever the picture moves, and fit the district again when its frame changes. */
export function follow(root, map, data, arrange) {
  const canvas = root.querySelector("[data-map-canvas]");
  map.on("move", arrange);
  map.on("resize", arrange);
  let fitted = canvas.clientWidth;
  map.on("resize", () => {
    if (!canvas.clientWidth || Math.abs(canvas.clientWidth - fitted) < 8) return;
    fitted = canvas.clientWidth;
    map.fitBounds(data.bounds, { padding: padding(root), animate: false });
  });
  arrange();
  document.fonts?.ready.then(arrange);
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

const loaded = (map) => (map.loaded() ? Promise.resolve() : new Promise((done) => map.once("load", done)));

/** Keep the district clear of the controls that lie over the map, and leave a small map most of its width and height. */
function padding(root) {
  const { clientWidth: width = 0, clientHeight: height = 0 } = root.querySelector("[data-map-canvas]") ?? {};
  const wide = width >= 420;
  const covered = root.querySelector("[data-map-controls]")?.offsetWidth ?? 0;
  const [top, bottom] = wide ? [14, 22] : [84, 104];
  return {
    left: Math.min(wide ? covered + 4 : 16, width * 0.26),
    right: Math.min(wide ? 24 : 16, width * 0.2),
    top: Math.min(top, height * 0.25),
    bottom: Math.min(bottom, height * 0.3),
  };
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
export function hatch({ surface, hatch: ink }) {
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

/* Names and other markers over the canvas ---------------------------------------------------------------------- */

/** Put an element on the map; what it says stands in its data-name. */
export function mark(map, Marker, element, lonlat, layer) {
  const marker = new Marker({ element, anchor: "center" }).setLngLat(lonlat).addTo(map);
  element.setAttribute("aria-label", element.dataset.name);
  element.removeAttribute("role");
  return { marker, element, layer, off: false };
}

export function button(kind, words, spoken) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = kind;
  element.textContent = words;
  element.dataset.name = spoken;
  return element;
}

/** Give pills their places first, nudged apart; a name that would cover something or leave the map drops out. `others` are boxes
 *  of the canvas { left, right, top, bottom } that names must not cover either. */
export function layOut(root, map, places, others = []) {
  const bounds = { left: 2, top: 2, right: root.clientWidth - 2, bottom: root.clientHeight - 2 };
  const taken = [...root.querySelectorAll("[data-map-covers]")].filter((panel) => !panel.hidden).map((panel) => box(panel, root)).concat(others);
  for (const place of places) {
    const { element, marker } = place;
    const at = map.project(marker.getLngLat());
    const half = { x: element.offsetWidth / 2, y: element.offsetHeight / 2 };
    const pill = element.matches(".map-pill, .map-alarm");
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

/* What an object says about itself --------------------------------------------------------------------------- */

export class Popover {
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

  /** Show title, lines, rows { name, value, unit } and links [url, words] beside an opener, or at a place of the canvas. */
  show(title, lines, rows, links, opener, at = null) {
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

export function node(tag, words, unit = null) {
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
