// A cell with its gates in your hand: a trained LSTM or GRU reads a sentence, every gate computed, any of them held.

import { ANSWERS, GRU_WEIGHTS, LSTM_WEIGHTS, SENTENCES, STEP, WORDS } from "./shared/agreement_cells.mjs";
import { chart } from "./shared/chart.mjs";
import { lesson } from "./shared/lesson.mjs";
import { oneOf, whole } from "./shared/link.mjs";
import { CELLS } from "./shared/recurrent.mjs";
import { button, choice, figure, follow, format, h, many, menu, modified, percent } from "./shared/ui.mjs";
import { put, remembered, root, status, toggle, traitsOf } from "./shared/ui.mjs";

const TRAITS = ["sentence", "cell", "step", "unit", "holds"];
const VOCABULARY = WORDS.split(" "),
  NOUN = 2, // where the nouns begin: eight, then their plurals
  NOUNS = 8,
  LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  CANDIDATE = 2, // its place among the columns, of both layers
  MOST_WORDS = 22,
  MOST_HOLDS = 400;
const numbers = (text) => Float64Array.from(text.split(" "), (value) => Number(value) / STEP);

/** By cell: its layer, its weights, and its gates: place among the columns, name and what it does. */
const NETWORKS = Object.fromEntries(
  Object.entries({
    lstm: {
      layer: "LSTM",
      stored: LSTM_WEIGHTS,
      memory: ["c", "carry"],
      gates: {
        f: ["forget gate", "keeps", 1],
        i: ["input gate", "writes", 0],
        o: ["output gate", "shows", 3],
      },
    },
    gru: {
      layer: "GRU",
      stored: GRU_WEIGHTS,
      memory: ["h", "state"],
      gates: { z: ["update gate", "keeps", 0], r: ["reset gate", "lets in", 1] },
    },
  }).map(([name, { stored, ...rest }]) => {
    const weights = Object.fromEntries(Object.entries(stored).map(([part, text]) => [part, numbers(text)]));
    return [
      name,
      { ...rest, weights, units: weights.readout.length, features: weights.embeddings.length / VOCABULARY.length },
    ];
  }),
);
const UNITS = NETWORKS.lstm.units;

// ---- What it computes ----

/** A hold of a gate, "f2@3=0": of unit 2 while word 3 is read (both from 0), shut (0) or open (1). */
const HOLD = /^([fiozr])(\d)@(\d+)=([01])$/;
const read = (hold) => {
  const [, gate, unit, step, value] = hold.match(HOLD);
  return { gate, unit: Number(unit), step: Number(step), value: Number(value) };
};
const written = ({ gate, unit, step, value }) => `${gate}${unit}@${step}=${value}`;

/** The places of a sentence's words in the vocabulary; -1 for a word that is not in it. */
export const placesOf = (sentence) =>
  sentence
    .split(" ")
    .filter(Boolean)
    .map((word) => VOCABULARY.indexOf(word));

/** Keras's layer, whose gates a function (gate, unit, step) -> 0, 1 or undefined may hold. */
function layerOf(cell, held) {
  const { layer, gates, weights, units, features } = NETWORKS[cell],
    places = Object.entries(gates);
  class Held extends CELLS[layer] {
    part(z, place, f) {
      const values = super.part(z, place, f),
        [gate] = places.find(([, one]) => one[2] === place) ?? [],
        step = this.steps.length;
      if (!gate) return values;
      this.free[step] ??= {};
      this.free[step][gate] = values;
      return values.map((value, k) => held(gate, k, step) ?? value);
    }
  }
  const made = new Held({ units });
  made.build([1, 1, features]);
  made.setWeights([weights.kernel, weights.recurrent_kernel, weights.bias]);
  return made;
}

/**
 * Reads words (places in the vocabulary). Returns for each step { gates, free, candidate, before, memory, h, score }:
 * gates as they act and as they were computed, the memory of each unit before and after, what the units give out,
 * and the score whose sigmoid is the probability of "are".
 */
