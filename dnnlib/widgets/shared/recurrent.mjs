// Recurrent layers in the page: SimpleRNN, LSTM and GRU, forward and backward through time, with Keras's names, order of
// weights and order of gates. All numbers of a step stay readable, and so does the gradient of every state.
//
// A tensor is { shape: [batch, ...], data: Float64Array }, as in network.mjs. Within a step all is (batch, columns).

import { INITIALIZERS } from "./network.mjs";
import { generator } from "./random.mjs";
import { refuse, Weights } from "./weights.mjs";

const product = (sizes) => sizes.reduce((a, b) => a * b, 1);
const zerosOf = (shape) => ({ shape, data: new Float64Array(product(shape)) });

/** By name a function of a sum, and its slope where it gives y. */
const ACTIVATIONS = {
  linear: [(z) => z, () => 1],
  tanh: [Math.tanh, (y) => 1 - y * y],
  relu: [(z) => Math.max(z, 0), (y) => (y > 0 ? 1 : 0)],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (y) => y * (1 - y)],
};

/** Adds a W to out: a is (rows, inputs), W (inputs, columns). */
function addProduct(out, a, kernel, inputs, columns) {
  for (let p = 0, o = 0; o < out.length; o += columns)
    for (let i = 0, w = 0; i < inputs; i++, p++) {
      const value = a[p];
      for (let k = 0; k < columns; k++, w++) out[o + k] += value * kernel[w];
    }
}

/** Adds g W transposed to out: g is (rows, columns), W (inputs, columns). */
function addBack(out, g, kernel, inputs, columns) {
  for (let p = 0, o = 0; o < g.length; o += columns)
    for (let i = 0, w = 0; i < inputs; i++, p++) {
      let sum = 0;
      for (let k = 0; k < columns; k++, w++) sum += kernel[w] * g[o + k];
      out[p] += sum;
    }
}

/** Adds a transposed g to the gradient of a kernel: a is (rows, inputs), g (rows, columns). */
function addOuter(dkernel, a, g, inputs, columns) {
  for (let p = 0, o = 0; o < g.length; o += columns)
    for (let i = 0, w = 0; i < inputs; i++, p++) {
      const value = a[p];
      for (let k = 0; k < columns; k++, w++) dkernel[w] += value * g[o + k];
    }
}

/** Adds the sum over the rows of g. */
function addRows(dbias, g, columns) {
  for (let o = 0; o < g.length; o++) dbias[o % columns] += g[o];
}

/** Orthonormal rows out of normal draws, by Gram and Schmidt's method: as Keras starts recurrent kernels. */
function orthogonal(rows, columns, random) {
  const kernel = zerosOf([rows, columns]),
    vectors = Array.from({ length: rows }, (_, i) => kernel.data.subarray(i * columns, (i + 1) * columns));
  const dot = (a, b) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += a[k] * b[k];
    return sum;
  };
  vectors.forEach((vector, i) => {
    for (let k = 0; k < columns; k++) vector[k] = random.normal();
    for (const other of vectors.slice(0, i)) {
      const share = dot(vector, other);
      for (let k = 0; k < columns; k++) vector[k] -= share * other[k];
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < columns; k++) vector[k] /= norm;
  });
  return kernel;
}

/**
 * What the three layers share. After forward, `steps` holds for each step { x, before, after, ... }: its input, the
 * states before and after it (h, and c of an LSTM), and by name all gates. After backward, `grads` are those of
 * [kernel, recurrent_kernel, bias], and stateGrads[t] those of the states after t steps, so that stateGrads[0] are dL/d(initial states);
 * parts[t] is what step t alone gives to the gradient of the recurrent kernel: their sum is the whole.
 */
