// Which change keeps the label? Pictures changed by sliders, two trained networks, and where each loses the class.

import {
  DIGITS_AUGMENTED,
  DIGITS_DRAWN,
  DIGITS_PICTURES,
  DIGITS_PLAIN,
  DIGITS_RIGHT,
  PHOTOGRAPHS_AUGMENTED,
  PHOTOGRAPHS_DRAWN,
  PHOTOGRAPHS_PICTURES,
  PHOTOGRAPHS_PLAIN,
  PHOTOGRAPHS_RIGHT,
} from "./shared/label_keeper_data.mjs";
import { AXIS, CHANGES, FLIPS, NAMES, amountIn, amountsOf, changed } from "./shared/changed_pictures.mjs";
import { degrees, factor, moved, share } from "./shared/changed_pictures.mjs";
import { chart } from "./shared/chart.mjs";
import { lesson } from "./shared/lesson.mjs";
import { number, oneOf, whole } from "./shared/link.mjs";
import { Network, softmax, tensor } from "./shared/network.mjs";
import { picture } from "./shared/picture.mjs";
import { button, choice, clamp, figure, follow, format, h, many, menu } from "./shared/ui.mjs";
import { percent, put, root, slider, status, toggle, traitsOf } from "./shared/ui.mjs";

// ---- Pictures and networks ----

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codeOf = Object.fromEntries([...LETTERS].map((letter, i) => [letter, i]));
const conv = (filters, strides = 1) => [
  "Conv2D",
  { filters, kernel_size: 3, strides, padding: "same", kernel_initializer: "zeros" },
];
const dense = (units) => ["Dense", { units, kernel_initializer: "zeros" }];
/** Both kinds: classes, test pictures of each, height of a picture, what a network sees of it, its channels and layers. */
export const KINDS = {
  digits: {
    name: "handwritten digits",
    classes: [..."0123456789"],
    each: 12,
    height: 8,
    side: 8,
    channels: 1,
    most: 16,
    text: DIGITS_PICTURES,
    right: DIGITS_RIGHT,
    drawn: DIGITS_DRAWN,
    weights: { plain: DIGITS_PLAIN, augmented: DIGITS_AUGMENTED },
    layers: [
      ...[conv(6), ["ReLU"], ["MaxPooling2D"], conv(16), ["ReLU"], ["MaxPooling2D"]],
      ...[["Flatten"], dense(32), ["ReLU"], dense(10)],
    ],
  },
  photographs: {
    name: "squares of two photographs",
    classes: ["sky", "pagoda", "trees", "petals", "leaves"],
    each: 8,
    height: 24,
    side: 16,
    channels: 3,
    most: 63,
    text: PHOTOGRAPHS_PICTURES,
    right: PHOTOGRAPHS_RIGHT,
    drawn: PHOTOGRAPHS_DRAWN,
    weights: { plain: PHOTOGRAPHS_PLAIN, augmented: PHOTOGRAPHS_AUGMENTED },
    layers: [conv(8, 2), ["ReLU"], ["MaxPooling2D"], conv(16), ["ReLU"], ["Flatten"], dense(5)],
  },
};
const WAYS = { plain: "without augmentation", augmented: "with augmentation" };
const IN_CHART = { plain: "without", augmented: "with augmentation" }; // there is little room for a legend
const kindOf = (label) => (label in codeOf && label >= "0" && label <= "9" ? "digits" : "photographs");

/** A test picture { values, height, channels } by its class and number. */
export function pictureOf(label, index) {
  const { classes, each, height, channels, most, text } = KINDS[kindOf(label)],
    size = height * height * channels,
    start = (classes.indexOf(label) * each + index) * size;
  return { values: Float64Array.from(text.slice(start, start + size), (l) => codeOf[l] / most), height, channels };
}

const nets = {};
/** A trained network, its weights read when it is first asked. */
function netOf(kind, way) {
  nets[kind + way] ??= (() => {
    const { layers, side, channels, weights } = KINDS[kind],
      net = new Network(layers, { input_shape: [side, side, channels] }),
      text = weights[way];
    let at = 0;
    const next = () => (64 * codeOf[text[at++]] + codeOf[text[at++]] - 2048) / 256;
    net.setWeights(net.params.map(({ data }) => Float64Array.from(data, next)));
    return net;
  })();
  return nets[kind + way];
}

/** The probabilities that a network gives the classes of a changed picture. */
export function probabilities(kind, way, values) {
  const { side, channels } = KINDS[kind];
  return softmax(netOf(kind, way).forward(tensor(values, [1, side, side, channels]))).data;
}

const largest = (values) => values.indexOf(Math.max(...values));

