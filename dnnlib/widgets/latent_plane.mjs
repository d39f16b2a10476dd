// The plane of codes: a decoder draws what lies at each place of it, between the codes of real digits and in the holes.

import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { chart } from "./shared/chart.mjs";
import { zeroLines } from "./shared/chart_numbers.mjs";
import { FEATURES, greyDigit, greyDigits } from "./shared/digits.mjs";
import { arrowOf, draggable } from "./shared/drag.mjs";
import { CODE_STEPS, PCA_ERROR, PLAIN_CODES, PLAIN_WEIGHTS, UNITS } from "./shared/latent_networks.mjs";
import {
  VARIATIONAL_CODES,
  VARIATIONAL_DEVIATIONS,
  VARIATIONAL_WEIGHTS,
  WEIGHT_STEPS,
} from "./shared/latent_networks.mjs";
import { lesson } from "./shared/lesson.mjs";
import { unpack } from "./shared/letters.mjs";
import { number, oneOf, wholes } from "./shared/link.mjs";
import { multiples } from "./shared/picture.mjs";
import { button, choice, clamp, figure, follow, format, h, inFrame, percent, put } from "./shared/ui.mjs";
import { remembered, root, slider, status, traitsOf } from "./shared/ui.mjs";

const WIDTH = 8, // pixels of a digit's row
  CELLS = 40, // of the map, a side
  MARGIN = 0.05, // room around the codes, as a share of their range
  STEPS = 20; // of a walk
const TEXTS = {
  plain: [PLAIN_WEIGHTS, PLAIN_CODES],
  variational: [VARIATIONAL_WEIGHTS, VARIATIONAL_CODES, VARIATIONAL_DEVIATIONS],
};

// ---- The networks and the digits, unpacked when they are needed ----

const labelOf = (place) => greyDigits().labels[place];
const COUNT = 300;

const made = {};
/**
 * An autoencoder's decoder and what its encoder made of the 300 digits: { layers: [{ kernel, bias }], codes, deviations (of
 * the variational one), low, high }, the ends of the map.
 */
export function networkOf(kind) {
  if (made[kind]) return made[kind];
  const [weights, codes, deviations] = TEXTS[kind],
    numbers = unpack(weights, 2).map((value) => (value - 2048) / WEIGHT_STEPS),
    flat = unpack(codes, 3).map((value) => (value - 2 ** 17) / CODE_STEPS),
    pairs = Array.from({ length: COUNT }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  let at = 0;
  const take = (count) => {
    at += count;
    return numbers.subarray(at - count, at);
  };
  const layers = UNITS.slice(1).map((units, i) => ({ kernel: take(UNITS[i] * units), bias: take(units) }));
  const ends = (pick) => [0, 1].map((axis) => pick(...pairs.map((code) => code[axis])));
  const [least, most] = [ends(Math.min), ends(Math.max)],
    beyond = (axis) => MARGIN * (most[axis] - least[axis]);
  made[kind] = {
    layers,
    codes: pairs,
    deviations: deviations && unpack(deviations, 2).map((value) => value / CODE_STEPS),
    low: least.map((value, axis) => value - beyond(axis)),
    high: most.map((value, axis) => value + beyond(axis)),
  };
  return made[kind];
}

/** The decoder's picture of a code: 64 numbers of 0 to 1. ReLU between the layers, at the end the sigmoid. */
export function decode(kind, code) {
  const { layers } = networkOf(kind);
  let x = code;
  layers.forEach(({ kernel, bias }, n) => {
    const y = Float64Array.from(bias),
      units = y.length;
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      if (value) for (let j = 0, k = i * units; j < units; j++, k++) y[j] += value * kernel[k];
    }
    const last = n === layers.length - 1;
    for (let j = 0; j < units; j++) y[j] = last ? 1 / (1 + Math.exp(-y[j])) : Math.max(0, y[j]);
    x = y;
  });
  return x;
}

/** The digit that is nearest to a picture: { digit, distance }. */
export function nearestDigit(shown) {
  const { pixels } = greyDigits();
  let digit = 0,
    least = Infinity;
  for (let i = 0; i < COUNT; i++) {
    let sum = 0;
    // Most digits are given up half-way: their distance is too long already
    for (let j = 0, k = i * FEATURES; j < FEATURES && sum < least; j += 8)
      for (let end = k + 8; k < end; k++) sum += (pixels[k] - shown[k - i * FEATURES]) ** 2;
    if (sum < least) [digit, least] = [i, sum];
  }
  return { digit, distance: Math.sqrt(least) };
}