class Recurrent extends Weights {
  constructor({ units, activation = "tanh", recurrent_activation = "sigmoid", use_bias = true, ...rest }) {
    super();
    Object.assign(this, { units, use_bias, return_sequences: rest.return_sequences ?? false });
    [this.f, this.slope] = ACTIVATIONS[activation] ?? refuse(`one of ${Object.keys(ACTIVATIONS)}`, activation);
    [this.gate, this.gateSlope] =
      ACTIVATIONS[recurrent_activation] ?? refuse(`one of ${Object.keys(ACTIVATIONS)}`, recurrent_activation);
  }
  /** First weights for inputs (batch, time, features), as Keras draws them; returns the output's shape. */
  build([batch, time, features], random = generator(0)) {
    const columns = this.gates * this.units,
      [variance, draw] = INITIALIZERS.glorot_uniform,
      deviation = Math.sqrt(variance(features, columns));
    this.kernel = zerosOf([features, columns]);
    this.kernel.data.forEach((_, i, data) => {
      data[i] = deviation * draw(random);
    });
    this.recurrent_kernel = orthogonal(this.units, columns, random);
    this.bias = this.use_bias ? this.firstBias() : null;
    return this.return_sequences ? [batch, time, this.units] : [batch, this.units];
  }
  firstBias() {
    return zerosOf([this.gates * this.units]);
  }
  /** Kernel, recurrent kernel and, where there is one, bias. */
  get params() {
    return [this.kernel, this.recurrent_kernel, this.bias].filter(Boolean);
  }
  /** The last h, or with return_sequences each; initial_state: a list of arrays (batch, units), zeros if there is none. */
  forward({ shape: [batch, time, features], data }, { initial_state = null } = {}) {
    const size = batch * this.units;
    if (features !== this.kernel.shape[0]) refuse(`inputs with ${this.kernel.shape[0]} features`, features);
    const first = Array.from({ length: this.states }, (_, n) =>
      Float64Array.from(initial_state?.[n] ?? { length: size }, (v) => v ?? 0),
    );
    Object.assign(this, { shape: [batch, time, features], steps: [] });
    for (let t = 0; t < time; t++) {
      const x = new Float64Array(batch * features);
      for (let n = 0; n < batch; n++)
        x.set(data.subarray((n * time + t) * features, (n * time + t + 1) * features), n * features);
      const before = this.steps.at(-1)?.after ?? first;
      this.steps.push({ x, before, ...this.step(x, before) });
    }
    return this.gathered(
      this.steps.map(({ after: [h] }) => h),
      this.units,
      this.return_sequences,
    );
  }
  /** Rows (batch, columns) of all steps as (batch, time, columns), or the last one's alone. */
  gathered(rows, columns, all = true) {
    const [batch, time] = this.shape;
    if (!all) return { shape: [batch, columns], data: rows.at(-1).slice() };
    const found = zerosOf([batch, time, columns]);
    rows.forEach((row, t) => {
      for (let n = 0; n < batch; n++)
        found.data.set(row.subarray(n * columns, (n + 1) * columns), (n * time + t) * columns);
    });
    return found;
  }
  /**
   * dL/dx from dL/d(output). Steps before `from` get nothing: that is truncation, with 0 the whole way back. last: a
   * list of gradients of the last states beside that of the output, if there are any.
   */
  backward(grad, { from = 0, last = [] } = {}) {
    const [batch, time, features] = this.shape,
      { units } = this,
      size = batch * units,
      columns = this.gates * units;
    this.grads = this.params.map(({ shape }) => zerosOf(shape));
    this.stateGrads = Array.from({ length: time + 1 }, () =>
      Array.from({ length: this.states }, () => new Float64Array(size)),
    );
    this.parts = Array.from({ length: time }, () => new Float64Array(units * columns));
    const dx = Array.from({ length: time }, () => new Float64Array(batch * features));
    last.forEach((given, n) => this.stateGrads[time][n].set(given));
    for (let t = time - 1; t >= from; t--) {
      const after = this.stateGrads[t + 1];
      if (this.return_sequences || t === time - 1)
        for (let n = 0; n < batch; n++)
          for (let k = 0; k < units; k++)
            after[0][n * units + k] += grad.data[(this.return_sequences ? n * time + t : n) * units + k];
      this.back(this.steps[t], after, this.stateGrads[t], dx[t], this.parts[t]);
      const whole = this.grads[1].data;
      for (let w = 0; w < whole.length; w++) whole[w] += this.parts[t][w];
    }
    return this.gathered(dx, features);
  }
  /** x W + b, to which a step adds what comes from its state. */
  sums(x, bias = this.bias?.data) {
    const columns = this.gates * this.units,
      z = new Float64Array((x.length / this.kernel.shape[0]) * columns);
    if (bias) for (let o = 0; o < z.length; o++) z[o] = bias[o % columns];
    addProduct(z, x, this.kernel.data, this.kernel.shape[0], columns);
    return z;
  }
  /** One gate of all gates' columns, through a function; split writes it back. */
  part(z, gate, f) {
    const columns = this.gates * this.units;
    return Float64Array.from({ length: z.length / this.gates }, (_, o) =>
      f(z[Math.floor(o / this.units) * columns + gate * this.units + (o % this.units)]),
    );
  }
  joined(parts) {
    const columns = this.gates * this.units,
      z = new Float64Array(parts[0].length * this.gates);
    parts.forEach((part, gate) => {
      for (let o = 0; o < part.length; o++)
        z[Math.floor(o / this.units) * columns + gate * this.units + (o % this.units)] = part[o];
    });
    return z;
  }
  /** From the gradient of x W + b to those of x, W and b. */
  backOfInputs(dz, x, dx) {
    const columns = this.gates * this.units,
      [features] = this.kernel.shape;
    addOuter(this.grads[0].data, x, dz, features, columns);
    addBack(dx, dz, this.kernel.data, features, columns);
    if (this.bias) addRows(this.grads[2].data.subarray(0, columns), dz, columns);
  }
}

