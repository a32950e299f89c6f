/* The plan on the wall: Beijing's clock, pages in turn, a reload every five minutes; 2 px an hour against burn-in. */

const TURN = 60_000;
const RELOAD = 5 * 60_000;

const clock = document.querySelector("[data-clock]");
const drift = Date.parse(clock.dataset.clock) - Date.now();
const wallTime = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
function tick() {
  clock.textContent = wallTime.format(Date.now() + drift);
  const shift = ((new Date().getUTCHours() % 3) - 1) * 2;
  document.querySelector("[data-wall]").style.translate = `${shift}px ${shift}px`;
}
tick();
setInterval(tick, 1000);

/* The wall is laid out for 1920 × 1080; on another screen wider than a tablet it is shown whole, smaller or larger. */
const WIDTH = 1920;
const LEAST_HEIGHT = 1080;
const COLUMN = 1200;
const wall = document.querySelector("[data-wall]");
function fit() {
  const scale = innerWidth > COLUMN ? Math.min(innerWidth / WIDTH, innerHeight / LEAST_HEIGHT) : 0;
  wall.style.zoom = scale || "";
  wall.style.width = scale ? `${innerWidth / scale}px` : "";
  wall.style.height = scale ? `${innerHeight / scale}px` : "";
}
fit();
addEventListener("resize", fit);

/* Any key holds the page, a second one lets it go. */
const pages = [...document.querySelectorAll("[data-wall-page]")];
const note = document.querySelector("[data-wall-pages]");
let open = 0;
let held = false;
function label() {
  const place = pages.length > 1 ? `${open + 1} / ${pages.length}` : "";
  note.textContent = [place, held ? note.dataset.held : ""].filter(Boolean).join(" · ");
}
document.addEventListener("keydown", () => {
  held = !held;
  label();
});
setInterval(() => {
  if (held || pages.length < 2) return;
  open = (open + 1) % pages.length;
  pages.forEach((page, index) => { page.hidden = index !== open; });
  label();
}, TURN);
label();
setInterval(() => { if (!held) location.reload(); }, RELOAD);
