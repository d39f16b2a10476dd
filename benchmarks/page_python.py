"""What Python in the page costs: bytes, time until it is ready, time a check, memory; beside Pyodide's sizes.

    python -m benchmarks.page_python

Prints Markdown tables. Times are medians of five in Chromium over http on this machine, in ms: "cold" is a new browser
context, which has stored nothing; "warm" the same page once more. On a busy machine they say little: the seconds of
processor hold there too. Memory is that of the interpreter alone, and of the page's process with it less without it.
"""

import statistics
import tempfile
import time
from pathlib import Path

from tests.book.test_engine import write_site
from tests.browser import launch
from tests.serving import served
from tools.page_python.bundle import bundle

TIMES = 5
# Bytes of the files of npm's package pyodide 314.0.7 (Python 3.14.2), compressed by gzip -9 here, and of the wheel
# numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl as Anaconda's channel pyodide lists it: the wheel
# of NumPy 2.4.6 that pyodide-lock.json of 314.0.7 names was on no registry within reach.
PYODIDE = {
    "pyodide.asm.wasm": 3_528_803,
    "pyodide.asm.mjs": 259_957,
    "python_stdlib.zip": 2_503_129,
    "pyodide.mjs, pyodide-lock.json": 33_487,
    "NumPy's wheel": 2_960_000,
}
START = "async () => { const t = performance.now(); await book.engine.start(); return performance.now() - t; }"
STOP = """async () => {
  const running = book.engine.run("while True: pass").catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 100));
  const t = performance.now();
  await book.engine.stop();
  await book.engine.run("");
  return performance.now() - t;
}"""
CHECK = """async (source) => {
  const t = performance.now();
  const { outputs, memory } = await book.engine.run(source);
  return { ms: performance.now() - t, own: Number(outputs[0].text), memory };
}"""
# A right answer is checked; the cell prints how many ms its cases take by themselves.
SET_UP = "import time\nfrom dnnlib.exercises import convolution as ex\nfrom dnnlib.exercises.checker import check"
CHECKED = """
start = time.perf_counter()
for case in ex.CONV2D_CHANNELS.cases:
    ex.conv2d_channels(*case)
own = time.perf_counter() - start
check(ex.CONV2D_CHANNELS, ex.conv2d_channels)._repr_html_()
print(1000 * own)
"""


def processes(browser):
    """Returns what a browser's processes have used: bytes that its pages hold, seconds of processor of all."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    held = 0
    for process in found:
        status = Path(f"/proc/{process['id']}/status")
        if process["type"] == "renderer" and status.exists():
            held += 1024 * int(status.read_text().partition("VmRSS:")[2].split()[0])
    return held, sum(process["cpuTime"] for process in found)


def times(browser, address):
    """Returns a dict from what is timed to a list of ms."""
    found = {"ready, cold": [], "ready, warm": [], "stop and start anew": [], "check, less the answer's own time": []}
    for _ in range(TIMES):
        context = browser.new_context()
        page = context.new_page()
        for kind in ("ready, cold", "ready, warm"):
            page.goto(address)
            found[kind].append(page.evaluate(START))
        found["stop and start anew"].append(page.evaluate(STOP))
        page.evaluate("(source) => book.engine.run(source)", SET_UP)
        checked = page.evaluate(CHECK, CHECKED)
        found["check, less the answer's own time"].append(checked["ms"] - 2 * checked["own"])
        context.close()
    return found


def used(browser, address):
    """Returns the bytes of the interpreter's memory, what the page holds more with Python, and seconds of processor."""
    page = browser.new_page()
    page.goto(address)
    held, seconds = processes(browser)
    page.evaluate(START)
    after = processes(browser)[1]
    time.sleep(2)  # until what starting has used up is given back
    held = processes(browser)[0] - held
    own = page.evaluate(CHECK, "print(0)")["memory"]
    page.close()
    return own, held, after - seconds


def main():
    """Prints the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_site(folder)
        start = time.perf_counter()
        bundle(folder / "again")
        again = time.perf_counter() - start
        with served(folder) as base, launch() as browser:
            own, held, seconds = used(browser, f"{base}/index.html")
            timed = times(browser, f"{base}/index.html")
        size = sum(file.stat().st_size for file in (folder / "_static").rglob("*") if file.is_file())
    files = {name: file["length"] for name, file in manifest["files"].items()}
    print("| first click | MB gzip | Pyodide with NumPy | MB gzip |\n|---|---:|---|---:|")
    for (name, length), (other, bytes_) in zip([*files.items(), ("", None)], PYODIDE.items(), strict=True):
        print(f"| {name} | {'' if length is None else f'{length / 1e6:.2f}'} | {other} | {bytes_ / 1e6:.2f} |")
    print(f"| together | {sum(files.values()) / 1e6:.2f} | together | {sum(PYODIDE.values()) / 1e6:.2f} |")
    print(f"\nThe book grows by {size / 1e6:.0f} MB; a build from the cache takes {again:.1f} s.\n")
    print("| | median ms | largest |\n|---|---:|---:|")
    for kind, found in timed.items():
        print(f"| {kind} | {statistics.median(found):.0f} | {max(found):.0f} |")
    print(f"\nThe processor works {seconds:.1f} s until Python is ready, whatever else the machine does.")
    print(f"Memory: {own / 1e6:.0f} MB in the interpreter, {held / 1e6:.0f} MB in all of the page's process.")


if __name__ == "__main__":
    main()