/** The code at a place of the map, shares from the left and from below; and the place of a code. */
export const codeAt = (kind, place) => {
  const { low, high } = networkOf(kind);
  return place.map((share, axis) => low[axis] + share * (high[axis] - low[axis]));
};
export const placeOf = (kind, code) => {
  const { low, high } = networkOf(kind);
  return code.map((value, axis) => clamp((value - low[axis]) / (high[axis] - low[axis]), 0, 1));
};
/** The digit whose code lies nearest to a place, as the map shows it. */
export function digitNear(kind, [u, v]) {
  const gaps = networkOf(kind).codes.map((code) => {
    const [x, y] = placeOf(kind, code);
    return Math.hypot(x - u, y - v);
  });
  return gaps.indexOf(Math.min(...gaps));
}

// ---- The map ----

const maps = {};
/** Computes so many rows of a map more; returns it: { values, rows } that are done, from the lowest on. */
function computed(kind, more = CELLS) {
  maps[kind] ??= { values: new Float64Array(CELLS * CELLS).fill(NaN), rows: 0 };
  const map = maps[kind];
  for (const last = Math.min(CELLS, map.rows + more); map.rows < last; map.rows++)
    for (let j = 0; j < CELLS; j++) {
      const code = codeAt(kind, [(j + 0.5) / CELLS, (map.rows + 0.5) / CELLS]);
      map.values[map.rows * CELLS + j] = nearestDigit(decode(kind, code)).distance;
    }
  return map;
}
/** How far the decoder's picture is from the nearest digit in each cell of the map, row by row from the lowest. */
export const mapOf = (kind) => computed(kind).values;
const done = (kind) => maps[kind]?.rows === CELLS;

/** The share of the map, in %, whose pictures are farther than a distance from every digit. */
export const holeShare = ({ kind, distance }) =>
  (100 * mapOf(kind).filter((value) => value > distance).length) / CELLS ** 2;

const errors = {};
/** The squared error of the 300 digits, rebuilt from their codes, on average. */
export function rebuiltError(kind) {
  errors[kind] ??=
    networkOf(kind).codes.reduce((sum, code, i) => {
      const shown = decode(kind, code);
      return sum + greyDigit(i).reduce((part, value, j) => part + (value - shown[j]) ** 2, 0);
    }, 0) / COUNT;
  return errors[kind];
}

// ---- The cursor and the walk ----

/** What lies under the cursor: { code, shown, digit, distance }. */
export function underCursor({ kind, place }) {
  const code = codeAt(kind, place),
    shown = decode(kind, code);
  return { code, shown, ...nearestDigit(shown) };
}

/**
 * The walk from one digit's code to the other's in equal steps: of each step { way (0 to 1), code, shown, distance } and the
 * same way of a cross-fade between the two digits' pixels, { faded, fadedDistance }.
 */
export function walkOf({ kind, ends }) {
  const [from, to] = ends.map((place) => networkOf(kind).codes[place]),
    [first, second] = ends.map(greyDigit);
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const way = step / STEPS,
      between = (a, b) => a + way * (b - a),
      code = from.map((value, axis) => between(value, to[axis])),
      shown = decode(kind, code),
      faded = Array.from(first, (value, i) => between(value, second[i]));
    return {
      way,
      code,
      shown,
      distance: nearestDigit(shown).distance,
      faded,
      fadedDistance: nearestDigit(faded).distance,
    };
  });
}

/** At how many % of the walk its picture is farthest from every digit. */
export function farthest(state) {
  const distances = walkOf(state).map(({ distance }) => distance);
  return (100 * distances.indexOf(Math.max(...distances))) / STEPS;
}

// ---- Words ----

const KINDS = ["plain", "variational"];
const aDigit = (label) => `${label === 8 ? "an" : "a"} ${label}`;
const pair = (code) => `(${code.map((value) => format(value, 1)).join(", ")})`;
/** The state in a few sentences; shares of the map are told once they are known. */
export function sentence(state, { code, digit, distance }, known = true) {
  const { kind } = state,
    other = kind === "plain" ? "variational" : "plain",
    far = distance > state.distance ? "which is far: a hole" : "which is not far",
    share = (one) => percent(holeShare({ ...state, kind: one }) / 100);
  const holes = known
    ? ` Farther than ${format(state.distance)} from all 300 are ${share(kind)} of the map; of the ${other} one\u2019s, ${share(other)}.`
    : "";
  return `The ${kind} autoencoder at ${pair(code)}: the nearest digit, ${aDigit(labelOf(digit))}, is ${format(distance)} away, ${far}.${holes}`;
}

