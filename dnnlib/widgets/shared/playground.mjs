// What the network playground computes, without a page: data sets, the network, its training, the guesses' answers.

import { LOSSES, Network, batches, rowsOf, tensor } from "./network.mjs";
import { fieldPoints } from "./chart_numbers.mjs";
import { generator } from "./random.mjs";
import { clamp } from "./ui.mjs";

export const EDGE = 3; // inputs lie between -3 and 3
export const MOST_STEPS = 10000;
const DATA_SEED = 20; // the points stay the same when the network starts from other weights

/** The activations by name, as layers of the network; linear is none. */
export const ACTIVATIONS = { linear: [], sigmoid: [["Sigmoid"]], tanh: [["Tanh"]], relu: [["ReLU"]] };

/** How to train, by name: a name of the network's optimizers and its arguments besides the learning rate. */
export const RULES = {
  sgd: ["SGD", {}],
  momentum: ["SGD", { momentum: 0.9 }],
  rmsprop: ["RMSprop", {}],
  adam: ["Adam", {}],
};

const turned = (angle, radius) => [radius * Math.cos(angle), radius * Math.sin(angle)];
const CORNERS = [
  [1, 1],
  [1, -1],
  [-1, -1],
  [-1, 1],
];

/** By name how example i is drawn: its inputs, then its class or its target. */
const SETS = {
  gaussians({ normal }, i) {
    const side = i % 2 ? 1.2 : -1.2;
    return [side + 0.7 * normal(), side + 0.7 * normal(), i % 2];
  },
  circle({ uniform }, i) {
    const radius = i % 2 ? 1.3 * Math.sqrt(uniform()) : 1.8 + 0.8 * uniform();
    return [...turned(2 * Math.PI * uniform(), radius), i % 2];
  },
  xor({ uniform }, i) {
    const [across, up] = CORNERS[i % 4];
    return [across * (0.2 + 2.4 * uniform()), up * (0.2 + 2.4 * uniform()), i % 2];
  },
  spiral({ uniform }, i) {
    const along = uniform();
    return [...turned(Math.PI * (0.2 + 2.2 * along + (i % 2)), 0.3 + 2.3 * along), i % 2];
  },
  curve({ uniform }) {
    const x = EDGE * (2 * uniform() - 1);
    return [x, Math.sin(1.8 * x) + 0.3 * x];
  },
};
export const DATA = [...Object.keys(SETS), "own"];

/** Drawn examples, each its inputs and its class or target. */
function drawnExamples({ data, noise, examples, data_seed = DATA_SEED }) {
  const random = generator(data_seed),
    blurred = (value) => value + noise * random.normal();
  return Array.from({ length: examples }, (_, i) => {
    const [...inputs] = SETS[data](random, i),
      target = inputs.pop();
    if (data === "curve") return [...inputs, blurred(target)];
    return [...inputs.map((x) => clamp(blurred(x), -EDGE, EDGE)), target];
  });
}

/** Training and test examples. Of own points each class is split by itself, so that a new one moves no other. */
function splitOf(state) {
  const { data, points, train_share: share } = state;
  if (data !== "own") {
    const all = drawnExamples(state),
      cut = Math.max(1, Math.round(all.length * share));
    return [all.slice(0, cut), all.slice(cut)];
  }
  const placed = [0, 0],
    parts = [[], []];
  for (const point of points) {
    const n = placed[point[2]]++;
    parts[Math.ceil((n + 1) * share) > Math.ceil(n * share) ? 0 : 1].push(point);
  }
  return parts;
}

/** Examples as the network takes them: { x, y, count }. */
function part(examples, inputs) {
  const x = tensor(
    examples.flatMap((one) => one.slice(0, inputs)),
    [examples.length, inputs],
  );
  return { x, y: Float64Array.from(examples, (one) => one[inputs]), count: examples.length };
}

/** A state's data: { inputs, classes (or a number to fit), train, test }. */
export function dataOf(state) {
  const inputs = state.data === "curve" ? 1 : 2,
    [train, test] = splitOf(state);
  return { inputs, classes: inputs === 2, train: part(train, inputs), test: part(test, inputs) };
}

/** The network's layers: of each hidden one its sums and its activation, then one output. */
export const layersOf = ({ hidden, activation }) => [
  ...hidden.flatMap((units) => [["Dense", { units }], ...ACTIVATIONS[activation]]),
  ["Dense", { units: 1 }],
];

/** How many weights and biases it learns. */
export function parameterCount({ data, hidden }) {
  const sizes = [data === "curve" ? 1 : 2, ...hidden, 1];
  return sizes.slice(1).reduce((sum, units, i) => sum + units * (sizes[i] + 1), 0);
}

const everyone = () => true;
const cloud = (name, style, { x, y, count }, chosen, hollow) => {
  const own = Array.from({ length: count }, (_, i) => i).filter((i) => chosen(y[i])),
    width = x.shape[1];
  return {
    kind: "points",
    name,
    style,
    hollow,
    x: own.map((i) => x.data[width * i]),
    y: own.map((i) => (width === 1 ? y[i] : x.data[width * i + 1])),
  };
};

