// Where an entry lies: its geometry over the streets, drawn as SVG; a small picture that needs no map library.
const SPACE = "http://www.w3.org/2000/svg";
const grounds = new Map();

const fetched = (address) => {
  if (!grounds.has(address)) grounds.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({})));
  return grounds.get(address);
};

async function draw(root) {
  if (root.dataset.drawn) return;
  root.dataset.drawn = "yes";
  const place = JSON.parse(root.dataset.place);
  const ground = await fetched(root.dataset.ground);
  const spots = positions(place.coordinates);
  const box = window_of(spots, root.clientWidth / Math.max(1, root.clientHeight));
  const svg = make("svg", { viewBox: `0 0 ${box.width} ${box.height}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" });
  const to = ([east, north]) => [((east - box.west) * box.scale).toFixed(2), ((box.north - north) * box.scale * box.stretch).toFixed(2)];
  for (const area of ground.areas?.features ?? []) svg.append(make("path", { class: "street", d: path(area.geometry, to) }));
  for (const road of ground.roads?.features ?? []) svg.append(make("path", { class: "road", d: path(road.geometry, to) }));
  if (place.type.endsWith("Point")) {
    const [x, y] = to(spots[0]);
    svg.append(make("circle", { class: "spot", cx: x, cy: y, r: 6 }));
  } else {
    svg.append(make("path", { class: place.type.endsWith("Polygon") ? "shape" : "way", d: path(place, to) }));
  }
  root.replaceChildren(svg);
}

function window_of(spots, ratio) {
  const easts = spots.map(([east]) => east);
  const norths = spots.map(([, north]) => north);
  const middle = [(Math.min(...easts) + Math.max(...easts)) / 2, (Math.min(...norths) + Math.max(...norths)) / 2];
  const stretch = 1 / Math.cos((middle[1] * Math.PI) / 180);
  const high = Math.max(0.02, (Math.max(...norths) - Math.min(...norths)) * 2, ((Math.max(...easts) - Math.min(...easts)) * 2) / ratio / stretch);
  const wide = high * ratio * stretch;
  const scale = 300 / wide;
  return { west: middle[0] - wide / 2, north: middle[1] + high / 2, scale, stretch, width: 300, height: high * scale * stretch };
}

const positions = (part) => (typeof part[0] === "number" ? [part] : part.flatMap(positions));
const ring = (line, to) => line.map((spot, at) => `${at ? "L" : "M"}${to(spot).join(" ")}`).join("");

function path(geometry, to) {
  const { type, coordinates } = geometry ?? {};
  const lines = { LineString: () => [coordinates], MultiLineString: () => coordinates, Polygon: () => coordinates, MultiPolygon: () => coordinates.flat(1) }[type];
  return lines ? lines().map((line) => ring(line, to)).join("") : "";
}

function make(tag, attributes) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const all = () => document.querySelectorAll("[data-place]").forEach(draw);
all();
document.addEventListener("htmx:after:swap", all);
