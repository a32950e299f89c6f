// The live map: marks by kind and standing over the shared map, refreshed in place; list and card beside it say the same.
import { data, fill } from "../ui/chart.js";
import { button, follow, layOut, mark, open } from "../ui/map.js";

const facts = data("live-facts");
const root = document.querySelector("[data-live]");
const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
const drift = Date.parse(root.dataset.now) - Date.now();
const kinds = Object.fromEntries(facts.kinds.map((kind) => [kind.id, kind]));
const [ID, OF, NAME, KIND, EAST, NORTH, STATE, TEXT, UNIT, LEVEL, SEEN] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const ROWS_SHOWN = 120;
const PILLS_AVOIDED = 300;
const ORDER = ["invalid", "offline", "stale", "online", "never"];
const shown = { kinds: new Set(Object.keys(kinds)), states: new Set(Object.keys(facts.states)), alarms: true };
const asked = { text: "", kind: "", state: "" };
let live = { marks: [], alarms: [], counts: {}, waiting: 0 };
let picture = null;
let selected = null;
let updated = null;

/* Symbols: the shape says the kind, the filling the standing ------------------------------------------------------ */

const SHAPES = {
  circle: (pen, r) => pen.arc(0, 0, r, 0, 2 * Math.PI),
  square: (pen, r) => pen.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76),
  triangle: (pen, r) => polygon(pen, [[0, -r * 1.1], [r * 1.05, r * 0.8], [-r * 1.05, r * 0.8]]),
  diamond: (pen, r) => polygon(pen, [[0, -r * 1.15], [r * 1.15, 0], [0, r * 1.15], [-r * 1.15, 0]]),
  hexagon: (pen, r) => polygon(pen, [0, 1, 2, 3, 4, 5].map((at) => [r * 1.05 * Math.cos((at * Math.PI) / 3), r * 1.05 * Math.sin((at * Math.PI) / 3)])),
  stack: (pen, r) => polygon(pen, [[-r * 0.42, -r * 1.1], [r * 0.42, -r * 1.1], [r * 0.75, r], [-r * 0.75, r]]),
  truck: (pen, r) => polygon(pen, [[-r * 1.15, -r * 0.7], [r * 0.3, -r * 0.7], [r * 0.3, -r * 0.3], [r * 0.8, -r * 0.3], [r * 1.15, r * 0.15], [r * 1.15, r * 0.7], [-r * 1.15, r * 0.7]]),
  drop: (pen, r) => { pen.moveTo(0, -r * 1.2); pen.bezierCurveTo(r * 0.4, -r * 0.5, r, 0, r, r * 0.35); pen.arc(0, r * 0.35, r, 0, Math.PI); pen.bezierCurveTo(-r, 0, -r * 0.4, -r * 0.5, 0, -r * 1.2); },
};

function polygon(pen, corners) {
  corners.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
}

function palette() {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: read("ink"), soft: read("ink-2"), quiet: read("ink-3"), faint: read("ink-4"), surface: read("surface"), line: read("line-2"), font: read("font"), outline: read("map-outline"), level: (at) => [read(`aqi-${at}`), read(`aqi-${at}-edge`)] };
}

const colours = palette();
const SCALE = 2;

function sheet(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale(SCALE, SCALE);
  return [canvas, pen];
}

/** A kind's symbol under a standing: full, grey, hatched, dashed or dotted. */
function symbol(shape, state, size = 16) {
  const [canvas, pen] = sheet(size, size);
  pen.translate(size / 2, size / 2);
  pen.lineJoin = "round";
  const trace = () => { pen.beginPath(); (SHAPES[shape] ?? SHAPES.circle)(pen, size * 0.36); };
  trace();
  pen.fillStyle = { online: colours.soft, stale: colours.line }[state] ?? colours.surface;
  pen.fill();
  if (state === "invalid") {
    pen.save();
    pen.clip();
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 1.1;
    for (let at = -size; at <= size; at += 3) { pen.beginPath(); pen.moveTo(at - size, size); pen.lineTo(at + size, -size); pen.stroke(); }
    pen.restore();
    trace();
  }
  pen.strokeStyle = { online: colours.surface, stale: colours.quiet, invalid: colours.ink, offline: colours.soft }[state] ?? colours.faint;
  pen.lineWidth = state === "online" ? 1 : 1.3;
  pen.setLineDash({ offline: [2.4, 1.8], never: [1, 2] }[state] ?? []);
  trace();
  pen.stroke();
  return canvas;
}

