/* CPython as a WASI reactor: `_initialize()` once, then each `turn(text)` executes Python, and its memory stays between
   turns. Its files are all in memory; /tmp is where requests and answers are exchanged. */
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

const PAGE = 65536; // bytes
const encoder = new TextEncoder();

/** Returns the folder of {path: bytes}, each part of a path a folder. */
function folder(files) {
  const top = new Map();
  for (const [path, bytes] of Object.entries(files)) {
    const parts = path.split("/");
    let at = top;
    for (const part of parts.slice(0, -1)) {
      if (!at.has(part)) at.set(part, new Directory(new Map()));
      at = at.get(part).contents;
    }
    at.set(parts.at(-1), new File(bytes, { readonly: true }));
  }
  return top;
}

/** What the interpreter itself says beside all cells goes to the console: it is for maintainers. */
function printer() {
  return ConsoleStdout.lineBuffered((line) => console.warn(`Python: ${line}`));
}

/** Starts an interpreter.

    Args: module, compiled; library, the bytes of the standard library's zip; files, {path: bytes} of the book's package;
    image, the memory of an interpreter that has started before, to go on from there.
    Resolves to {ask(request), image(), exports}: `ask` takes and returns JSON, see tools/page_python/boot.py. */
export async function interpreter({ module, library, files, image }) {
  const exchange = new Directory(new Map());
  const root = new Map([
    ["tmp", exchange],
    ["book", new Directory(folder(files))],
  ]);
  const standard = new Map([["python315.zip", new File(library, { readonly: true })]]);
  const descriptors = [
    new OpenFile(new File([])),
    printer(),
    printer(),
    new PreopenDirectory("/usr/local/lib", standard),
    new PreopenDirectory("/", root),
  ];
  const environment = ["HOME=/tmp", "TMPDIR=/tmp", "PYTHONTZPATH=", "PYTHONDONTWRITEBYTECODE=1"];
  // The shim's default tells the console of every system call.
  const wasi = new WASI(["python"], environment, descriptors, { debug: false });
  // The host's own function, which the package offers to other embedders, has nothing to do here.
  const imports = { wasi_snapshot_preview1: wasi.wasiImport, host: { call: () => -1 } };
  const instance = await WebAssembly.instantiate(module, imports);
  wasi.inst = instance;
  const { exports } = instance;
  const { memory } = exports;

  /** Executes a text of Python. */
  function turn(source) {
    const bytes = encoder.encode(source);
    const at = exports.host_alloc(bytes.length) >>> 0;
    new Uint8Array(memory.buffer).set(bytes, at); // after host_alloc, which may let the memory grow
    exports.turn(at, bytes.length);
  }

  if (image) {
    memory.grow((image.byteLength - memory.buffer.byteLength) / PAGE);
    new Uint8Array(memory.buffer).set(new Uint8Array(image));
  } else {
    exports._initialize();
    turn("import sys; sys.path.insert(0, '/book'); import page_python; page_python.start()");
    turn("page_python.preload('numpy', 'dnnlib.exercises.checker')");
  }

  return {
    exports,

    /** Returns a copy of the memory. Between turns, all of Python's state lies in it. */
    image: () => memory.buffer.slice(0),

    ask(request) {
      exchange.contents.delete("answer");
      exchange.contents.set("request", new File(encoder.encode(request)));
      turn(
        "with open('/tmp/request', encoding='utf-8') as asked, open('/tmp/answer', 'w', encoding='utf-8') as told:\n" +
          "    told.write(page_python.answer(asked.read()))\n",
      );
      return new TextDecoder().decode(exchange.contents.get("answer").data);
    },
  };
}