// ---- The view ----

/** What a link may set, as Python has it. */
export const CHECKS = {
  kind: oneOf(...KINDS),
  place: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((n) => typeof n === "number" && n >= 0 && n <= 1),
  ends: (value) => wholes(2, 0, COUNT - 1)(value) && value[0] !== value[1],
  distance: (value) => number(value) && value >= 1 && value <= 2,
  background: oneOf("distance", "pictures"),
};
const TRAITS = Object.keys(CHECKS);

const [ZERO, NINE] = [120, 169]; // a walk on which the plain autoencoder meets a hole and the other none
const PLAIN = { kind: "plain", place: [0.548, 0.148], ends: [ZERO, NINE], distance: 1.5, background: "distance" };
const TOURS = {
  holes: [
    [
      { ...PLAIN },
      "Two numbers have to say everything about a digit. At the code of a 0 the decoder draws one, and in the table both autoencoders lose far less of unseen digits than two principal components do.",
    ],
    [
      { ...PLAIN, place: [0.0625, 0.0125] },
      "No digit has its code in this corner, and training has never asked what lies here. The decoder draws something all the same. A third of the plain map is such ground; it even runs between the codes.",
    ],
    [
      { ...PLAIN, place: [0.666, 0.254] },
      "Straight from a 0 to a 9 the plain autoencoder passes a hole, a third of the way along. Along the whole border of two classes the picture must turn into another one, and no one has said where.",
    ],
    [
      { ...PLAIN, kind: "variational", place: [0.7, 0.735] },
      "In training the variational one drew each code at random, from a blot such as those around the numbers. So the ground between them was asked for too, and the blots were pulled together: little of the map is left empty.",
    ],
    [
      { ...PLAIN, kind: "variational", place: [0.52, 0.451], ends: [0, 7] },
      "Holes have become rare, not impossible: from this 0 to this 7 the picture is far from every digit for a moment. The cross-fade does no better: its half-way picture is two digits at once.",
    ],
  ],
};

/** A class's colour, dark on light paper and light on dark. */
const hue = (label, dark) => `hsl(${36 * label + 10} 75% ${dark ? 72 : 33}%)`;
const TILES = 10, // pictures a side, where the map shows them,
  PITCH = WIDTH + 1; // each with a line of the page's colour
const FURTHEST = 2.125, // the shade is full from here on,
  NEAREST = 0.75; // and begins here