function alarmMark(size = 22) {
  const [canvas, pen] = sheet(size, size);
  pen.translate(size / 2, size / 2);
  pen.beginPath();
  SHAPES.diamond(pen, size * 0.4);
  pen.fillStyle = colours.ink;
  pen.fill();
  pen.strokeStyle = colours.surface;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fillStyle = colours.surface;
  pen.font = `700 ${size * 0.55}px ${colours.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText("!", 0, 0.5);
  return canvas;
}

/** A pill: the number in ink with the bordered cap of its level. */
function pill(text, level, state) {
  const [, measure] = sheet(1, 1);
  measure.font = `600 12px ${colours.font}`;
  const width = Math.ceil(measure.measureText(text).width) + (level ? 19 : 12);
  const [canvas, pen] = sheet(width, 19);
  const quiet = state !== "online";
  pen.beginPath();
  pen.roundRect(0.5, 0.5, width - 1, 18, 3);
  pen.fillStyle = colours.surface;
  pen.fill();
  if (level) {
    const [fillColour, edge] = colours.level(level);
    pen.save();
    pen.clip();
    pen.fillStyle = quiet ? colours.line : fillColour;
    pen.fillRect(0, 0, 7, 19);
    pen.restore();
    pen.strokeStyle = quiet ? colours.faint : edge;
    pen.lineWidth = 1;
    pen.strokeRect(0.5, 0.5, 7, 18);
  }
  pen.beginPath();
  pen.roundRect(0.5, 0.5, width - 1, 18, 3);
  pen.setLineDash(state === "offline" || state === "never" ? [2.5, 2] : []);
  pen.strokeStyle = colours.outline;
  pen.lineWidth = 1;
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = quiet ? colours.quiet : colours.ink;
  pen.font = `600 12px ${colours.font}`;
  pen.textBaseline = "middle";
  pen.fillText(text, level ? 12 : 6, 10);
  return canvas;
}

function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

/* The picture ----------------------------------------------------------------------------------------------------- */

function visible() {
  return live.marks.filter((row) => row[EAST] !== null && shown.kinds.has(row[KIND]) && shown.states.has(row[STATE]));
}

function feature(row) {
  const kind = kinds[row[KIND]];
  const text = row[STATE] === "offline" || row[STATE] === "never" ? "—" : row[TEXT];
  const image = kind?.pill && text ? `pill|${text}|${text === "—" ? 0 : row[LEVEL]}|${row[STATE]}` : `mark|${kind?.symbol ?? "circle"}|${row[STATE]}`;
  return { type: "Feature", geometry: { type: "Point", coordinates: [row[EAST], row[NORTH]] }, properties: { id: row[ID], of: row[OF], image, small: `mark|circle|${row[STATE]}`, pill: image.startsWith("pill"), order: (kind?.order ?? 0) } };
}

const collection = (features) => ({ type: "FeatureCollection", features });

function drawMarks() {
  if (!picture) return;
  const features = visible().map(feature);
  features.forEach(({ properties }) => { need(properties.image); need(properties.small); });
  picture.map.getSource("marks").setData(collection(features));
  picture.pills = features.filter(({ properties }) => properties.pill).map(({ geometry }) => geometry.coordinates);
  picture.arrange?.();
  drawSelected();
  const alarms = shown.alarms ? live.alarms : [];
  picture.map.getSource("alarms").setData(collection(alarms.map(([number, id, of, east, north]) => ({ type: "Feature", geometry: { type: "Point", coordinates: [east, north] }, properties: { id, of, number } }))));
}

/** Give the map an image before a mark asks for it. */
function need(id) {
  if (picture.map.hasImage(id)) return;
  const [what, first, second, third] = id.split("|");
  const drawing = what === "pill" ? pill(first, Number(second), third) : symbol(first, second);
  picture.map.addImage(id, pixels(drawing), { pixelRatio: SCALE });
}

/** Ring the mark whose card is open. */
function drawSelected() {
  if (!picture?.map.getSource("selected")) return;
  const row = selected ? live.marks.find((other) => other[ID] === selected.id && other[OF] === selected.of) : null;
  picture.map.getSource("selected").setData(collection(row && row[EAST] !== null ? [{ type: "Feature", geometry: { type: "Point", coordinates: [row[EAST], row[NORTH]] }, properties: {} }] : []));
}

/** Boxes of the pills, which street names must not cover. */
function pillBoxes() {
  return (picture.pills ?? []).slice(0, PILLS_AVOIDED).map((lonlat) => {
    const at = picture.map.project(lonlat);
    return { left: at.x - 20, right: at.x + 20, top: at.y - 10, bottom: at.y + 10 };
  });
}

function addLayers(map) {
  map.addImage("alarm", pixels(alarmMark()), { pixelRatio: SCALE });
  map.setPaintProperty("areas", "fill-color", picture.colours.ramp[0]);
  const empty = { type: "geojson", data: collection([]) };
  map.addSource("selected", empty);
  map.addLayer({ id: "selected", type: "circle", source: "selected", paint: { "circle-radius": 16, "circle-color": "transparent", "circle-stroke-width": 2.5, "circle-stroke-color": picture.colours.accent } });
  map.addSource("marks", empty);
  map.addSource("alarms", empty);
  const isPill = ["==", ["get", "pill"], true];
  const size = ["interpolate", ["linear"], ["zoom"], 9, 0.7, 11, 1];
  map.addLayer({ id: "under-pills", type: "symbol", source: "marks", filter: isPill, layout: { "icon-image": ["get", "small"], "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": 0.55 } });
  map.addLayer({ id: "marks", type: "symbol", source: "marks", filter: ["!", isPill], layout: { "icon-image": ["get", "image"], "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": size } });
  map.addLayer({ id: "pills", type: "symbol", source: "marks", filter: isPill, layout: { "icon-image": ["get", "image"], "icon-allow-overlap": false, "icon-padding": 1, "symbol-sort-key": ["get", "order"] } });
  map.addLayer({ id: "alarms", type: "symbol", source: "alarms", layout: { "icon-image": "alarm", "icon-allow-overlap": true, "icon-ignore-placement": true } });
  const layers = ["alarms", "pills", "marks", "under-pills"];
  const near = ({ x, y }) => map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers })[0];
  map.on("click", ({ point }) => { const hit = near(point); if (hit) openCard(hit.properties.of, hit.properties.id); });
  map.on("mousemove", ({ point }) => { map.getCanvas().style.cursor = near(point) ? "pointer" : ""; });
}

async function drawMap() {
  const frame = one("[data-map]");
  const answer = await fetch(facts.urls.ground);
  if (!answer.ok) return;
  const ground = await answer.json();
  const opened = await open(frame, ground);
  if (!opened) return;
  picture = opened;
  addLayers(opened.map);
  const names = ground.names.map((name) => mark(opened.map, opened.Marker, button("map-name", name.short, name.spoken), [name.longitude, name.latitude], "names"));
  names.forEach(({ element }) => { element.disabled = true; });
  opened.arrange = () => layOut(frame, opened.map, names, pillBoxes());
  follow(frame, opened.map, ground, opened.arrange);
  frame.dataset.state = "ready";
  drawMarks();
}

/* Counts and list --------------------------------------------------------------------------------------------------- */

function drawCounts() {
  const totals = Object.fromEntries(Object.keys(facts.states).map((state) => [state, 0]));
  all("[data-live-cell]").forEach((cell) => {
    const [kind, state] = cell.dataset.liveCell.split(" ");
    const n = live.counts[kind]?.[state] ?? 0;
    cell.textContent = n;
    cell.disabled = n === 0;
    cell.setAttribute("aria-pressed", String(asked.kind === kind && asked.state === state));
    totals[state] += n;
  });
  all("[data-live-total]").forEach((element) => { element.textContent = totals[element.dataset.liveTotal]; });
  one("[data-live-waiting]").textContent = live.waiting;
  const everyone = Object.values(totals).reduce((sum, n) => sum + n, 0) - totals.never;
  one("[data-live-share]").textContent = everyone ? `${totals.online + totals.stale + totals.invalid} / ${everyone}` : "";
}

function age(seen) {
  if (seen === null) return facts.texts.never;
  const seconds = Math.max(0, Math.round((Date.now() + drift) / 1000) - seen);
  const [name, n] = seconds < 60 ? ["second", seconds] : seconds < 3600 ? ["minute", Math.floor(seconds / 60)] : seconds < 86400 ? ["hour", Math.floor(seconds / 3600)] : ["day", Math.floor(seconds / 86400)];
  return fill(facts.texts.ago, { age: fill(facts.texts[name], { n }) });
}

function found() {
  const text = asked.text.toLowerCase();
  return live.marks
    .filter((row) => (!text || row[NAME].toLowerCase().includes(text) || row[ID].includes(text)) && (!asked.kind || row[KIND] === asked.kind) && (!asked.state || row[STATE] === asked.state))
    .sort((a, b) => alarming(b) - alarming(a) || ORDER.indexOf(a[STATE]) - ORDER.indexOf(b[STATE]));
}

const alarming = (row) => Number(live.alarms.some((alarm) => alarm[1] === row[ID]));

function drawList() {
  const rows = found();
  const list = one("[data-live-items]");
  one("[data-live-shown]").textContent = fill(facts.texts.shown, { n: rows.length });
  one("[data-live-clear]").hidden = !(asked.text || asked.kind || asked.state);
  const items = rows.slice(0, ROWS_SHOWN).map(item);
  if (rows.length === 0) items.push(note(facts.texts.none));
  if (rows.length > ROWS_SHOWN) items.push(note(fill(facts.texts.more, { n: rows.length - ROWS_SHOWN })));
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  list.replaceChildren(...items);
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function note(words) {
  const line = document.createElement("li");
  line.className = "mut note";
  line.textContent = words;
  return line;
}

const drawn = new Map();

function image(shape, state) {
  const key = `${shape}|${state}`;
  if (!drawn.has(key)) drawn.set(key, symbol(shape, state).toDataURL());
  return drawn.get(key);
}

function item(row) {
  const line = document.createElement("li");
  const press = button("live-item", "", row[NAME]);
  press.dataset.id = row[ID];
  const sign = document.createElement("img");
  sign.src = alarming(row) ? alarmUrl : image(kinds[row[KIND]]?.symbol, row[STATE]);
  sign.alt = alarming(row) ? fill(facts.texts.alarm, { title: "" }) : facts.states[row[STATE]];
  sign.width = sign.height = 16;
  press.append(sign, part("b", row[NAME]), part("span", row[TEXT] ? `${row[TEXT]} ${row[UNIT]}` : facts.states[row[STATE]]), part("small", age(row[SEEN])));
  press.removeAttribute("aria-label");
  if (row[STATE] !== "online") press.classList.add("is-quiet");
  press.addEventListener("click", () => openCard(row[OF], row[ID]));
  line.append(press);
  return line;
}

function part(tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}

/* The card ------------------------------------------------------------------------------------------------------------ */

async function openCard(of, id) {
  selected = { of, id };
  await fillCard();
  drawSelected();
  const card = one("[data-live-card]");
  card.hidden = false;
  one("[data-live-list-card]").hidden = true;
  const row = live.marks.find((other) => other[ID] === id && other[OF] === of);
  if (row && row[EAST] !== null && picture && !picture.map.getBounds().contains([row[EAST], row[NORTH]])) picture.map.easeTo({ center: [row[EAST], row[NORTH]], duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150 });
  card.querySelector("[data-live-close]")?.focus({ preventScroll: true });
}

async function fillCard() {
  if (!selected) return;
  const address = (selected.of === "p" ? facts.urls.point : facts.urls.device).replace("ID", encodeURIComponent(selected.id));
  const answer = await fetch(address);
  if (answer.ok) one("[data-live-card]").innerHTML = await answer.text();
}

function closeCard() {
  const id = selected?.id;
  selected = null;
  drawSelected();
  one("[data-live-card]").hidden = true;
  one("[data-live-list-card]").hidden = false;
  drawList();
  if (id) root.querySelector(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
}

/* Refresh -------------------------------------------------------------------------------------------------------------- */

const time = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

async function refresh() {
  const words = one("[data-live-words]") ?? document.querySelector("[data-live-words]");
  const bar = document.querySelector("[data-live-note]");
  try {
    const answer = await fetch(facts.urls.data, { cache: "no-cache" });
    if (!answer.ok) throw new Error(String(answer.status));
    live = await answer.json();
    updated = time.format(Date.now() + drift);
    words.textContent = fill(facts.texts.updated, { time: updated });
    bar.removeAttribute("data-failed");
  } catch {
    words.textContent = fill(facts.texts.failed, { time: updated ?? "—" });
    bar.setAttribute("data-failed", "");
    return;
  }
  root.dataset.state = "live";
  drawMarks();
  drawCounts();
  if (!selected) drawList();
}

/* Wiring ----------------------------------------------------------------------------------------------------------------- */

const alarmUrl = alarmMark().toDataURL();
all("[data-live-alarm-mark]").forEach((element) => { element.src = alarmUrl; });
all("[data-live-state-mark]").forEach((element) => { element.src = image("circle", element.dataset.liveStateMark); });
all("[data-live-symbol]").forEach((element) => { element.src = image(element.dataset.liveSymbol, "online"); });
all("[data-live-kind]").forEach((box) => box.addEventListener("change", () => { shown.kinds[box.checked ? "add" : "delete"](box.dataset.liveKind); drawMarks(); }));
all("[data-live-state]").forEach((box) => box.addEventListener("change", () => { shown.states[box.checked ? "add" : "delete"](box.dataset.liveState); drawMarks(); }));
one("[data-live-alarms]").addEventListener("change", ({ target }) => { shown.alarms = target.checked; drawMarks(); });
one("[data-live-search]").addEventListener("input", ({ target }) => { asked.text = target.value.trim(); drawList(); });
all("[data-live-cell]").forEach((cell) => cell.addEventListener("click", () => {
  const [kind, state] = cell.dataset.liveCell.split(" ");
  const same = asked.kind === kind && asked.state === state;
  Object.assign(asked, same ? { kind: "", state: "" } : { kind, state });
  if (selected) closeCard();
  drawCounts();
  drawList();
}));
one("[data-live-clear]").addEventListener("click", () => { Object.assign(asked, { text: "", kind: "", state: "" }); one("[data-live-search]").value = ""; drawCounts(); drawList(); });
one("[data-live-card]").addEventListener("click", (event) => { if (event.target.closest("[data-live-close]")) closeCard(); });
root.addEventListener("keydown", (event) => { if (event.key === "Escape" && selected) closeCard(); });

await Promise.all([refresh(), drawMap()]);
const wanted = new URLSearchParams(location.search);
if (wanted.get("point")) await openCard("p", wanted.get("point"));
if (wanted.get("device")) await openCard("d", wanted.get("device"));
setInterval(() => { if (!document.hidden) refresh().then(fillCard); }, facts.refresh_s * 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
