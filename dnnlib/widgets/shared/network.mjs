// A small network that trains in the page: layers, losses and optimizers with dnnlib's names, defaults and arithmetic.
//
// A tensor is { shape: [batch, ...], data: Float64Array }, the last axis together, channels last, as NumPy stores it.

import { convOutputSize, convPadding } from "./convolution.mjs";
import { generator } from "./random.mjs";
import { refuse, Weights } from "./weights.mjs";

const product = (sizes) => sizes.reduce((a, b) => a * b, 1);

/** A tensor of these numbers, in the order in which NumPy stores them. */
export function tensor(data, shape) {
  if (data.length !== product(shape)) refuse(`${product(shape)} numbers for shape ${shape}`, data.length);
  return { shape, data: Float64Array.from(data) };
}

const zerosOf = (shape) => ({ shape, data: new Float64Array(product(shape)) });

/** The examples with these numbers, in this order. */
export function rowsOf({ shape: [, ...rest], data }, order) {
  const size = product(rest),
    rows = zerosOf([order.length, ...rest]);
  order.forEach((from, to) => {
    rows.data.set(data.subarray(from * size, (from + 1) * size), to * size);
  });
  return rows;
}

const normalCut = ({ normal }) => {
  let z = normal();
  while (Math.abs(z) > 2) z = normal(); // cut at two deviations, which leaves a deviation of 0.8796...
  return z / 0.87962566103423978;
};
const uniformUnit = ({ uniform }) => (2 * uniform() - 1) * Math.sqrt(3); // variance 1
/** Where kernels start: by name, a rule (fan in, fan out) for the variance and a draw of variance 1. */
export const INITIALIZERS = {
  glorot_uniform: [(fanIn, fanOut) => 2 / (fanIn + fanOut), uniformUnit],
  glorot_normal: [(fanIn, fanOut) => 2 / (fanIn + fanOut), normalCut],
  he_uniform: [(fanIn) => 2 / fanIn, uniformUnit],
  he_normal: [(fanIn) => 2 / fanIn, normalCut],
  zeros: [() => 0, () => 0],
};

function kernelOf(shape, name, random) {
  const [variance, draw] = INITIALIZERS[name] ?? refuse(`one of ${Object.keys(INITIALIZERS).join(", ")}`, name);
  const window = product(shape.slice(0, -2)),
    [inputs, units] = shape.slice(-2),
    deviation = Math.sqrt(variance(window * inputs, window * units)),
    kernel = zerosOf(shape);
  for (let i = 0; i < kernel.data.length; i++) kernel.data[i] = deviation * draw(random);
  return kernel;
}

/**
 * Connects every input to every unit: y = x W + b. kernel_regularizer: { l1, l2, proximal }, which adds
 * l1 sum |w| + l2 sum w^2 to the loss; see Network.trainOnBatch.
 */
class Dense {
  constructor({ units, use_bias = true, kernel_initializer = "glorot_uniform", kernel_regularizer = null }) {
    Object.assign(this, { units, use_bias, kernel_initializer, kernel_regularizer });
  }
  build(shape, random) {
    this.kernel = kernelOf([shape.at(-1), this.units], this.kernel_initializer, random);
    this.bias = this.use_bias ? zerosOf([this.units]) : null;
    return [...shape.slice(0, -1), this.units];
  }
  forward(x) {
    const { units } = this,
      [inputs] = this.kernel.shape,
      kernel = this.kernel.data,
      y = zerosOf([...x.shape.slice(0, -1), units]);
    for (let p = 0, o = 0; o < y.data.length; o += units) {
      if (this.bias) y.data.set(this.bias.data, o);
      for (let w = 0; w < kernel.length; p++) {
        const value = x.data[p];
        for (let k = 0; k < units; k++, w++) y.data[o + k] += value * kernel[w];
      }
    }
    this.cache = { x, inputs };
    return y;
  }
  backward(grad) {
    const { x } = this.cache,
      { units } = this,
      kernel = this.kernel.data,
      dx = zerosOf(x.shape);
    this.grads = [zerosOf(this.kernel.shape), ...(this.bias ? [sumOver(grad, units)] : [])];
    const dkernel = this.grads[0].data;
    for (let p = 0, o = 0; o < grad.data.length; o += units) {
      for (let w = 0; w < kernel.length; p++) {
        const value = x.data[p];
        let sum = 0;
        for (let k = 0; k < units; k++, w++) {
          dkernel[w] += value * grad.data[o + k];
          sum += kernel[w] * grad.data[o + k];
        }
        dx.data[p] = sum;
      }
    }
    return dx;
  }
}