export function run(cell, words, held = () => undefined) {
  const { weights, features, gates, memory } = NETWORKS[cell],
    layer = layerOf(cell, held),
    data = Float64Array.from(
      words.flatMap((word) => [...weights.embeddings.slice(word * features, (word + 1) * features)]),
    );
  layer.free = [];
  layer.forward({ shape: [1, words.length, features], data });
  return layer.steps.map((step, t) => {
    const [out, carry = out] = step.after,
      kept = memory[0] === "c" ? step.before[1] : step.before[0];
    return {
      gates: Object.fromEntries(Object.keys(gates).map((gate) => [gate, step[gate]])),
      free: layer.free[t],
      candidate: step.candidate,
      x: step.x,
      last: step.before[0],
      before: kept,
      memory: carry,
      h: out,
      score: out.reduce((sum, value, k) => sum + value * weights.readout[k], weights.readout_bias[0]),
    };
  });
}
const sigmoid = (score) => 1 / (1 + Math.exp(-score));

/** The holds of a state that fit its cell and its sentence, as a function for run. */
function heldOf({ cell, sentence, holds }) {
  const { gates } = NETWORKS[cell],
    steps = placesOf(sentence).length;
  const fitting = holds.map(read).filter(({ gate, step }) => gate in gates && step < steps),
    table = new Map(fitting.map((hold) => [`${hold.gate}${hold.unit}@${hold.step}`, hold.value]));
  return { fitting, held: (gate, unit, step) => table.get(`${gate}${unit}@${step}`) };
}

/** Both readings of a state's sentence, with its holds and untouched. */
export function readingOf(state) {
  const words = placesOf(state.sentence),
    { fitting, held } = heldOf(state),
    plain = run(state.cell, words);
  return { words, plain, held: fitting.length ? run(state.cell, words, held) : plain, fitting, holdAt: held };
}

/** The probability of "are", in %, after the last word, with the gates as they are held. */
export const heldAnswer = (state) => 100 * sigmoid(readingOf(state).held.at(-1).score);

/** What a gate's computed value comes from: the word, the units before, the bias; their sum goes through the sigmoid. */
export function sumsOf(cell, { x, last }, gate, unit) {
  const { weights, gates, units } = NETWORKS[cell],
    columns = weights.recurrent_kernel.length / units,
    column = gates[gate][2] * units + unit;
  const along = (values, kernel) => values.reduce((sum, value, row) => sum + value * kernel[row * columns + column], 0);
  return {
    word: along(x, weights.kernel),
    units: along(last, weights.recurrent_kernel),
    bias: weights.bias[column] + (weights.bias[columns + column] ?? 0), // a GRU has two
  };
}

/** The recurrent weights into a unit that are not zero: [unit they come from, gate or candidate, weight]. */
export function hears(cell, unit) {
  const { weights, gates, units } = NETWORKS[cell],
    columns = weights.recurrent_kernel.length / units,
    parts = [...Object.values(gates).map(([name, , place]) => [place, name]), [CANDIDATE, "candidate"]];
  return Array.from({ length: units }, (_, from) =>
    parts.map(([place, name]) => [from, name, weights.recurrent_kernel[from * columns + place * units + unit]]),
  )
    .flat()
    .filter(([, , weight]) => weight);
}

/** The share of a unit's memory after a step that its gates keep until the end, in %: a product. */
export function keptOf(state) {
  const { held } = readingOf(state),
    keeper = Object.keys(NETWORKS[state.cell].gates)[0];
  return 100 * held.slice(stepOf(state) + 1).reduce((product, { gates }) => product * gates[keeper][state.unit], 1);
}

