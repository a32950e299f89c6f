// A ledger on the map: marks of what the question finds, gathered on a grid while there are too many; a mark opens its entry.
import { data, fill } from "../ui/chart.js";
import { button, follow, layOut, mark, open } from "../ui/map.js";

const facts = data("ledger-map-facts");
const root = document.querySelector("[data-ledger-map]");
const note = root.querySelector("[data-map-note]");
const collection = (features) => ({ type: "FeatureCollection", features });
let asked = 0;

async function begin() {
  const answer = await fetch(facts.ground);
  if (!answer.ok) return;
  const ground = await answer.json();
  if (!ground.bounds) return;
  const opened = await open(root, ground);
  if (!opened) return;
  const { map, Marker, colours } = opened;
  map.setPaintProperty("areas", "fill-color", colours.ramp[0]);
  map.addSource("entries", { type: "geojson", data: collection([]) });
  map.addSource("cells", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "shapes", type: "fill", source: "entries", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.accent, "fill-opacity": 0.22 } });
  map.addLayer({ id: "edges", type: "line", source: "entries", filter: ["==", ["get", "outline"], true], paint: { "line-color": colours.accent, "line-width": 2 } });
  map.addLayer({ id: "cells", type: "circle", source: "cells", paint: { "circle-color": colours.accent, "circle-opacity": 0.75, "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 3, 30, 22], "circle-stroke-width": 1, "circle-stroke-color": colours.surface } });
  map.addLayer({ id: "marks", type: "circle", source: "entries", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": ["case", ["get", "working"], colours.accent, colours.surface], "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3, 14, 6], "circle-stroke-width": 1.2, "circle-stroke-color": ["case", ["get", "working"], colours.surface, colours.accent] } });
  const layers = ["marks", "shapes", "edges"];
  const near = ({ x, y }) => map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers })[0];
  map.on("click", ({ point, lngLat }) => {
    const hit = near(point);
    if (hit) location.assign(`${facts.list}${encodeURIComponent(hit.properties.code)}/`);
    else if (map.queryRenderedFeatures(point, { layers: ["cells"] }).length) map.easeTo({ center: lngLat, zoom: map.getZoom() + 1.5 });
  });
  map.on("mousemove", ({ point }) => {
    const hit = near(point);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    root.title = hit ? `${hit.properties.name} ${hit.properties.code}` : "";
  });
  map.on("moveend", () => load(map));
  const names = ground.names.map((name) => mark(map, Marker, button("map-name", name.short, name.spoken), [name.longitude, name.latitude], "names"));
  names.forEach(({ element }) => { element.disabled = true; });
  follow(root, map, ground, () => layOut(root, map, names));
  await load(map);
  root.dataset.state = "ready";
}

async function load(map) {
  const mine = ++asked;
  const box = map.getBounds();
  const window_ = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((degree) => degree.toFixed(4)).join(",");
  const answer = await fetch(`${facts.data}&bbox=${window_}`);
  if (!answer.ok || mine !== asked) return;
  const found = await answer.json();
  map.getSource("entries").setData(collection(found.gathered ? [] : found.features));
  map.getSource("cells").setData(collection(found.gathered ? found.features : []));
  note.textContent = fill(found.gathered ? facts.texts.gathered : facts.texts.shown, { n: found.total });
}

await begin();
