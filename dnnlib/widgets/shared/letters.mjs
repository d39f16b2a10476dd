// Numbers that scripts of tools/ have written as letters of base 64: see tools/letters.py.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = new Map([...LETTERS].map((letter, code) => [letter, code]));

/** Whole numbers of `width` letters each, the highest first. */
export function unpack(text, width) {
  const numbers = new Float64Array(text.length / width);
  for (let i = 0; i < text.length; i++) {
    const at = Math.floor(i / width);
    numbers[at] = 64 * numbers[at] + CODES.get(text[i]);
  }
  return numbers;
}

/** Whole numbers of a letter each, 0 to largest; a letter beyond these stands for two zeros or more. */
export function unpackRuns(text, largest) {
  const numbers = [];
  for (const letter of text) {
    const code = CODES.get(letter);
    if (code <= largest) numbers.push(code);
    else for (let run = largest; run <= code; run++) numbers.push(0);
  }
  return Float64Array.from(numbers);
}