/** The plane as a picture of its own, drawn anew only when what it shows has changed: not for the cursor, the walk or the line. */
function backdrop(el) {
  const canvas = document.createElement("canvas");
  let key;
  /** A small picture, from rows that begin at the top; paint(i, j) gives red, green, blue and opacity. */
  function small(side, paint) {
    const one = Object.assign(document.createElement("canvas"), { width: side, height: side }),
      data = new ImageData(side, side);
    for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) data.data.set(paint(i, j), 4 * (i * side + j));
    one.getContext("2d").putImageData(data, 0, 0);
    return one;
  }
  function shade(context, { kind }, size, { bytes }) {
    const { values } = computed(kind, 0),
      [red, green, blue] = bytes("neg");
    const one = small(CELLS, (i, j) => {
      const value = values[(CELLS - 1 - i) * CELLS + j],
        strength = clamp((value - NEAREST) / (FURTHEST - NEAREST), 0, 1);
      return [red, green, blue, 190 * (strength || 0)];
    });
    context.imageSmoothingEnabled = true;
    context.drawImage(one, 0, 0, size, size);
  }
  function tiles(context, { kind }, size) {
    const pictures = Array.from({ length: TILES * TILES }, (_, k) =>
      decode(kind, codeAt(kind, [((k % TILES) + 0.5) / TILES, 1 - (Math.floor(k / TILES) + 0.5) / TILES])),
    );
    const one = small(TILES * PITCH, (i, j) => {
      const tile = Math.floor(i / PITCH) * TILES + Math.floor(j / PITCH),
        [row, column] = [i % PITCH, j % PITCH],
        gray = 255 * pictures[tile][row * WIDTH + column];
      return Math.max(row, column) < WIDTH ? [gray, gray, gray, 255] : [0, 0, 0, 0];
    });
    context.imageSmoothingEnabled = false;
    context.drawImage(one, 0, 0, size, size);
  }
  function numbers(context, { kind }, size, dark) {
    const { codes, deviations, low, high } = networkOf(kind),
      places = codes.map((code) => placeOf(kind, code));
    if (deviations) {
      context.globalAlpha = 0.09;
      places.forEach(([u, v], k) => {
        const [a, b] = [0, 1].map((axis) => (deviations[2 * k + axis] * size) / (high[axis] - low[axis]));
        context.fillStyle = hue(labelOf(k), dark);
        context.beginPath();
        context.ellipse(u * size, (1 - v) * size, a, b, 0, 0, 7);
        context.fill();
      });
      context.globalAlpha = 1;
    }
    Object.assign(context, { font: "600 10.5px system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
    places.forEach(([u, v], k) => {
      context.fillStyle = hue(labelOf(k), dark);
      context.fillText(String(labelOf(k)), u * size, (1 - v) * size);
    });
  }
  function draw(state, size, ratio) {
    const colours = coloursOf(el),
      dark = colours.bytes("bg")[0] < 128,
      { kind, background } = state,
      next = [kind, done(kind), background, size, ratio, dark].join();
    if (next === key) return canvas;
    key = next;
    Object.assign(canvas, { width: Math.round(size * ratio), height: Math.round(size * ratio) });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.of("bg");
    context.fillRect(0, 0, size, size);
    if (background === "pictures") tiles(context, state, size);
    else shade(context, state, size, colours);
    if (background === "distance") numbers(context, state, size, dark);
    return canvas;
  }
  return { draw };
}

/** Draws the line beyond which pictures are far from every digit. */
function borderLine() {
  let key, path;
  return (context, { kind, distance }, size) => {
    const next = [kind, distance, size].join();
    if (next !== key) {
      key = next;
      path = new Path2D();
      const above = Array.from(mapOf(kind), (value) => value - distance),
        at = (cell) => ((cell + 0.5) * size) / CELLS;
      for (const [j, i, l, m] of zeroLines(above, CELLS, CELLS)) {
        path.moveTo(at(j), size - at(i));
        path.lineTo(at(l), size - at(m));
      }
    }
    context.stroke(path);
  };
}

/** The plane: a press, a drag or arrow keys move the cursor. */
function plane(model, el) {
  const canvas = h("canvas", {
      class: "lp-plane",
      tabindex: 0,
      role: "slider",
      "aria-label": "Place in the plane of codes: arrow keys move it, with Shift in larger steps",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    }),
    behind = backdrop(el),
    border = borderLine();
  const move = (place) => put(model, { place: place.map((share) => Math.round(1e4 * clamp(share, 0, 1)) / 1e4) });
  draggable(canvas, {
    onMove: (x, y) => move([x / canvas.clientWidth, 1 - y / canvas.clientHeight]),
    onKey(event) {
      const by = arrowOf(event, 10);
      if (by) move(model.get("place").map((share, axis) => share + by[axis] / 100));
      return Boolean(by);
    },
  });
  function mark(context, [x, y], letter, colours) {
    context.beginPath();
    context.arc(x, y, 8, 0, 7);
    context.fillStyle = colours.of("accent");
    context.fill();
    Object.assign(context, { font: "700 11px system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
    context.fillStyle = colours.of("on-accent");
    context.fillText(letter, x, y);
  }
  function draw(state, { code }) {
    const size = canvas.clientWidth,
      ratio = window.devicePixelRatio || 1;
    if (!size) return;
    if (canvas.width !== Math.round(size * ratio))
      Object.assign(canvas, { width: Math.round(size * ratio), height: Math.round(size * ratio) });
    const context = canvas.getContext("2d"),
      colours = coloursOf(el),
      pixel = ([u, v]) => [u * size, (1 - v) * size];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(behind.draw(state, size, ratio), 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const line = colours.of(state.background === "pictures" ? "accent" : "fg");
    Object.assign(context, { strokeStyle: line, lineWidth: 1.6 });
    if (done(state.kind)) border(context, state, size);
    const [a, b] = state.ends.map((place) => pixel(placeOf(state.kind, networkOf(state.kind).codes[place])));
    context.beginPath();
    context.moveTo(...a);
    context.lineTo(...b);
    Object.assign(context, { strokeStyle: colours.of("accent"), lineWidth: 2 });
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    mark(context, a, "A", colours);
    mark(context, b, "B", colours);
    const [x, y] = pixel(state.place);
    for (const [strokeStyle, lineWidth] of [
      [colours.of("bg"), 6],
      [colours.of("fg"), 2.5],
    ]) {
      Object.assign(context, { strokeStyle, lineWidth });
      context.beginPath();
      context.arc(x, y, 7, 0, 7);
      context.stroke();
    }
    canvas.setAttribute("aria-valuenow", Math.round(100 * state.place[0]));
    canvas.setAttribute("aria-valuetext", `code ${pair(code)}`);
  }
  return { el: canvas, draw };
}

const gray = (values, caption) => ({ values, height: WIDTH, width: WIDTH, low: 0, high: 1, caption });

/** The decoder's picture at the cursor beside the nearest digit. */
function glass() {
  const all = multiples({ label: "The decoder\u2019s picture and the nearest digit", size: 96, alike: false });
  function draw({ shown, digit, distance }) {
    all.show([
      gray(shown, "the decoder\u2019s picture"),
      gray(greyDigit(digit), `nearest, ${format(distance)} away: ${aDigit(labelOf(digit))}`),
    ]);
  }
  return { el: all.el, draw, stop: all.stop };
}

const STRIP = 9; // pictures of the walk that are shown
/** The walk: the decoder's pictures, which lead there, a cross-fade of pixels, and how far both are from the digits. */
function walkView(onPick) {
  const decoded = multiples({ label: "The decoder\u2019s pictures on the walk", size: 32, alike: false, onPick }),
    faded = multiples({ label: "The cross-fade of pixels", size: 32, alike: false }),
    name = h("p", { class: "lp-strip-name" }),
    curve = chart({ height: 150 });
  const el = h(
    "div",
    { class: "lp-walk" },
    name,
    decoded.el,
    h("p", { class: "lp-strip-name" }, "The two digits themselves, pixel by pixel faded into each other"),
    faded.el,
    curve.el,
  );
  const chosen = (walk) => Array.from({ length: STRIP }, (_, k) => walk[Math.round((k * STEPS) / (STRIP - 1))]);
  function draw(walk, { distance, ends }) {
    const [a, b] = ends.map((place) => aDigit(labelOf(place)));
    name.textContent = `The decoder from A, ${a}, to B, ${b}; choose a picture to go there`;
    const few = chosen(walk),
      share = ({ way }) => `${Math.round(100 * way)}\u00a0%`;
    decoded.show(few.map((one) => gray(one.shown, share(one))));
    faded.show(few.map((one) => gray(one.faded, share(one))));
    const x = walk.map(({ way }) => 100 * way);
    curve.draw({
      label: "Distance from the nearest digit on the way from A to B",
      x: { label: "way (%)", domain: [0, 100] },
      y: { label: "distance", domain: [0, 2.25] },
      legend: true,
      marks: [
        { kind: "line", name: "decoder", x, y: walk.map((one) => one.distance), style: 0 },
        { kind: "line", name: "cross-fade", x, y: walk.map((one) => one.fadedDistance), style: 1 },
        { kind: "line", name: "far", x: [0, 100], y: [distance, distance], style: 2 },
      ],
    });
  }
  function stop() {
    for (const one of [decoded, faded, curve]) one.stop();
  }
  return { el, draw, stop, codeOf: (walk, k) => chosen(walk)[k].code };
}

/** What both autoencoders reach, beside two principal components. */
function table() {
  const body = h("tbody"),
    head = ["squared error of the 300 unseen digits", "far, of the map"];
  const el = h(
    "table",
    { class: "lp-table", "aria-label": "Both autoencoders" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td"),
        head.map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
    body,
  );
  function draw(state) {
    const rows = KINDS.map((kind) => [
      kind,
      format(rebuiltError(kind)),
      done(kind) ? percent(holeShare({ ...state, kind }) / 100) : "\u2026",
    ]);
    rows.push(["PCA, two axes", format(PCA_ERROR), "\u2013"]);
    body.replaceChildren(
      ...rows.map(([name, ...cells]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          cells.map((text) => h("td", {}, text)),
        ),
      ),
    );
  }
  return { el, draw };
}

function controlsOf(model) {
  const change = (values) => put(model, values);
  const parts = {
    kind: choice({
      label: "Autoencoder",
      options: [
        ["plain", "plain"],
        ["variational", "variational"],
      ],
      value: "plain",
      onInput: (kind) => change({ kind }),
    }),
    background: choice({
      label: "The plane shows",
      options: [
        ["distance", "digits and holes"],
        ["pictures", "pictures"],
      ],
      value: "distance",
      onInput: (background) => change({ background }),
    }),
    distance: slider({
      label: "Far is farther than",
      min: 1,
      max: 2,
      step: 0.05,
      value: 1.5,
      onInput: (distance) => change({ distance }),
    }),
  };
  /** Makes the digit nearest to the cursor an end of the walk. */
  const end = (which) => () => {
    const { kind, place, ends } = traitsOf(model, ["kind", "place", "ends"]),
      digit = digitNear(kind, place),
      next = ends.map((old, k) => (k === which ? digit : old));
    change({ ends: next[0] === next[1] ? [ends[1], ends[0]] : next });
  };
  const ends = h(
    "div",
    { class: "xp-row lp-ends" },
    button("Start at the digit here", end(0)),
    button("End at the digit here", end(1)),
  );
  function draw(state) {
    for (const [name, part] of Object.entries(parts)) part.set(state[name]);
  }
  const row = Object.values(parts).map((part) => part.el);
  return { el: h("div", { class: "xp-row lp-row" }, row), ends, draw };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    walk = remembered(["kind", "ends"], walkOf),
    said = status();
  root(
    el,
    "The plane of codes",
    "Drag the ring over the plane: the decoder draws what lies there. The numbers are digits that it has not seen, each at its code.",
  );
  const controls = controlsOf(model),
    map = plane(model, el),
    pictures = glass(),
    numbers = table(),
    way = walkView((k) => {
      const state = stateOf();
      put(model, { place: placeOf(state.kind, way.codeOf(walk(state), k)) });
    });
  said.el.classList.add("lp-said");
  const mapFigure = figure(
      [
        h("b", {}, "The plane"),
        ": the stronger the colour, the farther is the picture from every digit; the line is where far begins",
      ],
      map.el,
    ),
    walkFigure = figure(
      [h("b", {}, "A walk"), " straight from A to B; where the ring is, its ends can be set"],
      controls.ends,
      way.el,
    );
  el.append(
    controls.el,
    h(
      "div",
      { class: "lp-stage" },
      h("div", {}, mapFigure, numbers.el),
      h("div", { class: "lp-side" }, pictures.el, walkFigure),
    ),
    said.el,
  );

  function drawPlane() {
    const state = stateOf();
    map.draw(state, underCursor(state));
  }
  const slices = inFrame(() => {
    // The maps take a while: some rows a frame, that of the state first
    const { kind } = stateOf(),
      next = [kind, ...KINDS].find((one) => !done(one));
    if (!next) return;
    computed(next, 2);
    if (done(next)) draw();
    slices.soon();
  });
  function draw() {
    const state = stateOf(),
      here = underCursor(state),
      known = KINDS.every(done);
    controls.draw(state);
    map.draw(state, here);
    pictures.draw(here);
    way.draw(walk(state), state);
    numbers.draw(state);
    said.say(sentence(state, here, known));
    slices.soon();
  }
  const sizes = new ResizeObserver(drawPlane),
    stops = [follow(model, TRAITS, draw), onTheme(drawPlane), () => sizes.disconnect()];
  sizes.observe(map.el);
  const which = () => `The ${stateOf().kind} autoencoder.`;
  stops.push(
    lesson({
      model,
      el,
      traits: TRAITS,
      tours: TOURS,
      checks: CHECKS,
      guesses: {
        holes: {
          question: () =>
            `${which()} Which share of its map shows pictures that are farther than ${format(stateOf().distance)} from each of the 300 digits?`,
          unit: "%",
          min: 0,
          max: 100,
          about: () => [stateOf().kind, stateOf().distance].join(),
          answer: () => holeShare(stateOf()),
          because: "It is the ground beyond the line.",
          cover: [mapFigure, said.el, numbers.el],
        },
        nearest: {
          question: () => `${which()} Which digit is nearest to the decoder\u2019s picture under the ring?`,
          options: Array.from({ length: 10 }, (_, k) => k),
          answer: () => labelOf(underCursor(stateOf()).digit),
          cover: [pictures.el, said.el],
        },
        farthest: {
          question: () => {
            const [a, b] = stateOf().ends.map(labelOf);
            return `${which()} The walk goes from A, ${aDigit(a)}, to B, ${aDigit(b)}. At how many per cent of the way is the decoder\u2019s picture farthest from every digit?`;
          },
          unit: "%",
          min: 0,
          max: 100,
          answer: () => farthest(stateOf()),
          cover: [walkFigure, said.el],
        },
      },
    }),
  );
  return () => {
    for (const { stop } of [pictures, way, said, slices]) stop();
    for (const stop of stops) stop();
  };
}

export default { render };
