// Cases on the map: each in the colour and shape of its most urgent step's lamp; a mark opens its case.
import { data, fill } from "../ui/chart.js";
import { button, follow, layOut, mark, open } from "../ui/map.js";

const facts = data("case-map-facts");
const root = document.querySelector("[data-case-map]");
const note = root.querySelector("[data-map-note]");
const SIZE = 36;
const URGENCY = ["r", "y", "g", "p", "o", "done"];

/* A lamp as it stands beside words: disc, triangle, square, bars, ring; twice as large, for sharp screens. */
function picture(lamp) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  const read = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  pen.lineWidth = 3;
  pen.strokeStyle = read("surface");
  pen.fillStyle = read({ r: "lamp-r", y: "lamp-y", g: "lamp-g" }[lamp] ?? "lamp-n");
  SHAPES[lamp](pen, read);
  return pen.getImageData(0, 0, SIZE, SIZE);
}

const SHAPES = {
  r: (pen) => { pen.fillRect(7, 7, 22, 22); pen.strokeRect(7, 7, 22, 22); },
  y: (pen, read) => {
    pen.beginPath();
    pen.moveTo(18, 4); pen.lineTo(33, 31); pen.lineTo(3, 31); pen.closePath();
    pen.fill();
    pen.strokeStyle = read("lamp-y-edge");
    pen.stroke();
  },
  g: (pen) => { pen.beginPath(); pen.arc(18, 18, 12, 0, 7); pen.fill(); pen.stroke(); },
  p: (pen) => { pen.fillRect(8, 6, 8, 24); pen.fillRect(20, 6, 8, 24); },
  o: (pen) => { pen.beginPath(); pen.arc(18, 18, 10, 0, 7); pen.strokeStyle = pen.fillStyle; pen.lineWidth = 5; pen.stroke(); },
  done: (pen) => { pen.beginPath(); pen.arc(18, 18, 6, 0, 7); pen.fill(); pen.stroke(); },
};

async function begin() {
  const answers = await Promise.all([fetch(facts.ground), fetch(facts.data)]);
  if (answers.some((answer) => !answer.ok)) return;
  const [ground, cases] = await Promise.all(answers.map((answer) => answer.json()));
  const n = cases.features.length;
  note.textContent = fill(n === 0 ? facts.texts.none : cases.more ? facts.texts.more : facts.texts.shown, { n });
  if (!ground.bounds) return;
  const opened = await open(root, ground);
  if (!opened) return;
  const { map, Marker, colours } = opened;
  map.setPaintProperty("areas", "fill-color", colours.ramp[0]);
  URGENCY.forEach((lamp) => map.addImage(`lamp-${lamp}`, picture(lamp), { pixelRatio: 2 }));
  map.addSource("cases", { type: "geojson", data: cases });
  const urgency = ["match", ["get", "lamp"], ...URGENCY.flatMap((lamp, place) => [lamp, URGENCY.length - place]), 0];
  map.addLayer({ id: "cases", type: "symbol", source: "cases", layout: { "icon-image": ["concat", "lamp-", ["get", "lamp"]], "icon-allow-overlap": true, "symbol-sort-key": urgency } });
  const near = ({ x, y }) => map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: ["cases"] })[0];
  map.on("click", ({ point }) => {
    const hit = near(point);
    if (hit) location.assign(facts.one.replace("/-/", `/${encodeURIComponent(hit.properties.slug)}/`));
  });
  map.on("mousemove", ({ point }) => {
    const hit = near(point);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    root.title = hit ? `${hit.properties.title} · ${hit.properties.step} · ${hit.properties.number}` : "";
  });
  const names = ground.names.map((name) => mark(map, Marker, button("map-name", name.short, name.spoken), [name.longitude, name.latitude], "names"));
  names.forEach(({ element }) => { element.disabled = true; });
  follow(root, map, ground, () => layOut(root, map, names));
  root.dataset.state = "ready";
}

await begin();
