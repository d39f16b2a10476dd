// t-SNE, live: a map of 300 digits draws itself, and each digit says what moves it and what the map keeps of it.

import { coloursOf, onTheme } from "./shared/canvas.mjs";
import { chart } from "./shared/chart.mjs";
import { niceTicks, readable } from "./shared/chart_numbers.mjs";
import { FEATURES, loadDigits } from "./shared/digits.mjs";
import { lesson } from "./shared/lesson.mjs";
import { principalComponents } from "./shared/linear_algebra.mjs";
import { flag, oneOf, whole } from "./shared/link.mjs";
import { picture } from "./shared/picture.mjs";
import { generator } from "./shared/random.mjs";
import { trainingPlayer } from "./shared/training_player.mjs";
import { affinitySearch, descent, divergence, keptOf, nearestOf, rowOf, squaredDistances } from "./shared/tsne.mjs";
import { button, choice, counter, figure, follow, format, h, inFrame, menu, modified } from "./shared/ui.mjs";
import { percent, put, remembered, root, status, toggle, traitsOf } from "./shared/ui.mjs";

const SETUP = ["perplexity", "exaggeration", "init", "seed"];
const TRAITS = [...SETUP, "steps", "held", "view", "marks", "beside"];
const COUNT = 300,
  NEAR = 10, // neighbours that the map should keep
  HOLD = 50, // steps with exaggeration
  REST = 500, // steps after which a guess is answered
  MOST_STEPS = 1000,
  SMALL = 0.01, // standard deviation of the start
  LOOK = 10, // steps between two values of the curve
  PART = 100, // rows of P that are looked for in a frame
  DESCENT = { hold: HOLD, rate: 100, momentum: [0.5, 0.8] };
const PERPLEXITIES = [2, 5, 10, 20, 30, 50, 100];
const FACTORS = [
  [1, "off"],
  [4, "× 4"],
  [12, "× 12"],
];

// ---- What it computes ----

/** The digits, the distances between them and the ten nearest of each: computed once, when an explorable is shown. */
export const data = (() => {
  let made;
  return () => {
    if (made) return made;
    const { pixels, labels } = loadDigits(COUNT),
      distances = squaredDistances(pixels, COUNT);
    made = { pixels, labels, distances, near: nearestOf(distances, COUNT, NEAR) };
    return made;
  };
})();
const pictureOf = (i) => data().pixels.subarray(i * FEATURES, (i + 1) * FEATURES);
/** Dark on light, for the picture of one digit. */
const inkOf = (i) => ({ values: pictureOf(i).map((v) => 16 - v), height: 8, width: 8, low: 0, high: 16 });

/** The first map: small normal numbers, or the first two principal components, as small. */
export function startOf({ init, seed }) {
  if (init === "random") {
    const { normal } = generator(seed);
    return Float64Array.from({ length: 2 * COUNT }, () => SMALL * normal());
  }
  const rows = Array.from({ length: COUNT }, (_, i) => pictureOf(i)),
    { mean, components } = principalComponents(rows);
  const along = (row, axis) => row.reduce((sum, value, k) => sum + (value - mean[k]) * axis[k], 0),
    first = rows.map((row) => along(row, components[0])),
    deviation = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / COUNT);
  return Float64Array.from(
    rows.flatMap((row, i) => [first[i], along(row, components[1])].map((value) => (SMALL * value) / deviation)),
  );
}

const known = new Map(); // P by perplexity: the search takes longer than a frame should
function affinities({ perplexity }) {
  if (!known.has(perplexity)) known.set(perplexity, affinitySearch(data().distances, COUNT, perplexity)(COUNT));
  return known.get(perplexity);
}

/** Does a part of the search for P that a frame has room for; returns whether there is more to do. */
function searching(search, { perplexity }) {
  if (known.has(perplexity)) return false;
  if (search.perplexity !== perplexity)
    Object.assign(search, { perplexity, work: affinitySearch(data().distances, COUNT, perplexity) });
  const P = search.work(PART);
  if (P) known.set(perplexity, P);
  return !P;
}

const start = remembered(["init", "seed"], startOf);

/** The exaggeration of the map beside: none, or the usual one where the first map has none. */
export const otherFactor = ({ exaggeration }) => (exaggeration > 1 ? 1 : 4);

