/* The year's calendar: switch the measure, walk the days by arrow keys (a column is a week). */

const CELL = 13;
const SIDES = [0, 0.38, 0.52, 0.66, 0.8, 0.92, 1];
const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 };

export function wire(card) {
  const days = [...card.querySelectorAll("a[data-day]")];
  const buttons = [...card.querySelectorAll("[data-calendar-measure]")];
  buttons.forEach((button) => button.addEventListener("click", () => {
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    const measure = Number(button.dataset.calendarMeasure);
    days.forEach((day) => mark(day, Number(day.dataset.levels.split(" ")[measure])));
    card.querySelectorAll("[data-calendar-count]").forEach((count) => { count.hidden = Number(count.dataset.calendarCount) !== measure; });
  }));
  card.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target.closest("a[data-day]"));
    const next = days[at + STEPS[event.key]];
    if (at < 0 || !next) return;
    event.preventDefault();
    days[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  const scroll = card.querySelector("[data-calendar-scroll]");
  const last = days.at(-1);
  if (last && scroll.scrollWidth > scroll.clientWidth) scroll.scrollLeft = last.querySelector("rect").getBoundingClientRect().left - scroll.getBoundingClientRect().left - scroll.clientWidth + 40;
}

/** Replace a day's mark by the one of a level; 0 is the slash of an invalid day. */
function mark(day, level) {
  const hit = day.querySelector(".cal-hit");
  const [x, y] = ["x", "y"].map((name) => Number(hit.getAttribute(name)) + 7.5);
  const old = day.querySelector(".aqmark, .cal-invalid");
  const side = SIDES[level] * CELL;
  const fresh = document.createElementNS(hit.namespaceURI, level ? "rect" : "path");
  const facts = level
    ? { class: "aqmark", "data-aqi": level, x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 1.5 }
    : { class: "cal-invalid", d: `M${x} ${y}m-3 3 6-6` };
  Object.entries(facts).forEach(([name, value]) => fresh.setAttribute(name, value));
  old.replaceWith(fresh);
}