/** h' = f(x W + h U + b) */
export class SimpleRNN extends Recurrent {
  gates = 1;
  states = 1;
  step(x, [h]) {
    const z = this.sums(x);
    addProduct(z, h, this.recurrent_kernel.data, this.units, this.units);
    return { after: [z.map(this.f)] };
  }
  back({ x, before: [h], after: [y] }, [dy], [dh], dx, part) {
    const dz = dy.map((grad, o) => grad * this.slope(y[o]));
    this.backOfInputs(dz, x, dx);
    addOuter(part, h, dz, this.units, this.units);
    addBack(dh, dz, this.recurrent_kernel.data, this.units, this.units);
  }
}

/** Gates i, f, candidate, o in this order: c' = f c + i candidate, h' = o tanh(c'). */
export class LSTM extends Recurrent {
  gates = 4;
  states = 2;
  constructor({ unit_forget_bias = true, ...rest }) {
    super(rest);
    this.unit_forget_bias = unit_forget_bias;
  }
  firstBias() {
    const bias = super.firstBias();
    if (this.unit_forget_bias) bias.data.fill(1, this.units, 2 * this.units);
    return bias;
  }
  step(x, [h, c]) {
    const z = this.sums(x);
    addProduct(z, h, this.recurrent_kernel.data, this.units, 4 * this.units);
    const [i, f, candidate, o] = [this.gate, this.gate, this.f, this.gate].map((g, n) => this.part(z, n, g)),
      cell = c.map((old, k) => f[k] * old + i[k] * candidate[k]),
      squashed = cell.map(this.f);
    return { i, f, candidate, o, squashed, after: [squashed.map((value, k) => o[k] * value), cell] };
  }
  back({ x, before: [h, c], i, f, candidate, o, squashed }, [dy, dcell], [dh, dc], dx, part) {
    const dk = dcell.map((grad, k) => grad + dy[k] * o[k] * this.slope(squashed[k]));
    const dz = this.joined([
      dk.map((grad, k) => grad * candidate[k] * this.gateSlope(i[k])),
      dk.map((grad, k) => grad * c[k] * this.gateSlope(f[k])),
      dk.map((grad, k) => grad * i[k] * this.slope(candidate[k])),
      dy.map((grad, k) => grad * squashed[k] * this.gateSlope(o[k])),
    ]);
    dcell.set(dk); // all that reaches the cell, through h' too
    dk.forEach((grad, k) => {
      dc[k] += grad * f[k];
    });
    this.backOfInputs(dz, x, dx);
    addOuter(part, h, dz, this.units, 4 * this.units);
    addBack(dh, dz, this.recurrent_kernel.data, this.units, 4 * this.units);
  }
}

