"""Self-check questions, written as folded HTML that stays plain in Colab and JupyterLab.

Answers to choose are `<details class="choice right">` and `<details class="choice wrong">`, one after the other; a
page shuffles them, always in the same way. A number to enter is `<details class="number" data-answer="28">`, the
folded answer, in which the items of a list that start with a number in bold are told to whoever enters that number;
book.js puts the field before it.
"""

import hashlib
import re

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)
NUMBER = r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"


class Questions(SphinxTransform):
    """Groups and shuffles the answers of each question, and prepares the numbers to enter."""

    default_priority = 205  # after Details, which renders the mathematics of summaries

    def apply(self, **kwargs):
        for node in list(self.document.findall(nodes.raw)):
            split(node)
        for parent in unique(node.parent for node in self.document.findall(opens("choice"))):
            self.shuffle(parent)
        for parent in unique(node.parent for node in self.document.findall(opens("number"))):
            self.prepare(parent)

    def warn(self, node, message):
        logger.warning("question: %s", message, location=node)

    def shuffle(self, parent):
        """Puts each run of answers into a group that assistive technology announces, in shuffled order."""
        result = []
        for block in blocks(parent.children, "choice"):
            if not isinstance(block, list):
                result.append(block)
            elif result and isinstance(result[-1], Group):
                result[-1].answers.append(block)
            else:
                result.append(Group(result[-1].astext() if result else "", [block]))
        parent.children = []
        for item in result:
            parent.extend(self.group(item) if isinstance(item, Group) else [item])

    def group(self, group):
        """Returns the nodes of a group of answers."""
        right = sum('"choice right"' in answer[0].astext() for answer in group.answers)
        if right != 1 or len(group.answers) < 2:
            counts = f"{right} of {len(group.answers)}"
            self.warn(group.answers[0][0], f"expected one right answer of two or more, found {counts}")
        for first, *_ in group.answers:  # a name for an answer that is mathematics alone, and what it is for the ear
            named = re.sub(r"<summary[^>]*>", r'\g<0><span class="visually-hidden">Answer: </span>', first.astext())
            first.children = [nodes.Text(named)]
        key = key_of(group.question)
        opening = f'<div class="choices" id="question-{key}" data-question="{key}" role="group" aria-label="Answers">'
        before = nodes.raw("", opening, format="html", question=key)
        shuffled = [node for answer in group.shuffled() for node in answer]
        return [before, *shuffled, nodes.raw("", "</div>", format="html")]

    def prepare(self, parent):
        """Checks the numbers to enter, and puts each into a box, where book.js adds the field."""
        result = []
        for block in blocks(parent.children, "number"):
            if isinstance(block, list):
                self.check(block)
                key = key_of(result[-1].astext() if result else "")
                opening = f'<div class="number-question" id="question-{key}" data-question="{key}">'
                before = nodes.raw("", opening, format="html", question=key)
                result += [before, *block, nodes.raw("", "</div>", format="html")]
            else:
                result.append(block)
        parent.children = []
        parent.extend(result)

    def check(self, block):
        """Checks the numbers of one question: that they can be read, and that none listed as wrong would pass."""
        given = dict(re.findall(r'\bdata-(\w+)="([^"]*)"', block[0].astext().partition(">")[0]))
        tolerance = given.get("tolerance", "0")
        if not re.fullmatch(NUMBER, given.get("answer", "")) or not re.fullmatch(r"\d+(\.\d+)?%?", tolerance):
            self.warn(block[0], f'expected data-answer="28" and data-tolerance="0.5" or "5%", found {given}')
            return
        for item in (item for node in block for item in node.findall(nodes.list_item)):
            strong = next(iter(item.findall(nodes.strong)), None)
            if strong is None or not re.fullmatch(NUMBER, strong.astext()):
                continue
            wrong = float(strong.astext().replace("−", "-"))
            if is_right(wrong, float(given["answer"].replace("−", "-")), tolerance):
                self.warn(block[0], f"{strong.astext()} is listed as wrong, but the tolerance lets it pass")


class Group:
    """The answers of one question; each is the list of its nodes."""

    def __init__(self, question, answers):
        self.question, self.answers = question, answers

    def shuffled(self):
        """Returns the answers in an order that their texts decide: no place is favoured, and each build agrees."""
        return sorted(self.answers, key=lambda answer: digest(self.question + answer[0].astext()))


def key_of(question):
    """Returns the name under which a browser keeps that a question is answered: by its text, not by its number."""
    return digest(re.sub(r"^\d+\. *", "", question)).hex()[:8]


def digest(text):
    return hashlib.sha256(re.sub(r"\s+", " ", text).encode()).digest()


def is_right(value, answer, tolerance="0"):
    """Says whether a number entered is right; book.js does the same."""
    share = tolerance.endswith("%")
    allowed = float(tolerance.rstrip("%")) * (abs(answer) / 100 if share else 1)
    return abs(value - answer) <= allowed + 1e-9 * max(1, abs(answer))


def split(node):
    """Takes apart raw HTML that closes one folded block and opens the next without a blank line between them."""
    parts = re.split(r"(?<=</details>)\s*(?=<details\b)", node.astext())
    if node.get("format") == "html" and len(parts) > 1:
        pieces = [nodes.raw("", part, format="html") for part in parts]
        for piece in pieces:
            piece.source, piece.line = node.source, node.line
        node.parent.replace(node, pieces)


def opens(kind):
    """Returns a test of nodes: whether one opens a folded block of this class."""
    pattern = re.compile(rf'\s*<details class="{kind}\b')
    return lambda node: isinstance(node, nodes.raw) and bool(pattern.match(node.astext()))


def blocks(children, kind):
    """Yields the children of a node, those of a folded block of this class together in a list."""
    starts, block, depth = opens(kind), [], 0
    for child in children:
        if not depth and not starts(child):
            yield child
            continue
        block.append(child)
        if isinstance(child, nodes.raw):
            depth += child.astext().count("<details") - child.astext().count("</details>")
        if depth <= 0:
            yield block
            block, depth = [], 0
    if block:
        yield block


def unique(items):
    """Returns items without repetition, in order."""
    return list(dict.fromkeys(items))


def setup(app):
    """Connects the transform."""
    app.add_transform(Questions)
