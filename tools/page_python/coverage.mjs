/* Runs cells in an interpreter under Node and prints, as JSON, what each showed and which functions of the module ran.
   node coverage.mjs FOLDER CELL…, where FOLDER holds python.wasm, library.zip and book.json, paths and lengths of book.bin.
   The functions are those of an instrumented module, which exports a memory `ran` with one byte for each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { interpreter } from "../book/python/interpreter.mjs";

const [folder, ...cells] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name));
const files = {};
let at = 0;
const joined = read("book.bin");
for (const [path, length] of JSON.parse(read("book.json"))) {
  files[path] = joined.subarray(at, at + length);
  at += length;
}
const module = await WebAssembly.compile(read("python.wasm"));
const python = await interpreter({ module, library: read("library.zip"), files });
const shown = cells.map((cell) => JSON.parse(python.ask(JSON.stringify({ source: readFileSync(cell, "utf8"), name: cell }))));
const counts = python.exports.ran ? new Uint8Array(python.exports.ran.buffer) : [];
const ran = Array.from(counts.keys()).filter((number) => counts[number]);
console.log(JSON.stringify({ shown, ran }));