/** One map under way: descent's { Y, step, forces, steps }, P, and the divergence so far as { x, y }. */
export function mapOf(state, exaggeration = state.exaggeration) {
  const P = affinities(state),
    run = descent(P, start(state), { ...DESCENT, exaggeration }),
    curve = { x: [0], y: [divergence(P, run.Y)] };
  function step() {
    run.step();
    if (run.steps() % LOOK) return;
    curve.x.push(run.steps());
    curve.y.push(divergence(P, run.Y));
  }
  return { ...run, step, P, exaggeration, curve };
}

/** A map's divergence, and of each digit how many of its ten neighbours are among its ten nearest on the map. */
export function judged({ P, Y }) {
  const near = nearestOf(squaredDistances(Y, COUNT), COUNT, NEAR),
    kept = keptOf(data().near, near, NEAR);
  return { kl: divergence(P, Y), near, kept, share: kept.reduce((a, b) => a + b, 0) / (NEAR * COUNT) };
}

/** What there is to say of one digit of a map: its forces, its rows of P and Q, its neighbours. */
export function heldOf(map, i, { near }) {
  const { attraction, repulsion, z } = map.forces(),
    { q, terms } = rowOf(map.P, map.Y, i, z),
    p = map.P.subarray(i * COUNT, (i + 1) * COUNT),
    [a, r] = [attraction, repulsion].map((all) => [all[2 * i], all[2 * i + 1]]);
  const [truth, shown] = [data().near, near].map((all) => [...all.subarray(i * NEAR, (i + 1) * NEAR)]);
  return {
    p,
    q,
    terms,
    attraction: a,
    repulsion: r,
    together: [a[0] + r[0], a[1] + r[1]],
    share: terms.reduce((x, y) => x + y, 0),
    kept: truth.filter((j) => shown.includes(j)),
    lost: truth.filter((j) => !shown.includes(j)),
    guests: shown.filter((j) => !truth.includes(j)),
  };
}

/** Of a map the ten digits that pull one of them most, with the strength of each pull. */
export function pullsOf({ P, Y }, i, factor) {
  const pulls = Array.from({ length: COUNT }, (_, j) => {
    const d2 = (Y[2 * i] - Y[2 * j]) ** 2 + (Y[2 * i + 1] - Y[2 * j + 1]) ** 2;
    return [j, (4 * factor * P[i * COUNT + j] * Math.sqrt(d2)) / (1 + d2)];
  });
  return pulls.sort((a, b) => b[1] - a[1]).slice(0, NEAR);
}

/** All digits, from the one of which the map keeps least. */
export const worstFirst = (kept) => Array.from(kept.keys()).sort((i, j) => kept[i] - kept[j] || i - j);

/** The digit nearest to one of them in a direction, within 45° of it; the same one where there is none. */
export function towards(Y, i, [dx, dy]) {
  let best = Infinity,
    found = i;
  for (let j = 0; j < COUNT; j++) {
    const x = Y[2 * j] - Y[2 * i],
      y = Y[2 * j + 1] - Y[2 * i + 1],
      along = x * dx + y * dy,
      across = Math.abs(x * dy - y * dx);
    if (j === i || along <= 0 || across > along || x * x + y * y >= best) continue;
    best = x * x + y * y;
    found = j;
  }
  return found;
}

/** A map at rest, judged, and how long the sum of the forces on the digit held is as a share of the attraction. */
export function outcome(state, exaggeration = state.exaggeration) {
  const P = affinities(state),
    map = { ...descent(P, start(state), { ...DESCENT, exaggeration }), P };
  while (map.steps() < REST) map.step();
  const found = judged(map),
    one = state.held === null ? null : heldOf(map, state.held, found);
  return { ...found, together: one ? Math.hypot(...one.together) / Math.hypot(...one.attraction) : NaN };
}

/** By how many points of the share kept a map with exaggeration is better than one without, and both divergences. */
export const gain = remembered(SETUP, (state) => {
  const factor = Math.max(state.exaggeration, otherFactor(state)),
    [withIt, without] = [outcome(state, factor), outcome(state, 1)];
  return { points: 100 * (withIt.share - without.share), factor, withIt, without };
});

// ---- Words ----

