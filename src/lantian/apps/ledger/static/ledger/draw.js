// Draw where an entry lies: a click sets the point, or adds a corner of the line or polygon; the form's fields carry it.
import { open } from "../ui/map.js";

const root = document.querySelector("[data-draw]");
const one = (selector) => document.querySelector(selector);
const field = one("[data-draw-geometry]");
const [east, north] = [one("[data-draw-longitude]"), one("[data-draw-latitude]")];
const datum = one("#datum");
const kind = root.dataset.geometry;
const DECIMALS = 7;
let corners = [];
let kept = null;

function begin_from(text) {
  if (!text) return;
  const shape = JSON.parse(text);
  if (shape.type === "LineString") corners = shape.coordinates;
  else if (shape.type === "Polygon" && shape.coordinates.length === 1) corners = shape.coordinates[0].slice(0, -1);
  else kept = shape;
}

function shape() {
  if (kept) return kept;
  if (kind === "polygon" && corners.length > 2) return { type: "Polygon", coordinates: [[...corners, corners[0]]] };
  if (kind === "line" && corners.length > 1) return { type: "LineString", coordinates: corners };
  return null;
}

function draft() {
  const made = shape();
  const features = made ? [{ type: "Feature", properties: {}, geometry: made }] : [];
  if (!made && corners.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } });
  const spots = kind === "point" ? (Number(east.value) ? [[Number(east.value), Number(north.value)]] : []) : corners;
  for (const coordinates of spots) features.push({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } });
  return { type: "FeatureCollection", features };
}

function write(map) {
  const made = shape();
  field.value = made ? JSON.stringify(made) : "";
  if (made) datum.value = "wgs84";
  map.getSource("draft").setData(draft());
}

async function begin() {
  begin_from(field.value);
  const answer = await fetch(root.dataset.ground);
  if (!answer.ok) return;
  const ground = await answer.json();
  if (!ground.bounds) return;
  const opened = await open(root, ground, { maxZoom: 18 });
  if (!opened) return;
  const { map, colours } = opened;
  map.setPaintProperty("areas", "fill-color", colours.ramp[0]);
  map.addSource("draft", { type: "geojson", data: draft() });
  map.addLayer({ id: "draft-fill", type: "fill", source: "draft", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.accent, "fill-opacity": 0.2 } });
  map.addLayer({ id: "draft-line", type: "line", source: "draft", paint: { "line-color": colours.accent, "line-width": 2 } });
  map.addLayer({ id: "draft-spots", type: "circle", source: "draft", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colours.accent, "circle-radius": 5, "circle-stroke-color": colours.surface, "circle-stroke-width": 1.5 } });
  map.on("click", ({ lngLat }) => {
    const spot = [Number(lngLat.lng.toFixed(DECIMALS)), Number(lngLat.lat.toFixed(DECIMALS))];
    if (kind === "point") {
      [east.value, north.value] = spot.map(String);
      datum.value = "wgs84";
    } else {
      kept = null;
      corners = [...corners, spot];
    }
    write(map);
  });
  one("[data-draw-undo]").addEventListener("click", () => { corners = corners.slice(0, -1); write(map); });
  one("[data-draw-clear]").addEventListener("click", () => { corners = []; kept = null; east.value = north.value = ""; write(map); });
  root.dataset.state = "ready";
}

await begin();
