// Who remembers: a simple RNN, a GRU and an LSTM read the same sentence; how far back does the gradient of the answer reach?

import { DISTANCES, LEARNED, RIGHT, SIZES, TEST, VOCABULARY, WEIGHTS } from "./shared/agreement_networks.mjs";
import { chart } from "./shared/chart.mjs";
import { readable } from "./shared/chart_numbers.mjs";
import { wilson } from "./shared/interval.mjs";
import { lesson } from "./shared/lesson.mjs";
import { flag, number, whole } from "./shared/link.mjs";
import { tensor } from "./shared/network.mjs";
import { generator } from "./shared/random.mjs";
import { CELLS } from "./shared/recurrent.mjs";
import { button, choice, figure, follow, format, h, many, percent, put } from "./shared/ui.mjs";
import { remembered, root, slider, status, traitsOf } from "./shared/ui.mjs";

const WORDS = VOCABULARY.split(" "),
  NOUNS = 8, // and as many plurals behind them, then 4 places, then 8 adverbs: as dnnlib.datasets.sequences has them
  [FIRST_NOUN, FIRST_PLACE, FIRST_ADVERB] = [2, 18, 22],
  SUBJECT = 1, // its place in the sentence, counted from 0
  ALL = { SimpleRNN: "simple RNN", GRU: "GRU", LSTM: "LSTM" },
  FLOOR = 1e-12; // the chart ends here

const numbersOf = (text) => text.trim().split(" ").map(Number);

// ---- The sentence ----

export const isNoun = (word) => word >= FIRST_NOUN && word < FIRST_PLACE;
const isPlural = (word) => word >= FIRST_NOUN + NOUNS && word < FIRST_PLACE;
/** The same noun in the other number. */
const other = (word) => (isPlural(word) ? word - NOUNS : word + NOUNS);

/**
 * The beginning of a sentence as numbers of words: "the", the subject, and so many words to the verb, made of phrases such as
 * "near the dogs" and adverbs in any order. flips: which nouns, counted from the subject, stand in the other number.
 */
export function sentenceOf({ length, seed, flips }) {
  const { uniform, permutation } = generator(seed),
    below = (count) => Math.floor(count * uniform());
  const phrases = Math.floor(length / 3),
    noun = (plural) => FIRST_NOUN + below(NOUNS) + NOUNS * Number(plural);
  const subject = noun(uniform() < 0.5),
    plurals = below(phrases + 1), // how many of the nouns in between are plural
    first = permutation(phrases).map((place) => place < plurals);
  const pieces = [
    ...first.map((plural) => [FIRST_PLACE + below(FIRST_ADVERB - FIRST_PLACE), 1, noun(plural)]),
    ...Array.from({ length: length - 3 * phrases }, () => [FIRST_ADVERB + below(WORDS.length - FIRST_ADVERB)]),
  ];
  const words = [1, subject, ...permutation(pieces.length).flatMap((at) => pieces[at])];
  const nouns = words.flatMap((word, t) => (isNoun(word) ? [t] : []));
  for (const flip of flips) if (flip in nouns) words[nouns[flip]] = other(words[nouns[flip]]);
  return words;
}

// ---- The networks ----

/** Where a network starts, as Keras has it: small embeddings, Glorot's kernels, an orthogonal recurrent kernel. */
function drawn(cell, { seed }) {
  const random = generator(10_000 + 3 * seed + Object.keys(CELLS).indexOf(cell)),
    { features, units } = SIZES,
    spread = (count, limit) => Float64Array.from({ length: count }, () => limit * (2 * random.uniform() - 1));
  const embeddings = spread(WORDS.length * features, 0.05),
    layer = new CELLS[cell]({ units });
  layer.build([1, 1, features], random);
  const [kernel, recurrent_kernel, bias] = layer.getWeights();
  return {
    embeddings,
    kernel,
    recurrent_kernel,
    bias,
    readout: spread(units, Math.sqrt(6 / (units + 1))),
    readout_bias: [0],
  };
}
const DRAWN = Object.fromEntries(
  Object.keys(CELLS).map((cell) => [cell, remembered(["seed"], (state) => drawn(cell, state))]),
);
/** The same with the forget bias of the state. */
function firstWeights(cell, state) {
  const { bias, ...rest } = DRAWN[cell](state),
    { units } = SIZES;
  return { bias: cell === "LSTM" ? bias.slice().fill(state.forget_bias, units, 2 * units) : bias, ...rest };
}

