// Find the faulty node: a graph with its values and its slopes, one local rule of which is wrong; a reader measures.

import { generator } from "./shared/random.mjs";
import { lesson } from "./shared/lesson.mjs";
import { oneOf, whole } from "./shared/link.mjs";
import { button, choice, counter, figure, follow, format, h, many, menu, modified } from "./shared/ui.mjs";
import { put, remembered, root, slider, status, stepTo, svg, traitsOf, uid } from "./shared/ui.mjs";

const SETUP = ["graph", "fault", "seed", "inputs"];
const TRAITS = [...SETUP, "node", "nudge", "measured"];
const NUDGES = [0.5, 0.1, 0.01, 0.001];
const APART = 0.02, // slopes that differ by less are said to agree
  FAIR = 0.01, // the size of nudge for which that is made sure
  VISIBLE = 0.05, // by so much a drawn fault changes a slope, and tells itself from every other fault
  TRIES = 400;
const FULL = 10, // points of a round in which nothing was measured
  WRONG = 3; // points that a wrong accusation costs
const FONT = 13; // pixels, in a box that has room
const MINUS = "\u2212",
  AGREE = "they agree";

// ---- Rules, right and wrong ----

/**
 * An operation on its operands and, last, its output: its value, the local slope to each operand, and the same in words.
 * faults are what can go wrong with it alone: [local slopes, in words, what is wrong].
 */
export const OPS = {
  add: {
    write: (a, b) => `${a} + ${b}`,
    value: (a, b) => a + b,
    local: () => [1, 1],
    text: () => ["1", "1"],
    faults: { shares: [() => [0.5, 0.5], () => ["0.5", "0.5"], "it shares the slope out among its operands"] },
  },
  sub: {
    write: (a, b) => `${a} ${MINUS} ${b}`,
    value: (a, b) => a - b,
    local: () => [1, -1],
    text: () => ["1", `${MINUS}1`],
    faults: { shares: [() => [0.5, -0.5], () => ["0.5", `${MINUS}0.5`], "it shares the slope out among its operands"] },
  },
  mul: {
    write: (a, b) => `${a} × ${b}`,
    value: (a, b) => a * b,
    local: (a, b) => [b, a],
    text: (a, b) => [b, a],
    faults: {
      own: [(a, b) => [a, b], (a, b) => [a, b], "each factor gets its own value where the other\u2019s belongs"],
      factor: [() => [1, 1], () => ["1", "1"], "it hands the slope on without the other factor"],
    },
  },
  square: {
    write: (x) => `${x}²`,
    value: (x) => x * x,
    local: (x) => [2 * x],
    text: (x) => [`2 × ${x}`],
    faults: {
      two: [(x) => [x], (x) => [x], "the factor 2 is missing"],
      other: [(_, y) => [2 * y], (_, y) => [`2 × ${y}`], "it takes the output where the input belongs"],
    },
  },
  tanh: {
    write: (x) => `tanh ${x}`,
    value: Math.tanh,
    local: (_, y) => [1 - y * y],
    text: (_, y) => [`(1 ${MINUS} ${y}²)`],
    faults: {
      factor: [() => [1], () => ["1"], "it hands the slope on without its own factor"],
      other: [(x) => [1 - x * x], (x) => [`(1 ${MINUS} ${x}²)`], "it takes the input where the output belongs"],
      unsquared: [(_, y) => [1 - y], (_, y) => [`(1 ${MINUS} ${y})`], "the square is missing"],
    },
  },
  sigmoid: {
    write: (x) => `σ(${x})`,
    value: (x) => 1 / (1 + Math.exp(-x)),
    local: (_, y) => [y * (1 - y)],
    text: (_, y) => [`${y} × (1 ${MINUS} ${y})`],
    faults: {
      factor: [() => [1], () => ["1"], "it hands the slope on without its own factor"],
      other: [(x) => [x * (1 - x)], (x) => [`${x} × (1 ${MINUS} ${x})`], "it takes the input where the output belongs"],
    },
  },
  relu: {
    write: (x) => `relu ${x}`,
    value: (x) => Math.max(0, x),
    local: (x) => [Number(x > 0)],
    text: (x) => [`(1 if ${x} > 0 else 0)`],
    faults: { factor: [() => [1], () => ["1"], "it hands the slope on also where its input is negative"] },
  },
  log: {
    write: (x) => `ln ${x}`,
    value: Math.log,
    local: (x) => [1 / x],
    text: (x) => [`(1 / ${x})`],
    faults: {
      factor: [() => [1], () => ["1"], "it hands the slope on without its own factor"],
      other: [(_, y) => [1 / y], (_, y) => [`(1 / ${y})`], "it takes the output where the input belongs"],
    },
  },
  neg: { write: (x) => `${MINUS}${x}`, value: (x) => -x, local: () => [-1], text: () => [`${MINUS}1`], faults: {} },
};
const ANY = {
  sign: (names) => `the sign is wrong${names.length > 1 ? ` of what it hands to ${names.at(-1)}` : ""}`,
  upstream: () => "it leaves out the slope that arrives",
  overwrite: () => "it overwrites what an operand has: = where += belongs",
};

