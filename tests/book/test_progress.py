"""What a reader types, solves and answers: kept, marked beside it and in the lists, and given back as files."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import expect

from tests.book.conftest import SCHEMES
from tests.book.test_accessibility import unfolded, violations
from tools import notebooks
from tools.book import progress
from tools.book.build import ROOT
from tools.book.plan import chapters

CHAPTER = "61_ilsvrc"
PAGE, PROGRESS, SAMPLE = f"chapters/{CHAPTER}", "pages/progress", "sample:sample"
KEPT = "dnn-book/1"
# Stores that refuse: one that has no room for the book (the theme alone would stumble over that), and one that is shut
FULL = """const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
  if (key.startsWith("dnn-book")) throw new DOMException("full", "QuotaExceededError");
  set.call(this, key, text);
}"""
PRIVATE = 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } })'


def exercises_of(chapter):
    """Returns the names of a chapter's exercises, in order."""
    code = [
        cell.source for cell in notebooks.load(ROOT / f"chapters/{chapter}.ipynb").cells if cell.cell_type == "code"
    ]
    return [name for name in map(notebooks.exercise_in, code) if name]


NAMES = exercises_of(CHAPTER)


def dispatch(page, name, exercise, **detail):
    """Does what an open cell does when its check passes ("solved") or the reader types ("typed")."""
    page.locator(f'.solve[data-exercise="{exercise}"]').evaluate(
        "(e, [name, detail]) => { e.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })); }",
        [name, {"chapter": CHAPTER, "exercise": exercise, **detail}],
    )


def kept(page):
    """Returns what the browser keeps: "kind/chapter/name" -> text."""
    script = "bookKept.all().map(({ kind, chapter, name, text }) => [`${kind}/${chapter}/${name}`, text])"
    return dict(page.evaluate(script))


@pytest.fixture
def agree(request):
    """Returns agree(page, answer=True): from now on the reader answers the browser's questions so; they are listed."""

    def connect(page, answer=True):
        asked = []
        page.on(
            "dialog", lambda dialog: (asked.append(dialog.message), dialog.accept() if answer else dialog.dismiss())
        )
        return asked

    return connect


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_solved_exercise_is_marked_at_its_heading_and_in_both_lists_and_nothing_moves(open_page, scheme):
    page = open_page(PAGE, scheme)
    boxes = "article :is(h2, h3, .choices), .toctree-l2, .toc-entry"
    places = f"[...document.querySelectorAll('{boxes}')].map((e) => e.offsetTop)"
    before = page.evaluate(places)
    dispatch(page, "solved", NAMES[1])
    for reloaded in (False, True):
        if reloaded:
            page.reload()
        marks = page.locator("article .done-mark:visible")
        expect(marks).to_have_text("✓ solved")
        assert "Exercise 2" in marks.locator("..").inner_text()
        assert re.search(r"Exercise 2: \S+ ?✓, done$", page.locator(".page-toc a:has(.done-count)").text_content())
        here = page.locator(".bd-sidebar-primary .toctree-l2.current a")
        assert re.search(r"1/(\d+), 1 of \1 done$", here.text_content())
        assert page.evaluate(places) == before
    for name in NAMES:
        dispatch(page, "solved", name)
    assert page.locator("article .done-mark:visible").count() == len(NAMES)


