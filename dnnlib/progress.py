"""A line that shows how far a long run has come."""

CLEAR = "\r\x1b[2K"  # back to the start of the line, and empty it
WIDTH = 24  # characters of the bar


def show_progress(title, done, total, text=""):
    """Prints a bar over the line before it, which it takes the place of.

    Args:
        title: What is running.
        done: Steps done, from 1 on.
        total: How many there are at most.
        text: What to say behind the bar, e.g. the loss.
    """
    filled = WIDTH * done // total
    bar = "━" * filled + "─" * (WIDTH - filled)
    print(f"{CLEAR}{title} {bar} {done}/{total}{' - ' if text else ''}{text}", end="", flush=True)


def end_progress(text):
    """Prints a line in the place of the bar, and goes on to the next."""
    print(f"{CLEAR}{text}")
