"""What a page loads is small: styles without rules that meet nothing, scripts and styles of explorables minified."""

import re

import pytest

from dnnlib.widgets.base import HERE, script
from tools.book.assets import keep_rules
from tools.book.widgets import file_of, minify


@pytest.mark.parametrize(
    "css, kept",
    [
        (".in{x:1}.out{x:1}", ".in{x:1}"),
        (".out{x:1}a{x:1}", "a{x:1}"),
        (".in,.out .in,.in>a{x:1}", ".in,.in>a{x:1}"),
        ("a:not(.out){x:1}:is(.out,a) b{x:1}", "a:not(.out){x:1}:is(.out,a) b{x:1}"),
        ("@media print{.out{x:1}}@media print{.in{x:1}.out{x:2}}", "@media print{.in{x:1}}"),
        (
            "@keyframes k{12.5%{x:1}}@font-face{src:url(a.woff2)}",
            "@keyframes k{12.5%{x:1}}@font-face{src:url(a.woff2)}",
        ),
        (".bs-tooltip-auto .in{x:1}/* .in{} */", ".bs-tooltip-auto .in{x:1}"),
    ],
)
def test_rules_that_meet_no_page_go_and_all_others_stay(css, kept):
    assert keep_rules(css, {"in"}) == kept


def test_code_of_explorables_is_minified_into_classic_scripts(books):
    for source in (*HERE.glob("**/*.mjs"), *HERE.glob("**/*.css")):
        small = (books[""] / "_static" / file_of(source)).read_text(encoding="utf-8")
        whole = script(source) if source.suffix == ".mjs" else source.read_text(encoding="utf-8")
        # Data stay as they are: long strings anywhere, shorter ones too in a file that a script has written.
        shortest = 60 if "Made by tools/" in source.read_text(encoding="utf-8") else 200
        data = rf'"[\w .,+/=-]{{{shortest},}}"'
        small, whole = (re.sub(data, '""', text) for text in (small, whole))
        assert len(small) < 0.95 * len(whole), source.name
        if source.suffix == ".mjs":
            assert small.startswith("var explorables=explorables||{};") and len(small) < 0.8 * len(whole), source.name


def test_a_script_that_is_none_ends_the_build(tmp_path):
    (tmp_path / "broken.js").write_text("const = 3;")
    with pytest.raises(RuntimeError, match="expected scripts and styles that esbuild can read"):
        minify(tmp_path)
