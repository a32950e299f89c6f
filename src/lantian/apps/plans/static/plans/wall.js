/* The plan on the wall: one layout for every screen, pages in turn. */

import { keepTime, turnPages } from "../ui/wall.js";

keepTime();

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

turnPages();