const nameOf = (i) => `digit ${i}, a ${data().labels[i]}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const factorText = (factor) => (factor > 1 ? `exaggeration ${format(factor)}` : "no exaggeration");

/** The state in a few sentences. */
export function sentence(state, map, found, one, other) {
  const steps = map.steps(),
    early = steps < HOLD && map.exaggeration > 1 ? `, P exaggerated ${format(map.exaggeration)} times,` : "";
  const opening =
    `${steps ? `After ${steps} step${steps === 1 ? "" : "s"}` : "At the start"}${early} the divergence KL(P‖Q) is ` +
    `${readable(found.kl)}, and ${percent(found.share)} of the ten nearest neighbours are kept.`;
  const beside = other
    ? ` Beside it, with ${factorText(other.exaggeration)}: ${readable(other.found.kl)} and ${percent(other.found.share)}.`
    : "";
  if (!one) return `${opening}${beside} No digit is held.`;
  const [a, r, both] = [one.attraction, one.repulsion, one.together].map((force) => readable(Math.hypot(...force)));
  return (
    `${opening}${beside} ${capital(nameOf(state.held))}, is pulled with ${a} and pushed with ${r}; the sum of both is ` +
    `${both} long. Its row adds ${readable(one.share)} to the divergence, and ${one.kept.length} of its ${NEAR} ` +
    "neighbours are near."
  );
}

// ---- The view ----

const between = (low, high) => (value) => typeof value === "number" && value >= low && value <= high;
export const CHECKS = {
  perplexity: between(2, 100),
  exaggeration: between(1, 20),
  init: oneOf("random", "pca"),
  seed: (value) => whole(value, 0, 99),
  steps: (value) => whole(value, 0, MOST_STEPS),
  held: (value) => value === null || whole(value, 0, COUNT - 1),
  view: oneOf("forces", "neighbours"),
  marks: oneOf("numerals", "pictures"),
  beside: flag,
};

/**
 * Numerals or small pictures in a colour, side by side on a canvas that is drawn once: a map then copies its marks. of()
 * returns { sheet, size }, the size of a mark on the sheet.
 */
function markSheets() {
  const made = new Map();
  function pictures(context, bytes) {
    const { pixels } = data(),
      image = context.createImageData(8 * COUNT, 8);
    for (let i = 0; i < COUNT; i++)
      for (let k = 0; k < FEATURES; k++) {
        const to = 4 * (8 * COUNT * (k >> 3) + 8 * i + (k & 7));
        for (let c = 0; c < 3; c++) image.data[to + c] = bytes[c];
        image.data[to + 3] = Math.min(255, pixels[i * FEATURES + k] * 18);
      }
    context.putImageData(image, 0, 0);
  }
  function numerals(context, bytes, size) {
    context.fillStyle = `rgb(${bytes.join()})`;
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let k = 0; k < 10; k++) context.fillText(String(k), (k + 0.5) * size, 0.54 * size);
  }
  function of(kind, bytes, pixels) {
    const key = `${kind} ${bytes} ${pixels}`;
    if (made.has(key)) return made.get(key);
    const size = kind === "pictures" ? 8 : pixels,
      sheet = h("canvas", { width: size * (kind === "pictures" ? COUNT : 10), height: size }),
      context = sheet.getContext("2d");
    if (kind === "pictures") pictures(context, bytes);
    else numerals(context, bytes, size);
    made.set(key, { sheet, size });
    return made.get(key);
  }
  return { of, clear: () => made.clear() };
}

/** The colours of a map: of the ten classes, and of 0 to 10 neighbours kept, as red, green and blue. */
function paletteOf(el) {
  const { of, bytes } = coloursOf(el),
    classes = Array.from({ length: 10 }, (_, k) => bytes(`class-${k}`)),
    [none, all] = [bytes("neg"), bytes("pos")];
  const kept = Array.from({ length: NEAR + 1 }, (_, k) => none.map((low, c) => low + ((all[c] - low) * k) / NEAR));
  return { of, classes, kept: kept.map((colour) => colour.map(Math.round)) };
}

/** From the map's units to pixels: the middle of the points in the middle, all of them inside. */
function placing(Y, size, margin) {
  const [x, y] = [0, 1].map((c) => {
    let low = Infinity,
      high = -Infinity;
    for (let k = c; k < Y.length; k += 2) {
      low = Math.min(low, Y[k]);
      high = Math.max(high, Y[k]);
    }
    return { middle: (low + high) / 2, half: (high - low) / 2 };
  });
  const scale = (size / 2 - margin) / (Math.max(x.half, y.half) || 1);
  return { scale, at: (i) => [size / 2 + (Y[2 * i] - x.middle) * scale, size / 2 - (Y[2 * i + 1] - y.middle) * scale] };
}

function arrow(context, [x, y], [dx, dy], colour, width, dash = []) {
  const length = Math.hypot(dx, dy),
    head = Math.min(3.2 * width, length);
  if (length < 1) return;
  const [ux, uy] = [dx / length, dy / length],
    [tx, ty] = [x + dx, y + dy];
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(tx - ux * head * 0.8, ty - uy * head * 0.8);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(tx, ty);
  context.lineTo(tx - ux * head - uy * head * 0.6, ty - uy * head + ux * head * 0.6);
  context.lineTo(tx - ux * head + uy * head * 0.6, ty - uy * head - ux * head * 0.6);
  context.fill();
}

/** A map of the digits. draw({ map, found, one, pulls, state }); onHold(i) is told of a click, onKey(event) of a key. */
function mapView({ label, onHold, onKey }) {
  const canvas = h("canvas", { "aria-hidden": "true" }),
    above = h("canvas", { "aria-hidden": "true", class: "lt-arrows" }), // by themselves, so that a guess may cover them
    caption = h("span"),
    el = h("div", {
      class: "lt-map",
      role: "application",
      tabindex: 0,
      "aria-label": `${label}: arrow keys hold the next digit in their direction, Escape holds none`,
      onkeydown: (event) => onKey(event, shown?.map.Y),
    });
  el.append(canvas, above);
  const sheets = markSheets();
  let shown,
    size = 0,
    place;

  function drawMarks(context, palette, mark) {
    const { state, found } = shown,
      { labels } = data(),
      ratio = devicePixelRatio || 1;
    for (let i = 0; i < COUNT; i++) {
      const colour = state.view === "forces" ? palette.classes[labels[i]] : palette.kept[found.kept[i]],
        { sheet, size: cell } = sheets.of(state.marks, colour, Math.round(mark * ratio)),
        [x, y] = place.at(i);
      const from = state.marks === "pictures" ? i : labels[i];
      context.drawImage(sheet, from * cell, 0, cell, cell, x - mark / 2, y - mark / 2, mark, mark);
      if (state.view === "forces") continue;
      context.fillStyle = `rgb(${colour.join()})`; // the share kept as a line under it, for who can't tell the colours
      context.fillRect(x - mark / 2, y + mark / 2, (mark * found.kept[i]) / NEAR, 1.5);
    }
  }
  function drawScale(context, palette) {
    const [, first] = niceTicks(0, (0.3 * size) / place.scale, 2);
    if (!(first > 0)) return;
    const length = first * place.scale,
      y = size - 10;
    context.strokeStyle = context.fillStyle = palette.of("muted");
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(10, y - 4);
    context.lineTo(10, y);
    context.lineTo(10 + length, y);
    context.lineTo(10 + length, y - 4);
    context.stroke();
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(readable(first), 14, y - 3);
  }
  function ring(context, i, mark, colour, square = false) {
    const [x, y] = place.at(i),
      half = 0.75 * mark;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    if (square) context.rect(x - half, y - half, 2 * half, 2 * half);
    else context.arc(x, y, half, 0, 2 * Math.PI);
    context.stroke();
  }
  function line(context, i, j, colour, width, dash = []) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(...place.at(i));
    context.lineTo(...place.at(j));
    context.stroke();
    context.setLineDash([]);
  }
  /** Under the marks what belongs to the digit held: who pulls it, or which neighbours are near and which are far. */
  function drawUnder(context, palette, mark) {
    const { one, pulls, state } = shown,
      i = state.held;
    if (!one) return;
    if (state.view === "forces") {
      const most = pulls[0][1] || 1;
      for (const [j, pull] of pulls) line(context, i, j, palette.of("strong"), 0.5 + (3 * pull) / most);
      return;
    }
    for (const j of one.kept) line(context, i, j, palette.of("pos"), 1.75);
    for (const j of one.lost) line(context, i, j, palette.of("neg"), 1.75, [6, 4]);
    for (const j of one.guests) ring(context, j, mark, palette.of("neg"), true);
  }
  /** How many pixels the longer force is drawn long: a fifth of the map, less where an arrow would leave it. */
  function reach(at, forces, most) {
    let length = 0.2 * size;
    for (const [x, y] of forces)
      [x, -y].forEach((part, c) => {
        const room = part > 0 ? size - at[c] : at[c];
        if (part) length = Math.min(length, ((room - 4) * most) / Math.abs(part));
      });
    return Math.max(length, 24);
  }
  function drawArrows(context, palette) {
    const { one, state } = shown;
    if (!one || state.view !== "forces") return;
    const most = Math.max(Math.hypot(...one.attraction), Math.hypot(...one.repulsion)) || 1,
      at = place.at(state.held),
      length = reach(at, [one.attraction, one.repulsion], most),
      pixels = ([x, y]) => [x, -y].map((part) => (part / most) * length);
    arrow(context, at, pixels(one.attraction), palette.of("pos"), 4);
    arrow(context, at, pixels(one.repulsion), palette.of("neg"), 4, [7, 3]);
    arrow(context, at, pixels(one.together), palette.of("fg"), 2.5);
  }
  function cleared(one) {
    const ratio = devicePixelRatio || 1,
      pixels = Math.round(size * ratio),
      context = one.getContext("2d");
    if (one.width !== pixels) Object.assign(one, { width: pixels, height: pixels });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size, size);
    return context;
  }
  function drawNow() {
    if (!shown || !size) return;
    const mark = size < 300 ? 11 : size < 400 ? 13 : 15,
      palette = paletteOf(el),
      context = cleared(canvas);
    context.imageSmoothingEnabled = shown.state.marks === "numerals";
    place = placing(shown.map.Y, size, mark + 0.06 * size);
    drawUnder(context, palette, mark);
    drawMarks(context, palette, mark);
    drawScale(context, palette);
    if (shown.one) ring(context, shown.state.held, mark, palette.of("accent"));
    drawArrows(cleared(above), palette);
  }
  el.addEventListener("click", ({ clientX, clientY }) => {
    if (!place) return;
    const { left, top } = canvas.getBoundingClientRect(),
      away = (i) => Math.hypot(place.at(i)[0] - clientX + left, place.at(i)[1] - clientY + top);
    let best = 0;
    for (let i = 1; i < COUNT; i++) if (away(i) < away(best)) best = i;
    onHold(away(best) > 40 || best === shown.state.held ? null : best);
  });
  const { soon, stop: stopFrame } = inFrame(drawNow);
  const watch = new ResizeObserver(([{ contentRect }]) => {
    size = Math.round(contentRect.width);
    drawNow();
  });
  watch.observe(el);
  const stopTheme = onTheme(() => {
    sheets.clear();
    soon();
  });
  return {
    el: figure(caption, el),
    arrows: above,
    draw(next, ...text) {
      shown = next;
      caption.replaceChildren(...text);
      soon();
    },
    stop() {
      watch.disconnect();
      stopFrame();
      stopTheme();
    },
  };
}

/** Which pairs of the digit held stand in its table: six with the largest p, then two with the largest q. */
export function pairsOf({ p, q }) {
  const by = (values) => Array.from(values.keys()).sort((i, j) => values[j] - values[i] || i - j),
    first = by(p).slice(0, 6);
  const second = by(q).filter((j) => !first.includes(j));
  return [...first, ...second.slice(0, 2)];
}

/** A force's length as a bar and a number. */
function forceRow(name, kind) {
  const bar = h("i"),
    value = h("td"),
    el = h(
      "tr",
      { class: kind },
      h("th", { scope: "row" }, name),
      h("td", { class: "lt-force", "aria-hidden": "true" }, bar),
      value,
    );
  return {
    el,
    draw(length, most) {
      bar.style.width = `${(100 * length) / most}%`;
      value.textContent = readable(length);
    },
  };
}

/** What is said of the digit held: its picture, its forces, its rows of P and Q. */
function heldPanel() {
  const face = picture({ size: 56 }),
    title = h("b"),
    told = h("p", { class: "lt-told" });
  const forces = [forceRow("Attraction", "pull"), forceRow("Repulsion", "push"), forceRow("Sum of both", "sum")];
  const forceTable = h("table", { class: "lt-forces", "aria-label": "Forces on the digit held" }, h("tbody"));
  forceTable.firstChild.append(...forces.map(({ el }) => el));
  const rows = Array.from({ length: 8 }, () => pairRow()),
    rest = pairRow("the others");
  const heads = ["digit", "p over q", "p", "q", "p ln p/q"];
  const pairs = h(
    "table",
    { class: "lt-pairs", "aria-label": "Its row of P beside its row of Q" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
    h(
      "tbody",
      {},
      [...rows, rest].map(({ el }) => el),
    ),
  );
  const none = h("p", { class: "lt-none" }, "Choose a digit on the map: click it, or use the arrow keys there.");
  const first = h("div", {}, h("div", { class: "lt-head" }, face.el, h("div", {}, title, told)), forceTable),
    second = figure("Its rows of P and Q, in 10⁻⁴", pairs),
    el = h("div", { class: "lt-panel xp-panel" }, none, first, second);
  let last = -1;

  function draw(i, one, found) {
    none.hidden = Boolean(one);
    first.hidden = second.hidden = !one;
    if (!one) return;
    if (i !== last) {
      face.show({ ...inkOf(i), label: capital(nameOf(i)) });
      title.textContent = capital(nameOf(i));
      last = i;
    }
    told.textContent =
      `${one.kept.length} of its ${NEAR} neighbours are near. Its row adds ${readable(one.share)} to the divergence` +
      (one.share < 0
        ? ", less than nothing, for its q are larger than its p."
        : `; a mean row adds ${readable(found.kl / COUNT)}.`);
    const lengths = [one.attraction, one.repulsion, one.together].map((force) => Math.hypot(...force)),
      most = Math.max(...lengths) || 1;
    forces.forEach((row, k) => row.draw(lengths[k], most));
    const shown = pairsOf(one),
      largest = Math.max(...shown.map((j) => Math.max(one.p[j], one.q[j]))),
      left = (values) =>
        shown.reduce(
          (sum, j) => sum - values[j],
          values.reduce((a, b) => a + b, 0),
        );
    shown.forEach((j, k) => rows[k].draw(j, one.p[j], one.q[j], one.terms[j], largest, one));
    rest.draw(null, left(one.p), left(one.q), left(one.terms));
  }
  return { el, draw, stop: () => [face, ...rows].forEach((part) => part.stop()) };
}

/** One pair's row: picture and label, both probabilities as bars and numbers, and what it adds to the divergence. */
function pairRow(name) {
  const face = name ? null : picture({ size: 16 }),
    label = h("span", {}, name ?? ""),
    bars = [h("i", { class: "p" }), h("i", { class: "q" })],
    cells = [h("td"), h("td"), h("td")];
  const el = h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", { class: "lt-who" }, face?.el, label)),
    h("td", { class: "lt-bars", "aria-hidden": "true" }, name ? null : bars),
    cells,
  );
  let last = -1;
  function draw(j, p, q, term, largest, one) {
    [p, q, term].forEach((value, k) => {
      cells[k].textContent = format(1e4 * value, 2);
    });
    if (j === null) return;
    [p, q].forEach((value, k) => {
      bars[k].style.width = `${(100 * value) / largest}%`;
    });
    label.textContent = `a ${data().labels[j]}${one.lost.includes(j) ? ", far" : one.guests.includes(j) ? ", guest" : ""}`;
    if (j === last) return;
    face.show({ ...inkOf(j), label: capital(nameOf(j)) });
    last = j;
  }
  return { el, draw, stop: () => face?.stop() };
}

const SET = { perplexity: 30, exaggeration: 4, init: "random", seed: 0, marks: "numerals", beside: false };
const TOURS = {
  one_digit: [
    [
      { ...SET, steps: 0, held: 33, view: "forces" },
      "The start: 300 digits by chance, all within a few hundredths. The digit held, a 3, is drawn to other threes " +
        "wherever these lie: the lines go to the ten that pull it most. P is exaggerated, so attraction is far longer " +
        "than repulsion.",
    ],
    [
      { ...SET, steps: 45, held: 33, view: "forces" },
      "Fifty steps later the exaggeration is about to end. Classes have gathered, while the map is still tiny: the " +
        "scale at its lower left says how tiny. Points could pass through each other without much resistance.",
    ],
    [
      { ...SET, steps: 80, held: 33, view: "forces" },
      "Without exaggeration repulsion blows the map up, and the groups move apart as they are. Look at the scale again.",
    ],
    [
      { ...SET, steps: 500, held: 33, view: "forces" },
      "Nearly at rest. Attraction and repulsion are both there, and long, but they cancel: their sum is hardly to be " +
        "seen. In the table p and q of the near digits have become numbers of one size.",
    ],
    [
      { ...SET, steps: 500, held: 33, view: "neighbours" },
      "The same map, coloured by what it keeps: blue with a full line below where all ten nearest neighbours are still " +
        "near, orange with a short line where few are. Press \u201cHold the worst\u201d to see where the map lies most: " +
        "dashed lines lead to neighbours that the map has torn away, squares mark guests, near on the map alone.",
    ],
  ],
};

function controlsOf(change, put, get) {
  const set = (name) => (value) => change({ [name]: value });
  const parts = {
    perplexity: menu({
      label: "Perplexity",
      options: PERPLEXITIES.map((value) => [value, String(value)]),
      onInput: set("perplexity"),
    }),
    exaggeration: menu({ label: "Early exaggeration", options: FACTORS, onInput: set("exaggeration") }),
    init: menu({
      label: "Start",
      options: [
        ["random", "by chance"],
        ["pca", "PCA"],
      ],
      onInput: set("init"),
    }),
    seed: counter({ label: "Seed", min: 0, max: 99, value: get("seed"), onInput: set("seed") }),
    view: choice({
      label: "Show",
      options: [
        ["forces", "forces"],
        ["neighbours", "neighbours kept"],
      ],
      value: get("view"),
      onInput: (view) => put({ view }),
    }),
  };
  const text = h("span"),
    beside = toggle({ label: text, value: get("beside"), onInput: (value) => put({ beside: value }) }),
    pictures = toggle({
      label: "Pictures",
      value: false,
      onInput: (value) => put({ marks: value ? "pictures" : "numerals" }),
    });
  return {
    els: Object.values(parts).map((part) => part.el),
    toggles: h("div", { class: "xp-row lt-toggles" }, beside.el, pictures.el),
    draw(state) {
      for (const [name, part] of Object.entries(parts)) part.set(state[name]);
      beside.set(state.beside);
      pictures.set(state.marks === "pictures");
      parts.seed.el.hidden = state.init !== "random";
      text.textContent = `Beside it: ${factorText(otherFactor(state))}`;
    },
  };
}

/** What the lines and marks on the map mean, in words beside their looks. */
function legend() {
  const item = (kind, text) => h("span", {}, h("i", { class: kind, "aria-hidden": "true" }), text);
  const forces = [item("pull", "attraction"), item("push", "repulsion"), item("sum", "their sum")],
    neighbours = [
      item("kept", "neighbour, near"),
      item("lost", "neighbour, far"),
      item("guest", "guest: near, no neighbour"),
    ];
  const ramp = h("span", {}, "neighbours kept: 0", h("i", { class: "ramp", "aria-hidden": "true" }), "10");
  const el = h("div", { class: "lt-legend" });
  return { el, draw: (view) => el.replaceChildren(...(view === "forces" ? forces : [ramp, ...neighbours])) };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    keyOf = (state) => JSON.stringify(SETUP.map((name) => state[name]));
  const search = {};
  let map,
    other = null,
    key = "",
    drawn = "",
    settings = "",
    found;

  const change = (values) => put(model, { ...values, steps: 0 });
  const controls = controlsOf(
    change,
    (values) => put(model, values),
    (name) => model.get(name),
  );
  const stale = () => keyOf(stateOf()) !== key; // from a change of settings until another map is made
  const session = {
    steps: () => (stale() ? model.get("steps") : map.steps()),
    step() {
      if (stale()) return true;
      for (const one of [map, other]) one?.step();
      return map.steps() < MOST_STEPS;
    },
  };
  const runner = trainingPlayer({
    model,
    session: () => session,
    draw: () => draw(),
    label: "t-SNE",
    speeds: [1, 5, 20, 60, 300],
    speed: 60,
    budget: 1.5,
  });
  const hold = (held) => put(model, { held });
  let lies = -1;
  /** Holds the digit of which the map keeps least; pressed again, the next one. */
  function holdWorst() {
    const order = worstFirst(found.kept),
      again = model.get("view") === "neighbours" && order[lies] === model.get("held");
    lies = again ? (lies + 1) % COUNT : 0;
    put(model, { held: order[lies], view: "neighbours" });
  }
  function onKey(event, Y) {
    const to = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (modified(event) || !(to || event.key === "Escape") || !Y) return;
    event.preventDefault();
    event.stopPropagation();
    const now = model.get("held");
    hold(event.key === "Escape" ? null : now === null ? 33 : towards(Y, now, to));
  }
  const first = mapView({ label: "Map", onHold: hold, onKey }),
    second = mapView({ label: "Map beside it", onHold: hold, onKey }),
    panel = heldPanel(),
    curve = chart({ height: 140 }),
    marks = legend(),
    said = status(),
    curveCaption = h("span"),
    worst = button("Hold the worst", holdWorst);
  const curveFigure = figure(curveCaption, curve.el),
    moves = h("div", { class: "xp-row lt-moves" }, runner.el, worst),
    stage = h("div", { class: "lt-stage" }, first.el, second.el, curveFigure, panel.el);
  root(
    el,
    "t-SNE, live",
    "300 digits look for their places on a map. Press Play, and click a digit to see what moves it.",
  ).append(
    h("div", { class: "xp-row lt-controls" }, controls.els),
    moves,
    h("div", { class: "xp-row lt-signs" }, marks.el, controls.toggles),
    stage,
    said.el,
  );

  function sync(state) {
    if (keyOf(state) !== key || state.steps < map.steps()) {
      map = mapOf(state);
      other = null;
    }
    key = keyOf(state);
    if (!state.beside) other = null;
    else other ??= mapOf(state, otherFactor(state));
    for (const one of [map, other]) while (one && one.steps() < state.steps) one.step();
    runner.at(map.steps(), map.steps() >= MOST_STEPS);
  }
  function drawCurve(state) {
    const line = ({ exaggeration, curve: { x, y }, steps }, kl, style) => ({
      kind: "line",
      name: factorText(exaggeration),
      x: [...x, steps()],
      y: [...y, kl],
      style,
    });
    curveCaption.replaceChildren(h("b", {}, "Divergence KL(P‖Q)"), " by step");
    curve.draw({
      label: "Divergence by step",
      marks: [line(map, found.kl, 0), ...(other ? [line(other, other.found.kl, 1)] : [])],
      x: { label: "step", domain: [0, Math.max(100, state.steps)] },
      y: { label: "KL in nats", zero: true },
    });
  }
  const later = inFrame(() => draw());
  function draw() {
    const state = stateOf();
    if (map && searching(search, state)) return later.soon();
    sync(state);
    if (settings !== JSON.stringify({ ...state, steps: 0 })) {
      controls.draw(state);
      marks.draw(state.view);
    }
    settings = JSON.stringify({ ...state, steps: 0 });
    drawn = JSON.stringify(state);
    found = judged(map);
    const seen = (one) => {
      const told = state.held === null ? null : heldOf(one, state.held, one.found),
        pulls = told && pullsOf(one, state.held, one.factor());
      return { map: one, found: one.found, one: told, pulls, state };
    };
    map.found = found;
    const main = seen(map);
    first.draw(main, h("b", {}, capital(factorText(map.exaggeration))), ": the map");
    second.el.hidden = !other;
    stage.classList.toggle("both", Boolean(other));
    if (other) {
      other.found = judged(other);
      second.draw(seen(other), h("b", {}, capital(factorText(other.exaggeration))), ", from the same start");
    }
    panel.draw(state.held, main.one, found);
    drawCurve(state);
    said.say(sentence(state, map, found, main.one, other), "", !runner.playing());
  }

  const unfollow = follow(model, TRAITS, () => {
    if (drawn !== JSON.stringify(stateOf())) draw();
  });
  const about = () => JSON.stringify(SETUP.map((name) => model.get(name)));
  const setting = () => {
    const { perplexity, exaggeration, init, seed } = stateOf();
    return `perplexity ${format(perplexity)}, ${factorText(exaggeration)}, ${init === "pca" ? "a start by PCA" : `seed ${seed}`}`;
  };
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      kept: {
        question: () =>
          `After ${REST} steps (${setting()}), what share of the digits\u2019 ten nearest neighbours in 64 dimensions are ` +
          "among the ten nearest on the map?",
        unit: "%",
        min: 0,
        max: 100,
        because: () => `By chance it would be ${percent(NEAR / (COUNT - 1))}. Those steps were taken here.`,
        about,
        answer: () => 100 * outcome({ ...stateOf(), held: null }).share,
        cover: [panel.el, said.el],
      },
      together: {
        question: () =>
          `After ${REST} steps (${setting()}) attraction and repulsion still act on ${nameOf(model.get("held") ?? 0)}. ` +
          "How long is their sum, in % of the attraction?",
        unit: "%",
        min: 0,
        max: 200,
        because: () => "The two cancel where the map comes to rest. Those steps were taken here.",
        about: () => (model.get("held") === null ? "" : JSON.stringify([about(), model.get("held")])),
        answer: () => 100 * outcome(stateOf()).together,
        cover: [panel.el, said.el, first.arrows, second.arrows],
      },
      exaggeration: {
        question: () => {
          const { perplexity, init, seed, exaggeration } = stateOf(),
            factor = Math.max(exaggeration, otherFactor(stateOf()));
          return (
            `From one start (${init === "pca" ? "by PCA" : `seed ${seed}`}, perplexity ${format(perplexity)}) two maps take ` +
            `${REST} steps, one with ${factorText(factor)}, one without. By how many points does exaggeration raise the ` +
            "share of the ten nearest neighbours that is kept?"
          );
        },
        min: -100,
        max: 100,
        because() {
          const { withIt, without } = gain(stateOf());
          return (
            `With it ${percent(withIt.share)} are kept, without it ${percent(without.share)}. The divergence is ` +
            `${readable(withIt.kl)} with and ${readable(without.kl)} without.`
          );
        },
        about,
        answer: () => gain(stateOf()).points,
        cover: [curveFigure, said.el],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    for (const one of [runner, later, first, second, panel, curve, said]) one.stop();
  };
}

export default { render };