/** Holds that stand at every word of the sentence, as "f2=0": they can be kept for sentences of any length. */
export function everywhere(state) {
  const { fitting } = heldOf(state),
    counts = new Map(),
    steps = placesOf(state.sentence).length;
  for (const { gate, unit, value } of fitting) {
    const key = `${gate}${unit}=${value}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count === steps).map(([key]) => key);
}

/** How many of the unseen sentences the network gets right, with holds at every word. Returns [right, all]. */
export function rightOf(cell, holds) {
  const table = new Map(holds.map((hold) => [hold.slice(0, 2), Number(hold[3])])),
    held = (gate, unit) => table.get(`${gate}${unit}`);
  const right = UNSEEN.filter(({ words, label }) => run(cell, words, held).at(-1).score > 0 === Boolean(label));
  return [right.length, UNSEEN.length];
}
const UNSEEN = SENTENCES.split(" ").map((letters, n) => ({
  words: [...letters].map((letter) => LETTERS.indexOf(letter)),
  label: Number(ANSWERS[n]),
}));

/** The sentence with a subject of the other number; unchanged where it has no noun. */
export function otherSubject(sentence) {
  const words = sentence.split(" "),
    at = words.findIndex((word) => nounOf(word) >= 0),
    noun = nounOf(words[at] ?? "");
  if (at < 0) return sentence;
  words[at] = VOCABULARY[NOUN + ((noun + NOUNS) % (2 * NOUNS))];
  return words.join(" ");
}
const nounOf = (word) => {
  const place = VOCABULARY.indexOf(word) - NOUN;
  return place < 2 * NOUNS ? place : -1;
};

/** The holds of a state after one more choice: gate, units and steps get a value, or null to be computed again. */
export function withHold(holds, gate, units, steps, value) {
  const at = (one) => one.gate === gate && units.includes(one.unit) && steps.includes(one.step);
  const others = holds.filter((hold) => !at(read(hold)));
  if (value === null) return others;
  return [...others, ...units.flatMap((unit) => steps.map((step) => written({ gate, unit, step, value })))];
}

// ---- Words ----

const stepOf = ({ step, sentence }) => Math.min(step, placesOf(sentence).length - 1);
const two = (value) => format(value, 2);
const inBrackets = (value) => (value < 0 ? `(${two(value)})` : two(value));
const verb = (score) => (score > 0 ? "are" : "is");
const sure = (score) => percent(sigmoid(Math.abs(score)), 1);
const HELD = ["held shut, 0", "held open, 1"];

/** The unit's new memory as a sum with its numbers, and what it gives out. */
export function equations(cell, step, unit) {
  const value = (name) => step.gates[name][unit],
    [before, candidate, memory, out] = ["before", "candidate", "memory", "h"].map((name) => step[name][unit]);
  if (cell === "lstm")
    return [
      `c = f × c before + i × candidate = ${two(value("f"))} × ${inBrackets(before)} + ${two(value("i"))} × ${inBrackets(candidate)} = ${two(memory)}`,
      `h = o × tanh c = ${two(value("o"))} × ${inBrackets(Math.tanh(memory))} = ${two(out)}`,
    ];
  return [
    `h = z × h before + (1 \u2212 z) × candidate = ${two(value("z"))} × ${inBrackets(before)} + ${two(1 - value("z"))} × ${inBrackets(candidate)} = ${two(memory)}`,
  ];
}

/** The state in a few sentences. */
export function sentence(state, { plain, held, fitting }) {
  const words = state.sentence.split(" ").filter(Boolean),
    noun = words.find((word) => nounOf(word) >= 0),
    [score, free] = [held, plain].map((steps) => steps.at(-1).score);
  const due = noun === undefined ? null : nounOf(noun) < NOUNS ? "is" : "are";
  const wanted = due ? `Its subject is \u201c${noun}\u201d, so \u201c${due}\u201d is due. ` : "";
  const by = fitting.length
    ? `With ${many(fitting.length, "gate")} held by hand it gives \u201c${verb(score)}\u201d ${sure(score)}; untouched, \u201c${verb(free)}\u201d ${sure(free)}.`
    : `The network gives \u201c${verb(score)}\u201d ${sure(score)}.`;
  const t = stepOf(state),
    [letter, name] = NETWORKS[state.cell].memory;
  return (
    `${wanted}${by} At word ${t + 1}, \u201c${words[t]}\u201d, the ${name} ${letter} of unit ${state.unit + 1} goes from ` +
    `${two(held[t].before[state.unit])} to ${two(held[t].memory[state.unit])}.`
  );
}

// ---- The view ----

export const CHECKS = {
  sentence: (value) =>
    typeof value === "string" &&
    value.split(" ").length <= MOST_WORDS &&
    value.split(" ").every((word) => VOCABULARY.indexOf(word) > 0),
  cell: oneOf(...Object.keys(NETWORKS)),
  step: (value) => whole(value, 0, MOST_WORDS - 1),
  unit: (value) => whole(value, 0, UNITS - 1),
  holds: (value) =>
    Array.isArray(value) &&
    value.length <= MOST_HOLDS &&
    value.every((one) => {
      if (typeof one !== "string" || !HOLD.test(one)) return false;
      const { unit, step } = read(one);
      return unit < UNITS && step < MOST_WORDS;
    }),
};

/** The sentence word by word: what the network gives, each unit's memory, the gates of one. One tab stop, arrow keys. */
function sheetOf({ onPlace, onHold }) {
  const el = h("div", { class: "gc-sheet", role: "grid" }),
    scroll = h("div", { class: "gc-scroll" }, el);
  const cellOf = (role, classes = "") => h("div", { role, class: `gc-cell ${classes}` });
  const head = h("div", { role: "row" }),
    answers = [0, 1].map(() => Array.from({ length: MOST_WORDS }, () => h("span"))),
    covers = answers.map((column) => column.map((answer) => h("span", { class: "gc-cover" }, answer)));
  let gates = [],
    heads = [],
    rows = [],
    at = [0, 0],
    size = [1, 1];

  function build(cell) {
    gates = Object.keys(NETWORKS[cell].gates);
    const columns = UNITS + gates.length;
    heads = Array.from({ length: 3 + columns }, () => cellOf("columnheader"));
    head.replaceChildren(...heads);
    rows = Array.from({ length: MOST_WORDS }, (_, t) => {
      const word = cellOf("rowheader", "gc-word"),
        given = covers.map((column) => {
          const made = cellOf("gridcell", "gc-answer");
          made.append(column[t]);
          return made;
        });
      const cells = Array.from({ length: columns }, (_, column) => {
        const made = cellOf("gridcell", column < UNITS ? "gc-memory" : "gc-gate"),
          bar = h("i", { "aria-hidden": "true" }),
          text = h("span");
        made.append(bar, text);
        made.tabIndex = -1;
        made.addEventListener("click", () => (column < UNITS ? go(t, column) : press(t, column)));
        return { made, text };
      });
      const el = h(
        "div",
        { role: "row" },
        word,
        given,
        cells.map(({ made }) => made),
      );
      return { el, word, given, cells };
    });
    el.replaceChildren(head, ...rows.map((row) => row.el));
    el.style.setProperty("--gates", gates.length);
  }
  function go(t, column, focus = true) {
    at = [t, column];
    onPlace(t, column < UNITS ? column : null);
    if (focus) rows[t].cells[column].made.focus();
  }
  /** A gate goes on: computed, open, shut, computed. */
  function press(t, column, value) {
    go(t, column);
    onHold(gates[column - UNITS], t, value);
  }
  el.addEventListener("keydown", (event) => {
    if (modified(event)) return;
    const [t, column] = at,
      [words, columns] = size;
    const to = {
      ArrowUp: [t - 1, column],
      ArrowDown: [t + 1, column],
      ArrowLeft: [t, column - 1],
      ArrowRight: [t, column + 1],
      Home: [0, column],
      End: [words - 1, column],
    }[event.key];
    const value = { Enter: undefined, " ": undefined, o: 1, s: 0, c: null };
    if (to) {
      if (to[0] >= 0 && to[0] < words && to[1] >= 0 && to[1] < columns) go(...to);
    } else if (event.key in value && column >= UNITS) press(t, column, value[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  let built = "";
  function drawHeads(state, any) {
    const { memory } = NETWORKS[state.cell],
      sub = (k) => "\u2081\u2082\u2083\u2084"[k];
    const texts = ["word", any ? "held, %" : "gives, %", any ? "free, %" : ""];
    for (let k = 0; k < UNITS; k++) texts.push(`${memory[0]}${sub(k)}`);
    texts.push(...gates.map((gate) => `${gate}${sub(state.unit)}`));
    heads.forEach((one, n) => {
      if (one.textContent !== texts[n]) one.textContent = texts[n];
      one.hidden = n === 2 && !any;
    });
    el.classList.toggle("both", any);
  }
  function drawRow(row, t, state, { plain, held, fitting, holdAt }, largest) {
    const { memory, gates: about } = NETWORKS[state.cell],
      word = state.sentence.split(" ").filter(Boolean)[t],
      step = held[t],
      here = t === stepOf(state);
    if (row.word.textContent !== word) row.word.textContent = word;
    row.el.classList.toggle("here", here);
    row.given[1].hidden = !fitting.length;
    [held, plain].forEach((steps, n) => {
      const { score } = steps[t],
        text = `${verb(score)} ${format(100 * sigmoid(Math.abs(score)), 0)}`,
        out = answers[n][t];
      if (out.textContent !== text) out.textContent = text;
      row.given[n].classList.toggle("are", score > 0);
    });
    row.given[0].classList.toggle("turned", held[t].score > 0 !== plain[t].score > 0);
    row.cells.forEach(({ made, text }, column) => {
      const chosen = here && (column === state.unit || column >= UNITS);
      const gate = gates[column - UNITS],
        value = gate ? step.gates[gate][state.unit] : step.memory[column],
        hold = gate && holdAt(gate, state.unit, t);
      const said = gate
        ? `${word}, ${about[gate][0]} of unit ${state.unit + 1}: ` +
          (hold === undefined ? two(value) : `${HELD[hold]}, computed ${two(step.free[gate][state.unit])}`)
        : `${word}, ${memory[1]} of unit ${column + 1}: ${format(value, 1)}`;
      const key = [said, chosen].join("|");
      if (made.dataset.key === key) return;
      made.dataset.key = key;
      made.setAttribute("aria-label", said);
      made.setAttribute("aria-selected", chosen);
      text.textContent = gate
        ? hold === undefined
          ? two(value).replace(/^0(?=\.)/, "")
          : String(hold)
        : format(value, 1);
      made.style.setProperty("--v", (gate ? value : Math.abs(value) / largest).toFixed(3));
      made.classList.toggle("held", hold !== undefined);
      made.classList.toggle("pos", !gate && value > 0);
      made.classList.toggle("neg", !gate && value < 0);
    });
  }
  function draw(state, reading) {
    const words = reading.words.length,
      any = reading.fitting.length > 0;
    if (built !== state.cell) build(state.cell);
    built = state.cell;
    size = [words, UNITS + gates.length];
    const name = NETWORKS[state.cell].memory[1];
    el.setAttribute("aria-label", `The sentence: arrow keys; on a gate Enter, o, s or c hold it. ${name} and gates`);
    const largest = Math.max(
      0.5,
      ...[...reading.plain, ...reading.held].flatMap(({ memory }) => [...memory].map(Math.abs)),
    );
    drawHeads(state, any);
    rows.forEach((row, t) => {
      row.el.hidden = t >= words;
      if (t < words) drawRow(row, t, state, reading, largest);
    });
    const column = at[1] < UNITS ? state.unit : Math.min(at[1], size[1] - 1);
    at = [stepOf(state), column];
    rows.forEach((row, t) =>
      row.cells.forEach(({ made }, n) => {
        made.tabIndex = t === at[0] && n === at[1] ? 0 : -1;
      }),
    );
  }
  return { el: scroll, draw, covers: covers[0] };
}

/** The chosen unit at the chosen word: its gates with what they come from, its sums. */
function cellPanel(onHold) {
  const el = h("div", { class: "gc-gates" }),
    sums = h("div", { class: "gc-sums" }),
    share = h("span"),
    kept = h("p", { class: "gc-kept" }, share);
  let made = {},
    built = "";
  const OPTIONS = [
    ["free", "computed"],
    ["1", "open"],
    ["0", "shut"],
  ];
  function build(cell) {
    made = Object.fromEntries(
      Object.entries(NETWORKS[cell].gates).map(([gate, [name, does]]) => {
        const value = h("b"),
          from = h("small"),
          pick = choice({
            label: `${name} ${gate}, ${does}`,
            options: OPTIONS,
            value: "free",
            onInput: (chosen) => onHold(gate, chosen === "free" ? null : Number(chosen)),
          });
        pick.el.querySelector("legend").append(" ", value);
        return [gate, { value, from, pick, el: h("div", { class: "gc-one" }, pick.el, from) }];
      }),
    );
    el.replaceChildren(...Object.values(made).map((one) => one.el));
  }
  function draw(state, { held }) {
    if (built !== state.cell) build(state.cell);
    built = state.cell;
    const t = stepOf(state),
      step = held[t],
      { unit, cell } = state,
      table = heldOf(state).held;
    for (const [gate, { value, from, pick }] of Object.entries(made)) {
      const hold = table(gate, unit, t),
        parts = sumsOf(cell, step, gate, unit);
      value.textContent = two(step.gates[gate][unit]);
      pick.set(hold === undefined ? "free" : String(hold));
      from.textContent =
        `${hold === undefined ? "" : `computed ${two(step.free[gate][unit])} = `}\u03c3(${two(parts.word)} from the word, ` +
        `${two(parts.units)} from the units before, ${two(parts.bias)} bias)`;
    }
    sums.replaceChildren(...equations(cell, step, unit).map((text) => h("p", {}, text)));
    const heard = hears(cell, unit).map(([from, name, weight]) => `unit ${from + 1} (${name}, weight ${two(weight)})`);
    sums.append(
      h(
        "p",
        {},
        heard.length
          ? `From the step before it hears ${heard.join(" and ")}.`
          : "From the step before it hears no unit; it sees the word alone.",
      ),
    );
    share.textContent =
      t === held.length - 1
        ? "This is the last word."
        : `From here to the end the ${Object.values(NETWORKS[cell].gates)[0][0]}s keep ${percent(keptOf(state) / 100)} of it.`;
  }
  return { el: h("div", {}, el, sums, kept), draw, kept };
}

/** What each unit adds to the score at the chosen word. */
function unitTable(onUnit) {
  const body = h("tbody"),
    made = Array.from({ length: UNITS }, (_, k) => {
      const cells = [h("td"), h("td"), h("td")],
        name = button(`unit ${k + 1}`, () => onUnit(k));
      const row = h("tr", {}, h("th", { scope: "row" }, name), cells);
      return { row, name, cells };
    });
  const foot = [h("td"), h("td")],
    heads = ["unit", "", "gives h", "to the score"].map((text) => h("th", { scope: "col" }, text));
  body.append(
    ...made.map(({ row }) => row),
    h("tr", {}, h("th", { scope: "row" }, "bias"), h("td"), h("td"), foot[0]),
    h("tr", { class: "gc-total" }, h("th", { scope: "row" }, "score"), h("td"), h("td"), foot[1]),
  );
  const el = h(
    "table",
    { class: "gc-table", "aria-label": "What each unit adds" },
    h("thead", {}, h("tr", {}, heads)),
    body,
  );
  function draw(state, { held }) {
    const step = held[stepOf(state)],
      { weights, memory } = NETWORKS[state.cell];
    heads[1].textContent = memory[1];
    made.forEach(({ row, name, cells }, k) => {
      const values = [step.memory[k], step.h[k], weights.readout[k] * step.h[k]];
      values.forEach((value, n) => {
        cells[n].textContent = two(value);
      });
      row.classList.toggle("chosen", k === state.unit);
      name.setAttribute("aria-pressed", k === state.unit);
    });
    foot[0].textContent = two(weights.readout_bias[0]);
    foot[1].textContent = two(step.score);
  }
  return { el, draw };
}

/** The sentence as text, word by word by menu, another one, another subject. */
function writerOf(model, change) {
  const words = () => model.get("sentence").split(" ").filter(Boolean);
  const note = h("p", { class: "gc-note", role: "status" });
  const field = h("input", {
    type: "text",
    "aria-label": "Your sentence",
    autocomplete: "off",
    spellcheck: "false",
    "data-lm-suppress-shortcuts": "true",
    onchange: () => write(field.value),
  });
  let place = 0;
  function write(text) {
    const sentence = text
        .toLowerCase()
        .split(/[^a-z]+/)
        .filter(Boolean)
        .join(" "),
      unknown = sentence.split(" ").filter((word) => !(VOCABULARY.indexOf(word) > 0)),
      count = placesOf(sentence).length;
    note.textContent = !sentence
      ? "Write at least one word."
      : unknown.length
        ? `The network has not learned \u201c${unknown.join(", ")}\u201d. Its words stand in the menu.`
        : count > MOST_WORDS
          ? `At most ${MOST_WORDS} words.`
          : "";
    if (!note.textContent) change({ sentence, step: count - 1 });
  }
  const add = menu({
    label: "Add a word",
    options: [["", "choose \u2026"], ...VOCABULARY.slice(1).map((word) => [word, word])],
    onInput(word) {
      if (word) write([...words(), word].join(" "));
      add.set("");
    },
  });
  function another() {
    const { words: letters } = UNSEEN[place++ % UNSEEN.length];
    change({ sentence: letters.map((word) => VOCABULARY[word]).join(" "), step: letters.length - 1, holds: [] });
  }
  const el = h(
    "div",
    {},
    field,
    h(
      "div",
      { class: "xp-row gc-writer" },
      add.el,
      button("Remove the last", () => words().length > 1 && write(words().slice(0, -1).join(" "))),
      button("Other subject", () => change({ sentence: otherSubject(model.get("sentence")) })),
      button("Another sentence", another),
    ),
    note,
  );
  return {
    el,
    draw: ({ sentence }) => {
      if (field.value !== sentence && document.activeElement !== field) field.value = sentence;
    },
  };
}

const SINGULAR = "the dog near the cats really",
  PLURAL = "the cats near the dog really with the girl";
const everyWord = (text, gates) =>
  text.split(" ").flatMap((_, step) => gates.map(([gate, unit, value]) => written({ gate, unit, step, value })));
const TOURS = {
  holds: [
    [
      { cell: "lstm", sentence: PLURAL, step: 1, unit: 1, holds: [] },
      "The LSTM has read \u201cthe cats\u201d. The carry of unit 2 went below zero, and of the four units it adds most to the " +
        "score of \u201care\u201d. What happens to this carry when a singular noun follows?",
    ],
    [
      { cell: "lstm", sentence: PLURAL, step: 8, unit: 1, holds: [] },
      "At the end it is still below zero. All forget gates stood near 1, so the carry was handed on from word to word, and " +
        "each of the nouns between moved it a little only.",
    ],
    [
      { cell: "lstm", sentence: PLURAL, step: 3, unit: 1, holds: ["f1@3=0"] },
      "Now the forget gate of this one unit is held shut at one word. The carry is gone, the singular nouns that " +
        "come after it find an empty unit, and the network says \u201cis\u201d.",
    ],
    [
      {
        cell: "lstm",
        sentence: PLURAL,
        step: 4,
        unit: 1,
        holds: everyWord(
          PLURAL,
          [0, 1, 2, 3].map((unit) => ["i", unit, 1]),
        ),
      },
      "Here every input gate is held open at every word, and hardly anything changes. This LSTM has no use for shutting " +
        "them. Test it on the unseen sentences, then hold other gates.",
    ],
    [
      { cell: "gru", sentence: SINGULAR, step: 1, unit: 3, holds: [] },
      "The GRU has found another way. The update gate of unit 4 keeps its state at every word but a singular noun. So the " +
        "unit remembers that a singular noun has come.",
    ],
    [
      { cell: "gru", sentence: SINGULAR, step: 4, unit: 1, holds: [] },
      "Unit 2 should note the plural \u201ccats\u201d now. Look at what its update gate comes from: the word pulls it down, but " +
        "the units before, that is unit 4, hold it up. What comes after a singular noun is not written.",
    ],
    [
      { cell: "gru", sentence: SINGULAR, step: 4, unit: 1, holds: everyWord(SINGULAR, [["z", 3, 1]]) },
      "With the update gate of unit 4 held open, so that it learns of no noun, nothing stops unit 2: \u201ccats\u201d is written " +
        "and the network says \u201care\u201d. The two units together know which noun came first.",
    ],
  ],
};

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    found = remembered(["sentence", "cell", "holds"], readingOf),
    change = (values) => put(model, values);
  let reach = "word",
    tested = "";
  const all = (n) => Array.from({ length: n }, (_, i) => i);

  /** Holds a gate of the chosen unit, or of all, at a word, from it on, or at all words; undefined goes on by one. */
  function hold(gate, value, t = stepOf(stateOf())) {
    const state = stateOf(),
      { held } = heldOf(state),
      steps = found(state).words.length;
    const now = held(gate, state.unit, t),
      next = value === undefined ? (now === undefined ? 1 : now === 1 ? 0 : null) : value;
    const chosen = all(steps).filter((one) => reach === "all" || one === t || (reach === "on" && one > t));
    change({ holds: withHold(state.holds, gate, everyUnit ? all(UNITS) : [state.unit], chosen, next) });
  }
  let everyUnit = false;
  const pick = choice({
    label: "Network",
    options: [
      ["lstm", "LSTM"],
      ["gru", "GRU"],
    ],
    value: "lstm",
    onInput: (cell) => change({ cell, holds: [] }),
  });
  const spread = choice({
    label: "A hold is for",
    options: [
      ["word", "this word"],
      ["on", "from it on"],
      ["all", "every word"],
    ],
    value: reach,
    onInput: (value) => {
      reach = value;
    },
  });
  const wide = toggle({
    label: "of all units",
    value: false,
    onInput: (value) => {
      everyUnit = value;
    },
  });
  const free = button("Let all gates go", () => change({ holds: [] }));
  const sheet = sheetOf({
    onPlace: (step, unit) => change({ step, ...(unit === null ? {} : { unit }) }),
    onHold: (gate, step, value) => hold(gate, value, step),
  });
  const writer = writerOf(model, change),
    panel = cellPanel((gate, value) => hold(gate, value)),
    table = unitTable((unit) => change({ unit })),
    lines = chart({ height: 170 }),
    said = status(),
    [panelTitle, tableTitle, linesTitle] = ["", "", ""].map(() => h("span"));
  const judged = h("p", { class: "gc-note", role: "status" }),
    judge = button("Test on 100 unseen sentences", () => {
      const state = stateOf(),
        holds = everywhere(state),
        [right, of] = rightOf(state.cell, holds),
        [plain] = rightOf(state.cell, []);
      tested = JSON.stringify([state.cell, state.holds, state.sentence]);
      judged.textContent = holds.length
        ? `With the ${many(holds.length, "gate")} that you hold at every word, ${right} of ${of} are right; untouched, ${plain}.`
        : `Untouched, ${plain} of ${of} are right. Hold a gate at every word and test again.`;
    });
  const panelFigure = figure(panelTitle, panel.el),
    tableFigure = figure(tableTitle, table.el),
    linesFigure = figure(linesTitle, lines.el);
  for (const one of [panelFigure, tableFigure]) one.classList.add("xp-panel");
  root(
    el,
    "A cell with its gates in your hand",
    "A trained network of four units reads a sentence and says after each word whether \u201cis\u201d or \u201care\u201d should " +
      "follow. Its gates are computed. Press one to hold it open or shut, which is your doing and marked as such.",
  ).append(
    h("div", { class: "xp-row gc-controls" }, pick.el, spread.el, wide.el, free),
    writer.el,
    said.el,
    h(
      "div",
      { class: "gc-stage" },
      h("div", { class: "gc-side" }, sheet.el, linesFigure, h("div", {}, judge, judged)),
      h("div", { class: "gc-side" }, panelFigure, tableFigure),
    ),
  );

  function drawLines(state, { plain, held, fitting }) {
    const [letter, name] = NETWORKS[state.cell].memory,
      { unit } = state,
      marks = all(UNITS).map((k) => ({
        kind: "line",
        name: `unit ${k + 1}`,
        y: held.map(({ memory }) => memory[k]),
        x: held.map((_, t) => t + 1),
        style: k,
      }));
    if (fitting.length)
      marks.push({
        kind: "line",
        name: `unit ${unit + 1}, untouched`,
        y: plain.map(({ memory }) => memory[unit]),
        x: plain.map((_, t) => t + 1),
        style: 4,
      });
    linesTitle.replaceChildren(h("b", {}, `The ${name} ${letter} of each unit`), ", word by word");
    lines.draw({
      label: `The ${name} of each unit, word by word`,
      marks,
      x: { label: "word", domain: [1, Math.max(2, held.length)] },
      y: { label: letter },
      legend: true,
    });
  }
  function draw() {
    const state = stateOf(),
      reading = found(state),
      t = stepOf(state),
      word = state.sentence.split(" ").filter(Boolean)[t];
    pick.set(state.cell);
    writer.draw(state);
    free.setAttribute("aria-disabled", !reading.fitting.length);
    sheet.draw(state, reading);
    panel.draw(state, reading);
    table.draw(state, reading);
    drawLines(state, reading);
    panelTitle.replaceChildren(h("b", {}, `Unit ${state.unit + 1}`), ` at \u201c${word}\u201d`);
    tableTitle.replaceChildren(
      h("b", {}, "All units"),
      ` at \u201c${word}\u201d: what each adds to the score of \u201care\u201d`,
    );
    if (tested !== JSON.stringify([state.cell, state.holds, state.sentence])) judged.textContent = "";
    said.say(sentence(state, reading));
  }

  const unfollow = follow(model, TRAITS, draw);
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      held_answer: {
        question() {
          const state = stateOf(),
            { fitting, plain } = found(state);
          const { score } = plain.at(-1);
          return fitting.length
            ? `Untouched, the network gives \u201care\u201d ${percent(sigmoid(score))} after the last word. ` +
                `Now ${many(fitting.length, "gate")} ${fitting.length === 1 ? "is" : "are"} held, as marked below. What is the probability of \u201care\u201d then?`
            : "Which probability does the network give to \u201care\u201d after the last word?";
        },
        unit: "%",
        min: 0,
        max: 100,
        answer: () => heldAnswer(stateOf()),
        cover: [...sheet.covers, panelFigure, tableFigure, linesFigure, said.el],
      },
      kept: {
        question() {
          const state = stateOf(),
            word = state.sentence.split(" ").filter(Boolean)[stepOf(state)];
          const [, name] = NETWORKS[state.cell].memory;
          return `Unit ${state.unit + 1} has read \u201c${word}\u201d. Which share of its ${name} do its gates keep up to the last word?`;
        },
        unit: "%",
        min: 0,
        max: 100,
        because: "It is the product of what the gate keeps at each later word.",
        answer: () => keptOf(stateOf()),
        cover: [panel.kept],
      },
    },
  });
  return () => {
    unfollow();
    unteach();
    lines.stop();
    said.stop();
  };
}

export default { render };
