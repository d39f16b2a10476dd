"""What a page loads: KaTeX's style and fonts from node_modules, the book's own files, and nothing from any other host.

The theme's own weight is cut here too: 1.5 MB of icons as JavaScript (its web fonts draw the same ones), the icons
that no page shows, the search index outside of the search page, and the extensions that this book does not use.
"""

import re
import shutil
from pathlib import Path

import sphinxcontrib.katex
from docutils import nodes
from fontTools import subset

from tools.esbuild import NODE

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KATEX = ROOT / "node_modules" / "katex"
UNUSED = ("thebe", "togglebutton", "design-tabs", "sphinx-design", "copybutton_funcs", "custom-icon")


def vendor_katex(target):
    """Copies KaTeX's style sheet and its woff2 fonts.

    Args:
        target: The folder to fill.

    Raises:
        RuntimeError: where node_modules lacks KaTeX, or has another version than the one that renders the formulas.
    """
    expected = sphinxcontrib.katex.katex_version
    package = KATEX / "package.json"
    if not package.exists() or f'"version": "{expected}"' not in package.read_text(encoding="utf-8"):
        raise RuntimeError(f"expected KaTeX {expected} in node_modules, found another or none: run `make node_modules`")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(KATEX / "dist" / "fonts", target / "fonts", ignore=shutil.ignore_patterns("*.woff", "*.ttf"))
    style = (KATEX / "dist" / "katex.min.css").read_text(encoding="utf-8")
    style = re.sub(r',url\([^)]*\) format\("(?:woff|truetype)"\)', "", style)
    (target / "katex.min.css").write_text(style, encoding="utf-8")


def configure(app, config):
    """Points Sphinx at the book's files and at the Node of this environment."""
    vendored = Path(app.outdir).parent / "vendored"
    vendor_katex(vendored / "katex")
    # Not below _static/: Jupyter Book puts every script and style it finds there on every page.
    config.html_static_path += [str(HERE / "static"), str(vendored)]
    config.templates_path.append(str(HERE / "templates"))
    config.katex_css_path = "katex/katex.min.css"
    # The program itself, not the script of the same name in bin/: that would outlive the build.
    sphinxcontrib.katex.NODEJS_BINARY = str(NODE)
    # By port, which waits until KaTeX listens; the other way connects as soon as its socket's file is there.
    sphinxcontrib.katex.KaTeXServer.start_server_process = sphinxcontrib.katex.KaTeXServer.start_network_socket
    # Seconds; the defaults of 5 are short for a busy machine.
    sphinxcontrib.katex.STARTUP_TIMEOUT = sphinxcontrib.katex.RENDER_TIMEOUT = 120
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", defer="defer")


def drop_unused(app, pagename, templatename, context, doctree):
    """Takes the files of unused extensions off the page."""

    def used(file):
        about = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}".lower()
        return not any(word in about for word in UNUSED)

    for key in ("script_files", "css_files"):
        context[key][:] = filter(used, context[key])


def mend(app, pagename, templatename, context, doctree):
    """Mends what assistive technology would stumble over: names of folded cells, and table heads without words."""
    if "body" not in context:
        return
    # Scripts and styles stay as they are, whatever their strings hold.
    parts = re.split(r"(<script\b.*?</script>|<style\b.*?</style>)", context["body"], flags=re.S | re.I)
    context["body"] = "".join(part if place % 2 else mended(part) for place, part in enumerate(parts))


def mended(html):
    """Mends a piece of a page that holds no script."""
    empty = r"<th[^>]*>\s*(?:<p>\s*</p>)?\s*</th>"
    html = html.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    # A matrix: Markdown wants a head
    html = re.sub(rf"<thead>\s*<tr[^>]*>(?:\s*{empty})+\s*</tr>\s*</thead>", "", html)
    return re.sub(empty, "<td></td>", html)


def drop_thebe(app, doctree, docname):
    """Removes the settings for live kernels, which name a foreign host."""
    for node in list(doctree.findall(nodes.raw)):
        if "text/x-thebe-config" in node.astext() or node.astext().startswith("<script>kernelName"):
            node.parent.remove(node)


def slim(app, exception):
    """Keeps of the theme's icons and styles those that the written pages use, and drops what is never loaded."""
    static = Path(app.outdir, "_static")
    if exception or app.builder.format != "html":
        return
    for pattern in ("scripts/fontawesome.js*", "**/*.map", "sphinx-thebe.*", "vendor/**/*.ttf"):
        for file in static.glob(pattern):
            file.unlink()
    style = static / "styles" / "pydata-sphinx-theme.css"
    css = re.sub(r',url\([^)]*\) format\("truetype"\)', "", style.read_text(encoding="utf-8"))
    texts = [*Path(app.outdir).rglob("*.html"), *static.glob("scripts/*.js"), *static.glob("*.js")]
    words = {word for file in texts for word in re.findall(r"[\w-]+", file.read_text(encoding="utf-8"))}
    css, icons = keep_icons(css, {word for word in words if word.startswith("fa-")})
    css = re.sub(r"/\*#\s*sourceMappingURL=.*?\*/", "", css)
    style.write_text(css, encoding="utf-8")
    for sheet in (*static.glob("styles/*.css"), *static.glob("mystnb*.css")):
        sheet.write_text(keep_rules(sheet.read_text(encoding="utf-8"), words), encoding="utf-8")
    for font in static.glob("vendor/fontawesome/webfonts/*.woff2"):
        subset_font(font, icons)


def keep_icons(css, names):
    """Drops the rules of icons that are not in `names`.

    Returns:
        The shorter style sheet, and the code points that it still draws.
    """

    def rule(match):
        kept = [s for s in match[1].split(",") if s.partition(":")[0].lstrip(".") in names]
        return f"{','.join(kept)}{{{match[2]}}}" if kept else ""

    css = re.sub(r'((?:\.fa-[\w-]+:+before,?)+)\{(content:"[^"]*")\}', rule, css)
    codes = set()
    for value in re.findall(r'(?:content|--pst-icon-[\w-]+|--fa):\s*"([^"]*)"', css):
        codes.update(int(code, 16) for code in re.findall(r"\\([0-9a-f]{4})", value))
        codes.update(map(ord, re.sub(r"\\[0-9a-f]{4}", "", value)))
    return css, {code for code in codes if code >= 0xE000}


def keep_rules(css, words):
    """Drops the rules that can meet no element: each of their selectors asks for a class that is in no page or script.

    Args:
        css: A style sheet.
        words: All words of the pages and scripts, names of classes among them. Bootstrap composes those in "bs-".
    """

    def meets(selector):
        # What stands in :not(…) and the like is no demand
        demands = re.sub(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
        return all(
            "\\" in name or name.startswith("bs-") or name in words
            for name in re.findall(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)", demands)
        )

    def rule(match):
        kept = [selector for selector in re.split(r",(?![^()]*\))", match[1]) if meets(selector)]
        return f"{','.join(kept)}{{{match[2]}}}" if kept else ""

    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"(?:(?<=[{};])|^)([^{};@]+)\{([^{}]*)\}", rule, css)
    return re.sub(r"@media[^{}]*\{\s*\}", "", css)


def subset_font(path, codes):
    """Keeps the given code points of a web font."""
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True)
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    subset.save_font(font, str(path), options)


def setup(app):
    """Connects the steps."""
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", drop_thebe, priority=900)
    app.connect("html-page-context", drop_unused, priority=900)
    app.connect("html-page-context", mend)
    app.connect("build-finished", slim)
