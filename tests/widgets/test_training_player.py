"""The player of training networks: its steps are the trait `steps`, saved when it rests and not while it plays."""

START = """async () => {
  const { trainingPlayer } = await import("/dnnlib/widgets/shared/training_player.mjs");
  let steps = 0;
  window.state = { steps: 0, leak: 5 };
  Object.assign(window, { saved: [], drawn: 0 });
  const model = { set: (name, value) => { state[name] = value; }, save_changes: () => saved.push(state.steps) };
  const session = { step: () => ++steps < 40, steps: () => steps };
  const runner = trainingPlayer({ model, session: () => session, draw: () => { drawn += 1; }, cleared: { leak: null },
    speeds: [10, 200], speed: 200 });
  document.body.append(runner.el);
}"""


def test_a_step_is_taken_drawn_and_saved(blank):
    blank.evaluate(START)
    blank.get_by_role("button", name="Step").click()
    assert blank.evaluate("[state.steps, saved, drawn]") == [1, [1], 1]


def test_while_it_plays_it_draws_and_saves_only_at_the_end(blank):
    blank.evaluate(START)
    blank.get_by_role("button", name="Play").click()
    blank.wait_for_function("state.steps === 40 && saved.length")
    assert blank.evaluate("[[...new Set(saved)], drawn > 1]") == [[40], True]
    assert "40 steps, finished" in blank.locator(".xp-player-count").inner_text()


def test_reset_sets_what_is_to_be_cleared_beside_the_steps(blank):
    blank.evaluate(START)
    blank.get_by_role("button", name="Step").click()
    blank.get_by_role("button", name="Reset").click()
    assert blank.evaluate("[state, saved.at(-1)]") == [{"steps": 0, "leak": None}, 0]