def test_a_question_is_marked_once_it_is_answered_right_and_a_wrong_answer_leaves_no_mark(open_page):
    page = open_page(SAMPLE)
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")  # by no reader
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = false; })")
    first = page.locator(".choices").first
    for wrong in first.locator(".wrong > summary").all():
        wrong.click()
    field = page.get_by_label("Your answer")
    field.fill("27")
    field.press("Enter")
    assert not page.locator(".done-mark:visible").count() and not kept(page)
    first.locator(".right > summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator(".done-mark")).to_have_text("✓ answered")
    field.fill("28")
    field.press("Enter")
    expect(page.locator(".number-question .done-mark")).to_be_visible()
    page.reload()
    assert page.locator(".done-mark:visible").count() == 2
    assert re.search(r"2/3, 2 of 3 done$", page.locator("#pst-page-toc-nav a[href='#check-yourself']").text_content())
    page.locator(".choices").nth(1).locator(".right > summary").click()
    assert page.locator("#pst-page-toc-nav a[href='#check-yourself']").text_content().endswith("✓, done")


def test_what_is_typed_is_there_after_a_reload_until_it_is_the_stub_again_or_cleared(open_page, agree):
    page = open_page(PAGE, "file")
    asked = agree(page)
    clear = page.get_by_role("button", name="Clear what I typed")
    assert clear.is_disabled()
    for name in [*NAMES[:2], "scratch"]:
        dispatch(page, "typed", name, text=f"x = {name!r}", stub="x = None")
    dispatch(page, "solved", NAMES[0])
    page.reload()
    assert page.get_by_role("button", name="Go on solving").count() == 2
    read = f"(name) => bookKept.read('answer', '{CHAPTER}', name)"
    assert [page.evaluate(read, name) for name in (NAMES[1], "scratch")] == [f"x = {NAMES[1]!r}", "x = 'scratch'"]
    dispatch(page, "typed", NAMES[1], text="x = None", stub="x = None")
    assert page.evaluate(read, NAMES[1]) is None
    told = page.locator(f'.solve[data-exercise="{NAMES[0]}"]').evaluate_handle(
        "(e) => { const got = []; e.addEventListener('kept', ({ detail }) => got.push(detail.text)); return got; }"
    )
    clear.click()
    assert len(asked) == 1 and "(2 answers)" in asked[0]
    assert kept(page) == {f"solved/{CHAPTER}/{NAMES[0]}": "yes"} and told.json_value() == [None]
    assert page.locator(f'.solve[data-exercise="{NAMES[0]}"]').inner_text() == "Solve it here"
    assert clear.is_disabled() and page.get_by_text("What you typed in this chapter is cleared.").is_visible()


@pytest.fixture
def exported(open_page):
    """Returns exported(answers) -> the notebook of the chapter that a page from a folder gives, and its file's name."""

    def export(answers):
        page = open_page(PAGE, "file")
        for name, text in answers.items():
            dispatch(page, "typed", name, text=text)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download with my answers").click()
        return nbformat.read(download.value.path(), as_version=4), download.value.suggested_filename

    return export


def test_the_chapter_comes_as_a_valid_notebook_that_is_the_solved_chapter_which_other_tests_run(exported):
    book = notebooks.load(ROOT / f"chapters/{CHAPTER}.ipynb")
    solved = notebooks.load(ROOT / f"chapters/{CHAPTER}.ipynb")
    notebooks.solve(solved)
    sources = [cell.source for cell in solved.cells if cell.cell_type == "code" and notebooks.exercise_in(cell.source)]
    answers = {notebooks.exercise_in(source): source.rpartition("\n\n\n")[0] for source in sources}
    notebook, name = exported(answers | {"scratch": "6 * 7"})
    nbformat.validate(notebook)
    assert name == f"{CHAPTER}.ipynb"
    assert [cell.id for cell in notebook.cells] == [*(cell.id for cell in book.cells), "scratch"]
    assert [cell.source for cell in notebook.cells[:-1]] == [cell.source for cell in solved.cells]
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert notebook.cells[-1].source == "6 * 7"


def test_every_exercise_and_question_of_the_book_is_listed_with_a_link_that_leads_to_it(path_of):
    html = path_of(PROGRESS).read_text(encoding="utf-8")
    entries = re.findall(r'<details class="progress-chapter" data-chapter="(\w+)">(.*?)</details>', html, re.S)
    assert [name for name, _ in entries] == [chapter.name.removeprefix("chapters/") for chapter in chapters(ROOT)]
    for name, entry in entries:
        cells = notebooks.load(ROOT / f"chapters/{name}.ipynb").cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        questions = len(re.findall(r'<details class="choice right"|<details class="number"', text))
        assert re.findall(r'data-kind="solved" data-name="(\w+)"', entry) == exercises_of(name)
        assert entry.count('data-kind="question"') == questions >= 4
        page = path_of(f"chapters/{name}").read_text(encoding="utf-8")
        places = re.findall(rf'href="\.\./chapters/{name}\.html#([^"]+)"', entry)
        assert len(places) == len(exercises_of(name)) + questions and all(f'id="{place}"' in page for place in places)


def test_one_script_names_the_tasks_of_all_chapters_for_all_pages(path_of):
    text = (path_of("index").parent / "_static" / progress.TASKS).read_text(encoding="utf-8")
    tasks = json.loads(re.fullmatch(r"globalThis\.bookTasks = (.*);\n", text)[1])
    assert [*tasks] == [chapter.name.removeprefix("chapters/") for chapter in chapters(ROOT)]
    listed = path_of(PROGRESS).read_text(encoding="utf-8")
    for name, entry in re.findall(r'data-chapter="(\w+)">(.*?)</details>', listed, re.S):
        assert tasks[name].split() == re.findall(r'data-name="(\w+)"', entry)
        page = path_of(f"chapters/{name}").read_text(encoding="utf-8")
        own = json.loads(re.search(r'<script id="progress-data"[^>]*>(.*?)</script>', page, re.S)[1])
        assert own.keys() == {"chapter", "tasks"} and " ".join(task for _, task, _ in own["tasks"]) == tasks[name]
        assert page.index(f"_static/{progress.TASKS}") < page.index(f"_static/{progress.SCRIPT}")


def test_a_build_that_reads_a_few_pages_anew_renews_the_script(tmp_path):
    app, env = SimpleNamespace(outdir=tmp_path / "html"), SimpleNamespace()
    (tmp_path / "progress").mkdir()
    for names in (["A"], ["A", "B"]):
        tasks = [progress.Task("solved", name, "", "") for name in names]
        env.book_tasks = {"chapters/21_convolution": tasks, "pages/notation": tasks, "chapters/22_none": []}
        progress.write_tasks(app, env)
        script = (tmp_path / "progress" / progress.TASKS).read_text(encoding="utf-8")
        assert script == f'globalThis.bookTasks = {{"21_convolution": "{" ".join(names)}"}};\n'


def test_without_the_names_of_tasks_answers_are_kept_and_marks_of_the_page_shown(visit):
    opened = visit(PAGE, "file")
    page = opened.page
    page.route(f"**/{progress.TASKS}*", lambda route: route.abort())
    page.reload()
    dispatch(page, "typed", NAMES[0], text="a = 1", stub="")
    dispatch(page, "solved", NAMES[0])
    assert kept(page)[f"answer/{CHAPTER}/{NAMES[0]}"] == "a = 1"
    expect(page.locator("article .done-mark:visible")).to_have_text("✓ solved")
    opened.context.close()
    assert len(opened.faults) >= 1 and all(progress.TASKS in f or "ERR_FAILED" in f for f in opened.faults)


def test_the_progress_page_counts_saves_clears_and_takes_back(open_page, agree):
    page = open_page(PROGRESS, "file")
    keys = [
        f"{KEPT}/solved/{CHAPTER}/{NAMES[0]}",
        f"{KEPT}/answer/{CHAPTER}/{NAMES[0]}",
        f"{KEPT}/solved/{CHAPTER}/GONE",
    ]
    page.evaluate("(keys) => { for (const key of keys) localStorage.setItem(key, 'yes'); }", keys)
    page.reload()
    total, entry = page.locator(".progress-total"), page.locator(f'.progress-chapter[data-chapter="{CHAPTER}"]')
    assert re.match(r"You have solved 1 of \d+ exercises and answered 0 of \d+ questions\.", total.inner_text())
    assert f"1 of {len(NAMES)} solved, 0 of" in entry.locator("summary").inner_text()
    entry.locator("summary").click()
    assert entry.locator("li.done").inner_text().endswith("solved")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = download.value.path().read_bytes()
    asked = agree(page)
    page.get_by_role("button", name="Clear everything").click()
    expect(total).to_contain_text("solved 0 of")
    assert len(asked) == 1 and not kept(page)
    page.evaluate("(key) => { localStorage.setItem(key, 'typed since'); }", keys[1])
    for content, said in (
        (b"{", "Nothing was changed: this file is no JSON."),
        (saved, "Added 2 marks and 0 answers. 1 answer of the file differs from yours, which stays."),
        (saved, "The file holds nothing that is not here already."),
    ):
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Load from a file").click()
        chooser.value.set_files({"name": "progress.json", "mimeType": "application/json", "buffer": content})
        expect(page.locator(".answers-bar [role=status]")).to_contain_text(said)
    expect(total).to_contain_text("solved 1 of")
    assert kept(page)[f"answer/{CHAPTER}/{NAMES[0]}"] == "typed since"


@pytest.mark.parametrize(
    "refusal, said", [(FULL, "store for this book is full"), (PRIVATE, "keeps nothing")], ids=["full", "private"]
)
def test_a_store_that_refuses_is_told_once_and_answers_and_marks_last_as_long_as_the_page(visit, refusal, said):
    opened = visit(PAGE, "file")
    page = opened.page
    opened.context.add_init_script(refusal)
    page.reload()
    notice = page.locator(".book-notice")
    assert not notice.is_visible() or not notice.inner_text()
    dispatch(page, "typed", NAMES[0], text="a = 1", stub="")
    expect(notice).to_contain_text(said)
    notice.get_by_role("button", name="Close").click()
    dispatch(page, "typed", NAMES[0], text="a = 12", stub="")
    dispatch(page, "solved", NAMES[0])
    assert notice.inner_text() == ""
    assert kept(page) == {f"answer/{CHAPTER}/{NAMES[0]}": "a = 12", f"solved/{CHAPTER}/{NAMES[0]}": "yes"}
    expect(page.locator("article .done-mark:visible")).to_have_text("✓ solved")
    opened.context.close()
    assert not opened.faults


def test_two_tabs_share_marks_at_once_and_the_one_that_overwrites_an_answer_says_so(open_page):
    page = open_page(PAGE)
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        dispatch(tab, "opened", NAMES[0])
    cell = page.locator(f'.solve[data-exercise="{NAMES[0]}"]')
    cell.evaluate("(e) => { e.dataset.state = 'ready'; e.querySelector('button').focus(); }")  # at work in an open cell
    told = cell.evaluate_handle(
        "(e) => { const got = []; e.addEventListener('kept', ({ detail }) => got.push(detail.text)); return got; }"
    )
    dispatch(other, "solved", NAMES[0])
    dispatch(other, "typed", NAMES[0], text="theirs")
    expect(page.locator("article .done-mark:visible")).to_have_text("✓ solved")
    page.wait_for_function("(got) => got.length === 1", arg=told)
    assert told.json_value() == ["theirs"]
    dispatch(page, "typed", NAMES[0], text="mine")
    expect(page.locator(".book-notice")).to_contain_text("changed in another tab")
    assert kept(other)[f"answer/{CHAPTER}/{NAMES[0]}"] == "mine"


@pytest.mark.parametrize("theme, width", [("light", 1280), ("dark", 390)])
def test_marks_and_lists_break_no_rule_of_axe_and_fit_a_phone(open_page, theme, width):
    page = open_page(PAGE, "file", theme=theme, width=width, reduced_motion="reduce")
    for name in NAMES:
        dispatch(page, "solved", name)
    page.locator(".choices .right > summary").first.click()
    dispatch(page, "typed", NAMES[0], text="x")
    for name in (PAGE, PROGRESS):
        if name == PROGRESS:
            page.goto(page.url.partition("chapters/")[0] + f"{PROGRESS}.html")
            assert page.locator("li.done").count() == len(NAMES) + 1
        assert violations(unfolded(page, theme)) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        crossing = """[...document.querySelectorAll('article .done-mark')].filter((mark) => {
          const { left, right, top, bottom } = mark.getBoundingClientRect();
          return [...document.querySelectorAll('article :is(p, summary, pre, form)')].some((other) => {
            const box = other.getBoundingClientRect();
            return box.width && box.left < right && box.right > left && box.top < bottom && box.bottom > top;
          });
        }).length"""
        assert page.evaluate(crossing) == 0


def test_without_javascript_the_progress_page_says_what_it_needs_and_still_lists_what_there_is(open_page):
    page = open_page(PROGRESS, "file", java_script_enabled=False)
    assert "This page needs JavaScript" in page.locator("article").inner_text()
    assert not page.locator(".answers-bar").is_visible()
    assert page.locator(".progress-chapter").count() == len(chapters(ROOT))


def test_a_file_of_progress_is_json_with_a_version(open_page):
    page = open_page(PROGRESS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    assert download.value.suggested_filename == "deep-networks-progress.json"
    assert json.loads(download.value.path().read_text("utf-8")) == {"book": "dnn-book", "version": 1, "kept": []}