/** The points of the data as marks of a chart: training filled, test hollow; styles are those of classes 1 and 0. */
export function pointMarks({ train, test, classes }, styles = [0, 1]) {
  const marks = classes
    ? [1, 0].flatMap((k, i) => [
        cloud(`class ${k}, training`, styles[i], train, (y) => y === k, false),
        cloud(`class ${k}, test`, styles[i], test, (y) => y === k, true),
      ])
    : [cloud("training", 2, train, everyone, false), cloud("test", 2, test, everyone, true)];
  return marks.filter((mark) => mark.x.length);
}

const lossOf = (classes) => (classes ? "BinaryCrossentropy" : "MeanSquaredError");

/** The loss on a part of the data, and of classes the share that is right; NaN where there is none. */
export function judged(net, { x, y, count }, classes) {
  if (!count) return { loss: NaN, right: NaN };
  const scores = net.forward(x),
    { loss } = LOSSES[lossOf(classes)](y, scores);
  return { loss, right: classes ? scores.data.filter((z, i) => z > 0 === y[i] > 0).length / count : NaN };
}

/**
 * A network and its training: { data, net, step(), steps(), epoch(), batch(), failed() }. step() takes one step and
 * returns whether the weights are still numbers; failed() is the step after which they were not, else 0.
 */
export function trainingOf(state) {
  const data = dataOf(state),
    { train } = data;
  const net = new Network(layersOf(state), { input_shape: [data.inputs], seed: state.seed }),
    [rule, options] = RULES[state.optimizer];
  net.compile(lossOf(data.classes), rule, { ...options, learning_rate: state.learning_rate });
  const next = batches(train.count, state.batch_size, state.seed + 1);
  let now = { epoch: 0, batch: [] },
    failed = 0;
  function step() {
    if (!train.count || failed) return false;
    now = next();
    net.trainOnBatch(
      rowsOf(train.x, now.batch),
      now.batch.map((i) => train.y[i]),
    );
    if (!net.params.every((weights) => weights.data.every(Number.isFinite))) failed = net.iterations;
    return !failed;
  }
  return {
    data,
    net,
    step,
    steps: () => net.iterations,
    epoch: () => now.epoch,
    batch: () => now.batch,
    failed: () => failed,
  };
}

/**
 * Losses on training and test data while it learns, at equally spaced steps: when there are more than `most`, every
 * second one goes. Returns { add(step, train, test), steps, train, test }.
 */
export function history(most = 240) {
  const kept = { steps: [], train: [], test: [] };
  let every = 1;
  return {
    ...kept,
    due: (step) => step % every === 0,
    add(step, train, test) {
      kept.steps.push(step);
      kept.train.push(train);
      kept.test.push(test);
      if (kept.steps.length <= most) return;
      every *= 2;
      for (const list of Object.values(kept)) list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 0));
    },
  };
}

/** Places all over the inputs, at which units are shown: a grid of the plane, or a row of one input's values. */
export function placesOf(inputs, size) {
  const ends = [-EDGE, EDGE];
  if (inputs === 2) return tensor(fieldPoints(ends, ends, size, size), [size * size, 2]);
  return tensor(
    Array.from({ length: size }, (_, i) => -EDGE + (2 * EDGE * i) / (size - 1)),
    [size, 1],
  );
}

const planesOf = ({ shape: [count, units], data }) =>
  Array.from({ length: units }, (_, k) => Float64Array.from({ length: count }, (_, i) => data[i * units + k]));

/** What each unit gives at each place, layer by layer, [layer][unit][place]: the inputs, hidden layers, the output. */
export function viewsOf(net, { hidden, activation }, places) {
  net.forward(places);
  const each = 1 + ACTIVATIONS[activation].length;
  const outputs = hidden.map((_, l) => net.outputs[each * l + each - 1]);
  return [places, ...outputs, net.outputs.at(-1)].map(planesOf);
}

/** The weights into one unit, its bias last. layer: 1 is the first that has weights. */
export function weightsInto(net, layer, unit) {
  const [kernel, bias] = net.params.slice(2 * layer - 2),
    [inputs, units] = kernel.shape;
  return [...Array.from({ length: inputs }, (_, i) => kernel.data[i * units + unit]), bias.data[unit]];
}

// How the guesses' networks are trained, whatever the reader's are: small batches, for the page waits for it
const RULE = { optimizer: "adam", learning_rate: 0.05, batch_size: 50 };
export const TRIAL = { steps: 400, starts: 3, enough: 0.95 };

function trial(state, hidden, seed) {
  const { net, data, step } = trainingOf({ ...state, ...RULE, hidden, seed });
  for (let n = 0; n < TRIAL.steps; n++) step();
  return judged(net, data.train, data.classes).right;
}

/** What these answers depend on, as a text; "" where there is none. */
export function trialOf(state) {
  const { data, points, noise, examples, train_share, activation } = state;
  if (data === "curve" || !dataOf(state).train.count) return "";
  return JSON.stringify([data, data === "own" ? points : [noise, examples], train_share, activation]);
}

/** The share of the training points, in %, that a network without a hidden layer gets right; NaN without classes. */
export const linearAccuracy = (state) => 100 * trial(state, [], 0);

/** How many units of one hidden layer are the fewest that get enough of the training points right. */
export function unitsNeeded(state) {
  for (let units = 1; units <= 8; units++)
    for (let seed = 0; seed < TRIAL.starts; seed++) if (trial(state, [units], seed) >= TRIAL.enough) return units;
  return "more than 8";
}