/** A graph from its nodes in the order of the forward pass: name, operation (none for an input), operands, column, row. */
const graphOf = (title, ...lines) => ({
  title,
  nodes: lines.map((line) => {
    const [name, op, from, at] = line.split(" ");
    return {
      name,
      op: op === "-" ? null : op,
      from: from === "-" ? [] : from.split(","),
      at: at.split(",").map(Number),
    };
  }),
});
export const GRAPHS = {
  chain: graphOf(
    "1 A chain",
    ...["a - - 0,0", "b - - 0,1", "m mul a,b 1,0.5", "c - - 1,1.5", "s add m,c 2,1", "L square s 3,1"],
  ),
  twice: graphOf(
    "2 A value used twice",
    ...["w - - 0,0", "x - - 0,1", "b - - 0,2", "p mul w,x 1,0.5", "q add x,b 1,1.5", "y mul p,q 2,1", "t - - 2,2"],
    ...["e sub y,t 3,1.5", "L square e 4,1.5"],
  ),
  logistic: graphOf(
    "3 Logarithmic loss",
    ...["w - - 0,0", "x - - 0,1", "m mul w,x 1,0.5", "b - - 1,1.5", "z add m,b 2,1", "p sigmoid z 3,1"],
    ...["l log p 4,1", "L neg l 5,1"],
  ),
  neuron: graphOf(
    "4 A neuron and its loss",
    ...["w1 - - 0,0", "x1 - - 0,1", "w2 - - 0,2", "x2 - - 0,3", "m1 mul w1,x1 1,0.5", "m2 mul w2,x2 1,2.5"],
    ...["s add m1,m2 2,1.5", "b - - 2,2.5", "z add s,b 3,2", "y tanh z 4,2", "t - - 4,3", "e sub y,t 5,2.5"],
    "L square e 6,2.5",
  ),
  skip: graphOf(
    "5 A way around",
    ...["w - - 0,0.75", "x - - 0,2", "m mul w,x 1,1", "b - - 1,0", "z add m,b 2,0.5", "r relu z 3,0.5"],
    ...["y add x,r 4,1.25", "t - - 4,2.25", "e sub y,t 5,1.5", "L square e 6,1.5"],
  ),
  steps: graphOf(
    "6 One weight, two steps",
    ...["x - - 0,0", "w - - 0,1.5", "m1 mul w,x 1,0.5", "h1 tanh m1 2,0.5", "m2 mul w,h1 3,1", "h2 tanh m2 4,1"],
    ...["t - - 4,2", "e sub h2,t 5,1.5", "L square e 6,1.5"],
  ),
};
const NAMES = Object.keys(GRAPHS);
const nodesOf = (graph) => GRAPHS[graph].nodes;
const find = (graph, name) => nodesOf(graph).find((node) => node.name === name);
export const leavesOf = (graph) => nodesOf(graph).filter(({ op }) => !op);
const usesOf = (graph, name) => nodesOf(graph).filter(({ from }) => from.includes(name));
/** What can be wrong with a node: its operation's own faults, then those that any rule can have. */
const kindsOf = ({ op }) => [...Object.keys(OPS[op].faults), ...Object.keys(ANY)];
export const faultsOf = (graph) =>
  nodesOf(graph).flatMap((node) => (node.op ? kindsOf(node).map((kind) => ({ node: node.name, kind })) : []));

/** All values; a nudge is added to a node ("m"), or to a value only where one node takes it ("x>p"). */
export function forward(graph, inputs, at = "", by = 0) {
  const values = {};
  let leaf = 0;
  for (const { name, op, from } of nodesOf(graph)) {
    const taken = from.map((operand) => values[operand] + (at === `${operand}>${name}` ? by : 0));
    values[name] = (op ? OPS[op].value(...taken) : inputs[leaf++]) + (at === name ? by : 0);
  }
  return values;
}

/** The slope that a nudge to both sides measures. */
export const measure = (graph, inputs, at, nudge) =>
  (forward(graph, inputs, at, nudge).L - forward(graph, inputs, at, -nudge).L) / (2 * nudge);

/** The backward pass with one faulty rule or none: { slopes, handed }, of each node, and along each use ("x>p"). */
export function backward(graph, values, fault = null) {
  const nodes = nodesOf(graph),
    slopes = Object.fromEntries(nodes.map(({ name }) => [name, 0])),
    handed = {};
  slopes.L = 1;
  for (const { name, op, from } of nodes.toReversed().filter((node) => node.op)) {
    const wrong = fault?.node === name ? fault.kind : "",
      local = (OPS[op].faults[wrong]?.[0] ?? OPS[op].local)(...from.map((operand) => values[operand]), values[name]),
      arrives = wrong === "upstream" ? 1 : slopes[name];
    from.forEach((operand, i) => {
      const part = (wrong === "sign" && i === from.length - 1 ? -1 : 1) * local[i] * arrives;
      handed[`${operand}>${name}`] = part;
      slopes[operand] = (wrong === "overwrite" ? 0 : slopes[operand]) + part;
    });
  }
  return { slopes, handed };
}