/** What both networks say of a picture with these changes: { plain, augmented }: { p (of the true class), says }. */
function asked(label, index, amounts) {
  const kind = kindOf(label),
    { classes, side } = KINDS[kind],
    values = changed(pictureCached(label, index), side, amounts);
  return Object.fromEntries(
    Object.keys(WAYS).map((way) => {
      const p = probabilities(kind, way, values);
      return [way, { p: p[classes.indexOf(label)], says: classes[largest(p)] }];
    }),
  );
}
const pictures = {};
function pictureCached(label, index) {
  pictures[label + index] ??= pictureOf(label, index);
  return pictures[label + index];
}

// ---- Along a change ----

/** A picture along a whole change, the others as they are set: amounts, and of each network { p, says }. */
export function curveOf(label, index, change, amounts) {
  const steps = curveSteps(label, index, change, amounts);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
/** The same, amount by amount: a page computes as many in a frame as it has time for. */
function* curveSteps(label, index, change, amounts) {
  const curve = { x: amountsOf(change), plain: { p: [], says: [] }, augmented: { p: [], says: [] } };
  for (const amount of curve.x) {
    const both = asked(label, index, { ...amounts, [change]: amount });
    for (const way of Object.keys(WAYS)) {
      curve[way].p.push(both[way].p);
      curve[way].says.push(both[way].says);
    }
    yield;
  }
  return curve;
}

const places = (change) => {
  const x = amountsOf(change);
  return { x, start: x.indexOf(CHANGES[change].nothing) };
};

/** How far from nothing, [least, largest], a network keeps the class; null where it does not name it to begin with. */
export function limitsOf(change, says, label) {
  const { x, start } = places(change);
  if (says[start] !== label) return null;
  let [low, high] = [start, start];
  while (low > 0 && says[low - 1] === label) low -= 1;
  while (high < x.length - 1 && says[high + 1] === label) high += 1;
  return [x[low], x[high]];
}

/** Stretches of amounts with one answer: [{ from, to, says }]. */
export function stretches(x, says) {
  const found = [];
  says.forEach((answer, i) => {
    if (found.at(-1)?.says === answer) found.at(-1).to = x[i];
    else found.push({ from: x[i], to: x[i], says: answer });
  });
  return found;
}

/** Where the answer turns, going away from nothing: the first amount of each new answer, as places in the curve. */
export function turns(change, says) {
  const { x, start } = places(change),
    found = [];
  for (let i = start; i > 0; i--) if (says[i - 1] !== says[i]) found.unshift(i - 1);
  for (let i = start; i < x.length - 1; i++) if (says[i + 1] !== says[i]) found.push(i + 1);
  return found;
}

/** The amount, larger than nothing, from which on a network no longer names the class; NaN where it always does. */
export function givesUp(label, index, change, amounts, way = "plain") {
  const limits = limitsOf(change, curveOf(label, index, change, amounts)[way].says, label),
    x = amountsOf(change);
  return limits ? (x[x.indexOf(limits[1]) + 1] ?? NaN) : NaN;
}

/** The test pictures of a mean: all of a class, or of every class the first few. */
export function averagedOver(label, average) {
  const { classes, each } = KINDS[kindOf(label)];
  const some = average === "all" ? Math.round(40 / classes.length) : each;
  return (average === "all" ? classes : [label]).flatMap((one) => Array.from({ length: some }, (_, i) => [one, i]));
}

// Student's 97.5 % points for n - 1 degrees of freedom, n pictures
const STUDENT = { 8: 2.3646242515927844, 12: 2.2009851600829493, 40: 2.022690920036762 };

/** Of curves p[picture][place] the mean, and Student's 95 % interval of it. */
export function meanBand(curves) {
  const n = curves.length,
    mean = curves[0].map((_, i) => curves.reduce((sum, p) => sum + p[i], 0) / n);
  const reach = mean.map((m, i) => {
    const variance = curves.reduce((sum, p) => sum + (p[i] - m) ** 2, 0) / (n - 1);
    return STUDENT[n] * Math.sqrt(variance / n);
  });
  return { y: mean, low: mean.map((m, i) => m - reach[i]), high: mean.map((m, i) => m + reach[i]) };
}

/** How many of a class's test pictures a network names rightly, and what it calls them: { right, called, of }. */
export function keptIn(label, amounts, way = "plain") {
  const called = {},
    { each } = KINDS[kindOf(label)];
  for (let i = 0; i < each; i++) {
    const { says } = asked(label, i, amounts)[way];
    called[says] = (called[says] ?? 0) + 1;
  }
  return { right: called[label] ?? 0, called, of: each };
}

// ---- A person's marks ----

/** A mark at this amount: its side's limit; the first mark of a change holds for both sides. */
export function marked(change, pair, amount) {
  const { least, most, nothing } = CHANGES[change],
    mirrored = clamp(Number((2 * nothing - amount).toFixed(6)), least, most);
  if (!pair)
    return [Math.min(amount, mirrored), Math.max(amount, mirrored)].map((v) =>
      least === nothing ? Math.max(v, nothing) : v,
    );
  if (amount === nothing) return [nothing, nothing];
  return amount > nothing ? [pair[0], amount] : [amount, pair[1]];
}

/** Whether a network gives up sooner than a person, later, or alike: of each side that the change has. */
export function compared(change, network, person) {
  if (!network) return "never right";
  const { least, most, nothing, step } = CHANGES[change];
  const gaps = [];
  if (least < nothing) gaps.push(person[0] - network[0]);
  if (most > nothing) gaps.push(network[1] - person[1]);
  const sooner = gaps.some((gap) => gap < -step / 2),
    later = gaps.some((gap) => gap > step / 2);
  return sooner && later ? "sooner, and longer" : sooner ? "sooner" : later ? "longer" : "alike";
}

// ---- Words ----

const isDigit = (label) => kindOf(label) === "digits";
const thing = (label) => (isDigit(label) ? label : `square of ${label}`);
const plural = (label) => (isDigit(label) ? `${label}s` : `squares of ${label}`);

/** The changes that are set, in words and in their order. */
export function changesText(amounts) {
  const words = {
    flip_lr: () => "flipped left–right",
    flip_ud: () => "flipped up–down",
    scale: (v) => `at ${factor(v)} its size`,
    rotation: (v) => `rotated by ${degrees(v)}`,
    shift_x: (v) => `shifted ${v < 0 ? "left" : "right"} by ${share(Math.abs(v))}`,
    shift_y: (v) => `shifted ${v < 0 ? "up" : "down"} by ${share(Math.abs(v))}`,
    contrast: (v) => `at ${factor(v)} its contrast`,
    brightness: (v) => `${v < 0 ? "darker" : "brighter"} by ${format(Math.abs(v))}`,
    noise: (v) => `with noise of ${format(v)}`,
  };
  const set = NAMES.filter((name) => amountIn(amounts, name) !== CHANGES[name].nothing);
  return set.map((name) => words[name](amounts[name])).join(", ") || "as it is";
}

/** The state in a few sentences; both: what the networks say, as `asked` has it. */
export function sentence({ picture: [label], change, amounts, marks }, both) {
  const said = ({ says, p }) =>
    says === label ? `${says}, with probability ${percent(p, 0)}` : `${says} and leaves ${percent(p, 0)} for ${label}`;
  const networks =
    `the network without augmentation says ${said(both.plain)}; ` +
    `the one with augmentation says ${said(both.augmented)}.`;
  const pair = marks[label]?.[change];
  const amount = amountIn(amounts, change);
  const person = !pair
    ? ""
    : amount >= pair[0] && amount <= pair[1]
      ? " By your mark a person keeps the label here."
      : " By your mark a person has given the label up here.";
  return `This ${thing(label)} ${changesText(amounts)}: ${networks}${person}`;
}

/** A range of amounts in words. */
export function rangeText(change, pair) {
  if (!pair) return "never right";
  const { least, most, nothing, show } = CHANGES[change],
    [low, high] = pair;
  if (FLIPS.includes(change)) return high ? "kept" : "lost";
  if (low === least && high === most) return "throughout";
  return least === nothing ? `up to ${show(high)}` : `${show(low)} to ${show(high)}`;
}

/** What a network's answers are along a change. */
const stretchText = (change, found) =>
  found
    .map(({ from, to, says }) => `${says} from ${CHANGES[change].show(from)} to ${CHANGES[change].show(to)}`)
    .join(", ");

/** How often both networks are right on all test pictures, and what they were trained on. */
export function factsText(kind) {
  const { right, each } = KINDS[kind],
    [trained] = right.training,
    [seeds, gain, low, high] = right.gain,
    points = (value) => format(100 * value, 1);
  const rate = ([correct, total, low, high]) =>
    `${correct} of ${total} (${format((100 * correct) / total, 1)}\u00a0%, 95 % interval ` +
    `${format(100 * low, 1)}–${format(100 * high, 1)}\u00a0%)`;
  const rates =
    `the network without augmentation is right on ${rate(right.plain)}, the one with augmentation on ` +
    `${rate(right.augmented)}. Over ${seeds} trainings each, augmentation gains ${points(gain)} points ` +
    `(95 % interval ${points(low)} to ${points(high)}) on unchanged pictures`;
  const thanks = " Photographs: danielbuechele and vultilion, CC BY 2.0.";
  return kind === "digits"
    ? `Trained on the same ${trained} digits. On unchanged test digits ${rates}. Here are ${each} test digits of each class.`
    : `Trained on the same ${trained} overlapping squares, from one part of two photographs. On unchanged squares from ` +
        `other parts ${rates}. Neighbouring squares resemble each other, so the intervals are too narrow, and nothing ` +
        `follows for other photographs.${thanks}`;
}

// ---- The view ----

// How many ms of a frame are for computing: few while the hand moves, which is since fewer than so many frames
const [MOVING, RESTING, REST] = [1, 8, 6];

/** Computes jobs { key, group, steps() } a few steps a frame; done(key, value) for each, drawn() for a whole group. */
function worker({ done, drawn }) {
  let queue = [],
    steps = null,
    frame = 0,
    calm = 0; // frames since the last set
  function run() {
    frame = 0;
    calm += 1;
    const end = performance.now() + (calm > REST ? RESTING : MOVING);
    while (queue.length && performance.now() < end) {
      steps ??= queue[0].steps();
      const { value, done: finished } = steps.next();
      if (!finished) continue;
      const { key, group } = queue.shift();
      steps = null;
      done(key, value);
      if (queue[0]?.group !== group) drawn();
    }
    if (queue.length) frame = requestAnimationFrame(run);
  }
  function set(jobs) {
    calm = 0;
    if (jobs[0]?.key !== queue[0]?.key) steps = null;
    queue = jobs;
    if (queue.length) frame ||= requestAnimationFrame(run);
  }
  return { set, stop: () => cancelAnimationFrame(frame) };
}

/** The probabilities of all classes by both networks. */
function barTable() {
  const body = h("tbody"),
    head = ["", "without augmentation", "with augmentation"].map((text) =>
      text ? h("th", { scope: "col" }, text) : h("td"),
    );
  const el = h(
    "table",
    { class: "lk-bars", "aria-label": "Probability of each class" },
    h("thead", {}, h("tr", {}, head)),
    body,
  );
  let rows = [],
    shown = "";
  const cell = () => {
    const bar = h("i"),
      text = h("span");
    return { td: h("td", {}, h("span", { class: "lk-bar", "aria-hidden": "true" }, bar), text), bar, text };
  };
  function draw(classes, label, byWay) {
    if (String(classes) !== shown) {
      shown = String(classes);
      rows = classes.map((name) => ({
        name,
        tr: h("tr", {}, h("th", { scope: "row" }, name)),
        cells: [cell(), cell()],
      }));
      for (const { tr, cells } of rows) tr.append(...cells.map(({ td }) => td));
      body.replaceChildren(...rows.map(({ tr }) => tr));
    }
    rows.forEach(({ name, tr, cells }, k) => {
      tr.classList.toggle("truth", name === label);
      byWay.forEach((p, way) => {
        const { td, bar, text } = cells[way];
        td.className = k === largest(p) ? (name === label ? "right" : "wrong") : "";
        bar.style.width = `${100 * p[k]}%`;
        text.textContent = percent(p[k], 0);
      });
    });
  }
  return { el, draw };
}

/**
 * Rows under the chart: what each network answers along the change, which amounts the copies of the training had, and
 * where a person keeps the label.
 */
function strips() {
  const names = { ...WAYS, copies: "the copies that it was trained on", person: "kept by you" };
  const rows = Object.fromEntries(
    Object.entries(names).map(([key, name]) => {
      const bar = h("div", { class: "lk-strip", role: "img" }),
        title = h("span", { "aria-hidden": "true" }, name);
      return [key, { name, bar, el: h("div", { class: "lk-strip-row" }, title, bar) }];
    }),
  );
  const el = h(
    "div",
    { class: "lk-strips" },
    Object.values(rows).map((row) => row.el),
  );
  /** found: stretches { from, to, says }; kind(says) is "right", "wrong" or "". */
  function draw(key, change, found, kind) {
    const { bar, name } = rows[key],
      { least, most, step } = CHANGES[change],
      [low, high] = FLIPS.includes(change) ? [-0.5, 1.5] : [least, most];
    const at = (value) => (100 * (clamp(value, low, high) - low)) / (high - low);
    bar.replaceChildren(
      ...found.map(({ from, to, says }) => {
        const left = at(from - step / 2),
          style = `left:${left}%;width:${at(to + step / 2) - left}%`;
        return h("i", { class: kind(says), style }, kind(says) && says);
      }),
    );
    bar.setAttribute("aria-label", `${name}: ${stretchText(change, found) || "nothing"}`);
  }
  return { el, draw };
}

/** All changes, and how far each keeps the label: for the reader, and for both networks. */
function limitTable(onPick) {
  const rows = NAMES.map((name) => {
    const pick = button(CHANGES[name].name, () => onPick(name), { class: "lk-pick" }),
      cells = ["person", ...Object.keys(WAYS)].map(() => h("td"));
    return { name, pick, cells, tr: h("tr", {}, h("th", { scope: "row" }, pick), cells) };
  });
  const head = ["change", "you", "without", "with"].map((text) => h("th", { scope: "col" }, text));
  const el = h(
    "table",
    { class: "lk-limits", "aria-label": "How far each change keeps the label" },
    h("thead", {}, h("tr", {}, head)),
    h(
      "tbody",
      {},
      rows.map(({ tr }) => tr),
    ),
  );
  /** limits: by change { plain, augmented }, once they are known. */
  function draw(chosen, marks, limits) {
    for (const { name, pick, cells, tr } of rows) {
      const pair = marks[name],
        [person, ...networks] = cells;
      tr.classList.toggle("chosen", name === chosen);
      pick.setAttribute("aria-pressed", name === chosen);
      person.textContent = pair ? rangeText(name, pair) : "–";
      Object.keys(WAYS).forEach((way, k) => {
        if (!limits[name]) {
          networks[k].textContent = "…";
          return;
        }
        const word = pair ? compared(name, limits[name][way], pair) : "";
        networks[k].replaceChildren(
          rangeText(name, limits[name][way]),
          ...(word ? [h("small", { class: word }, word)] : []),
        );
      });
    }
  }
  return { el, draw };
}

/** What a link may set, as Python has it. */
const fits = (change, value) => number(value) && value >= CHANGES[change].least && value <= CHANGES[change].most;
const object = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const ALL = [...KINDS.digits.classes, ...KINDS.photographs.classes];
export const CHECKS = {
  picture: (value) =>
    Array.isArray(value) &&
    ALL.includes(value[0]) &&
    value.length === 2 &&
    whole(value[1], 0, KINDS[kindOf(value[0])].each - 1),
  change: oneOf(...NAMES),
  amounts: (value) =>
    object(value) && Object.entries(value).every(([name, amount]) => NAMES.includes(name) && fits(name, amount)),
  marks: (value) =>
    object(value) &&
    Object.entries(value).every(
      ([label, pairs]) =>
        ALL.includes(label) &&
        object(pairs) &&
        Object.entries(pairs).every(
          ([name, pair]) =>
            NAMES.includes(name) &&
            Array.isArray(pair) &&
            pair.length === 2 &&
            pair.every((one) => fits(name, one)) &&
            pair[0] <= CHANGES[name].nothing &&
            pair[1] >= CHANGES[name].nothing,
        ),
    ),
  average: oneOf("class", "all"),
};
const STATE = Object.keys(CHECKS);

const TOURS = {
  labels: [
    [
      { picture: ["6", 0], change: "rotation", amounts: { rotation: 25 } },
      "Turned a little, a 6 stays a 6. In the rows below the chart, the network that was trained on such turns keeps it further than the other.",
    ],
    [
      { picture: ["6", 0], change: "rotation", amounts: { rotation: 180 } },
      "Turned by half, it is a 9 to anybody. Copies turned so far and still labelled 6 would teach an error.",
    ],
    [
      { picture: ["2", 0], change: "flip_lr", amounts: { flip_lr: 1 } },
      "A 2 in the mirror is no digit at all. Both networks name one all the same: none of their answers can be right.",
    ],
    [
      { picture: ["petals", 0], change: "flip_ud", amounts: { flip_ud: 1 } },
      "Petals upside down are petals, to a person and to both networks. What keeps a label depends on what the label means.",
    ],
    [
      { picture: ["pagoda", 0], change: "brightness", amounts: { brightness: 0.2 } },
      "In a little more light the pagoda is still one. Only the network that was trained on brighter and darker copies says so.",
    ],
  ],
};

function render({ model, el }) {
  const change = (values) => put(model, values),
    stateOf = () => traitsOf(model, STATE),
    cache = new Map();
  let drawnMean = "";
  let now; // what both networks say of the picture as it is
  const keyOf = ([label, index], name, amounts) => {
    const others = NAMES.filter((one) => one !== name && amountIn(amounts, one) !== CHANGES[one].nothing);
    return JSON.stringify([label, index, name, others.map((one) => [one, amounts[one]])]);
  };

  const source = menu({
    label: "Picture of",
    options: ALL.map((label) => [label, isDigit(label) ? label : `${label} (photograph)`]),
    onInput: (label) => change({ picture: [label, 0] }),
  });
  source.el.classList.add("lk-source");
  const which = h("span", { class: "lk-which" });
  const next = button("Next picture", () => {
    const [label, index] = model.get("picture");
    change({ picture: [label, (index + 1) % KINDS[kindOf(label)].each] });
  });
  const reset = button("Undo all changes", () => change({ amounts: {} }));
  const setAmount = (name, amount) => {
    const { [name]: _, ...others } = model.get("amounts");
    change({ change: name, amounts: amount === CHANGES[name].nothing ? others : { ...others, [name]: amount } });
  };
  const controls = Object.fromEntries(
    NAMES.map((name) => {
      const { name: label, least, most, step, nothing, show } = CHANGES[name];
      const made = FLIPS.includes(name)
        ? toggle({ label, value: false, onInput: (on) => setAmount(name, Number(on)) })
        : slider({
            label,
            min: least,
            max: most,
            step,
            value: nothing,
            show,
            onInput: (value) => setAmount(name, value),
          });
      return [name, made];
    }),
  );
  const before = picture({ size: 128 }),
    after = picture({ size: 128 });
  const beforeFigure = figure("Before", before.el),
    afterFigure = figure("After", after.el);
  const bars = barTable();
  const barFigure = figure("What the networks say of it, their answers in bold", bars.el);

  const one = chart({ height: 170 }),
    mean = chart({ height: 170 });
  const oneTitle = h("span"),
    meanTitle = h("span");
  const over = choice({
    label: "Mean over",
    value: "class",
    options: [
      ["class", "this class"],
      ["all", "all classes"],
    ],
    onInput: (average) => change({ average }),
  });
  const called = h("p", { class: "lk-note" });
  const answers = strips();
  const oneFigure = figure(oneTitle, one.el, answers.el),
    meanFigure = figure(meanTitle, mean.el, h("div", { class: "xp-row" }, over.el), called);

  const mark = button("", () => {
    const {
      picture: [label],
      change: name,
      amounts,
      marks,
    } = stateOf();
    const pair = marked(name, marks[label]?.[name], amountIn(amounts, name));
    change({ marks: { ...marks, [label]: { ...marks[label], [name]: pair } } });
  });
  const unmark = button("Clear this mark", () => {
    const {
        picture: [label],
        change: name,
        marks,
      } = stateOf(),
      { [name]: _, ...others } = marks[label] ?? {};
    change({ marks: { ...marks, [label]: others } });
  });
  const limits = limitTable((name) => change({ change: name }));
  const limitsTitle = h("span"),
    summary = h("p", { class: "lk-note" }),
    limitsFigure = figure(limitsTitle, h("div", { class: "lk-scroll" }, limits.el), summary);
  const facts = h("p", { class: "lk-note" }),
    about = h("details", { class: "lk-about" }, h("summary", {}, "The networks, and how often they are right"), facts),
    said = status();

  const lead = "Change a picture until you would take its label away, and see where two trained networks do.";
  root(el, "Which change keeps the label?", lead).append(
    h("div", { class: "xp-row lk-row" }, source.el, next, which, reset),
    h(
      "div",
      { class: "lk-changes", role: "group", "aria-label": "Changes, in the order in which they are done" },
      NAMES.map((name) => controls[name].el),
    ),
    h(
      "div",
      { class: "lk-stage" },
      h("div", { class: "lk-left" }, h("div", { class: "lk-pictures" }, beforeFigure, afterFigure), mark, unmark),
      barFigure,
    ),
    said.el,
    h("div", { class: "lk-charts" }, oneFigure, meanFigure),
    limitsFigure,
    about,
  );

  /** The curves that the state needs and that are not known yet. */
  function jobsOf({ picture: shown, change: name, amounts, average }) {
    const list = [
      [0, shown, name, amounts],
      ...NAMES.map((one) => [1, shown, one, {}]),
      ...averagedOver(shown[0], average).map((one) => [2, one, name, amounts]),
    ];
    return list
      .map(([group, one, name, set]) => ({
        key: keyOf(one, name, set),
        group,
        steps: () => curveSteps(...one, name, set),
      }))
      .filter(({ key }, i, all) => !cache.has(key) && all.findIndex((other) => other.key === key) === i);
  }
  const curves = worker({
    done: (key, curve) => cache.set(key, curve),
    drawn: drawCurves,
  });
  const axisOf = (name) => {
    const { least, most } = CHANGES[name];
    return FLIPS.includes(name)
      ? { label: AXIS[name], domain: [-0.5, 1.5], names: ["no", "yes"] }
      : { label: AXIS[name], domain: [least, most] };
  };
  const up = (label) => ({ label, domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });

  function drawOne({ picture: [label], change: name, amounts, marks }, curve, both) {
    const amount = amountIn(amounts, name),
      ways = Object.keys(WAYS);
    oneTitle.replaceChildren(h("b", {}, `This ${thing(label)}`), " and what it is called, below");
    one.draw({
      label: `Probability of ${label} along the change`,
      x: axisOf(name),
      y: up(`probability of ${label}`),
      legend: true,
      marks: [
        ...ways.map((way, style) => ({ kind: "line", name: IN_CHART[way], x: curve.x, y: curve[way].p, style })),
        ...ways.map((way, style) => {
          const at = turns(name, curve[way].says);
          const marksAt = { x: at.map((i) => curve.x[i]), y: at.map((i) => curve[way].p[i]) };
          return { kind: "points", name: "the answer changes", ...marksAt, style, hollow: true, quiet: style > 0 };
        }),
        { kind: "points", name: "now", x: [amount, amount], y: ways.map((way) => both[way].p), style: 3 },
      ],
    });
    const kind = (says) => (says === label ? "right" : "wrong"),
      range = (pair, says) => (pair ? [{ from: pair[0], to: pair[1], says }] : []);
    for (const way of ways) answers.draw(way, name, stretches(curve.x, curve[way].says), kind);
    answers.draw("copies", name, range(KINDS[kindOf(label)].drawn[name], "copies"), () => "");
    answers.draw("person", name, range(marks[label]?.[name], label), kind);
  }
  function drawMean({ picture: [label], change: name, amounts, average }, list) {
    const ways = Object.keys(WAYS);
    meanTitle.replaceChildren(
      h("b", {}, average === "all" ? `${list.length} test pictures` : `${list.length} test ${plural(label)}`),
      " mean with its 95 % interval, in the same colours",
    );
    const key = list.map((_, i) => keyOf(averagedOver(label, average)[i], name, amounts)).join();
    if (key !== drawnMean)
      mean.draw({
        label: "Mean probability of the true class along the change",
        x: axisOf(name),
        y: up("mean probability"),
        legend: false,
        marks: ways.map((way, style) => ({
          kind: "line",
          name: IN_CHART[way],
          x: list[0].x,
          ...meanBand(list.map((curve) => curve[way].p)),
          style,
        })),
      });
    drawnMean = key;
    const amount = amountIn(amounts, name),
      at = list[0].x.findIndex((x) => Math.abs(x - amount) < 1e-9);
    called.textContent =
      at < 0 || average === "all"
        ? ""
        : `${capital(changesText(amounts))}: ${ways.map((way) => calledText(list, way, at)).join("; ")}.`;
  }
  function calledText(list, way, at) {
    const counts = {};
    for (const curve of list) counts[curve[way].says[at]] = (counts[curve[way].says[at]] ?? 0) + 1;
    const sorted = Object.entries(counts).sort((a, b) => b[1] - a[1]);
    return `${WAYS[way]} ${sorted.map(([says, count]) => `${count} of ${list.length} are called ${says}`).join(", ")}`;
  }
  function drawCurves() {
    const state = stateOf(),
      { picture: shown, change: name, amounts, marks, average } = state,
      label = shown[0];
    const known = cache.get(keyOf(shown, name, amounts)),
      list = averagedOver(label, average).map((one) => cache.get(keyOf(one, name, amounts)));
    if (known) drawOne(state, known, now);
    if (list.every(Boolean)) drawMean(state, list);
    const found = {};
    for (const one of NAMES) {
      const curve = cache.get(keyOf(shown, one, {}));
      if (curve)
        found[one] = Object.fromEntries(Object.keys(WAYS).map((way) => [way, limitsOf(one, curve[way].says, label)]));
    }
    limits.draw(name, marks[label] ?? {}, found);
    summary.textContent = summaryText(marks[label] ?? {}, found);
    oneFigure.setAttribute("aria-busy", !known);
    meanFigure.setAttribute("aria-busy", !list.every(Boolean));
    limitsFigure.setAttribute(
      "aria-busy",
      NAMES.some((one) => !found[one]),
    );
  }
  function draw() {
    const state = stateOf(),
      { picture: shown, change: name, amounts, marks, average } = state,
      [label, index] = shown,
      kind = kindOf(label),
      { side, channels, classes, each } = KINDS[kind];
    source.set(label);
    which.textContent = `${index + 1} of ${each}`;
    for (const one of NAMES) {
      const amount = amountIn(amounts, one);
      controls[one].set(FLIPS.includes(one) ? amount === 1 : amount);
      controls[one].el.classList.toggle("lk-chosen", one === name);
    }
    reset.setAttribute("aria-disabled", !Object.keys(amounts).length);
    const given = pictureCached(label, index),
      values = changed(given, side, amounts),
      looks = { height: side, width: side, channels, low: 0, high: 1 };
    before.show({ ...looks, values: moved(given, side, {}), label: `The ${thing(label)} before` });
    after.show({ ...looks, values, label: `The ${thing(label)} after` });
    const byWay = Object.keys(WAYS).map((way) => probabilities(kind, way, values));
    bars.draw(classes, label, byWay);
    const amount = amountIn(amounts, name);
    mark.textContent =
      amount === CHANGES[name].nothing ? "A person loses the label at once" : "A person keeps the label up to here";
    unmark.setAttribute("aria-disabled", !marks[label]?.[name]);
    limitsTitle.replaceChildren(
      h("b", {}, "Every change alone"),
      ` how far you, by your marks, and the networks without and with augmentation keep this ${thing(label)}`,
    );
    over.set(average);
    facts.textContent = factsText(kind);
    const [plain, augmented] = byWay.map((p) => ({ p: p[classes.indexOf(label)], says: classes[largest(p)] }));
    now = { plain, augmented };
    said.say(sentence(state, now));
    if (cache.size > 2000) cache.clear();
    curves.set(jobsOf(state));
    drawCurves();
  }

  const remembered = new Map();
  const remember = (key, compute) => {
    if (!remembered.has(key)) remembered.set(key, compute());
    return remembered.get(key);
  };
  const cover = [barFigure, oneFigure, meanFigure, limitsFigure, said.el];
  const unfollow = follow(model, STATE, draw);
  const unteach = lesson({
    model,
    el,
    traits: STATE,
    checks: CHECKS,
    tours: TOURS,
    guesses: {
      gives_up: {
        question() {
          const {
            picture: [label],
            change: name,
          } = stateOf();
          const { name: title, nothing, step, show } = CHANGES[name];
          return (
            `Raise “${title}” from ${show(nothing)} in steps of ${show(step)}. At which amount does the network ` +
            `trained without augmentation first call this ${thing(label)} something else?`
          );
        },
        answer() {
          const { picture: shown, change: name, amounts } = stateOf();
          return remember(keyOf(shown, name, amounts), () => givesUp(...shown, name, amounts));
        },
        cover,
      },
      sixes_as_nines: {
        question: () =>
          `Turned by 180°, a 6 is a 9. Which share of the ${KINDS.digits.each} test sixes, turned so, does the network trained without augmentation call a 9?`,
        unit: "%",
        min: 0,
        max: 100,
        answer: () => remember("six", () => sixesAsNines()),
        because: "Rotate a 6 by 180° and look below the mean.",
        cover,
      },
      kept: {
        question() {
          const {
            picture: [label],
            amounts,
          } = stateOf();
          return `Take all ${KINDS[kindOf(label)].each} test ${plural(label)} ${changesText(amounts)}. Which share of them does the network trained without augmentation still call ${label}?`;
        },
        unit: "%",
        min: 0,
        max: 100,
        answer: () => keptShare(stateOf()),
        cover,
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    curves.stop();
    said.stop();
    for (const made of [before, after, one, mean]) made.stop();
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** The share of the test sixes, in %, that the network without augmentation calls a 9 when they are turned by 180°. */
export function sixesAsNines() {
  const { called, of } = keptIn("6", { rotation: 180 });
  return (100 * (called[9] ?? 0)) / of;
}

/** The share, in %, of the class's test pictures that keep their label. */
export function keptShare({ picture: [label], amounts }) {
  const { right, of } = keptIn(label, amounts);
  return (100 * right) / of;
}

/** How the networks' limits lie to the marks, in a sentence. */
export function summaryText(marks, limits) {
  const both = NAMES.filter((name) => marks[name] && limits[name]);
  if (!both.length)
    return "Set a change as far as you would still give the label, and mark it: then the table compares you with both networks.";
  const counts = Object.keys(WAYS).map((way) => {
    const words = both.map((name) => compared(name, limits[name][way], marks[name])),
      sooner = words.filter((word) => word.startsWith("sooner") || word === "never right").length,
      later = words.filter((word) => word.endsWith("longer")).length;
    return `${WAYS[way]} the network gives up sooner than you in ${sooner} and holds on longer in ${later}`;
  });
  return `Of ${many(both.length, "marked change")}, ${counts.join("; ")}.`;
}

export default { render };