const TRAINED = {}; // the texts are read once
const trainedWeights = (cell) =>
  (TRAINED[cell] ??= Object.fromEntries(Object.entries(WEIGHTS[cell]).map(([name, text]) => [name, numbersOf(text)])));

/** The weights of a network by name, each row by row: after training, or as it starts. */
export const weightsOf = (cell, state) => (state.trained ? trainedWeights(cell) : firstWeights(cell, state));

/** A network: its weights, and its cell as a layer with them. */
export function networkOf(cell, state) {
  const { features, units } = SIZES,
    weights = weightsOf(cell, state),
    layer = new CELLS[cell]({ units });
  layer.build([1, 1, features]);
  layer.setWeights([weights.kernel, weights.recurrent_kernel, weights.bias]);
  return { weights, layer };
}

/** The logit of a sentence, given as numbers of words. */
function logitOf({ weights, layer }, words) {
  const { features } = SIZES,
    x = words.flatMap((word) => Array.from(weights.embeddings.slice(word * features, (word + 1) * features))),
    { data } = layer.forward(tensor(x, [1, words.length, features]));
  return data.reduce((sum, value, k) => sum + value * weights.readout[k], weights.readout_bias[0]);
}

/**
 * Reads a sentence and goes back from its logit. Returns { logit, memory, x, gate }: after each word the norm of the
 * gradient at what carries the memory, h or an LSTM's c (with all that reaches it); at each word's numbers likewise; the
 * mean of what keeps the state, the LSTM's forget gates or the GRU's update gates.
 */
function followed(network, words) {
  const { features, units } = SIZES,
    { weights, layer } = network,
    logit = logitOf(network, words),
    dx = layer.backward(tensor(weights.readout, [1, units])).data,
    gates = layer.steps.flatMap(({ f, z }) => Array.from(f ?? z ?? []));
  return {
    logit,
    memory: layer.stateGrads.slice(1).map((grads) => Math.hypot(...grads.at(-1))),
    x: words.map((_, t) => Math.hypot(...dx.subarray(t * features, (t + 1) * features))),
    gate: gates.length ? gates.reduce((sum, value) => sum + value, 0) / gates.length : null,
  };
}

const probability = (logit) => 1 / (1 + Math.exp(-logit));

/**
 * All that is shown of a network: the probability of "are"; the gradient's norm at what carries its memory (c of an LSTM, h of
 * the others) after each word, with that after the last as 1; of each word its share of the gradient; what the
 * probability becomes when the subject, or the last noun, changes its number.
 */
export function readingOf(cell, state, network = networkOf(cell, state)) {
  const words = sentenceOf(state),
    { logit, memory, x, gate } = followed(network, words),
    total = x.reduce((sum, value) => sum + value, 0);
  const changed = (at) => {
    const one = words.map((word, t) => (t === at ? other(word) : word));
    return probability(logitOf(network, one));
  };
  return {
    are: probability(logit),
    memory: memory.map((norm) => norm / memory.at(-1)),
    shares: x.map((value) => value / total),
    gate,
    subject: changed(SUBJECT),
    last: changed(words.findLastIndex(isNoun)),
  };
}

/** What the forget gates alone would leave of the gradient after each word, if each stood at the sigmoid of its bias. */
export const gatesAlone = ({ length, forget_bias }) =>
  Array.from({ length: length + 2 }, (_, t) => probability(forget_bias) ** (length + 1 - t));

/**
 * How often a trained network is right with so many words in between: { distance, right, total, low, high }, at the nearest
 * distance at which it was tried, with Wilson's 95 % interval.
 */
export function accuracyOf(cell, length) {
  const distances = numbersOf(DISTANCES),
    gaps = distances.map((distance) => Math.abs(distance - length)),
    at = gaps.indexOf(Math.min(...gaps)),
    right = numbersOf(RIGHT[cell])[at],
    [low, high] = wilson(right, TEST);
  return { distance: distances[at], right, total: TEST, low, high };
}

// ---- The guesses ----

/** By which power of ten the gradient differs at the subject from what it is at the last word. */
export function powerAtSubject(cell, state) {
  const power = Math.log10(readingOf(cell, state).memory[SUBJECT]);
  return Number.isFinite(power) ? power : NaN;
}

