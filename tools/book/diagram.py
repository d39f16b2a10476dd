"""A small picture of what builds on what: boxes in rows, an arrow from each box to those that need it, in SVG.

The colours are those of the style sheet's classes, so the picture follows the theme.
"""

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
    """Returns the middle of each name and lane; a row is ordered by the middles of what it needs, and centred."""
    widths = [sum(LANE if isinstance(n, tuple) else BOX for n in row) + GAP * (len(row) - 1) for row in rows]
    middle = {}
    for number, row in enumerate(rows):
        above = {name: [middle[a] for a, b in links if b == name] for name in row}
        row.sort(key=lambda name: sum(above[name]) / len(above[name]) if above[name] else 0)
        x = (max(widths) - widths[number]) / 2
        for name in row:
            width = LANE if isinstance(name, tuple) else BOX
            middle[name] = x + width / 2
            x += width + GAP
    return middle, max(widths)


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
    middle, width = places(rows, links)
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
    size = f'viewBox="-2 0 {width + 4:g} {height}" width="{width + 4:g}" height="{height}"'
    words = escape(in_words(titles, needs), quote=True)
    return f'<svg class="book-map" role="img" aria-label="{words}" {size}>{head}{"".join(parts)}</svg>'


def box(x, y, name, title):
    """Returns the parts of one box: its frame, and its name and title in one or two lines."""
    lines = textwrap.wrap(f"{name} {title}", 22)
    first = y + HEIGHT / 2 + 5 - 9 * (len(lines) - 1)
    yield f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{HEIGHT}" rx="8"/>'
    for place, line in enumerate(lines):
        yield f'<text x="{x + BOX / 2:g}" y="{first + 18 * place:g}">{escape(line)}</text>'
