// Marks of the live network on a map: shape tells the kind, filling the standing, a pill the value; drawn here, asked of nowhere.
import { mark as place, button, layOut } from "../ui/map.js";

export const [ID, OF, NAME, KIND, EAST, NORTH, STATE, TEXT, UNIT, LEVEL, SEEN] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const DENSITY = 2;
const PILLS_AVOIDED = 300;

/* Symbols ----------------------------------------------------------------------------------------------------------- */

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

function palette(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: read("ink"), soft: read("ink-2"), quiet: read("ink-3"), faint: read("ink-4"), surface: read("surface"), line: read("line-2"), font: read("font"), outline: read("map-outline"), level: (at) => [read(`aqi-${at}`), read(`aqi-${at}-edge`)] };
}

/** Draws symbols in the colours of an element; size 1 is for a desk, more for a wall. */
export class Painter {
  constructor(root, size = 1) {
    this.colours = palette(root);
    this.size = size;
  }

  sheet(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * DENSITY * this.size);
    canvas.height = Math.ceil(height * DENSITY * this.size);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.scale(DENSITY * this.size, DENSITY * this.size);
    return [canvas, pen];
  }

  /** A kind's symbol under a standing: full, grey, hatched, dashed or dotted. */
  symbol(shape, state, size = 16) {
    const { colours } = this;
    const [canvas, pen] = this.sheet(size, size);
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

  alarm(size = 22) {
    const { colours } = this;
    const [canvas, pen] = this.sheet(size, size);
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
  pill(text, level, state) {
    const { colours } = this;
    const [, measure] = this.sheet(1, 1);
    measure.font = `600 12px ${colours.font}`;
    const width = Math.ceil(measure.measureText(text).width) + (level ? 19 : 12);
    const [canvas, pen] = this.sheet(width, 19);
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
}

function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

/* The layers -------------------------------------------------------------------------------------------------------- */

const collection = (features) => ({ type: "FeatureCollection", features });
const point = (lonlat, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: lonlat }, properties });
const LAYERS = ["alarms", "pills", "marks", "under-pills"];

/** The marks on an opened map (see ui/map.js): `draw` shows rows of the answer, `select` rings one, `names` stay clear of pills. */
export class Marks {
  constructor(picture, painter, kinds) {
    Object.assign(this, { ...picture, painter, kinds, pills: [] });
    const { map } = this;
    map.addImage("alarm", pixels(painter.alarm()), { pixelRatio: DENSITY });
    map.setPaintProperty("areas", "fill-color", this.colours.ramp[0]);
    const empty = { type: "geojson", data: collection([]) };
    for (const name of ["selected", "marks", "alarms"]) map.addSource(name, empty);
    const isPill = ["==", ["get", "pill"], true];
    const over = { "icon-allow-overlap": true, "icon-ignore-placement": true };
    const symbols = (id, source, layout, filter) => map.addLayer({ id, type: "symbol", source, layout, ...(filter && { filter }) });
    map.addLayer({ id: "selected", type: "circle", source: "selected", paint: { "circle-radius": 16, "circle-color": "transparent", "circle-stroke-width": 2.5, "circle-stroke-color": this.colours.accent } });
    symbols("under-pills", "marks", { "icon-image": ["get", "small"], "icon-size": 0.55, ...over }, isPill);
    symbols("marks", "marks", { "icon-image": ["get", "image"], "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.7, 11, 1], ...over }, ["!", isPill]);
    symbols("pills", "marks", { "icon-image": ["get", "image"], "icon-allow-overlap": false, "icon-padding": 1, "symbol-sort-key": ["get", "order"] }, isPill);
    symbols("alarms", "alarms", { "icon-image": "alarm", "icon-offset": [0, -17 * painter.size], ...over });
  }

  /** Call `open` with a mark's kind of object and id when it is pressed. */
  wire(openCard) {
    const { map } = this;
    const near = ({ x, y }) => map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: LAYERS })[0];
    map.on("click", ({ point: at }) => { const hit = near(at); if (hit) openCard(hit.properties.of, hit.properties.id); });
    map.on("mousemove", ({ point: at }) => { map.getCanvas().style.cursor = near(at) ? "pointer" : ""; });
  }

  /** Lay out the names of the areas, which give way to pills. */
  name(frame, names) {
    const labels = names.map((name) => place(this.map, this.Marker, button("map-name", name.short, name.spoken), [name.longitude, name.latitude], "names"));
    labels.forEach(({ element }) => { element.disabled = true; });
    this.arrange = () => layOut(frame, this.map, labels, this.boxes());
    return this.arrange;
  }

  draw(rows, alarms) {
    const features = rows.filter((row) => row[EAST] !== null).map((row) => this.feature(row));
    features.forEach(({ properties }) => { this.need(properties.image); this.need(properties.small); });
    this.map.getSource("marks").setData(collection(features));
    this.map.getSource("alarms").setData(collection(alarms.map(([number, id, of, east, north]) => point([east, north], { id, of, number }))));
    this.pills = features.filter(({ properties }) => properties.pill).map(({ geometry }) => geometry.coordinates);
    this.arrange?.();
  }

  feature(row) {
    const kind = this.kinds[row[KIND]];
    const text = row[STATE] === "offline" || row[STATE] === "never" ? "—" : row[TEXT];
    const image = kind?.pill && text ? `pill|${text}|${text === "—" ? 0 : row[LEVEL]}|${row[STATE]}` : `mark|${kind?.symbol ?? "circle"}|${row[STATE]}`;
    return point([row[EAST], row[NORTH]], { id: row[ID], of: row[OF], image, small: `mark|circle|${row[STATE]}`, pill: image.startsWith("pill"), order: kind?.order ?? 0 });
  }

  /** Give the map an image before a mark asks for it. */
  need(id) {
    if (this.map.hasImage(id)) return;
    const [what, first, second, third] = id.split("|");
    const drawing = what === "pill" ? this.painter.pill(first, Number(second), third) : this.painter.symbol(first, second);
    this.map.addImage(id, pixels(drawing), { pixelRatio: DENSITY });
  }

  /** Ring a mark; none without a row. */
  select(row) {
    this.map.getSource("selected").setData(collection(row && row[EAST] !== null ? [point([row[EAST], row[NORTH]], {})] : []));
  }

  /** Boxes of the pills, which names must not cover. */
  boxes() {
    const { size } = this.painter;
    return this.pills.slice(0, PILLS_AVOIDED).map((lonlat) => {
      const at = this.map.project(lonlat);
      return { left: at.x - 20 * size, right: at.x + 20 * size, top: at.y - 10 * size, bottom: at.y + 10 * size };
    });
  }
}
