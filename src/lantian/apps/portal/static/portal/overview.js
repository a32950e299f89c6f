/* The overview's behaviour: the map comes alone, after the page; ranking and calendar follow their switches. */

import { data } from "../ui/chart.js";
import { wire } from "./calendar.js";
import { draw as drawMap } from "./map.js";
import { draw as drawTarget } from "./target.js";

const figure = document.getElementById("target-chart");
if (figure) drawTarget(figure, data("target-data"));

const calendar = document.querySelector("[data-calendar]");
if (calendar) wire(calendar);

document.addEventListener("map:factor", ({ detail }) => {
  document.querySelectorAll("[data-rank-factor]").forEach((list) => { list.hidden = list.dataset.rankFactor !== detail; });
});

const map = document.querySelector("[data-map]");
if (map) {
  const answer = await fetch(map.dataset.mapUrl, { headers: { Accept: "application/json" } });
  if (answer.ok) await drawMap(map, await answer.json());
}
