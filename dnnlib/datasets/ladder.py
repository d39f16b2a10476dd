"""The data sets in the order in which one climbs them: from what trains in seconds to the reader's own pictures."""

from dnnlib.datasets import (
    alice,
    cifar,
    digits,
    digits_on_photographs,
    fashion_mnist,
    folders,
    mnist,
    photographs,
    scenes,
    sequences,
    shapes,
)

LADDER = (
    digits.CARD,
    photographs.CARD,
    digits_on_photographs.CARD,
    shapes.CARD,
    scenes.CARD,
    mnist.CARD,
    fashion_mnist.CARD,
    cifar.CARD,
    cifar.CARD_100,
    folders.CARD,
)
SEQUENCES = (alice.CARD, sequences.CARD_AGREEMENT, sequences.CARD_ADDING)  # what is no picture
COMES = {
    "bundled": "bundled",
    "generated": "drawn on the spot",
    "downloaded": "downloaded, {} MB",
    "your own": "from your disk",
}


def table(cards):
    """Returns what the cards say of form and size as a table in Markdown, one row each."""
    lines = ["| data set | examples | shape | classes | comes |", "|---|---|---|---|---|"]
    for card in cards:
        classes = "your folders" if card.classes is None else card.classes or "none"
        comes = COMES[card.comes].format(card.megabytes)
        lines.append(f"| {card.name} | {card.size()} | {card.form()} | {classes} | {comes} |")
    return "\n".join(lines).replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")


def sources(cards):
    """Returns how each data set is loaded, who made it and its licence, as a list in Markdown."""
    lines = []
    for card in cards:
        module, _, function = card.loader.partition(".")
        lines.append(f"- **{card.name}**: `{function}` of `{module}`. {card.source}. Licence: {card.licence}.")
    return "\n".join(lines)
