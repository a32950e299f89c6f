/* Elements, marks and words of the patrol pages. Texts come with the shell in both languages; none stands here. */

const WORDS = JSON.parse(document.getElementById("patrol-words").textContent);
const LANGUAGE = "lantian.patrol.language";
const BEIJING = "Asia/Shanghai";

export let language = localStorage.getItem(LANGUAGE) ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export function speak(chosen) {
  language = chosen;
  localStorage.setItem(LANGUAGE, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = `${t("title")} · ${t("lantian")}`;
}

/** Whether the reader has chosen a language on this phone. */
export const chosen = () => localStorage.getItem(LANGUAGE) !== null;

/** A text of the page, its named places filled: t("waiting", { n: 3 }). */
export function t(key, values = {}) {
  const text = WORDS[language][key];
  if (text === undefined) throw new Error(`no word for ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A text that the server sent in both languages. */
export const pick = (text) => (text ? text[language] || text.zh || "" : "");

/* Time, always of Beijing */
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: BEIJING, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: BEIJING, year: "numeric", month: "2-digit", day: "2-digit" });

export const minute = (moment) => clock.format(new Date(moment));
export const isoDay = (moment) => dayOf.format(new Date(moment));
export const monthDay = (moment) => isoDay(moment).slice(5);
export const weekday = (moment) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: BEIJING, weekday: "short" }).format(new Date(moment));
/** The minute of today, else day and minute. */
export const when = (moment) => (isoDay(moment) === isoDay(Date.now()) ? minute(moment) : `${monthDay(moment)} ${minute(moment)}`);

/** A length of time in two units: 1 天 2 时; 3 h 12 m. */
export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const first = Math.min(2, parts.findIndex((part) => part > 0) === -1 ? 2 : parts.findIndex((part) => part > 0));
  const units = t("units").split(" ");
  return parts.slice(first, first + 2).map((part, index) => `${part} ${units[first + index]}`).join(" ");
}

export const metres = (distance) => (distance < 950 ? `${Math.round(distance / 10) * 10} m` : `${(distance / 1000).toFixed(1)} km`);

/** An element: h("button", { class: "btn", onclick: … }, "words", child). Falsy children stay out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const RING = "M7 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12";
const ARROW = "M7 10V4.4M4.6 6.6L7 4.2l2.4 2.4";
const MARKS = {
  sent: [["ring", RING], ["stroke", "M4 7.2l2 2l4-4.2"]],
  waiting: [["ring dashed", RING], ["stroke", ARROW]],
  sending: [["ring", RING], ["stroke", ARROW]],
  refused: [["ring", RING], ["stroke", "M7 3.6v4.2M7 9.6v1"]],
  lost: [["ring", RING], ["stroke", "M4.5 4.5l5 5M9.5 4.5l-5 5"]],
  draft: [["ring dashed", RING]],
  offline: [["ring", RING], ["stroke", "M2.5 11.5l9-9"]],
};

/** A mark of 14 px; its colour comes with its name from the style sheet. */
export function mark(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ class: `mark ${name}`, viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" })) svg.setAttribute(key, value);
  for (const [kind, shape] of MARKS[name]) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("class", kind);
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** A mark with its word. */
export const state = (name, word = t(`state_${name}`)) => h("span", { class: `state ${name}` }, mark(name), word);