/** A gradient's sum over all axes but the last. */
function sumOver({ data }, units) {
  const sums = zerosOf([units]);
  for (let o = 0; o < data.length; o++) sums.data[o % units] += data[o];
  return sums;
}

const pairOf = (value) => (Array.isArray(value) ? value : [value, value]);

/** Where windows lie: the output's height and width, and each axis's { size, outputs, taps, stride, before }. */
function windowsOf([height, width], size, strides, padding) {
  return [height, width].map((length, axis) => {
    const rule = [length, size[axis], strides[axis], padding],
      outputs = convOutputSize(...rule);
    if (outputs < 1) refuse(`an input of ${size.join(" × ")} or more`, [height, width].join(" × "));
    return { size: length, outputs, taps: size[axis], stride: strides[axis], before: convPadding(...rule)[0] };
  });
}

/** Calls visit(output position, input position, tap) for each tap of each window that lies inside the image. */
function eachTap(batch, [tall, wide], visit) {
  for (let n = 0, o = 0; n < batch; n++) {
    for (let i = 0; i < tall.outputs; i++) {
      for (let j = 0; j < wide.outputs; j++, o++) {
        for (let u = 0; u < tall.taps; u++) {
          const y = i * tall.stride + u - tall.before;
          if (y < 0 || y >= tall.size) continue;
          for (let v = 0; v < wide.taps; v++) {
            const x = j * wide.stride + v - wide.before;
            if (x >= 0 && x < wide.size) visit(o, (n * tall.size + y) * wide.size + x, u * wide.taps + v);
          }
        }
      }
    }
  }
}

/** Slides kernels over the input: y[n, i, j, f] = b[f] + sum over u, v, c of x[n, i s + u, j s + v, c] W[u, v, c, f] */
class Conv2D {
  constructor({ filters, kernel_size, strides = 1, padding = "valid", use_bias = true, ...rest }) {
    const { kernel_initializer = "glorot_uniform" } = rest;
    Object.assign(this, { filters, padding, use_bias, kernel_initializer });
    Object.assign(this, { kernel_size: pairOf(kernel_size), strides: pairOf(strides) });
  }
  build([batch, height, width, channels], random) {
    this.axes = windowsOf([height, width], this.kernel_size, this.strides, this.padding);
    this.kernel = kernelOf([...this.kernel_size, channels, this.filters], this.kernel_initializer, random);
    this.bias = this.use_bias ? zerosOf([this.filters]) : null;
    return [batch, ...this.axes.map(({ outputs }) => outputs), this.filters];
  }
  forward(x) {
    const { filters, axes } = this,
      channels = x.shape[3],
      kernel = this.kernel.data,
      y = zerosOf([x.shape[0], ...axes.map(({ outputs }) => outputs), filters]),
      out = y.data;
    if (this.bias) for (let o = 0; o < out.length; o += filters) out.set(this.bias.data, o);
    eachTap(x.shape[0], axes, (to, from, tap) => {
      const o = to * filters;
      for (let c = 0, w = tap * channels * filters; c < channels; c++) {
        const value = x.data[from * channels + c];
        for (let f = 0; f < filters; f++, w++) out[o + f] += value * kernel[w];
      }
    });
    this.cache = { x };
    return y;
  }
  backward(grad) {
    const { filters } = this,
      { x } = this.cache,
      channels = x.shape[3],
      kernel = this.kernel.data,
      dx = zerosOf(x.shape);
    this.grads = [zerosOf(this.kernel.shape), ...(this.bias ? [sumOver(grad, filters)] : [])];
    const dkernel = this.grads[0].data;
    eachTap(x.shape[0], this.axes, (to, from, tap) => {
      const o = to * filters;
      for (let c = 0, w = tap * channels * filters; c < channels; c++) {
        const value = x.data[from * channels + c];
        let sum = 0;
        for (let f = 0; f < filters; f++, w++) {
          dkernel[w] += value * grad.data[o + f];
          sum += kernel[w] * grad.data[o + f];
        }
        dx.data[from * channels + c] += sum;
      }
    });
    return dx;
  }
}

