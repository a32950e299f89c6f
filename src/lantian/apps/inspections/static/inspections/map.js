// The board's map: what is due (hollow), late (filled), failed in the last days (ink).
import { data, fill } from "../ui/chart.js";
import { button, follow, layOut, mark, open } from "../ui/map.js";

const facts = data("inspections-map-facts");
const root = document.querySelector("[data-inspections-map]");
const note = root.querySelector("[data-map-note]");

async function begin() {
  const [ground, marks] = await Promise.all([facts.ground, facts.data].map(async (url) => {
    const answer = await fetch(url);
    return answer.ok ? answer.json() : null;
  }));
  if (!ground?.bounds || !marks) return;
  const opened = await open(root, ground);
  if (!opened) return;
  const { map, Marker, colours } = opened;
  map.setPaintProperty("areas", "fill-color", colours.ramp[0]);
  map.addSource("marks", { type: "geojson", data: marks });
  const sort = ["get", "sort"];
  map.addLayer({
    id: "marks", type: "circle", source: "marks",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 14, 7],
      "circle-color": ["match", sort, "due", colours.surface, "failed", colours.ink ?? "#1b1f24", colours.accent],
      "circle-stroke-width": 1.5,
      "circle-stroke-color": ["match", sort, "failed", colours.surface, "late", colours.surface, colours.accent],
    },
  });
  map.on("mousemove", ({ point: { x, y } }) => {
    const hit = map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ["marks"] })[0];
    root.title = hit ? `${hit.properties.name} · ${facts.texts[hit.properties.sort]}` : "";
  });
  const names = ground.names.map((name) => mark(map, Marker, button("map-name", name.short, name.spoken), [name.longitude, name.latitude], "names"));
  names.forEach(({ element }) => { element.disabled = true; });
  follow(root, map, ground, () => layOut(root, map, names));
  note.textContent = fill(facts.texts.shown, { n: marks.features.length });
  root.dataset.state = "ready";
}

await begin();