/**
 * Gates z, r, candidate in this order: h' = z h + (1 - z) candidate. The reset gate r acts after the recurrent kernel, as in
 * Keras, on r (h U + b'); with reset_after false before it, on (r h) U, as in the paper.
 */
export class GRU extends Recurrent {
  gates = 3;
  states = 1;
  constructor({ reset_after = true, ...rest }) {
    super(rest);
    this.reset_after = reset_after;
  }
  firstBias() {
    return zerosOf(this.reset_after ? [2, 3 * this.units] : [3 * this.units]);
  }
  /** The columns of the recurrent kernel that make z and r (or the candidate). */
  columnsOf(from, to) {
    const { units } = this,
      { data } = this.recurrent_kernel,
      wide = to - from;
    return Float64Array.from({ length: units * wide * units }, (_, w) => {
      const row = Math.floor(w / (wide * units));
      return data[row * 3 * units + from * units + (w % (wide * units))];
    });
  }
  step(x, [h]) {
    const { units } = this,
      columns = 3 * units,
      own = this.bias?.data,
      given = this.sums(x, own?.subarray(0, columns)),
      kept = new Float64Array(given.length); // h U + b'
    if (own && this.reset_after) for (let o = 0; o < kept.length; o++) kept[o] = own[columns + (o % columns)];
    addProduct(kept, h, this.recurrent_kernel.data, units, columns);
    const both = given.map((value, o) => value + kept[o]),
      z = this.part(both, 0, this.gate),
      r = this.part(both, 1, this.gate),
      reset = h.map((value, k) => r[k] * value);
    let inner = this.part(kept, 2, (value) => value);
    if (!this.reset_after) {
      inner = new Float64Array(h.length);
      addProduct(inner, reset, this.columnsOf(2, 3), units, units);
    }
    const candidate = this.part(given, 2, (value) => value).map((value, k) =>
      this.f(value + (this.reset_after ? r[k] : 1) * inner[k]),
    );
    return { z, r, candidate, reset, inner, after: [z.map((share, k) => share * h[k] + (1 - share) * candidate[k])] };
  }
  back({ x, before: [h], z, r, candidate, reset, inner }, [dy], [dh], dx, part) {
    const { units } = this,
      columns = 3 * units,
      dcandidate = dy.map((grad, k) => grad * (1 - z[k]) * this.slope(candidate[k])),
      dupdate = dy.map((grad, k) => grad * (h[k] - candidate[k]) * this.gateSlope(z[k]));
    let dr = dcandidate.map((grad, k) => grad * inner[k]);
    if (!this.reset_after) {
      const dreset = new Float64Array(h.length);
      addBack(dreset, dcandidate, this.columnsOf(2, 3), units, units);
      dr = dreset.map((grad, k) => grad * h[k]);
      dreset.forEach((grad, k) => {
        dh[k] += grad * r[k];
      });
    }
    const gated = dr.map((grad, k) => grad * this.gateSlope(r[k])),
      given = this.joined([dupdate, gated, dcandidate]),
      // What reaches h U + b': before it, the candidate's part has had its turn
      kept = this.joined([dupdate, gated, dcandidate.map((grad, k) => (this.reset_after ? grad * r[k] : 0))]);
    this.backOfInputs(given, x, dx);
    if (this.bias && this.reset_after) addRows(this.grads[2].data.subarray(columns), kept, columns);
    addOuter(part, h, kept, units, columns);
    if (!this.reset_after)
      addOuter(
        part,
        reset,
        this.joined([new Float64Array(dr.length), new Float64Array(dr.length), dcandidate]),
        units,
        columns,
      );
    addBack(dh, kept, this.recurrent_kernel.data, units, columns);
    dy.forEach((grad, k) => {
      dh[k] += grad * z[k];
    });
  }
}

/** The layers, by Keras's names. Each takes Keras's arguments as one object. */
export const CELLS = { SimpleRNN, LSTM, GRU };