/** A node's rule as lines of code, one for each operand, as it is with this fault. */
export function rulesOf(graph, name, kind = "") {
  const { op, from } = find(graph, name),
    texts = (OPS[op].faults[kind]?.[1] ?? OPS[op].text)(...from.map(shown), shown(name));
  return from.map((operand, i) => {
    const flipped = kind === "sign" && i === from.length - 1,
      text = texts[i],
      local = !flipped ? text : text.startsWith(MINUS) ? text.slice(1) : `${MINUS}${text}`;
    const sign = kind === "overwrite" ? "=" : "+=";
    return `${shown(operand)}.slope ${sign} ${kind === "upstream" ? "" : `${shown(name)}.slope × `}${local}`;
  });
}

/** What is wrong, in words. */
const words = (graph, name, kind) => {
  const { op, from } = find(graph, name);
  return OPS[op].faults[kind]?.[2] ?? ANY[kind](from.map(shown));
};

/** How far two backward passes lie apart in what the reader can see of them. */
export function gapOf(a, b, parts = ["slopes", "handed"]) {
  const gaps = parts.flatMap((part) => Object.keys(a[part]).map((name) => Math.abs(a[part][name] - b[part][name])));
  return Math.max(...gaps);
}

/** Whether a fault shows at these inputs, and as no other fault would. */
export function decidable(graph, inputs, fault) {
  const values = forward(graph, inputs),
    right = backward(graph, values);
  const calm = Object.values(right.slopes).every(
    (slope) => slope === 0 || (Math.abs(slope) > 0.05 && Math.abs(slope) < 20),
  );
  if (!calm || Object.values(values).some((value) => Math.abs(value) > 9)) return false;
  if (!fault) return Object.values(right.slopes).every((slope) => slope !== 0);
  const claims = backward(graph, values, fault);
  if (gapOf(claims, right, ["slopes"]) < VISIBLE) return false;
  // And a nudge must not say "they differ" of what is right, since the loss bends too much or has a kink there
  const due = { ...right.slopes, ...right.handed };
  if (Object.keys(due).some((at) => Math.abs(measure(graph, inputs, at, FAIR) - due[at]) > APART / 2)) return false;
  return faultsOf(graph).every(
    (other) =>
      (other.node === fault.node && other.kind === fault.kind) ||
      gapOf(claims, backward(graph, values, other)) > VISIBLE,
  );
}

const SIZES = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7];

/** A round from its seed: inputs with one decimal, no two of one size, and, unless it is given, a fault that shows. */
export function drawn(graph, seed, given) {
  const { uniform, permutation } = generator(7919 * (NAMES.indexOf(graph) + 1) + seed),
    all = faultsOf(graph);
  let inputs, fault;
  for (let i = 0; i < TRIES; i++) {
    // The node first: else those that can go wrong in many ways would be taken more often
    if (given !== undefined) fault = given;
    else if (i % 20 === 0) {
      const rules = nodesOf(graph).filter(({ op }) => op),
        { name } = rules[Math.floor(uniform() * rules.length)],
        own = all.filter(({ node }) => node === name);
      fault = own[Math.floor(uniform() * own.length)];
    }
    const order = permutation(SIZES.length);
    inputs = leavesOf(graph).map((_, n) => SIZES[order[n]] * (uniform() < 0.5 ? -1 : 1));
    if (decidable(graph, inputs, fault)) break;
  }
  return { inputs, fault };
}

/** What the state makes of it: { graph, inputs, fault (null for none), values, claims, right }. */
export function roundOf({ graph, fault: asked, seed, inputs: set }) {
  const [node, kind] = asked.split(":"),
    named = faultsOf(graph).find((one) => one.node === node && one.kind === kind);
  const { inputs: own, fault } = drawn(graph, seed, asked === "none" ? null : named),
    inputs = set?.length === own.length ? set : own,
    values = forward(graph, inputs);
  return { graph, inputs, fault, values, claims: backward(graph, values, fault), right: backward(graph, values) };
}

/** Points of a round that is solved. */
export const pointsOf = (measured, wrong) => Math.max(1, FULL - measured - WRONG * wrong);

/** How many of the slopes that are shown are wrong. */
export function wrongSlopes({ claims, right }) {
  return Object.keys(claims.slopes).filter((name) => Math.abs(claims.slopes[name] - right.slopes[name]) > 1e-9).length;
}

// ---- Words ----

const shown = (name) => name.replace(/\d/, (digit) => "\u2080\u2081\u2082"[digit]);
const three = (value) => format(value, 3);
const listed = (parts) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);
/** What is nudged, in words: "m₁", or "x where p takes it". */
const target = (at) => {
  const [name, use] = at.split(">").map(shown);
  return use ? `${name} where ${use} takes it` : name;
};
const handedBy = ({ graph, claims }, name) =>
  find(graph, name).from.map((operand) => `${three(claims.handed[`${operand}>${name}`])} to ${shown(operand)}`);
/** Whether a node lies behind another, on the way of its slope. */
const behind = (graph, name, start) => {
  const { from } = find(graph, start);
  return from.includes(name) || from.some((operand) => behind(graph, name, operand));
};

/** Whether an accusation explains all that is shown. */
export const explains = ({ graph, values, claims }, node, kind) =>
  gapOf(backward(graph, values, { node, kind }), claims) < 1e-9;