class Pooling2D {
  constructor({ pool_size = 2, strides = null, padding = "valid" } = {}) {
    this.pool_size = pairOf(pool_size);
    Object.assign(this, { strides: strides === null ? this.pool_size : pairOf(strides), padding });
  }
  build([batch, height, width, channels]) {
    this.axes = windowsOf([height, width], this.pool_size, this.strides, this.padding);
    return [batch, ...this.axes.map(({ outputs }) => outputs), channels];
  }
  empty(x) {
    return zerosOf([x.shape[0], ...this.axes.map(({ outputs }) => outputs), x.shape[3]]);
  }
}

/** Keeps the largest input of each window. Of equal ones the first, row by row, gets the gradient. */
class MaxPooling2D extends Pooling2D {
  forward(x) {
    const y = this.empty(x),
      channels = x.shape[3],
      switches = new Int32Array(y.data.length).fill(-1);
    eachTap(x.shape[0], this.axes, (to, from) => {
      for (let c = 0, o = to * channels, p = from * channels; c < channels; c++, o++, p++) {
        if (switches[o] >= 0 && !(x.data[p] > y.data[o])) continue;
        y.data[o] = x.data[p];
        switches[o] = p;
      }
    });
    this.cache = { shape: x.shape, switches };
    return y;
  }
  backward(grad) {
    const { shape, switches } = this.cache,
      dx = zerosOf(shape);
    for (let o = 0; o < switches.length; o++) dx.data[switches[o]] += grad.data[o];
    return dx;
  }
}

/** Averages each window, over the inputs that lie inside the image. */
class AveragePooling2D extends Pooling2D {
  forward(x) {
    const y = this.empty(x),
      channels = x.shape[3],
      counts = new Float64Array(y.data.length / channels);
    eachTap(x.shape[0], this.axes, (to, from) => {
      counts[to] += 1;
      for (let c = 0; c < channels; c++) y.data[to * channels + c] += x.data[from * channels + c];
    });
    for (let o = 0; o < y.data.length; o++) y.data[o] /= counts[Math.floor(o / channels)];
    this.cache = { shape: x.shape, counts };
    return y;
  }
  backward(grad) {
    const { shape, counts } = this.cache,
      channels = shape[3],
      dx = zerosOf(shape);
    eachTap(shape[0], this.axes, (to, from) => {
      for (let c = 0; c < channels; c++) dx.data[from * channels + c] += grad.data[to * channels + c] / counts[to];
    });
    return dx;
  }
}

/** Lays out each example's numbers in one row. */
class Flatten {
  build([batch, ...rest]) {
    return [batch, product(rest)];
  }
  forward(x) {
    this.cache = x.shape;
    return { shape: this.build(x.shape), data: x.data };
  }
  backward(grad) {
    return { shape: this.cache, data: grad.data };
  }
}

/** A function of each number alone: value(x), and slope(x, y), its derivative where it gives y. */
class Activation {
  build(shape) {
    return shape;
  }
  forward(x) {
    const y = { shape: x.shape, data: x.data.map(this.value) };
    this.cache = { x, y };
    return y;
  }
  backward({ shape, data }) {
    const { x, y } = this.cache;
    return { shape, data: data.map((grad, i) => grad * this.slope(x.data[i], y.data[i])) };
  }
}

