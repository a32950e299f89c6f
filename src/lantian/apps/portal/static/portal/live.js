/* The live network on the wall: the dark map of what every device says now. It is built when its page first opens. */

import { follow, open } from "../ui/map.js";
import { KIND, Marks, Painter, STATE } from "../telemetry/live_marks.js";

const REFRESH = 15_000;
const SIZE = 1.5;

export class LiveWall {
  constructor(root, { kinds, data, ground }) {
    this.root = root;
    this.urls = { data, ground };
    this.kinds = Object.fromEntries(kinds.map((kind) => [kind.id, kind]));
    this.painter = new Painter(root, SIZE);
    this.pictures = new Map();
  }

  /** Draw the page that has just been turned to, and keep it fresh while it shows. */
  async show(page) {
    this.sign(page);
    this.opening ??= this.build();
    await this.opening;
    await this.refresh();
    this.timer ??= setInterval(() => { if (this.root.checkVisibility()) this.refresh(); }, REFRESH);
  }

  async build() {
    const answer = await fetch(this.urls.ground);
    const ground = answer.ok ? await answer.json() : null;
    const opened = ground && (await open(this.root, ground));
    if (!opened) return;
    this.marks = new Marks(opened, this.painter, this.kinds);
    follow(this.root, opened.map, ground, this.marks.name(this.root, ground.names));
    this.root.dataset.state = "ready";
  }

  async refresh() {
    const answer = await fetch(this.urls.data, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) return;
    const { marks, alarms, waiting } = await answer.json();
    this.marks?.draw(marks.filter((row) => row[STATE] !== "never" || this.kinds[row[KIND]]?.pill), alarms);
    const count = (state) => marks.filter((row) => row[STATE] === state).length;
    this.root.querySelectorAll("[data-wall-total]").forEach((element) => { element.textContent = count(element.dataset.wallTotal); });
    this.root.querySelector("[data-wall-waiting]").textContent = waiting;
  }

  /** Put the symbols of kinds and standings beside their words. */
  sign(page) {
    const picture = (key, make) => {
      if (!this.pictures.has(key)) this.pictures.set(key, make().toDataURL());
      return this.pictures.get(key);
    };
    page.querySelectorAll("[data-wall-symbol]").forEach((image) => { image.src = picture(image.dataset.wallSymbol, () => this.painter.symbol(image.dataset.wallSymbol, "online")); });
    page.querySelectorAll("[data-wall-state]").forEach((image) => { image.src = picture(`state ${image.dataset.wallState}`, () => this.painter.symbol("circle", image.dataset.wallState)); });
    page.querySelectorAll("[data-wall-alarm-mark]").forEach((image) => { image.src = picture("alarm", () => this.painter.alarm()); });
  }
}
