"""A page without its figures weighs at most 400 KB after gzip, mathematics and explorables included."""

import pytest

from benchmarks.page_weight import weigh
from tests.book.conftest import PAGES
from tools.book.build import ROOT

LIMIT = 400 * 1024


@pytest.mark.parametrize("name", PAGES)
def test_page_weighs_at_most_400_kb(open_page, server, name):
    page = open_page(name)
    page.wait_for_load_state("networkidle")
    parts = weigh(page, ROOT / "_build", server)
    assert parts["html"] and parts["css"] and parts["js"]
    assert sum(parts.values()) <= LIMIT, parts
