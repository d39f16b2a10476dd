"""Play, pause, step, speed and reset: by mouse and keyboard, with reduced motion, hidden, and removed from the page."""

import pytest

from tests.widgets.conftest import axe_violations


def player(page, options="{}", last=1000):
    """A player that counts its steps in `steps` and its pictures in `frames`."""
    page.evaluate(f"""async () => {{
      const {{ player }} = await import("/dnnlib/widgets/shared/player.mjs");
      Object.assign(window, {{ steps: 0, frames: [] }});
      window.player = player({{ label: "Training", speeds: [1, 20, 100, 2000], speed: 100,
        onStep: () => ++steps < {last}, onFrame: (calm) => frames.push([performance.now(), steps, calm]),
        onReset: () => {{ steps = 0; }}, ...{options} }});
      document.querySelector("#kit").replaceChildren(window.player.el);
    }}""")


def spoken(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp-player [role=status]').textContent === t", arg=text)


def now(page):
    return page.evaluate("[steps, player.steps(), player.playing()]")


@pytest.fixture
def page(kit):
    """A page with no part of the kit but a player's place."""
    return kit("histogram")


def test_play_runs_at_its_speed_and_pause_holds(page):
    player(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Pause").click()
    steps, counted, playing = now(page)
    taken = page.evaluate("frames.at(-1)[0] - frames[0][0]") / 10  # 100 steps a second
    assert not playing and steps == counted and 0.6 * taken <= steps <= taken + 3 and steps > 10
    page.wait_for_timeout(150)
    assert now(page)[0] == steps
    spoken(page, f"Paused after {steps} steps.")
    assert page.locator(".xp-player-count").inner_text() == f"{steps} steps"


def test_steps_that_are_dear_keep_to_the_budget_of_a_frame(page):
    player(
        page,
        "{ budget: 4, onStep: () => { const t = performance.now(); while (performance.now() < t + 3); steps++; } }",
    )
    page.get_by_label("Speed").select_option(label="2000 steps a second")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("frames.length > 12")
    page.evaluate("player.pause()")
    each = page.evaluate("frames.slice(1).map(([, steps], i) => steps - frames[i][1])")
    assert max(each) <= 2  # the second of 3 ms passes 4 ms


def test_the_keyboard_plays_pauses_steps_sets_the_speed_and_resets(page):
    player(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function("steps > 3")
    page.keyboard.press("Enter")  # the same button, which now says Pause
    steps = now(page)[0]
    assert not now(page)[2]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert now(page)[0] == steps + 2
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert now(page) == [0, 0, False]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Speed").locator("option:checked").inner_text() == "2000 steps a second"
    spoken(page, "Back at the start.")


def test_a_step_while_playing_pauses(page):
    player(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("steps > 3")
    page.get_by_role("button", name="Step").click()
    assert not now(page)[2] and page.get_by_role("button", name="Play").is_visible()


def test_the_last_step_ends_it_until_reset(page):
    player(page, last=12)
    page.get_by_role("button", name="Play").click()
    spoken(page, "Finished after 12 steps.")
    assert page.get_by_role("button", name="Play").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Step").click(force=True)
    page.get_by_role("button", name="Play").click(force=True)
    assert now(page) == [12, 12, False]
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Step").click()
    assert now(page)[0] == 1


def test_it_speaks_of_changes_only_not_of_frames(page):
    player(page)
    page.evaluate("""() => {
      window.said = [];
      const status = document.querySelector(".xp-player [role=status]");
      new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
      player.play();
    }""")
    page.wait_for_timeout(900)
    assert page.evaluate("said.length") == 1 and page.evaluate("frames.length") > 5


def test_with_reduced_motion_nothing_runs_by_itself_and_play_shows_two_pictures_a_second(kit):
    page = kit("histogram", reduced_motion="reduce")
    player(page, "{ autoplay: true }")
    page.wait_for_timeout(300)
    assert now(page) == [0, 0, False]
    page.get_by_role("button", name="Step").click()
    assert now(page) == [1, 1, False] and page.evaluate("frames.length") == 1
    page.evaluate("frames.length = 0")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("frames.length === 3")
    times, steps, calm = zip(*page.evaluate("frames"), strict=True)
    assert all(calm) and all(later - sooner > 450 for sooner, later in zip(times, times[1:], strict=False))
    assert 60 < steps[2] - steps[0] < 140  # a second's steps, as fast as without


def test_without_reduced_motion_autoplay_starts(page):
    player(page, "{ autoplay: true }")
    page.wait_for_function("steps > 3")


def test_it_pauses_when_its_element_leaves_the_page_and_when_the_page_is_hidden(page):
    player(page)
    page.evaluate("player.play()")
    page.wait_for_function("steps > 3")
    page.evaluate("""() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
                   document.dispatchEvent(new Event("visibilitychange")); delete document.hidden; }""")
    assert not now(page)[2]
    page.evaluate("() => { player.play(); player.el.remove(); }")
    page.wait_for_function("!player.playing()")


def test_stop_ends_it_and_leaves_no_listener_behind(page):
    page.evaluate("""() => { window.listeners = 0;
      for (const [name, by] of [["addEventListener", 1], ["removeEventListener", -1]]) {
        const real = document[name].bind(document);
        document[name] = (...all) => { listeners += by; real(...all); };
      } }""")
    player(page)
    assert page.evaluate("listeners") == 1
    page.evaluate("() => { player.play(); player.stop(); }")
    assert page.evaluate("listeners") == 0 and not now(page)[2]


@pytest.mark.parametrize("width", [760, 320])
def test_its_controls_stay_in_the_card_and_axe_finds_nothing(kit, width):
    page = kit("training", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_violations(page) == []


def test_the_demonstration_trains_until_its_rings_are_apart(kit):
    page = kit("training")
    page.evaluate("() => { for (let i = 0; i < 399; i++) made.training.player.step(); }")
    page.get_by_role("button", name="Step").click()
    spoken(page, "Finished after 400 steps.")
    losses = page.evaluate("made.training.losses()")
    assert len(losses) == 400 and losses[0] > 0.9 and sum(losses[-20:]) / 20 < 0.15


def test_steps_taken_otherwise_are_counted_on_and_the_end_of_playing_is_told(page):
    player(page, "{ onPause: () => { window.paused = steps; } }")
    page.evaluate("player.at(500)")
    assert page.locator(".xp-player-count").inner_text() == "500 steps"
    page.get_by_role("button", name="Step").click()
    assert page.locator(".xp-player-count").inner_text() == "501 steps"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("steps > 5")
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("[paused, player.steps()]") == [now(page)[0], 500 + now(page)[0]]
    page.evaluate("player.at(7, true)")
    assert page.get_by_role("button", name="Play").get_attribute("aria-disabled") == "true"


def test_with_replay_play_begins_again_after_the_last_step(page):
    player(page, "{ replay: true }", last=3)
    page.evaluate("for (let i = 0; i < 3; i++) player.step()")
    assert page.locator(".xp-player-count").inner_text() == "3 steps, finished"
    assert page.get_by_role("button", name="Play").get_attribute("aria-disabled") == "false"
    assert page.get_by_role("button", name="Step").get_attribute("aria-disabled") == "true"
    page.evaluate("player.play(); player.pause()")
    assert now(page)[1] == 0 and page.evaluate("steps") == 0
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.xp-player-count').textContent === '3 steps, finished'")
