// How many labels does it save? Measured accuracy over labelled images for each way to use a backbone; and the nearest
// neighbours of a drawing by the backbone's features, computed in the page, and by the pixels.

import { backboneOf, featuresOf, nearest, unit, weightsFrom } from "./shared/backbone.mjs";
import { onTheme } from "./shared/canvas.mjs";
import { chart } from "./shared/chart.mjs";
import { MOST, greyDigit, greyDigits } from "./shared/digits.mjs";
import { SIDE, counted, fitted, packBits, total, unpackBits } from "./shared/drawing.mjs";
import { wilson } from "./shared/interval.mjs";
import { lesson } from "./shared/lesson.mjs";
import { dot } from "./shared/linear_algebra.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { openedPicture } from "./shared/opened_picture.mjs";
import { multiples, picture } from "./shared/picture.mjs";
import { generator } from "./shared/random.mjs";
import { sheet, sheetColours } from "./shared/sheet.mjs";
import { button, choice, figure, follow, format, h, inFrame, many, menu, percent, put } from "./shared/ui.mjs";
import { remembered, root, slider, status, traitsOf, voice } from "./shared/ui.mjs";

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200], // each task was measured with some of them
  TASKS = ["digits", "clothes"],
  SCRATCH = "from scratch",
  FROZEN = ["none frozen", "1 frozen", "2 frozen", "3 frozen", "all frozen"],
  CONTROLS = ["untrained, frozen", "linear, pixels", "nearest, pixels", "nearest, features"],
  MORE = ["all frozen, random head", "none frozen, statistics move"], // a task may lack them
  NAMES = { none: "fine-tune all", all: "4 frozen" },
  CLASSES = 10,
  EACH = 20, // labelled digits of a class in the page; the other 10 are asked about
  LABELLED = CLASSES * EACH,
  SHOWN = 5; // neighbours

const nameOf = (way) => way.replace(/^(none|all) frozen/, (_, word) => NAMES[word]);

// ---- How many labels ----

/**
 * How many labels a class reach a target: where the line through the accuracies first does so, straight between sizes on
 * a logarithmic scale, rounded up; Infinity where it doesn't.
 */
export function labelsNeeded(sizes, accuracies, target) {
  const at = accuracies.findIndex((accuracy) => accuracy >= target);
  if (at <= 0) return at ? Infinity : sizes[0];
  const share = (target - accuracies[at - 1]) / (accuracies[at] - accuracies[at - 1]),
    power = Math.log(sizes[at - 1]) + share * Math.log(sizes[at] / sizes[at - 1]);
  return Math.ceil(Math.exp(power) - 1e-9);
}

/** The size nearest to one, by their ratio, that the task was measured with. */
export function sizeOf({ curves, task }, images) {
  const away = (size) => Math.abs(Math.log(size / images));
  return curves[task].sizes.reduce((one, other) => (away(other) < away(one) ? other : one));
}

/** Labels that a way needs by the mean, and by both edges of its interval: { needed, low, high }. */
export function needOf({ curves, task, target }, way) {
  const [needed, high, low] = [0, 1, 2].map((edge) => {
    const accuracies = curves[task].accuracy[way].map((row) => row[edge]);
    return labelsNeeded(curves[task].sizes, accuracies, target);
  });
  return { needed, low, high };
}

/** What a way reaches with so many images: { accuracy, gain }, mean, low and high each; gain is null from scratch. */
export function reachedBy({ curves, task, images }, way) {
  const { accuracy, gain, sizes } = curves[task],
    at = sizes.indexOf(sizeOf({ curves, task }, images));
  return { accuracy: accuracy[way][at], gain: gain[way]?.[at] ?? null };
}

/** Labels that training from scratch needs to reach what the frozen backbone does with about 5; NaN where it doesn't. */
export function scratchNeeds({ curves, task }) {
  const [target] = reachedBy({ curves, task, images: 5 }, "all frozen").accuracy,
    { needed } = needOf({ curves, task, target }, SCRATCH);
  return Number.isFinite(needed) ? needed : NaN;
}

