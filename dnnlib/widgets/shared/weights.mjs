/**
 * What has weights: arrays that are read and set in the order of params.
 */

/** Throws an error that says what was expected and what came. */
export const refuse = (expected, received) => {
  throw new Error(`expected ${expected}, received ${received}`);
};

/** A class whose getter params gives its arrays, each { shape, data }. */
export class Weights {
  getWeights() {
    return this.params.map(({ data }) => data.slice());
  }
  setWeights(weights) {
    const { params } = this;
    if (weights.length !== params.length) refuse(`${params.length} arrays of weights`, weights.length);
    params.forEach(({ shape, data }, i) => {
      if (weights[i].length !== data.length) refuse(`weights of shape ${shape}, array ${i}`, weights[i].length);
      data.set(weights[i]);
    });
  }
}