/** What a wrong accusation overlooked. */
export function overlooked(round, node, kind) {
  const { graph, values, fault, claims, right } = round,
    name = shown(node);
  if (node === fault.node) {
    const would = backward(graph, values, { node, kind }),
      largest = (part, names) =>
        names.reduce((a, b) => (gap(would[part], claims[part], b) > gap(would[part], claims[part], a) ? b : a));
    const { from } = find(graph, node),
      edge = largest(
        "handed",
        from.map((operand) => `${operand}>${node}`),
      ),
      open = `${name} it is, but that is not what is wrong with it: then`;
    if (gap(would.handed, claims.handed, edge) > 1e-9)
      return (
        `${open} it would hand ${shown(edge.split(">")[0])} ${three(would.handed[edge])}, and it hands ` +
        `${three(claims.handed[edge])}.`
      );
    const operand = largest("slopes", from);
    return (
      `${open} the slope of ${shown(operand)} would be ${three(would.slopes[operand])}, and it is ` +
      `${three(claims.slopes[operand])}.`
    );
  }
  if (gap(claims.slopes, right.slopes, node) > 1e-9)
    return (
      `You overlooked that the slope which arrives at ${name} is wrong already: ${three(claims.slopes[node])} is claimed, ` +
      `${three(right.slopes[node])} is true. ${name} passes on what it was given, so look nearer to the loss.`
    );
  const where = behind(graph, fault.node, node) ? "Go on, away from the loss." : "Follow the other paths to the loss.";
  return (
    `You overlooked that ${name} gets the right slope, ${three(claims.slopes[node])}, and hands back what is due: ` +
    `${listed(handedBy(round, node))}. Its rule is sound. ${where}`
  );
}
const gap = (a, b, name) => Math.abs(a[name] - b[name]);

/** What was measured, against what is claimed. */
const compared = (claimed, found) => (Math.abs(claimed - found) <= APART ? AGREE : "they differ");

/** The state in a few sentences. */
export function sentence(state, round) {
  const { graph, values, claims, inputs } = round,
    node = nodeOf(state),
    count = measuredOf(state).length,
    { op, from } = find(graph, node);
  const made = op ? `, which is ${OPS[op].write(...from.map(shown))},` : ", an input,";
  const found = measuredOf(state).includes(node)
    ? `; measured ${three(measure(graph, inputs, node, state.nudge))}, ` +
      compared(claims.slopes[node], measure(graph, inputs, node, state.nudge))
    : "";
  const title = GRAPHS[graph].title.replace(/^\d /, "");
  return (
    `${title}: the loss L is ${three(values.L)}. ${shown(node)}${made} is ${three(values[node])}. Its slope, by the graph, ` +
    `is ${three(claims.slopes[node])}${found}. ${many(count, "measurement")} so far.`
  );
}

// ---- The view ----

const nodeOf = ({ graph, node }) => (find(graph, node) ? node : "L");
/** What has been measured and is in this graph. */
function measuredOf({ graph, measured }) {
  return measured.filter((at) => {
    const [name, use] = at.split(">");
    return use ? find(graph, use)?.from.includes(name) : find(graph, name);
  });
}

const PAIRS = NAMES.flatMap((graph) => faultsOf(graph).map(({ node, kind }) => `${node}:${kind}`));
const PLACES = NAMES.flatMap((graph) =>
  nodesOf(graph).flatMap(({ name, from }) => [name, ...from.map((operand) => `${operand}>${name}`)]),
);
const NODES = PLACES.filter((at) => !at.includes(">"));
export const CHECKS = {
  graph: oneOf(...NAMES),
  fault: oneOf("drawn", "none", ...PAIRS),
  seed: (value) => whole(value, 0, 999),
  inputs: (value) =>
    value === null ||
    (Array.isArray(value) &&
      whole(value.length, 1, 6) &&
      value.every((one) => typeof one === "number" && Math.abs(one) <= 3)),
  node: oneOf(...NODES),
  nudge: oneOf(...NUDGES),
  measured: (value) => Array.isArray(value) && value.length <= 40 && value.every((at) => PLACES.includes(at)),
};
const SET = { graph: "neuron", fault: "m1:own", seed: 3, inputs: null, nudge: 0.01 };
const TOURS = {
  halves: [
    [
      { ...SET, node: "L", measured: [] },
      "One of seven rules is wrong. The slope of the loss itself is 1, whatever the rules; from there on each node hands " +
        "slopes back to its operands. A wrong rule spoils everything behind it and nothing before it.",
    ],
    [
      { ...SET, node: "z", measured: ["z"] },
      "So nudge in the middle. At z the measured slope is the claimed one, and that clears every rule between z and the " +
        "loss at once. The fault lies behind z.",
    ],
    [
      { ...SET, node: "m1", measured: ["z", "m1"] },
      "Halve what is left. The slope that arrives at m₁ is right as well, which clears s and the sum z.",
    ],
    [
      { ...SET, node: "w1", measured: ["z", "m1", "w1"] },
      "At w₁ the two differ. Right slope in, wrong slope out: the node between them is m₁, and its rule is the faulty one. " +
        "Now read what it hands back. The slope of w₁ should be that of m₁ times x₁; it is that of m₁ times w₁.",
    ],
  ],
};

