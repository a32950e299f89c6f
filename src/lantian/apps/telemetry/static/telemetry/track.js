// A vehicle's day on the map: where it drove, where it was allowed to, where the day began and ended.
import { data } from "../ui/chart.js";
import { button, follow, layOut, mark, open } from "../ui/map.js";

const facts = data("track-facts");
const frame = document.querySelector("[data-track]");
const line = (coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
const collection = (features) => ({ type: "FeatureCollection", features });

function around(places) {
  const [east, north] = [0, 1].map((axis) => places.map((place) => place[axis]));
  return [[Math.min(...east), Math.min(...north)], [Math.max(...east), Math.max(...north)]];
}

async function draw() {
  const answer = await fetch(facts.ground);
  if (!answer.ok) return;
  const ground = await answer.json();
  const opened = await open(frame, ground);
  if (!opened) return;
  const { map, Marker, colours } = opened;
  map.setPaintProperty("areas", "fill-color", colours.ramp[0]);
  const wide = { "line-join": "round", "line-cap": "round" };
  map.addSource("course", { type: "geojson", data: collection(facts.course.length > 1 ? [line(facts.course)] : []) });
  map.addSource("track", { type: "geojson", data: collection(facts.lines.map(line)) });
  map.addLayer({ id: "course", type: "line", source: "course", layout: wide, paint: { "line-color": colours.outline, "line-width": 6, "line-opacity": 0.35 } });
  map.addLayer({ id: "track", type: "line", source: "track", layout: wide, paint: { "line-color": colours.accent, "line-width": 2.5 } });
  const places = facts.lines.flat();
  const ends = places.length ? [[facts.texts.first, places[0]], [facts.texts.last, places.at(-1)]] : [];
  const pills = ends.map(([words, lonlat]) => { const pill = button("map-pill", words, words); pill.dataset.firm = "true"; pill.disabled = true; return mark(map, Marker, pill, lonlat, "points"); });
  const names = ground.names.map((name) => { const label = button("map-name", name.short, name.spoken); label.disabled = true; return mark(map, Marker, label, [name.longitude, name.latitude], "names"); });
  const bounds = places.length ? around([...places, ...facts.course]) : ground.bounds;
  follow(frame, map, { ...ground, bounds }, () => layOut(frame, map, [...pills, ...names]));
  map.fitBounds(bounds, { padding: Math.min(48, frame.clientHeight * 0.2), maxZoom: 13, animate: false });
  frame.dataset.state = "ready";
}

await draw();
