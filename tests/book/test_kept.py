"""What the page keeps of a reader's answers, in Node: stores that are full, shut, or only pretend; files to and fro."""

import json
import subprocess

import pytest

from tools.book.build import ROOT
from tools.esbuild import NODE

FOLDER = ROOT / "tools" / "book" / "python"
STORES = """
class Store {
  texts = new Map();
  get length() { return this.texts.size; }
  key(place) { return [...this.texts.keys()][place] ?? null; }
  getItem(key) { return this.texts.get(key) ?? null; }
  setItem(key, text) { this.texts.set(key, String(text)); }
  removeItem(key) { this.texts.delete(key); }
}
const refusal = (name) => Object.assign(new Error("refused"), { name });
const shut = () => { throw refusal("SecurityError"); };
const stores = {
  there: () => new Store(),
  full: () => Object.assign(new Store(), { setItem() { throw refusal("QuotaExceededError"); } }),
  pretending: () => ({ getItem: () => null, setItem() {}, removeItem() {} }),
  shut: () => new Proxy({}, { get: shut }),
};
const use = (get) => Object.defineProperty(globalThis, "localStorage", { get, configurable: true });
"""


@pytest.fixture
def node(tmp_path):
    """Returns node(script) -> what it gives to `print`; it has the modules `kept`, `answers`, `files`, and STORES."""

    def run(script):
        file = tmp_path / "script.mjs"
        modules = {"kept": "kept", "answers": "answers", "files": "progress_file"}
        lines = [f'import * as {name} from "{(FOLDER / f"{stem}.mjs").as_uri()}";' for name, stem in modules.items()]
        lines += [STORES, "const print = (x) => console.log(JSON.stringify(x));", script]
        file.write_text("\n".join(lines), encoding="utf-8")
        command = [NODE, file]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)

    return run


def test_what_is_written_is_read_and_listed_under_a_key_with_a_version_and_forgotten_once_removed(node):
    found = node("""
      const store = stores.there();
      use(() => store);
      store.setItem("theme", "dark");
      const said = [kept.write("answer", "21_convolution", "OUTPUT_SIZE", "def f(): ..."),
        kept.write("solved", "21_convolution", "OUTPUT_SIZE", "yes")];
      const read = (name) => kept.read("answer", "21_convolution", name);
      const before = [read("OUTPUT_SIZE"), read("NO")];
      const keys = [...store.texts.keys()], listed = kept.all();
      kept.remove("answer", "21_convolution", "OUTPUT_SIZE");
      print({ said, before, keys, listed, after: kept.all().length });
    """)
    assert found["said"] == ["", ""] and found["before"] == ["def f(): ...", None] and found["after"] == 1
    assert found["keys"][1:] == [f"dnn-book/1/{kind}/21_convolution/OUTPUT_SIZE" for kind in ("answer", "solved")]
    names = {"chapter": "21_convolution", "name": "OUTPUT_SIZE"}
    assert found["listed"] == [names | {"kind": "answer", "text": "def f(): ..."}] + [
        names | {"kind": "solved", "text": "yes"}
    ]


@pytest.mark.parametrize(
    "store, message", [("full", "full"), ("pretending", "absent"), ("shut", "absent"), ("none", "absent")]
)
def test_a_store_that_refuses_throws_nothing_says_why_and_the_page_remembers_until_it_is_left(node, store, message):
    found = node(f"""
      const name = {json.dumps(store)};
      const store = stores[name]?.();
      use(name === "shut" ? shut : () => store);
      const said = kept.write("answer", "a", "B", "x = 1");
      print([said === kept.MESSAGES.{message}, kept.read("answer", "a", "B"), kept.all().map((one) => one.text),
        kept.remove("answer", "a", "B"), kept.read("answer", "a", "B"), kept.all()]);
    """)
    assert found == [True, "x = 1", ["x = 1"], "", None, []]


def test_what_a_full_store_refused_is_kept_as_soon_as_there_is_room(node):
    found = node("""
      const store = stores.there();
      const set = store.setItem.bind(store);
      store.setItem = (key, text) => { if (store.length > 1) throw refusal("QuotaExceededError"); set(key, text); };
      use(() => store);
      const said = ["A", "B", "C"].map((name) => kept.write("answer", "a", name, name));
      kept.remove("answer", "a", "A");
      print({ said, texts: [...store.texts.values()] });
    """)
    assert [bool(message) for message in found["said"]] == [False, False, True] and found["texts"] == ["B", "C"]