/** The graph: boxes with value and slope, arrow keys along the order of the passes, Enter measures. */
function boardOf(onChoose, onMeasure) {
  const lines = svg("svg", { class: "fn-edges", "aria-hidden": "true" }),
    most = Math.max(...NAMES.map((graph) => nodesOf(graph).length));
  const boxes = Array.from({ length: most }, () => {
    const parts = Object.fromEntries(["formula", "value", "slope", "check"].map((part) => [part, h("span")]));
    const covers = [parts.slope, parts.check].map((part) => h("span", { class: "fn-cover" }, part));
    const box = h(
      "div",
      { class: "fn-node", role: "radio", tabindex: -1, "data-lm-suppress-shortcuts": "true" },
      [parts.formula, parts.value, ...covers].map((part) => h("span", { class: "fn-line" }, part)),
    );
    return { box, covers, ...parts };
  });
  const el = h(
    "div",
    {
      class: "fn-board",
      role: "radiogroup",
      "aria-label": "Computation graph: arrow keys choose a node, Enter nudges it",
    },
    lines,
    boxes.map(({ box }) => box),
  );
  let names = [],
    chosen = "",
    built = "";
  const heard = (text) => h("span", { class: "xp-sr" }, text);
  boxes.forEach(({ box }, i) => box.addEventListener("click", () => onChoose(names[i])));
  el.addEventListener("keydown", (event) => {
    if (modified(event)) return;
    const to = stepTo(event, names.indexOf(chosen), names.length);
    if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) return onMeasure(chosen);
    chosen = names[to]; // several keys may come before the next frame draws
    onChoose(chosen);
    boxes[to].box.focus();
  });

  /** Where the boxes stand: columns to the right, or on a narrow page downwards. */
  function place(graph, width) {
    const nodes = nodesOf(graph),
      down = width < 520,
      [columns, rows] = [0, 1].map((axis) => 1 + Math.max(...nodes.map(({ at }) => at[axis])));
    const pitch = down ? [Math.min(width / rows, 130), 86] : [Math.min(width / columns, 150), 80],
      size = [Math.min(pitch[0] - (down ? 6 : 18), 108), 70];
    const spots = nodes.map(({ at: [column, row] }) => {
      const [x, y] = down ? [row, column] : [column, row];
      return [x * pitch[0], y * pitch[1]];
    });
    el.style.height = `${(down ? columns : rows) * pitch[1] - pitch[1] + size[1]}px`;
    boxes.forEach(({ box }, i) => {
      box.hidden = i >= nodes.length;
      if (box.hidden) return;
      const [left, top] = spots[i],
        { name, op, from } = nodes[i],
        letters = name.length + (op ? 3 + OPS[op].write(...from).replaceAll(" ", "").length : 0);
      boxes[i].formula.style.fontSize = `${Math.min(1, (size[0] - 10) / (0.58 * FONT * letters))}em`;
      box.style.fontSize = `${Math.min(FONT, (size[0] - 10) / 5.4)}px`;
      Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${size[0]}px`, height: `${size[1]}px` });
    });
    const spot = (name) => spots[nodes.findIndex((node) => node.name === name)];
    lines.replaceChildren(
      ...nodes.flatMap(({ name, from }) =>
        from.map((operand) => {
          const [a, b] = [spot(operand), spot(name)],
            start = down ? [a[0] + size[0] / 2, a[1] + size[1]] : [a[0] + size[0], a[1] + size[1] / 2],
            end = down ? [b[0] + size[0] / 2, b[1]] : [b[0], b[1] + size[1] / 2];
          const bend = down
            ? [start[0], (start[1] + end[1]) / 2, end[0], (start[1] + end[1]) / 2]
            : [(start[0] + end[0]) / 2, start[1], (start[0] + end[0]) / 2, end[1]];
          return svg("path", { d: `M${start} C${bend} ${end}`, "data-edge": `${operand}>${name}` });
        }),
      ),
    );
  }
  /** What stands under a claimed slope: what was measured, or, once the round is over, the true slope; null for none. */
  function foundOf({ graph, inputs, right }, name, state, over) {
    if (over) return right.slopes[name];
    return measuredOf(state).includes(name) ? measure(graph, inputs, name, state.nudge) : null;
  }
  function drawBox(part, node, round, state, { checked, over }) {
    const { box, formula, value, slope, check } = part,
      { values, claims, fault } = round,
      { name, op, from } = node,
      claimed = claims.slopes[name],
      found = foundOf(round, name, state, over),
      agrees = found !== null && compared(claimed, found) === AGREE,
      culprit = over && fault?.node === name;
    const key = [state.graph, name, values[name], claimed, found, checked, over, culprit].join();
    if (part.key === key) return;
    part.key = key;
    const sign = (text, words, number) => [
      h("i", { "aria-hidden": "true" }, text),
      heard(`, ${words} `),
      three(number),
    ];
    const written = op ? ` = ${OPS[op].write(...from.map(shown)).replaceAll(/ ([^a-z]) /g, "$1")}` : heard(", input");
    formula.replaceChildren(h("b", {}, shown(name)), written, culprit ? heard(", the faulty node") : "");
    value.replaceChildren(...sign("→", "value", values[name]));
    slope.replaceChildren(...sign("←", "claimed slope", claimed));
    const kind = over ? "true" : "measured",
      told = agrees ? ["=", `agrees with the ${kind}`] : ["≠", `differs from the ${kind}`];
    check.replaceChildren(...(found === null ? [] : sign(...told, found)));
    const marks = { input: !op, agrees, differs: found !== null && !agrees, culprit };
    for (const [mark, on] of Object.entries(marks)) box.classList.toggle(mark, on);
    box.setAttribute("aria-checked", checked);
    box.tabIndex = checked ? 0 : -1;
  }
  function draw(state, round, width, over) {
    const { graph } = state,
      nodes = nodesOf(graph),
      node = nodeOf(state);
    names = nodes.map(({ name }) => name);
    chosen = node;
    if (built !== `${graph} ${width}`) place(graph, width);
    built = `${graph} ${width}`;
    nodes.forEach((one, i) => drawBox(boxes[i], one, round, state, { checked: one.name === node, over }));
    for (const path of lines.children) {
      const [from] = path.dataset.edge.split(">");
      path.classList.toggle("on", from === node || behind(graph, node, from));
    }
  }
  /** A nudge runs to the loss. */
  function ripple() {
    lines.classList.remove("ripple");
    lines.getBoundingClientRect(); // else the browser sees no change, and the animation does not start again
    lines.classList.add("ripple");
  }
  return { el, draw, ripple, covers: boxes.flatMap((box) => box.covers), covered: () => boxes[0].covers[0].inert };
}

/** The chosen node: its sum, what it gets and hands back, and the buttons that nudge it. */
function detailOf(onMeasure) {
  const title = h("span"),
    body = h("div", { class: "fn-detail" }),
    nudges = h("div", { class: "xp-row fn-nudges" }),
    results = h("div", { class: "fn-detail", role: "status" });
  let key = "";
  function drawButtons(graph, name, nudge) {
    const uses = usesOf(graph, name),
      next = [graph, name, nudge].join();
    if (next === key) return;
    key = next;
    const by = `±${format(nudge, 3)}`;
    nudges.replaceChildren(
      button(`Nudge ${shown(name)} by ${by}`, () => onMeasure(name), { class: "xp-main" }),
      ...(uses.length > 1
        ? uses.map((use) => button(`only where ${shown(use.name)} takes it`, () => onMeasure(`${name}>${use.name}`)))
        : []),
    );
  }
  function draw(state, round, open) {
    const { graph, values, claims, inputs } = round,
      name = nodeOf(state),
      { op, from } = find(graph, name),
      uses = usesOf(graph, name),
      label = shown(name),
      numbers = op && OPS[op].write(...from.map((operand) => bracketed3(values[operand])));
    const made = op
      ? ` = ${OPS[op].write(...from.map(shown))} = ${numbers} = ${three(values[name])}`
      : ` = ${three(values[name])}, an input`;
    title.replaceChildren(h("b", {}, label), made);
    const gets =
      name === "L"
        ? "The slope of the loss by itself is 1."
        : `Its slope: ${three(claims.slopes[name])} claimed. ${listed(uses.map((use) => `${shown(use.name)} hands it ${three(claims.handed[`${name}>${use.name}`])}`))}.`;
    const gives = op
      ? `It hands back ${listed(handedBy(round, name))}.`
      : "An input hands nothing on, so it has no rule.";
    const rules = open && op ? rulesOf(graph, name).map((line) => h("code", {}, line)) : [];
    body.replaceChildren(h("p", {}, gets), h("p", {}, gives), ...rules);
    drawButtons(graph, name, state.nudge);
    const own = measuredOf(state).filter((at) => at.split(">")[0] === name);
    results.replaceChildren(...own.map((at) => h("p", {}, resultText(round, at, state.nudge, claims, inputs))));
  }
  return { el: h("div", {}, body, nudges, results), title, draw };
}
const bracketed3 = (value) => (value < 0 ? `(${three(value)})` : three(value));

/** A measurement as a sum. */
function resultText({ graph, inputs, claims }, at, nudge) {
  const [low, high] = [-nudge, nudge].map((by) => forward(graph, inputs, at, by).L),
    digits = nudge < 0.01 ? 6 : 5,
    found = measure(graph, inputs, at, nudge),
    claimed = claims[at.includes(">") ? "handed" : "slopes"][at];
  return (
    `${target(at)}, ${format(nudge, 3)} less and more: L is ${format(low, digits)} and ${format(high, digits)}. ` +
    `Difference over ${format(2 * nudge, 3)}: ${three(found)}. Claimed is ${three(claimed)}: ${compared(claimed, found)}.`
  );
}

/** The accusation: what may be wrong with the chosen node's rule. */
function accusationOf({ onAccuse, onGiveUp, onNext }) {
  const group = uid("fault"),
    options = h("fieldset", { class: "fn-kinds" }),
    accuse = button("", () => onAccuse(kind), { class: "xp-main" }),
    show = button("Give up", onGiveUp),
    next = button("", onNext, { class: "xp-main" }),
    verdict = h("p", { class: "fn-verdict", role: "status" }),
    rules = h("div", { class: "fn-detail" }),
    buttons = h("div", { class: "xp-row fn-nudges" }, accuse, show);
  const el = h("div", {}, options, buttons, verdict, rules, next);
  let key = "",
    kind = "";
  function drawOptions(graph, name) {
    if (key === `${graph} ${name}`) return;
    key = `${graph} ${name}`;
    kind = "";
    const node = find(graph, name);
    const option = (value) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: group,
          value,
          "data-lm-suppress-shortcuts": "true",
          onchange: () => {
            kind = value;
          },
        }),
        h("span", {}, words(graph, name, value)),
      );
    options.replaceChildren(
      h("legend", {}, node.op ? `If ${shown(name)} is the faulty node, then` : `${shown(name)} is an input.`),
      ...(node.op
        ? kindsOf(node).map(option)
        : [h("span", {}, "It has no rule to be wrong. Choose a node that computes.")]),
    );
    accuse.textContent = `Accuse ${shown(name)}`;
    accuse.setAttribute("aria-disabled", !node.op);
  }
  function draw(round, name, { text, points, last }) {
    const { graph, fault } = round,
      done = points !== null;
    drawOptions(graph, name);
    options.hidden = buttons.hidden = done;
    if (verdict.textContent !== text) verdict.textContent = text;
    rules.hidden = next.hidden = !done;
    next.textContent = last ? "Play again" : "Next round";
    if (!done || !fault) return;
    const lines = (kind) => rulesOf(graph, fault.node, kind).map((line) => h("code", {}, line));
    rules.replaceChildren(
      h("p", {}, "Its rule as it is"),
      ...lines(fault.kind),
      h("p", {}, "and as it should be"),
      ...lines(),
    );
  }
  return { el, draw, next };
}

/** Sliders for the inputs of a graph, where all rules are right. */
function inputsOf(onInput) {
  const el = h("div", { class: "fn-inputs" });
  let made = [],
    key = "";
  function draw({ graph, inputs }) {
    if (key !== graph) {
      key = graph;
      made = leavesOf(graph).map(({ name }, i) =>
        slider({ label: shown(name), min: -2, max: 2, step: 0.1, value: 0, onInput: (value) => onInput(i, value) }),
      );
      el.replaceChildren(...made.map((one) => one.el));
    }
    made.forEach((one, i) => one.set(inputs[i]));
  }
  return { el, draw };
}

function render({ model, el }) {
  const stateOf = () => traitsOf(model, TRAITS),
    found = remembered(SETUP, roundOf);
  const fresh = () => ({ wrong: 0, points: null, text: "" });
  let game = fresh(),
    key = "",
    width = 0;
  let won = {}; // points by graph

  const finished = () => Object.keys(won).length === NAMES.length;
  const begin = (values) => put(model, { inputs: null, ...values, measured: [] });
  function measureAt(at) {
    const state = stateOf();
    if (board.covered() || measuredOf(state).includes(at)) return;
    put(model, { measured: [...measuredOf(state), at] });
    board.ripple();
  }
  function finish(points, text) {
    const { graph } = stateOf();
    Object.assign(game, { points, text });
    won[graph] = points;
    draw();
    accusation.next.focus();
  }
  function accuse(kind) {
    const state = stateOf(),
      round = found(state),
      node = nodeOf(state);
    if (!find(state.graph, node).op) return;
    if (!kind) game.text = `Say first what is wrong with ${shown(node)}.`;
    else if (explains(round, node, kind)) {
      const points = pointsOf(measuredOf(state).length, game.wrong);
      const spoilt = `${wrongSlopes(round)} of ${nodesOf(state.graph).length} slopes`;
      return finish(
        points,
        `Right: ${shown(node)}, ${words(state.graph, node, kind)}. It made ${spoilt} wrong. ${many(points, "point")}.`,
      );
    } else {
      game.wrong += 1;
      game.text = overlooked(round, node, kind);
    }
    draw();
  }
  function giveUp() {
    const { graph, fault } = found(stateOf());
    finish(0, `It is ${shown(fault.node)}: ${words(graph, fault.node, fault.kind)}. No points for this round.`);
  }
  function goOn() {
    const { graph, seed } = stateOf();
    if (finished()) won = {};
    const next = NAMES[(NAMES.indexOf(graph) + 1) % NAMES.length];
    begin({ graph: next, seed: (seed + 1) % 1000, fault: "drawn", node: "L" });
    draw();
    board.el.querySelector("[aria-checked=true]").focus();
  }
  const controls = {
    graph: menu({
      label: "Graph",
      options: NAMES.map((name) => [name, GRAPHS[name].title]),
      onInput: (graph) => begin({ graph, fault: model.get("fault") === "none" ? "none" : "drawn", node: "L" }),
    }),
    fault: choice({
      label: "Rules",
      options: [
        ["drawn", "one is wrong"],
        ["none", "all are right"],
      ],
      value: "drawn",
      onInput: (fault) => begin({ fault }),
    }),
    seed: counter({
      label: "Draw (seed)",
      min: 0,
      max: 999,
      value: model.get("seed"),
      onInput: (seed) => begin({ seed, fault: model.get("fault") === "none" ? "none" : "drawn" }),
    }),
    nudge: menu({
      label: "Size of a nudge",
      options: NUDGES.map((size) => [size, `±${size}`]),
      onInput: (nudge) => put(model, { nudge }),
    }),
  };
  const board = boardOf((node) => put(model, { node }), measureAt),
    detail = detailOf(measureAt),
    accusation = accusationOf({ onAccuse: accuse, onGiveUp: giveUp, onNext: goOn }),
    inputs = inputsOf((i, value) =>
      put(model, { inputs: found(stateOf()).inputs.map((old, n) => (n === i ? value : old)), measured: [] }),
    ),
    worthText = h("span"),
    tally = NAMES.map(() => h("li")),
    score = h(
      "div",
      { class: "fn-score" },
      worthText,
      h("ol", { class: "fn-tally", "aria-label": "Points, graph by graph" }, tally),
    ),
    said = status(),
    right = h("span");
  const detailFigure = figure(detail.title, detail.el),
    rightFigure = figure(right, accusation.el, inputs.el);
  detailFigure.classList.add("xp-panel");
  rightFigure.classList.add("xp-panel");
  root(
    el,
    "Find the faulty node",
    "Each node shows its value (→) and the slope of the loss L that the backward pass claims for it (←). One node\u2019s " +
      "rule is wrong. Nudge values, compare, and name the node.",
  ).append(
    h(
      "div",
      { class: "xp-row fn-controls" },
      Object.values(controls).map((part) => part.el),
    ),
    score,
    board.el,
    said.el,
    h("div", { class: "fn-panels" }, detailFigure, rightFigure),
  );

  function drawScore(state, open) {
    const over = game.points !== null,
      now = many(pointsOf(measuredOf(state).length, game.wrong), "point"),
      total = Object.values(won).reduce((sum, points) => sum + points, 0);
    const all =
      Object.keys(won).length === NAMES.length ? ` All graphs: ${total} of ${FULL * NAMES.length} points.` : "";
    const worth = `Worth ${now} now: a measurement costs 1, a wrong accusation ${WRONG}. Who reads the rules needs no nudge.`;
    const text = open
      ? "All rules are right: read how each slope comes about, and change the inputs."
      : over
        ? `Round over.${all}`
        : worth;
    if (worthText.textContent !== text) worthText.textContent = text;
    tally.forEach((cell, i) => {
      const points = won[NAMES[i]];
      cell.textContent = `${i + 1}: ${points ?? "\u2013"}`;
      cell.classList.toggle("won", points > 0);
      cell.classList.toggle("now", NAMES[i] === state.graph && !open);
    });
  }
  function draw() {
    const state = stateOf(),
      round = found(state),
      open = !round.fault,
      next = JSON.stringify(SETUP.map((name) => state[name]));
    if (next !== key) game = fresh();
    key = next;
    const node = nodeOf(state);
    controls.graph.set(state.graph);
    controls.fault.set(state.fault === "none" ? "none" : "drawn");
    controls.seed.set(state.seed);
    controls.nudge.set(state.nudge);
    drawScore(state, open);
    if (width) board.draw(state, round, width, game.points !== null);
    detail.draw(state, round, open);
    right.replaceChildren(h("b", {}, open ? "Inputs" : game.points === null ? "Your accusation" : "Verdict"));
    accusation.el.hidden = open;
    inputs.el.hidden = !open;
    if (open) inputs.draw(round);
    else accusation.draw(round, node, { ...game, last: finished() });
    said.say(sentence(state, round));
  }

  const unfollow = follow(model, TRAITS, draw);
  const cover = [...board.covers, detailFigure, said.el];
  const unteach = lesson({
    model,
    el,
    traits: TRAITS,
    tours: TOURS,
    checks: CHECKS,
    guesses: {
      slope: {
        question: () => `What is the slope of the loss at ${shown(nodeOf(stateOf()))}, if every rule is right?`,
        because: "Press a node and nudge it to see where it comes from.",
        answer: () => found(stateOf()).right.slopes[nodeOf(stateOf())],
        cover,
      },
      spread: {
        question() {
          const { graph, fault } = found(stateOf());
          if (!fault) return "All rules are right here. Choose a graph with a faulty one.";
          return (
            `The rule of ${shown(fault.node)} is wrong: ${words(graph, fault.node, fault.kind)}. How many of the ` +
            `${nodesOf(graph).length} slopes are wrong because of it?`
          );
        },
        because: "They are those behind it, on the way of what it hands back.",
        min: 0,
        max: 13,
        decimals: 0,
        answer: () => (found(stateOf()).fault ? wrongSlopes(found(stateOf())) : NaN),
        cover,
      },
    },
  });
  const observer = new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === width) return;
    width = Math.round(contentRect.width);
    draw();
  });
  observer.observe(board.el);
  return () => {
    observer.disconnect();
    unfollow();
    unteach();
    said.stop();
  };
}

export default { render };