/** By how many points the probability of "are" changes when the subject changes its number. */
export function swapped(cell, state) {
  const { are, subject } = readingOf(cell, state);
  return 100 * Math.abs(subject - are);
}

// ---- Words ----

const chance = (p) => (p > 0.9995 ? "over 99.9\u00a0%" : p < 0.0005 ? "under 0.1\u00a0%" : percent(p));
/** The state in a few sentences. */
export function sentence(state, words, readings) {
  const subject = WORDS[words[SUBJECT]],
    verb = isPlural(words[SUBJECT]) ? "are" : "is",
    list = (tell) =>
      Object.entries(readings)
        .map(([cell, reading]) => `${ALL[cell]} ${tell(reading)}`)
        .join(", ");
  const grads = list(({ memory }) => readable(memory[SUBJECT])),
    head = `${state.trained ? "After" : "Before"} training, with ${many(state.length, "word")} between \u201c${subject}\u201d and \u201c${verb}\u201d.`;
  const reach = `Of the gradient at the last word, so much is left at the subject: ${grads}.`;
  if (!state.trained)
    return `${head} ${reach} Forget gates at \u03c3(${format(state.forget_bias)}) = ${format(probability(state.forget_bias), 3)} alone would leave ${readable(gatesAlone(state)[SUBJECT])}.`;
  const right = Object.values(readings).filter(({ are }) => are > 0.5 === (verb === "are")).length;
  const moved = list(({ are, subject: flipped }) => chance(Math.abs(flipped - are)).replace("%", "points"));
  return `${head} ${right === 3 ? "All three are right" : `${right} of 3 are right`}. ${reach} The subject in the other number changes the probability of \u201care\u201d: ${moved}.`;
}

// ---- The view ----

const MOST = 30,
  MOST_NOUNS = 1 + MOST / 3;
const within = (low, high) => (value) => number(value) && value >= low && value <= high;
/** What a link may set, as Python has it. */
export const CHECKS = {
  length: (value) => whole(value, 0, MOST),
  trained: flag,
  forget_bias: within(-2, 6),
  seed: (value) => whole(value, 0, 9999),
  flips: (value) =>
    Array.isArray(value) && value.every((one) => whole(one, 0, MOST_NOUNS - 1)) && new Set(value).size === value.length,
};
const TRAITS = Object.keys(CHECKS);
const PLAIN = { length: 14, trained: false, forget_bias: 1, seed: 0, flips: [] };
const TOURS = {
  start_and_end: [
    [
      { ...PLAIN },
      "Before training nobody knows anything, but learning must begin somewhere: with the gradient at the subject. The simple RNN starts with a recurrent kernel that keeps every length; the GRU halves its state at each word.",
    ],
    [
      { ...PLAIN, forget_bias: 0 },
      "An LSTM whose forget gates start at one half forgets like the GRU. The dashed line is their product alone.",
    ],
    [
      { ...PLAIN, forget_bias: 3 },
      "With a bias of 3 the gates start at 0.95, and the gradient arrives. What came of these starts, when sentences are long from the first day on, stands in the chart on the right.",
    ],
    [
      { ...PLAIN, trained: true },
      "After training on short and long sentences all three are right. The table says what the answer hangs on: the subject in the other number turns it around, the last noun in the other number does next to nothing.",
    ],
    [
      { ...PLAIN, trained: true, length: 30 },
      "Half as far again as any sentence of the training. All three still know the subject, but hardly any of the simple RNN’s gradient gets there: its state has run into tanh’s flat ends, which keep a bit and pass no gradient. To remember and to let a gradient through are two things.",
    ],
  ],
};