def test_the_last_of_two_tabs_wins_and_is_told_so_once(node):
    found = node("""
      const store = stores.there();
      use(() => store);
      const key = "dnn-book/1/answer/a/B";
      const said = [kept.read("answer", "a", "B"), kept.write("answer", "a", "B", "mine")];
      store.setItem(key, "theirs");
      said.push(kept.write("answer", "a", "B", "mine again") === kept.MESSAGES.changed);
      said.push(kept.write("answer", "a", "B", "and again"), store.getItem(key));
      print(said);
    """)
    assert found == [None, "", True, "", "and again"]


def test_answers_stand_in_the_cells_of_their_exercises_with_one_check_each(node):
    found = node("""
      const cell = (id, source, cell_type = "code") => ({ id, cell_type, source, metadata: {}, outputs: [] });
      const cells = [cell("a", "import x"), cell("b", ["def f():\\n", "    ...\\n\\n\\n", "check(ex.F, f)"]),
        cell("c", "g = None\\n\\n\\ncheck(ex.G, g)"), cell("d", "check(ex.F, f)", "markdown"),
        cell("e", "h = None\\n\\n\\ncheck(ex.H, h)")];
      const typed = { F: "def f():\\n    return 1\\n", G: "g = 2\\ncheck(ex.G, g)", scratch: "1 + 1" };
      const made = answers.withAnswers({ cells, nbformat: 4 }, typed);
      print({ made: made.cells.map(({ id, source }) => [id, source]), before: cells.length, nbformat: made.nbformat });
    """)
    assert found["before"] == 5 and found["nbformat"] == 4
    assert dict(found["made"]) == {
        "a": "import x",
        "b": "def f():\n    return 1\n\n\ncheck(ex.F, f)",
        "c": "g = 2\ncheck(ex.G, g)",
        "d": "check(ex.F, f)",
        "e": "h = None\n\n\ncheck(ex.H, h)",
        "scratch": "1 + 1",
    }


MARK = {"kind": "solved", "chapter": "21_convolution", "name": "MERGE", "text": "yes"}


def test_a_file_of_progress_comes_back_as_it_went_and_adds_only_what_is_new(node):
    found = node(f"""
      const mark = {json.dumps(MARK)}, answer = {{ ...mark, kind: "answer", text: "mine" }};
      const read = files.fromFile(files.asFile([mark, answer]));
      const here = [{{ ...answer, text: "typed here" }}];
      const news = files.newIn(read, here);
      print([read, news, files.saidOfLoading(news), files.saidOfLoading(files.newIn(read, read))]);
    """)
    assert found[0] == [MARK, MARK | {"kind": "answer", "text": "mine"}] and found[1] == {"added": [MARK], "left": 1}
    assert found[2] == "Added 1 mark and 0 answers. 1 answer of the file differs from yours, which stays."
    assert found[3] == "The file holds nothing that is not here already."


def test_a_file_that_is_none_is_refused_with_what_is_wrong_with_it(node):
    bad = {
        "": "no JSON",
        "{": "no JSON",
        "[]": "no progress",
        "null": "no progress",
        '{"book": "other"}': "no progress",
    }
    start = {"book": "dnn-book", "version": 1}
    bad[json.dumps({**start, "version": 2, "kept": []})] = "version 2, and this copy of the book reads version 1"
    bad[json.dumps(start)] = "entry 0"
    for change in ({"kind": "theme"}, {"chapter": "../x"}, {"name": 3}, {"text": None}):
        bad[json.dumps({**start, "kept": [MARK, MARK | change]})] = "entry 1"
    found = node(f"""
      const said = (text) => {{ try {{ return files.fromFile(text); }} catch (error) {{ return error.message; }} }};
      print({json.dumps(list(bad))}.map(said));
    """)
    assert all(text.startswith("Nothing was changed") for text in found)
    assert all(part in text for part, text in zip(bad.values(), found, strict=True)), found
