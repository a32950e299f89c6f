// The live map: marks by kind and standing over the shared map, refreshed in place; list and card beside it say the same.
import { data, fill } from "../ui/chart.js";
import { button, follow, open } from "../ui/map.js";
import { EAST, ID, KIND, Marks, NAME, NORTH, OF, Painter, SEEN, STATE, TEXT, UNIT } from "./live_marks.js";

const facts = data("live-facts");
const root = document.querySelector("[data-live]");
const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
const drift = Date.parse(root.dataset.now) - Date.now();
const kinds = Object.fromEntries(facts.kinds.map((kind) => [kind.id, kind]));
const ROWS_SHOWN = 120;
const ORDER = ["invalid", "offline", "stale", "online", "never"];
const shown = { kinds: new Set(Object.keys(kinds)), states: new Set(Object.keys(facts.states)), alarms: true };
const asked = { text: "", kind: "", state: "" };
let live = { marks: [], alarms: [], counts: {}, waiting: 0 };
let picture = null;
let selected = null;
let updated = null;

/* The picture ----------------------------------------------------------------------------------------------------- */

const painter = new Painter(root);

function visible() {
  return live.marks.filter((row) => shown.kinds.has(row[KIND]) && shown.states.has(row[STATE]));
}

const rowOf = (wanted) => (wanted ? live.marks.find((row) => row[ID] === wanted.id && row[OF] === wanted.of) : null);

function drawMarks() {
  if (!picture) return;
  picture.draw(visible(), shown.alarms ? live.alarms : []);
  picture.select(rowOf(selected));
}

async function drawMap() {
  const frame = one("[data-map]");
  const answer = await fetch(facts.urls.ground);
  if (!answer.ok) return;
  const ground = await answer.json();
  const opened = await open(frame, ground);
  if (!opened) return;
  picture = new Marks(opened, painter, kinds);
  picture.wire(openCard);
  follow(frame, opened.map, ground, picture.name(frame, ground.names));
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
  if (!drawn.has(key)) drawn.set(key, painter.symbol(shape, state).toDataURL());
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
  const card = one("[data-live-card]");
  card.hidden = false;
  one("[data-live-list-card]").hidden = true;
  picture?.select(rowOf(selected));
  bring(rowOf(selected));
  card.querySelector("[data-live-close]")?.focus({ preventScroll: true });
}

/** Pan to a mark that lies outside the view; what is in view already stays where it is. */
function bring(row) {
  if (!picture || !row || row[EAST] === null || picture.map.getBounds().contains([row[EAST], row[NORTH]])) return;
  picture.map.easeTo({ center: [row[EAST], row[NORTH]], duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150 });
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
  picture?.select(null);
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

const alarmUrl = painter.alarm().toDataURL();
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