/** The learning curves as lines with the range of their seeds, in %. */
function learnedMarks() {
  const names = {
    SimpleRNN: "simple RNN",
    GRU: "GRU",
    "LSTM 1": "LSTM, bias 1",
    "LSTM 0": "bias 0",
    "LSTM 3": "bias 3",
  };
  return Object.entries(names).map(([key, name], style) => {
    const seeds = LEARNED[key]
        .split("/")
        .filter((part) => part.trim())
        .map((part) => numbersOf(part).map((n) => (100 * n) / TEST)),
      column = (tell) => seeds[0].map((_, i) => tell(seeds.map((row) => row[i])));
    return {
      kind: "line",
      name,
      style,
      x: seeds[0].map((_, i) => i + 1),
      y: column((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
      low: column((values) => Math.min(...values)),
      high: column((values) => Math.max(...values)),
    };
  });
}

/** The sentence; its nouns are buttons that change their number. */
function sentenceRow(onFlip) {
  const el = h("p", {
    class: "wr-sentence",
    role: "group",
    "aria-label": "The sentence; its nouns change their number",
  });
  function draw(words) {
    let noun = 0;
    const focused = [...el.querySelectorAll("button")].indexOf(document.activeElement);
    el.replaceChildren(
      ...words.flatMap((word) => {
        if (!isNoun(word)) return [h("span", {}, WORDS[word]), " "];
        const place = noun++,
          label = `${WORDS[word]}, ${place ? "noun" : "subject"}: change to ${WORDS[other(word)]}`;
        return [
          button(WORDS[word], () => onFlip(place), { "aria-label": label, class: place ? "" : "wr-subject" }),
          " ",
        ];
      }),
      h("span", { class: "wr-verb" }, "is or are?"),
    );
    if (focused >= 0) el.querySelectorAll("button")[Math.min(focused, noun - 1)]?.focus();
  }
  return { el, draw };
}

/** A network's words, each as dark as its share of the gradient. */
function strip(cell) {
  const says = h("span", { class: "wr-says" }),
    row = h("span", { class: "wr-words", "aria-hidden": "true" });
  const el = h("div", { class: "wr-strip" }, h("b", {}, ALL[cell]), says, row);
  function draw(words, { shares }) {
    const most = Math.max(...shares),
      at = shares.indexOf(most);
    says.textContent = ` most at \u201c${WORDS[words[at]]}\u201d, word ${at + 1}: ${percent(most, 0)}`;
    row.replaceChildren(
      ...words.flatMap((word, t) => [h("span", { style: `--v:${(shares[t] / most).toFixed(3)}` }, WORDS[word]), " "]),
    );
  }
  return { el, draw };
}

/** What the networks say: as the sentence stands, and with a noun in the other number; how often they are right. */
function answers() {
  const body = h("tbody"),
    known = h("th", { scope: "col" }),
    heads = ["p(\u201care\u201d)", "subject swapped", "last noun swapped"].map((text) =>
      h("th", { scope: "col" }, text),
    );
  const el = h(
    "table",
    { class: "wr-table", "aria-label": "Answers" },
    h("thead", {}, h("tr", {}, h("td"), heads, known)),
    body,
  );
  function draw({ trained, length }, readings) {
    known.textContent = trained ? `right in ${TEST} sentences (95\u00a0% interval)` : "mean gate that keeps";
    body.replaceChildren(
      ...Object.entries(readings).map(([cell, { are, subject, last, gate }]) => {
        const { right, low, high } = accuracyOf(cell, length),
          gates = gate === null ? "no gate" : format(gate, 3),
          interval = `${right} (${format(100 * low, 1)} to ${percent(high)})`;
        const cells = [...[are, subject, last].map(chance), trained ? interval : gates];
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, ALL[cell]),
          cells.map((text) => h("td", {}, text)),
        );
      }),
    );
  }
  return { el, draw };
}