// ---- The neighbours ----

const bitsOf = (text) => unpackBits(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
const textOf = (bitmap) => btoa(String.fromCharCode(...packBits(bitmap)));
const EMPTY = textOf(new Uint8Array(SIDE * SIDE));

/** The 64 pixels, 0 to 1, that are asked about: one of the 100 digits, or the drawing in the digits' form. */
export const askedPixels = ({ digit, drawing }) =>
  digit < 0 ? counted(fitted(bitsOf(drawing))).map((count) => count / MOST) : Array.from(greyDigit(LABELLED + digit));

/** The labelled digits, by their places: so many of each class, drawn anew for each seed; fewer are a part of more. */
export function galleryOf({ images, gallery }) {
  const { permutation } = generator(gallery);
  return Array.from({ length: CLASSES }, (_, label) =>
    permutation(EACH)
      .slice(0, images)
      .map((k) => label + CLASSES * k),
  ).flat();
}

/** How many of the digits that no gallery holds have their nearest labelled digit's label. likeness[i][k]: cosines. */
export function rightOf(likeness, places, labels) {
  return likeness.filter((row, i) => {
    const best = places.reduce((one, other) => (row[other] > row[one] ? other : one));
    return labels[best] === labels[LABELLED + i];
  }).length;
}

/**
 * The digits of the page as vectors of length 1, made one after the other, since the backbone takes milliseconds for each:
 * the labelled ones first, then those asked about with their cosines to all labelled ones.
 */
function vectorsOf(describe) {
  const { labels } = greyDigits(),
    vectors = [],
    likeness = [];
  function more() {
    const vector = unit(describe(greyDigit(vectors.length)));
    if (vectors.length >= LABELLED) likeness.push(vectors.slice(0, LABELLED).map((other) => dot(vector, other)));
    vectors.push(vector);
  }
  return { vectors, likeness, labels, more, done: () => vectors.length === labels.length };
}

/** The five nearest labelled digits: [{ place, label, cosine }]; none for an empty picture, or as long as labelled digits lack. */
export function neighboursOf({ vectors, labels }, vector, places) {
  if (!vector || vectors.length < LABELLED) return [];
  const others = places.map((place) => vectors[place]);
  return nearest(vector, others, SHOWN).map(({ at, cosine }) => ({
    place: places[at],
    label: labels[places[at]],
    cosine,
  }));
}

// ---- Words ----

const points = (share) => `${share < 0 ? "\u2212" : "+"}${format(Math.abs(100 * share), 1)}`;
const between = ([, low, high]) => [low, high].map((share) => format(100 * share, 1)).join(" to ");
const needText = ({ curves, task }, needed, over = ">") =>
  Number.isFinite(needed) ? String(needed) : `${over}${curves[task].sizes.at(-1)}`;

/** A way in the middle of a sentence. */
function phrase(way) {
  const count = FROZEN.indexOf(way);
  if (count === 0) return "the fine-tuned backbone";
  return count === 4 ? "the frozen backbone" : `the backbone with ${many(count, "frozen convolution")}`;
}

/** What the curves say at the chosen size and target. */
export function sentence(state) {
  const { curves, task, frozen, target } = state,
    images = sizeOf(state, state.images),
    way = FROZEN[frozen],
    { accuracy, gain } = reachedBy(state, way),
    scratch = reachedBy(state, SCRATCH).accuracy,
    [own, theirs] = [way, SCRATCH].map((one) => needOf(state, one).needed);
  const unsure = gain[1] <= 0 && gain[2] >= 0 ? ": no sure difference" : "";
  const saved = theirs - own;
  const saves = !Number.isFinite(theirs) || !Number.isFinite(own) ? "" : ` That ${saveText(saved)}.`;
  return (
    `With ${many(images, "labelled image")} a class of ${task}, ${phrase(way)} gets ${percent(accuracy[0])} right, ` +
    `training from scratch ${percent(scratch[0])}. Paired over ${curves[task].seeds} seeds the difference is ` +
    `${points(gain[0])} points (${between(gain)})${unsure}. For ${percent(target)}, ${phrase(way)} needs ` +
    `${needText(state, own, "over ")} a class, training from scratch ${needText(state, theirs, "over ")}.${saves}`
  );
}

function saveText(saved) {
  if (saved > 0) return `saves ${many(saved, "label")} a class`;
  return saved ? `costs ${many(-saved, "label")} more a class` : "saves none";
}

/** What the neighbours say. found: by features and by pixels; empty: whether there is nothing to compare. */
export function neighboursSentence({ digit }, found, labels, empty) {
  if (empty) return "The sheet is empty. Draw a digit on it, open a picture, or take one of the digits.";
  if (!found[0].length) return "The backbone is at work on the page\u2019s digits.";
  const [first, second] = found.map(([{ label }]) => label),
    common = found[0].filter(({ place }) => found[1].some((one) => one.place === place)).length;
  const truth = digit < 0 ? "" : ` The label says ${labels[LABELLED + digit]}.`;
  const agree = first === second ? `By features and by pixels it is nearest to a ${first}` : "";
  const differ = `By features it is nearest to a ${first}, by pixels to a ${second}`;
  return `${agree || differ}; ${common} of the ${found[0].length} neighbours stand in both rows.${truth}`;
}

/** How often the nearest labelled digit is right about the others. spaces: by features and by pixels. */
export function votesSentence({ images, gallery }, spaces) {
  if (!spaces.every((one) => one.done())) return "Counting how often the nearest one is right\u2026";
  const places = galleryOf({ images, gallery }),
    most = images > EACH ? ", all that the page holds," : "";
  const [features, pixels] = spaces.map(({ likeness, labels }) => {
    const right = rightOf(likeness, places, labels),
      [low, high] = wilson(right, likeness.length);
    return `${right} (${format(100 * low, 0)} to ${percent(high, 0)})`;
  });
  return `With these ${Math.min(images, EACH)} a class${most} the nearest one names ${spaces[0].likeness.length} other digits: by features ${features} are right, by pixels ${pixels}.`;
}

// ---- The view ----

const TRAITS = ["task", "frozen", "control", "images", "target", "digit", "drawing", "gallery"];
/** What a link may set, as Python has it. */
export const CHECKS = {
  task: oneOf(...TASKS),
  frozen: (value) => whole(value, 0, 4),
  control: oneOf(...CONTROLS, ...MORE),
  images: oneOf(...SIZES),
  target: (value) => number(value) && value >= 0.5 && value <= 0.99,
  digit: (value) => whole(value, -1, 99),
  drawing: (value) => typeof value === "string" && /^[\w+/]{171}=$/.test(value) && textOf(bitsOf(value)) === value,
  gallery: (value) => whole(value, 0, 99),
};

/** The three curves in the chart, as [way, style]. */
const curvesShown = ({ curves, task, frozen, control }) => [
  [SCRATCH, 1],
  [FROZEN[frozen], 0],
  [control in curves[task].accuracy ? control : CONTROLS[0], 2],
];

function drawCurves(view, state) {
  const { curves, task, target } = state,
    { sizes } = curves[task],
    ends = [sizes[0], sizes.at(-1)],
    images = sizeOf(state, state.images),
    at = sizes.indexOf(images),
    rows = curvesShown(state).map(([way, style]) => [way, style, curves[task].accuracy[way]]),
    least = Math.min(target, ...rows.flatMap(([, , row]) => row.map(([, low]) => low)));
  const column = (row, edge) => row.map((values) => 100 * values[edge]);
  view.draw({
    label: "Accuracy on test images over labelled images a class",
    x: { label: "labelled images a class", log: true, domain: ends, ticks: sizes },
    y: { label: "right (%)", domain: [10 * Math.floor(10 * least), 100] },
    legend: true,
    marks: [
      ...rows.map(([way, style, row]) => {
        const [y, low, high] = [0, 1, 2].map((edge) => column(row, edge));
        return { kind: "line", name: nameOf(way), style, x: sizes, y, low, high };
      }),
      { kind: "line", name: "target", style: 4, x: ends, y: [100 * target, 100 * target] },
      ...rows.map(([, style, row]) => ({ kind: "points", quiet: true, style, x: [images], y: [100 * row[at][0]] })),
    ],
  });
}

/** All ways, a row each: what they reach, and the labels that they need. */
function waysTable() {
  const reached = h("th", { scope: "col" }),
    needs = h("th", { scope: "col" });
  const rows = [SCRATCH, ...FROZEN, ...CONTROLS, ...MORE].map((way) => {
    const cells = [h("td"), h("td")];
    return { way, cells, el: h("tr", {}, h("th", { scope: "row" }, nameOf(way)), cells) };
  });
  const el = h(
    "table",
    { class: "ls-table", "aria-label": "All ways" },
    h("thead", {}, h("tr", {}, h("td"), reached, needs)),
    h(
      "tbody",
      {},
      rows.map((row) => row.el),
    ),
  );
  function draw(state) {
    const shown = new Map(curvesShown(state).reverse());
    reached.textContent = `right with ${sizeOf(state, state.images)}`;
    needs.textContent = `labels for ${percent(state.target)}`;
    for (const { way, cells, el: row } of rows) {
      row.hidden = !(way in state.curves[state.task].accuracy);
      if (row.hidden) continue;
      const { accuracy } = reachedBy(state, way),
        { needed, low, high } = needOf(state, way);
      const range = low === high ? "" : ` (${needText(state, low)} to ${needText(state, high)})`;
      const texts = [percent(accuracy[0]), `${needText(state, needed)}${range}`];
      cells.forEach((cell, k) => {
        if (cell.textContent !== texts[k]) cell.textContent = texts[k];
      });
      row.className = shown.has(way) ? `ls-shown ls-s${shown.get(way)}` : "";
    }
  }
  return { el, draw };
}

function controlsOf(model) {
  const change = (values) => put(model, values),
    tasks = TASKS.filter((task) => task in model.get("curves")),
    sizes = () => model.get("curves")[model.get("task")].sizes;
  const parts = {
    task: choice({
      label: "Pictures of",
      options: tasks.map((task) => [task, task]),
      value: tasks[0],
      onInput: (task) => change({ task }),
    }),
    frozen: slider({
      label: "Frozen",
      min: 0,
      max: 4,
      value: 4,
      onInput: (frozen) => change({ frozen }),
      show: (frozen) => `${frozen} of 4`,
    }),
    control: menu({
      label: "Control",
      options: [...CONTROLS, ...MORE.filter((way) => way in model.get("curves")[tasks[0]].accuracy)].map((way) => [
        way,
        nameOf(way),
      ]),
      onInput: (control) => change({ control }),
    }),
    images: slider({
      label: "Images a class",
      min: 0,
      max: SIZES.length - 1,
      value: 0,
      onInput: (at) => change({ images: sizes()[at] }),
      show: (at) => String(sizes()[at]),
    }),
    target: slider({
      label: "Target",
      min: 0.5,
      max: 0.99,
      step: 0.005,
      value: 0.9,
      onInput: (target) => change({ target }),
      show: (share) => percent(share),
    }),
  };
  const el = h(
    "div",
    { class: "xp-row ls-controls" },
    Object.values(parts).map((part) => part.el),
  );
  function draw(state) {
    for (const name of ["task", "frozen", "control", "target"]) parts[name].set(state[name]);
    parts.images.set(sizes().indexOf(sizeOf(state, state.images)), { max: sizes().length - 1 });
  }
  return { el, draw };
}

/** The sheet to draw on, over the traits. */
function paper(model, el, aside) {
  const current = () => (model.get("digit") < 0 ? bitsOf(model.get("drawing")) : new Uint8Array(SIDE * SIDE));
  let colours;
  const frame = inFrame(() => one.show(current(), colours));
  const one = sheet({
    onSay: aside.say,
    onLook: frame.soon,
    onDone: () => model.save_changes(),
    onClear: () => put(model, { drawing: EMPTY, digit: -1 }),
    onInk(change) {
      model.set("drawing", textOf(change(current(), 1))); // on a digit of the page a new drawing begins
      model.set("digit", -1);
    },
  });
  function recolour() {
    colours = sheetColours(el);
    frame.soon();
  }
  return { el: one.el, recolour, draw: frame.soon, stop: frame.stop };
}

/** The button that opens a picture of the reader's own. onOpen(bitmap), or onFail(message). */
function opener(onOpen, onFail) {
  const field = h("input", { type: "file", accept: "image/*", hidden: true, onchange: open });
  async function open() {
    const [file] = field.files;
    field.value = ""; // the same one may be chosen again
    if (!file) return;
    try {
      onOpen(await openedPicture(file));
    } catch (error) {
      onFail(error.message);
    }
  }
  return [button("Open a picture\u2026", () => field.click()), field];
}

/** A row of neighbours, those that the other row lacks framed. */
function neighboursRow(name) {
  const all = multiples({ label: `Nearest by ${name}`, size: 48 });
  function draw(found, others) {
    const alone = found.map(({ place }) => !others.some((one) => one.place === place));
    all.show(
      found.map(({ place, label, cosine }, i) => {
        const caption = `${label} \u00b7 ${format(cosine, 2)}`;
        const said = `a ${label}, cosine ${format(cosine, 2)}${alone[i] ? ", in this row alone" : ""}`;
        return { values: greyDigit(place), width: 8, height: 8, low: 0, high: 1, caption, label: said };
      }),
    );
    [...all.el.children].forEach((frame, i) => frame.classList.toggle("ls-alone", alone[i]));
  }
  return { el: h("div", { class: "ls-row" }, h("b", {}, name), all.el), draw, stop: all.stop };
}

/** The page's digits described by features and by pixels, a few a frame; onReady() once the labelled ones and all are. */
function describedDigits(net, onReady) {
  const spaces = [vectorsOf((pixels) => featuresOf(net, pixels)), vectorsOf((pixels) => pixels)];
  const { soon, stop } = inFrame(() => {
    const begin = performance.now(),
      before = spaces[0].vectors.length;
    for (let more = true; more && performance.now() - begin < 1; ) {
      more = !spaces[0].done();
      if (more) for (const one of spaces) one.more();
    }
    const now = spaces[0].vectors.length;
    if (spaces[0].done() || (before < LABELLED && now >= LABELLED)) onReady();
    if (!spaces[0].done()) soon();
  });
  soon();
  return { spaces, stop };
}

/** All about the neighbours: the sheet, what the backbone gets, both rows, and what they say. */
function neighbourhood(model, el, net) {
  const aside = voice(),
    said = status(),
    votes = h("p", { class: "ls-votes" }),
    page = paper(model, el, aside),
    asked = picture({ size: 64 }),
    rows = ["features", "pixels"].map(neighboursRow);
  const fail = (message) => {
    note.textContent = message;
  };
  const note = h("p", { class: "ls-note", role: "status" });
  const open = opener((bitmap) => {
    note.textContent = "";
    put(model, { drawing: textOf(bitmap), digit: -1 });
  }, fail);
  const buttons = h(
    "div",
    { class: "xp-row ls-buttons" },
    button("Another digit", () => put(model, { digit: (model.get("digit") + 1) % 100 })),
    button("Clear", () => put(model, { drawing: EMPTY, digit: -1 })),
    ...open,
    button("Draw other labels", () => put(model, { gallery: (model.get("gallery") + 1) % 100 })),
  );
  const card = figure(
    [h("b", {}, "What is like it?"), " The five nearest labelled digits of those drawn; framed: in one row alone"],
    h(
      "div",
      { class: "ls-near" },
      h("div", { class: "ls-paper" }, page.el),
      h(
        "div",
        { class: "ls-answers" },
        buttons,
        note,
        h(
          "div",
          { class: "ls-pair" },
          h("div", { class: "ls-asked" }, asked.el, h("span", { class: "xp-caption" }, "as 8 \u00d7 8")),
          h(
            "div",
            { class: "ls-rows" },
            rows.map((row) => row.el),
          ),
        ),
        said.el,
        votes,
        aside.el,
      ),
    ),
  );
  const describe = remembered(["digit", "drawing"], (state) => {
    const pixels = askedPixels(state);
    return total(pixels) ? { pixels, vectors: [unit(featuresOf(net, pixels)), unit(pixels)] } : { pixels, vectors: [] };
  });
  const counted = remembered(["images", "gallery", "done"], (state) => votesSentence(state, spaces));
  const { spaces, stop } = describedDigits(net, () => frame.soon());
  const frame = inFrame(() => drawNow());
  function drawNow() {
    const all = traitsOf(model, [...TRAITS, "curves"]),
      state = { ...all, images: sizeOf(all, all.images) }, // as many as above
      { pixels, vectors } = describe(state),
      places = galleryOf(state),
      found = spaces.map((space, k) => neighboursOf(space, vectors[k], places));
    page.draw();
    asked.show({ values: pixels, width: 8, height: 8, low: 0, high: 1, label: "What the backbone gets" });
    rows.forEach((row, k) => {
      row.draw(found[k], found[1 - k]);
    });
    said.say(neighboursSentence(state, found, spaces[0].labels, !vectors.length));
    const text = counted({ ...state, done: spaces.every((one) => one.done()) });
    if (votes.textContent !== text) votes.textContent = text;
  }
  const stops = [stop, frame.stop, page.stop, asked.stop, said.stop, aside.stop, ...rows.map((row) => row.stop)];
  return { el: card, draw: drawNow, recolour: page.recolour, stop: () => stops.forEach((end) => end()) };
}

async function render({ model, el }) {
  const net = backboneOf(await weightsFrom(model.get("weights")));
  const stateOf = () => traitsOf(model, [...TRAITS, "curves"]);
  const controls = controlsOf(model),
    curves = chart({ height: 190 }),
    table = waysTable(),
    said = status(),
    near = neighbourhood(model, el, net);
  said.el.classList.add("ls-said");
  const listed = h(
    "div",
    { class: "xp-scroll", role: "group", tabindex: 0, "aria-label": "Table of all ways" },
    table.el,
  );
  const measured = figure(
    [
      h("b", {}, "Right on test images"),
      ": means and their 95\u00a0% intervals; all training takes the same number of steps",
    ],
    h("div", { class: "ls-stage" }, curves.el, listed),
  );
  root(
    el,
    "How many labels does it save?",
    "Set a target and read how many labels each way needs. Then draw a digit: what is like it?",
  ).append(controls.el, measured, said.el, near.el);
  near.recolour();
  function draw() {
    const state = stateOf();
    controls.draw(state);
    drawCurves(curves, state);
    table.draw(state);
    said.say(sentence(state));
  }
  const stops = [
    follow(model, ["task", "frozen", "control", "images", "target"], draw),
    follow(model, ["digit", "drawing", "images", "gallery", "task"], near.draw),
    onTheme(near.recolour),
  ];
  const guesses = {
    scratch_needs: {
      question() {
        const { accuracy } = reachedBy({ ...stateOf(), images: 5 }, "all frozen");
        return `With ${sizeOf(stateOf(), 5)} labelled images a class the frozen backbone gets ${percent(accuracy[0])} of the test pictures of ${stateOf().task} right. How many a class does training from scratch need for that?`;
      },
      unit: "labels a class",
      min: 1,
      max: 200,
      because: "By the line between the measured sizes.",
      cover: [measured, said.el],
      answer: () => scratchNeeds(stateOf()),
    },
  };
  stops.push(lesson({ model, el, traits: TRAITS, guesses, checks: CHECKS }), curves.stop, said.stop, near.stop);
  return () => stops.forEach((stop) => stop());
}

export default { render };