class ReLU extends Activation {
  value = (x) => Math.max(x, 0);
  slope = (x) => (x > 0 ? 1 : 0);
}

class LeakyReLU extends Activation {
  constructor({ negative_slope = 0.3 } = {}) {
    super();
    this.value = (x) => (x > 0 ? x : negative_slope * x);
    this.slope = (x) => (x > 0 ? 1 : negative_slope);
  }
}

/** x above zero, alpha (exp(x) - 1) below. */
class ELU extends Activation {
  constructor({ alpha = 1 } = {}) {
    super();
    this.value = (x) => (x > 0 ? x : alpha * Math.expm1(x));
    this.slope = (x, y) => (x > 0 ? 1 : y + alpha);
  }
}

class Tanh extends Activation {
  value = Math.tanh;
  slope = (_, y) => 1 - y * y;
}

class Sigmoid extends Activation {
  value = sigmoid;
  slope = (_, y) => y * (1 - y);
}

function sigmoid(x) {
  const small = Math.exp(-Math.abs(x)); // of a number that is not positive: it cannot overflow
  return (x >= 0 ? 1 : small) / (1 + small);
}

/** The layers, by Keras's names. Each takes Keras's arguments as one object. */
export const KINDS = {
  Dense,
  Conv2D,
  MaxPooling2D,
  AveragePooling2D,
  Flatten,
  ReLU,
  LeakyReLU,
  ELU,
  Tanh,
  Sigmoid,
};

/** Probabilities from scores: the softmax of each row. */
export function softmax({ shape, data }) {
  const classes = shape.at(-1),
    p = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const row = data.subarray(start, start + classes),
      largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += p[start + k] = Math.exp(row[k] - largest);
    for (let k = 0; k < classes; k++) p[start + k] /= sum;
  }
  return { shape, data: p };
}

function alike(name, targets, { shape }) {
  if (targets.length !== product(shape)) refuse(`${name}: ${product(shape)} targets, as predictions`, targets.length);
}

/**
 * Losses of targets and predictions: { loss, grad }, the mean and dL/d(predictions). Those of classes take scores, as
 * dnnlib's do with from_logits=True; there the derivative is p - t.
 */
export const LOSSES = {
  SparseCategoricalCrossentropy(labels, scores) {
    const grad = softmax(scores),
      classes = scores.shape.at(-1),
      examples = grad.data.length / classes;
    if (labels.length !== examples) refuse(`SparseCategoricalCrossentropy: ${examples} labels`, labels.length);
    let loss = 0;
    for (let n = 0; n < examples; n++) {
      const row = scores.data.subarray(n * classes, (n + 1) * classes),
        largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
      if (row[labels[n]] === undefined) refuse(`labels from 0 to ${classes - 1}`, labels[n]);
      loss += largest - row[labels[n]] + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
      grad.data[n * classes + labels[n]] -= 1;
    }
    for (let k = 0; k < grad.data.length; k++) grad.data[k] /= examples;
    return { loss: loss / examples, grad };
  },
  BinaryCrossentropy(targets, scores) {
    alike("BinaryCrossentropy", targets, scores);
    const count = targets.length;
    let loss = 0;
    const data = scores.data.map((z, i) => {
      loss += Math.max(z, 0) - z * targets[i] + Math.log1p(Math.exp(-Math.abs(z)));
      return (sigmoid(z) - targets[i]) / count;
    });
    return { loss: loss / count, grad: { shape: scores.shape, data } };
  },
  MeanSquaredError(targets, predictions) {
    alike("MeanSquaredError", targets, predictions);
    const count = targets.length;
    let loss = 0;
    const data = predictions.data.map((y, i) => {
      loss += (y - targets[i]) ** 2;
      return (2 * (y - targets[i])) / count;
    });
    return { loss: loss / count, grad: { shape: predictions.shape, data } };
  },
};