function controlsOf(change, stateOf) {
  const parts = {
    trained: choice({
      label: "The networks",
      options: [
        [false, "before training"],
        [true, "after training"],
      ],
      value: false,
      onInput: (trained) => change({ trained }),
    }),
    length: slider({ label: "Words in between", min: 0, max: MOST, value: 0, onInput: (length) => change({ length }) }),
    forget_bias: slider({
      label: "Forget bias of the LSTM",
      min: -2,
      max: 6,
      step: 0.25,
      value: 1,
      onInput: (forget_bias) => change({ forget_bias }),
    }),
  };
  const again = button("Draw again", () => change({ seed: (stateOf().seed + 1) % 10000, flips: [] }));
  const el = h(
    "div",
    { class: "xp-row wr-controls" },
    Object.values(parts).map((part) => part.el),
    again,
  );
  function draw(state) {
    for (const [name, part] of Object.entries(parts)) part.set(state[name]);
    parts.forget_bias.el.hidden = state.trained;
  }
  return { el, draw };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    change = (values) => put(model, values);
  const flip = (noun) => {
    const { flips } = stateOf();
    change({
      flips: flips.includes(noun) ? flips.filter((one) => one !== noun) : [...flips, noun].sort((a, b) => a - b),
    });
  };
  const controls = controlsOf(change, stateOf),
    row = sentenceRow(flip),
    strips = Object.fromEntries(Object.keys(ALL).map((cell) => [cell, strip(cell)])),
    norms = chart({ height: 230 }),
    curves = chart({ height: 230 }),
    table = answers(),
    kept = Object.fromEntries(
      Object.keys(ALL).map((cell) => [
        cell,
        remembered(["trained", "seed", ...(cell === "LSTM" ? ["forget_bias"] : [])], (state) => networkOf(cell, state)),
      ]),
    ),
    said = status();
  said.el.classList.add("wr-said");
  const normsFigure = figure(
      [h("b", {}, "How far the gradient reaches"), ": its norm after each word, 1 at the last"],
      norms.el,
    ),
    curvesFigure = figure(
      [
        h("b", {}, "What could be learned"),
        " from sentences with 14 to 20 words in between alone: mean and range of five seeds",
      ],
      curves.el,
    ),
    shades = h(
      "div",
      { class: "wr-strips" },
      Object.values(strips).map((one) => one.el),
    ),
    // On a narrow page the table scrolls, by the arrow keys too.
    answered = h(
      "div",
      { class: "xp-scroll", role: "group", tabindex: 0, "aria-label": "Table of probabilities" },
      table.el,
    );
  root(
    el,
    "Who remembers",
    "Three networks read one sentence, and the answer hangs on its first noun. Choose a noun to change its number; see how far back the gradient of the answer goes.",
  ).append(
    controls.el,
    row.el,
    h("div", { class: "wr-pair" }, normsFigure, curvesFigure),
    said.el,
    figure([h("b", {}, "Where the gradient lies"), ": each word as dark as its share"], shades),
    answered,
  );
  curves.draw({
    label: "Right answers of five networks each after every epoch",
    x: { label: "epoch", domain: [1, 9] },
    y: { label: "right (%)", domain: [40, 101] },
    legend: true,
    marks: learnedMarks(),
  });

  function drawNorms(state, readings) {
    const places = Array.from({ length: state.length + 2 }, (_, t) => t + 1),
      lines = Object.entries(readings).map(([cell, { memory }], style) => [ALL[cell], memory, style]);
    if (!state.trained) lines.push(["forget gates alone", gatesAlone(state), 4]);
    const least = Math.min(0.1, ...lines.flatMap(([, values]) => values.filter((value) => value > FLOOR)));
    const most = Math.max(1, ...lines.flatMap(([, values]) => values));
    norms.draw({
      label: "Norm of the gradient after each word",
      x: { label: "word", domain: [1, state.length + 2] },
      y: {
        label: "norm, of that at the last word",
        log: true,
        domain: [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))],
      },
      legend: true,
      marks: lines.map(([name, y, style]) => ({ kind: "line", name, x: places, y, style })),
    });
  }
  function draw() {
    const state = stateOf(),
      words = sentenceOf(state),
      readings = Object.fromEntries(Object.keys(ALL).map((cell) => [cell, readingOf(cell, state, kept[cell](state))]));
    controls.draw(state);
    row.draw(words);
    drawNorms(state, readings);
    for (const [cell, one] of Object.entries(strips)) one.draw(words, readings[cell]);
    table.draw(state, readings);
    said.say(sentence(state, words, readings));
  }

  const unfollow = follow(model, TRAITS, draw);
  const words = () => {
    const { trained, length, forget_bias } = stateOf();
    return trained
      ? `After training, ${many(length, "word")} between subject and verb.`
      : `Before training, ${many(length, "word")} between subject and verb; the LSTM\u2019s forget bias is ${format(forget_bias)}.`;
  };
  const reach = (cell) => ({
    question: () =>
      `${words()} By which power of ten does the ${ALL[cell]}\u2019s gradient differ at the subject from what it is at the last word? (\u22122 is a hundredth.)`,
    answer: () => powerAtSubject(cell, stateOf()),
    because: "Its line\u2019s second point, as a power of ten.",
    cover: [normsFigure, said.el],
  });
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      rnn_reach: reach("SimpleRNN"),
      gru_reach: reach("GRU"),
      lstm_reach: reach("LSTM"),
      swap: {
        question: () =>
          `${words()} By how many points does the LSTM\u2019s probability of \u201care\u201d change when the subject changes its number?`,
        answer: () => swapped("LSTM", stateOf()),
        min: 0,
        max: 100,
        cover: [said.el, answered],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    said.stop();
    norms.stop();
    curves.stop();
  };
}

export default { render };
