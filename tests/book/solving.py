"""A reader who answers exercises in a built page: opens an editor, pastes or types, checks, and reads the card."""

import re

from playwright.sync_api import expect

STARTS = 60_000  # milliseconds that Python may take to start on a busy machine
RUNS = 30_000  # and a cell to run

PASTE = """(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
TEXT = """(editor) => [...editor.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n")"""
TEXT_OF_HTML = """(html) => {
  const element = document.createElement("template");
  element.innerHTML = html;
  return element.content.textContent;
}"""


class Answer:
    """The place for the answer to an exercise, or the scratch cell, of an open page.

    Args:
        page: The page.
        exercise: Name of the exercise's constant, or "scratch".
    """

    def __init__(self, page, exercise):
        self.page = page
        self.place = page.locator(f'.solve[data-exercise="{exercise}"]')
        self.editor = self.place.get_by_role("textbox")
        self.outputs = self.place.locator(".solve-outputs")

    def button(self, name):
        return self.place.get_by_role("button", name=name, exact=True)

    def opener(self):
        return self.place.get_by_role("button", name=re.compile("^(Solve it here|Go on solving|Open a scratch cell)"))

    def open(self):
        """Opens the editor, and waits until Python is there."""
        self.opener().click()
        self.expect_ready(STARTS)
        return self

    def expect_ready(self, timeout=RUNS):
        expect(self.place).to_have_attribute("data-state", "ready", timeout=timeout)

    def paste(self, text):
        """Replaces the whole answer."""
        self.editor.press("ControlOrMeta+a")
        self.editor.evaluate(PASTE, text)
        self.expect_text(text)

    def expect_text(self, text):
        """Waits until this stands in the editor, which draws its lines once it is in sight."""
        self.editor.scroll_into_view_if_needed()
        self.page.wait_for_function(
            f"([editor, text]) => ({TEXT})(editor) === text", arg=[self.editor.element_handle(), text], timeout=RUNS
        )

    def check(self, key=False, timeout=RUNS):
        """Checks the answer, or runs the scratch cell, by button or by key; returns what is shown as text."""
        if key:
            self.editor.press("ControlOrMeta+Enter")
        else:
            self.place.get_by_role("button", name=re.compile("^(Check|Run)$")).click()
        self.expect_ready(timeout)
        return self.shown()

    def shown(self):
        """Returns the text of what was answered."""
        return self.outputs.evaluate("e => e.textContent")


def text_of(page, html):
    """Returns the text of a card that is given as HTML."""
    return page.evaluate(TEXT_OF_HTML, html)
