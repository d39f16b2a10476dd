"""How wide a figure must be for its words to be read is computed from the drawing itself."""

from tools.book.figures import legible_class


def svg(*points):
    words = "".join(f'<g transform="translate(1 2) scale({size / 100} -{size / 100})"/>' for size in points)
    return f'<svg height="90pt" width="300pt">{words}</svg>'


def test_the_smallest_words_decide_and_come_out_at_seven_and_a_half_pixels():
    assert legible_class(svg(10, 7.5)) == ["legible-300"]  # 400 pixels wide, words of 10: 300 make them 7.5
    assert legible_class(svg(10, 20)) == ["legible-225"]


def test_a_figure_is_never_asked_to_grow_and_one_without_words_may_shrink():
    assert legible_class(svg(3)) == ["legible-400"]
    assert legible_class(svg()) == []