/** v <- m v - r g, then w <- w + v; nesterov looks ahead: w <- w + m v - r g. Without momentum w <- w - r g. */
class SGD {
  constructor({ learning_rate = 0.01, momentum = 0, nesterov = false } = {}) {
    Object.assign(this, { learning_rate, momentum, nesterov });
  }
  state(size) {
    return [new Float64Array(size)];
  }
  update(w, g, [v]) {
    const { learning_rate: r, momentum: m, nesterov } = this;
    for (let i = 0; i < w.length; i++) {
      v[i] = m * v[i] - r * g[i];
      w[i] += nesterov ? m * v[i] - r * g[i] : v[i];
    }
  }
}

/** v <- rho v + (1 - rho) g^2, then w <- w - r g / sqrt(v + epsilon): the root of the gradient's averaged square. */
class RMSprop {
  constructor({ learning_rate = 0.001, rho = 0.9, epsilon = 1e-7 } = {}) {
    Object.assign(this, { learning_rate, rho, epsilon });
  }
  state(size) {
    return [new Float64Array(size)];
  }
  update(w, g, [square]) {
    const { learning_rate: r, rho, epsilon } = this;
    for (let i = 0; i < w.length; i++) {
      square[i] = rho * square[i] + (1 - rho) * g[i] * g[i];
      w[i] -= (r * g[i]) / Math.sqrt(square[i] + epsilon);
    }
  }
}

/** Steps along the averaged gradient over the root of its averaged square; epsilon comes before the correction. */
class Adam {
  constructor({ learning_rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7 } = {}) {
    Object.assign(this, { learning_rate, beta_1, beta_2, epsilon });
  }
  state(size) {
    return [new Float64Array(size), new Float64Array(size)];
  }
  update(w, g, [mean, square], t) {
    const { beta_1, beta_2, epsilon } = this,
      rate = (this.learning_rate * Math.sqrt(1 - beta_2 ** t)) / (1 - beta_1 ** t);
    for (let i = 0; i < w.length; i++) {
      mean[i] += (1 - beta_1) * (g[i] - mean[i]);
      square[i] += (1 - beta_2) * (g[i] * g[i] - square[i]);
      w[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + epsilon);
    }
  }
}

export const OPTIMIZERS = { SGD, RMSprop, Adam };

/** What a penalty adds to the loss. */
const penaltyOf = ({ l1 = 0, l2 = 0 }, w) => w.reduce((sum, value) => sum + l1 * Math.abs(value) + l2 * value ** 2, 0);

/** Adds a penalty's gradient l1 sign(w) + 2 l2 w to g, as Keras does; a proximal l1 takes no part in it. */
function addPenalty({ l1 = 0, l2 = 0, proximal = false }, w, g) {
  const pull = proximal ? 0 : l1;
  for (let i = 0; i < w.length; i++) g[i] += pull * Math.sign(w[i]) + 2 * l2 * w[i];
}

/** The proximal step of l1: every weight comes nearer to zero by `by`, and stops there. v: what the step has moved. */
function softThreshold(w, v, by) {
  for (let i = 0; i < w.length; i++) {
    const near = Math.sign(w[i]) * Math.max(Math.abs(w[i]) - by, 0);
    v[i] += near - w[i]; // momentum carries on the move that was made
    w[i] = near;
  }
}

const named = (table, name, options) =>
  new (table[name] ?? refuse(`one of ${Object.keys(table).join(", ")}`, name))(options);

/**
 * A chain of layers.
 *
 *     const layers = [["Dense", { units: 8 }], ["Tanh"], ["Dense", { units: 2 }]];
 *     const net = new Network(layers, { input_shape: [2], seed: 1 });
 *     net.compile("SparseCategoricalCrossentropy", "Adam", { learning_rate: 0.01 });
 *     net.trainOnBatch(tensor([0, 1, 1, 0], [2, 2]), [0, 1]); // the loss before the step
 */
