"""A small picture of what builds on what: boxes in rows, an arrow from each box to those that need it, in SVG.

The colours are those of the style sheet's classes, so the picture follows the theme.
"""

import math
import textwrap
from html import escape

BOX, HEIGHT, GAP, ROW, LANE = 200, 56, 24, 92, 24  # pixels; a lane is the room for an arrow that passes a row


def direct(needs):
    """Leaves out what is needed by way of something else that is needed.

    Args:
        needs: Name -> the names that it needs, each before its users.

    Returns:
        The same, without the needs that follow from others.
    """
    every = {}
    for name, given in needs.items():
        every[name] = set(given).union(*(every[other] for other in given))
    return {name: [a for a in given if not any(a in every[b] for b in given)] for name, given in needs.items()}


def rows_of(needs):
    """Places each name in the row below the last that it needs; arrows that pass a row take a lane of it.

    Returns:
        The rows, as lists of names and of lanes (user, needed, row), and the links between neighbours of two rows.
    """
    row = {}
    for name, given in needs.items():
        row[name] = max((row[other] + 1 for other in given), default=0)
    rows = [[name for name in needs if row[name] == place] for place in range(max(row.values()) + 1)]
    links = []
    for name, given in needs.items():
        for other in given:
            path = [other, *((name, other, place) for place in range(row[other] + 1, row[name])), name]
            for lane in path[1:-1]:
                rows[lane[2]].append(lane)
            links += zip(path, path[1:], strict=False)
    return rows, links


def places(rows, links):
    """Returns the middle of each name and lane, and the width of all: each stands near the middle of what it needs."""
    middle = {}
    for row in rows:
        above = {name: [middle[a] for a, b in links if b == name] or [0] for name in row}
        wanted = {name: sum(above[name]) / len(above[name]) for name in row}
        row.sort(key=wanted.get)
        end = -math.inf
        for name in row:
            middle[name] = max(wanted[name], end + GAP + width(name) / 2)
            end = middle[name] + width(name) / 2
        back = sum(middle[name] - wanted[name] for name in row) / len(row)
        middle |= {name: middle[name] - back for name in row}
    left = min(middle[name] - width(name) / 2 for name in middle)
    right = max(middle[name] + width(name) / 2 for name in middle)
    return {name: middle[name] - left for name in middle}, right - left


def width(name):
    return LANE if isinstance(name, tuple) else BOX


def in_words(titles, needs):
    """Says the picture in one sentence for each name."""
    parts = [
        f"{name} {titles[name]} builds on {' and '.join(given)}." if given else f"{name} {titles[name]} is a start."
        for name, given in needs.items()
    ]
    return "How the chapters depend on each other. " + " ".join(parts)


def diagram(titles, needs):
    """Draws what builds on what.

    Args:
        titles: Name -> title.
        needs: Name -> the names that it needs, each before its users.

    Returns:
        The picture as SVG.
    """
    needs = direct(needs)
    rows, links = rows_of(needs)
    middle, wide = places(rows, links)
    top = {name: place * ROW + 2 for place, row in enumerate(rows) for name in row}
    parts = []
    for a, b in links:
        start, end = top[a] + HEIGHT, top[b] - (0 if isinstance(b, tuple) else 7)
        bend = (start + end) / 2
        head = "" if isinstance(b, tuple) else ' marker-end="url(#book-map-head)"'
        curve = f"M{middle[a]:g} {start}C{middle[a]:g} {bend:g} {middle[b]:g} {bend:g} {middle[b]:g} {end}"
        parts.append(f'<path class="link" d="{curve}"{head}/>')
    for name in (name for row in rows for name in row):
        if isinstance(name, tuple):
            parts.append(f'<path class="link" d="M{middle[name]:g} {top[name]}v{HEIGHT}"/>')
        else:
            parts += box(middle[name] - BOX / 2, top[name], name, titles[name])
    height = (len(rows) - 1) * ROW + HEIGHT + 4
    head = '<marker id="book-map-head" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="8" markerHeight="8" '
    head += 'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
    size = f'viewBox="-2 0 {wide + 4:g} {height}" width="{wide + 4:g}" height="{height}"'
    words = escape(in_words(titles, needs), quote=True)
    return f'<svg class="book-map" role="img" aria-label="{words}" {size}>{head}{"".join(parts)}</svg>'


def box(x, y, name, title):
    """Returns the parts of one box: its frame, and its name and title in one or two lines."""
    lines = textwrap.wrap(f"{name} {title}", 22)
    first = y + HEIGHT / 2 + 5 - 9 * (len(lines) - 1)
    yield f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{HEIGHT}" rx="8"/>'
    for place, line in enumerate(lines):
        yield f'<text x="{x + BOX / 2:g}" y="{first + 18 * place:g}">{escape(line)}</text>'
