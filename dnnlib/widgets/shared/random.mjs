// Random numbers from a seed: the same in every browser, so that a link or a stored state shows the same again.

/**
 * Mulberry32 of Tommy Ettinger (2017), 32 bits of state. Returns { uniform(), normal(), permutation(n) }: a number from
 * 0 up to 1, a standard normal one (Box & Muller, 1958), and 0 to n - 1 in a random order (Fisher & Yates).
 */
export function generator(seed) {
  let state = seed >>> 0;
  function uniform() {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  function permutation(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
  return { uniform, normal, permutation };
}