export class Network extends Weights {
  /**
   * layers: [name of KINDS, arguments] each, or a layer itself, which may be made of others, its `layers`; input_shape:
   * one example's; seed: of the first weights.
   */
  constructor(layers, { input_shape, seed = 0 }) {
    super();
    this.layers = layers.map((one) => (Array.isArray(one) ? named(KINDS, one[0], one[1] ?? {}) : one));
    this.input_shape = input_shape;
    this.reset(seed);
  }
  /** Draws new first weights and forgets what the optimizer carried. */
  reset(seed = 0) {
    const random = generator(seed);
    this.shapes = []; // of each layer's output, without the batch's axis
    let shape = [1, ...this.input_shape];
    for (const layer of this.layers) {
      shape = layer.build(shape, random);
      this.shapes.push(shape.slice(1));
    }
    Object.assign(this, { iterations: 0, states: null });
  }
  /** The layers, in place of one that is made of others these. */
  get parts() {
    return this.layers.flatMap((layer) => layer.layers ?? layer);
  }
  /** All kernels and biases, layer by layer, as they are: tensors to read, or to change in place. */
  get params() {
    return this.parts.flatMap(({ kernel, bias }) => [kernel, bias].filter(Boolean));
  }
  /** The gradients of params, after backward. */
  get grads() {
    return this.parts.flatMap(({ grads }) => grads ?? []);
  }
  /** The penalty on each of params, null where there is none. */
  get regularizers() {
    return this.parts.flatMap(({ kernel, bias, kernel_regularizer: rule = null }) => [
      ...(kernel ? [rule] : []),
      ...(bias ? [null] : []),
    ]);
  }
  /** The last layer's output; each layer's is kept in outputs. */
  forward(x) {
    if (String(x.shape.slice(1)) !== String(this.input_shape))
      refuse(`examples of shape ${this.input_shape}`, x.shape.slice(1));
    this.outputs = [];
    for (const layer of this.layers) this.outputs.push(layer.forward(this.outputs.at(-1) ?? x));
    return this.outputs.at(-1);
  }
  /** dL/dx from dL/d(output); fills grads. */
  backward(grad) {
    return this.layers.reduceRight((back, layer) => layer.backward(back), grad);
  }
  /** Chooses how to train: a name of LOSSES, a name of OPTIMIZERS and its arguments. */
  compile(loss, optimizer, options) {
    if (optimizer !== "SGD" && this.regularizers.some((rule) => rule?.proximal))
      refuse("SGD for proximal steps", optimizer);
    this.loss = LOSSES[loss] ?? refuse(`one of ${Object.keys(LOSSES).join(", ")}`, loss);
    this.optimizer = named(OPTIMIZERS, optimizer, options);
    Object.assign(this, { iterations: 0, states: null });
  }
  /**
   * One optimizer step; returns the loss before it, with the penalties. A penalty's gradient is added to the loss's, as
   * in Keras: under L1 a weight near zero then jumps from side to side by the learning rate times l1 and is never
   * exactly 0. With `proximal` the soft threshold follows the step instead (of SGD alone), which makes exact zeros.
   */
  trainOnBatch(x, targets) {
    const { loss, grad } = this.loss(targets, this.forward(x));
    this.backward(grad);
    const { params, grads, regularizers } = this;
    this.states ??= params.map(({ data }) => this.optimizer.state(data.length));
    this.iterations += 1;
    let penalty = 0;
    params.forEach(({ data }, i) => {
      const rule = regularizers[i];
      if (rule) {
        penalty += penaltyOf(rule, data);
        addPenalty(rule, data, grads[i].data);
      }
      this.optimizer.update(data, grads[i].data, this.states[i], this.iterations);
      if (rule?.proximal) softThreshold(data, this.states[i][0], this.optimizer.learning_rate * rule.l1);
    });
    return loss + penalty;
  }
}

/** Calls for the next mini-batch: numbers of examples, in a new random order each epoch; the last may be smaller. */
export function batches(count, size, seed = 0) {
  const random = generator(seed);
  let order = [],
    epoch = 0;
  return () => {
    if (!order.length) {
      order = random.permutation(count);
      epoch += 1;
    }
    return { epoch, batch: order.splice(0, size) };
  };
}
