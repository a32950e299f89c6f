/* A wall screen: the clock, pages in turn, a reload every five minutes, and 2 px an hour against burn-in. */

const TURN = 60_000;
const RELOAD = 5 * 60_000;

/** Keep the clock at the server's time, and the whole where no line burns in. */
export function keepTime() {
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
}

/** Turn pages every minute when there is more than one; any key holds the page, a second one lets it go.
 *  ready: whether a page can be shown; shown: what follows when it is. */
export function turnPages({ ready = () => true, shown = () => {} } = {}) {
  const pages = [...document.querySelectorAll("[data-wall-page]")];
  const note = document.querySelector("[data-wall-pages]");
  let open = 0;
  let held = false;
  function label() {
    const place = pages.length > 1 ? `${open + 1} / ${pages.length}` : "";
    note.textContent = [place, held ? note.dataset.held : ""].filter(Boolean).join(" · ");
  }
  async function turn() {
    if (held || pages.length < 2) return;
    const next = (open + 1) % pages.length;
    if (!(await ready(pages[next]))) return;
    open = next;
    pages.forEach((page, index) => { page.hidden = index !== open; });
    label();
    await shown(pages[open]);
  }
  document.addEventListener("keydown", () => {
    held = !held;
    label();
  });
  label();
  setInterval(turn, TURN);
  setInterval(() => { if (!held) location.reload(); }, RELOAD);
}
