"""Find the faulty node: rules and faults are what they say, every round can be decided, any hand can play it."""

import json
import re

import numpy as np
import pytest
import traitlets

from dnnlib.autodiff.scalar import Value
from dnnlib.widgets.faulty_node import GRAPHS, FaultyNode, faults_of, places_of
from tests.widgets.conftest import axe_violations
from tests.widgets.promises import (
    check_clean_up_stops_everything,
    check_link_takes_what_python_takes,
    check_nothing_leaves_the_card,
)

MODULE = "faulty_node.mjs"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}
OPERATIONS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "square": np.square,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: x if np.real(x) > 0 else 0 * x,
    "log": np.log,
    "neg": np.negative,
}
STEP = 1e-30  # along the imaginary axis: a slope without cancellation
PER_GRAPH = 34  # random states; six graphs make 204


def full(**changed):
    """A state with all traits."""
    widget = FaultyNode(**changed)
    return {name: getattr(widget, name) for name in FaultyNode.class_own_traits(sync=True)}


def forward(graph, inputs, at="", by=0.0):
    """All values of a graph; a nudge is added to one node, or where one node takes it."""
    names, rules = GRAPHS[graph]
    values = dict(zip(names.split(), inputs, strict=True))
    if at in values:
        values[at] = values[at] + by
    for name, rule in rules.items():
        operation, *operands = rule.split()
        taken = [values[operand] + (by if at == f"{operand}>{name}" else 0) for operand in operands]
        values[name] = OPERATIONS[operation](*taken) + (by if at == name else 0)
    return values


def slopes_of(graph, inputs):
    """The slope of the loss at each node, and along each use of a value, by a step into the imaginary."""
    return {at: forward(graph, inputs, at, STEP * 1j)["L"].imag / STEP for at in places_of(graph)}


def states(seed=0, per_graph=PER_GRAPH):
    """Random inputs for each graph."""
    rng = np.random.default_rng(seed)
    return [
        (graph, rng.uniform(-2, 2, len(names.split())).tolist())
        for graph, (names, _) in GRAPHS.items()
        for _ in range(per_graph)
    ]


def passes(page, cases):
    """The page's values and backward passes: cases are (graph, inputs, fault or None)."""
    return json.loads(page.evaluate(  # as text: numbers one by one would take seconds
        """async (cases) => {
          const m = await import("/dnnlib/widgets/faulty_node.mjs");
          return JSON.stringify(JSON.parse(cases).map(([graph, inputs, fault]) => {
            const values = m.forward(graph, inputs), [node, kind] = (fault ?? "").split(":");
            return { values, ...m.backward(graph, values, fault && { node, kind }) };
          }));
        }""",
        json.dumps(cases),
    ))  # fmt: skip


def rounds(page, cases):
    """The page's rounds: what is drawn, values, claims and right slopes."""
    return json.loads(page.evaluate(
        """async (states) => { const m = await import("/dnnlib/widgets/faulty_node.mjs");
          return JSON.stringify(JSON.parse(states).map((state) => m.roundOf(state))); }""",
        json.dumps(cases),
    ))  # fmt: skip


def seeds(count):
    return [full(graph=graph, seed=seed) for graph in GRAPHS for seed in range(count)]


def name_of(fault):
    return f"{fault['node']}:{fault['kind']}"


def close(received, expected, case):
    assert set(received) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(received[name], value, **WITHIN, err_msg=f"{case}: {name}")


# The rules and the faults


def test_graphs_and_faults_are_those_of_python(blank):
    found = blank.evaluate("""async () => { const m = await import("/dnnlib/widgets/faulty_node.mjs");
      return Object.entries(m.GRAPHS).map(([graph, { nodes }]) => [graph,
        [m.leavesOf(graph).map(({ name }) => name).join(" "),
          Object.fromEntries(nodes.filter(({ op }) => op)
            .map(({ name, op, from }) => [name, [op, ...from].join(" ")]))],
        m.faultsOf(graph).map(({ node, kind }) => `${node}:${kind}`)]); }""")
    assert {graph: tuple(rules) for graph, rules, _ in found} == GRAPHS
    assert {graph: faults for graph, _, faults in found} == {graph: faults_of(graph) for graph in GRAPHS}


def test_200_random_states_have_the_values_and_slopes_of_a_complex_step(blank):
    cases = states()
    for (graph, inputs), found in zip(cases, passes(blank, [[*case, None] for case in cases]), strict=True):
        close(found["values"], forward(graph, inputs), (graph, inputs))
        close({**found["slopes"], **found["handed"]}, slopes_of(graph, inputs), (graph, inputs))


def test_200_random_states_have_the_slopes_of_dnnlibs_autodiff(blank):
    operations = {
        **dict.fromkeys(("tanh", "relu", "log"), None),
        "add": Value.__add__,
        "sub": Value.__sub__,
        "mul": Value.__mul__,
        "square": lambda x: x**2,
        "sigmoid": lambda x: 1 / (1 + (-x).exp()),
        "neg": Value.__neg__,
    }
    cases = states(seed=2)
    for (graph, inputs), found in zip(cases, passes(blank, [[*case, None] for case in cases]), strict=True):
        names, rules = GRAPHS[graph]
        values = {name: Value(value) for name, value in zip(names.split(), inputs, strict=True)}
        for name, rule in rules.items():
            operation, *operands = rule.split()
            taken = [values[operand] for operand in operands]
            values[name] = (operations[operation] or getattr(Value, operation))(*taken)
        values["L"].backward()
        close(found["slopes"], {name: value.grad for name, value in values.items()}, (graph, inputs))


def test_measured_is_the_difference_quotient_of_the_loss(call):
    rng = np.random.default_rng(4)
    cases = [
        (graph, inputs, str(rng.choice(places_of(graph))), float(rng.choice([0.5, 0.1, 0.01, 0.001])))
        for graph, inputs in states(seed=4)
    ]
    for case, found in zip(cases, call(MODULE, "measure", cases), strict=True):
        graph, inputs, at, nudge = case
        low, high = (forward(graph, inputs, at, by)["L"] for by in (-nudge, nudge))
        np.testing.assert_allclose(found, (high - low) / (2 * nudge), **WITHIN, err_msg=str(case))


def run(lines, values, slopes):
    """Carries out rules as the page writes them."""
    for line in lines:
        text = re.sub(
            r"(\w+)\.slope", r'slopes["\1"]', line.translate(str.maketrans("₁₂−×", "12-*")).replace("²", "**2")
        )
        exec(text, {"slopes": slopes, **values})


def test_each_fault_computes_what_its_lines_of_code_say(blank):
    # So does each right rule: the lines that the reader is shown are the ones that the page has carried out
    cases = [
        (graph, inputs, fault) for graph, inputs in states(seed=7, per_graph=4) for fault in (None, *faults_of(graph))
    ]
    lines = blank.evaluate(
        """async (cases) => { const m = await import("/dnnlib/widgets/faulty_node.mjs");
          const wrong = (fault, name) => fault?.startsWith(`${name}:`) ? fault.split(":")[1] : "";
          return cases.map(([graph, , fault]) => Object.fromEntries(m.GRAPHS[graph].nodes.filter(({ op }) => op)
            .map(({ name }) => [name, m.rulesOf(graph, name, wrong(fault, name))])));
        }""",
        cases,
    )
    assert len(cases) > 500
    for case, rules, found in zip(cases, lines, passes(blank, cases), strict=True):
        values, slopes = found["values"], dict.fromkeys(found["values"], 0.0) | {"L": 1.0}
        for name in reversed(list(rules)):
            run(rules[name], values, slopes)
        close(found["slopes"], slopes, case)


def test_each_fault_that_is_drawn_changes_a_slope_in_almost_every_state(blank):
    drawn = {(one["graph"], name_of(one["fault"])) for one in rounds(blank, seeds(100))}
    assert len(drawn) > 80 and {(graph, name.split(":")[0]) for graph, name in drawn} == {
        (graph, node) for graph, (_, rules) in GRAPHS.items() for node in rules
    }
    plain = states(seed=9)
    due = [slopes_of(*case) for case in plain]
    cases = [(i, fault) for i, (graph, _) in enumerate(plain) for name, fault in drawn if name == graph]
    changed = {}
    for (i, fault), found in zip(cases, passes(blank, [[*plain[i], fault] for i, fault in cases]), strict=True):
        gap = max(abs(value - due[i][at]) for at, value in found["slopes"].items())
        changed.setdefault((plain[i][0], fault), []).append(gap > 1e-3)
    shares = {case: np.mean(all_) for case, all_ in changed.items()}
    # Behind a ReLU that is off no slope is left to be wrong, and its own rule shows only there. A tanh that takes its
    # input for its output errs little where both are small
    halves = {case for case in shares if case[0] == "skip" and case[1][:2] in ("m:", "z:", "r:")}
    tanh = {case for case in shares if case[0] == "steps" and case[1][0] == "h"}
    assert min(share for case, share in shares.items() if case not in halves | tanh) > 0.9
    assert min(shares[case] for case in halves) > 0.4 and min(shares[case] for case in tanh) > 0.6


def test_every_round_can_be_decided(blank):
    played = seeds(30)
    found = rounds(blank, played)
    others = [
        [one["graph"], one["inputs"], fault] for one in found for fault in faults_of(one["graph"])
    ]  # each fault that the reader might name
    told = iter(zip(others, passes(blank, others), strict=True))
    for one in found:
        seen, right = ({**one[kind]["slopes"], **one[kind]["handed"]} for kind in ("claims", "right"))
        assert max(abs(seen[at] - right[at]) for at in one["values"]) >= 0.05
        explained = []
        for _ in faults_of(one["graph"]):
            (_, _, fault), would = next(told)
            gap = max(abs(seen[at] - value) for at, value in {**would["slopes"], **would["handed"]}.items())
            explained += [fault] if gap <= 0.05 else []
        assert explained == [name_of(one["fault"])], one


def test_a_nudge_of_a_hundredth_tells_right_from_wrong_in_every_round(blank):
    # Where the page says "they agree" of a node that the fault does not reach, and "they differ" of what it hands back
    for one in rounds(blank, seeds(30)):
        graph, inputs = one["graph"], one["inputs"]
        for at in places_of(graph):
            low, high = (forward(graph, inputs, at, by)["L"] for by in (-0.01, 0.01))
            due = one["right"]["slopes" if ">" not in at else "handed"][at]
            assert abs((high - low) / 0.02 - due) < 0.02, (graph, inputs, at)


def test_inputs_can_be_told_apart_and_have_one_decimal(blank):
    for one in rounds(blank, seeds(30)):
        sizes = np.abs(one["inputs"])
        assert len(set(sizes)) == len(sizes) and np.allclose(10 * sizes, np.round(10 * sizes))
        assert sizes.min() >= 0.3 and sizes.max() <= 1.7 and 1 not in sizes


def test_without_a_fault_claims_are_right_and_no_slope_is_zero(blank):
    for one in rounds(blank, [full(graph=graph, seed=seed, fault="none") for graph in GRAPHS for seed in range(20)]):
        assert one["fault"] is None and one["claims"] == one["right"] and all(one["right"]["slopes"].values())


ACCUSE = """async (states) => { const m = await import("/dnnlib/widgets/faulty_node.mjs");
  return states.map((state) => { const round = m.roundOf(state);
    return m.faultsOf(state.graph).map(({ node, kind }) => [node, kind, m.explains(round, node, kind),
      m.explains(round, node, kind) ? "" : m.overlooked(round, node, kind)]); }); }"""


def test_every_wrong_accusation_is_told_what_it_overlooked(blank):
    played = seeds(12)
    for one, accusations in zip(rounds(blank, played), blank.evaluate(ACCUSE, played), strict=True):
        due = slopes_of(one["graph"], one["inputs"])
        fault = one["fault"]
        for node, kind, right, text in accusations:
            assert right == ((node, kind) == (fault["node"], fault["kind"]))
            if right:
                continue
            numbers = [float(part.replace("−", "-")) for part in re.findall(r"−?\d+(?:\.\d+)?", text)]
            if node == fault["node"]:
                assert "it is, but that is not what is wrong" in text and abs(numbers[0] - numbers[1]) > 0.04, text
            elif abs(one["claims"]["slopes"][node] - due[node]) > 1e-9:
                assert "is wrong already" in text
                np.testing.assert_allclose(numbers[:2], [one["claims"]["slopes"][node], due[node]], atol=0.00051)
            else:
                assert "Its rule is sound" in text
                handed = [due[f"{operand}>{node}"] for operand in GRAPHS[one["graph"]][1][node].split()[1:]]
                np.testing.assert_allclose(numbers, [due[node], *handed], atol=0.00051)


def test_points_fall_with_measurements_and_wrong_accusations_and_never_below_one(call):
    assert call(MODULE, "pointsOf", [[0, 0], [3, 0], [0, 2], [2, 1], [9, 9]]) == [10, 7, 4, 5, 1]


# Local slopes of each operation and of what can go wrong with it alone, of its operands and its output
LOCAL = {
    "add": {"": lambda a, b, y: (1, 1), "shares": lambda a, b, y: (0.5, 0.5)},
    "sub": {"": lambda a, b, y: (1, -1), "shares": lambda a, b, y: (0.5, -0.5)},
    "mul": {"": lambda a, b, y: (b, a), "own": lambda a, b, y: (a, b), "factor": lambda a, b, y: (1, 1)},
    "square": {"": lambda x, y: (2 * x,), "two": lambda x, y: (x,), "other": lambda x, y: (2 * y,)},
    "tanh": {"": lambda x, y: (1 - y**2,), "factor": lambda x, y: (1,), "other": lambda x, y: (1 - x**2,),
             "unsquared": lambda x, y: (1 - y,)},
    "sigmoid": {"": lambda x, y: (y - y**2,), "factor": lambda x, y: (1,), "other": lambda x, y: (x - x**2,)},
    "relu": {"": lambda x, y: (float(x > 0),), "factor": lambda x, y: (1,)},
    "log": {"": lambda x, y: (1 / x,), "factor": lambda x, y: (1,), "other": lambda x, y: (1 / y,)},
    "neg": {"": lambda x, y: (-1,)},
}  # fmt: skip


def claimed(graph, inputs, fault):
    """The slopes that a backward pass with a fault ("node:kind") claims, written down once more."""
    values, (faulty, kind) = forward(graph, inputs), fault.split(":")
    slopes = dict.fromkeys(values, 0.0) | {"L": 1.0}
    for name, rule in reversed(GRAPHS[graph][1].items()):
        operation, *operands = rule.split()
        wrong = kind if name == faulty else ""
        rules = LOCAL[operation]
        local = list(rules.get(wrong, rules[""])(*(values[one] for one in operands), values[name]))
        if wrong == "sign":
            local[-1] *= -1
        for operand, factor in zip(operands, local, strict=True):
            part = factor * (1 if wrong == "upstream" else slopes[name])
            slopes[operand] = part if wrong == "overwrite" else slopes[operand] + part
    return slopes


def test_claims_of_every_fault_are_those_of_rules_written_in_python(blank):
    cases = [(*case, fault) for case in states(seed=11, per_graph=3) for fault in faults_of(case[0])]
    for case, found in zip(cases, passes(blank, cases), strict=True):
        close(found["slopes"], claimed(*case), case)


def given(state):
    """The inputs of a state that asks a guess: a chapter gives them, since only the page can draw them."""
    assert state["inputs"], "expected inputs and a named fault beside a guess, received drawn ones"
    return state["graph"], state["inputs"]


def slope(state):
    """The right slope at the chosen node."""
    return slopes_of(*given(state))[state["node"]]


def spread(state):
    """How many slopes the fault makes wrong."""
    due = slopes_of(*given(state))
    return sum(abs(value - due[at]) > 1e-9 for at, value in claimed(*given(state), state["fault"]).items())


# The traits


@pytest.mark.parametrize("changed", [
    {"graph": "tree"}, {"fault": "m"}, {"fault": "z:sign"}, {"fault": "m:two"}, {"seed": 1000}, {"seed": -1},
    {"inputs": [1.0, 2.0]}, {"inputs": [1.0, 2.0, 4.0]}, {"inputs": [1.0, 2.0, float("nan")]}, {"node": "z"},
    {"node": "k"}, {"nudge": 0.2}, {"measured": ["z"]}, {"measured": ["a>s"]}, {"measured": ["a"] * 41},
    {"guess": "node"}, {"tour": "half"},
])  # fmt: skip
def test_values_that_do_not_fit_are_refused(changed):
    with pytest.raises(traitlets.TraitError, match=next(iter(changed))):
        FaultyNode(**changed)


def test_link_takes_what_python_takes(blank):
    tried = {
        "graph": ["chain", "steps", "tree"],
        "fault": ["drawn", "none", "m:sign", "m:two", "s", ""],
        "seed": [0, 999, 1000, -1, 0.5],
        "inputs": [None, [1, -0.5, 3], [4, 1, 1], [], "abc"],
        "node": ["a", "L", "k", "", "a>m"],
        "nudge": [0.5, 0.001, 0.2, None],
        "measured": [[], ["a", "a>m"], ["a>s"], 7, ["a"] * 41],
    }
    check_link_takes_what_python_takes(blank, FaultyNode, tried)


# The figure


def says(page, text):
    page.wait_for_function("(t) => document.querySelector('.xp').textContent.includes(t)", arg=text)


def node(page, name):
    return page.get_by_role("radiogroup", name="Computation graph").get_by_role(
        "radio", name=re.compile(f"^{name}[ ,]")
    )


def fault_of(page, state):
    return rounds(page, [state])[0]["fault"]


def accuse(page, name, text):
    node(page, name).click()
    page.get_by_role("radio", name=text).check()
    page.get_by_role("button", name=f"Accuse {name}").click()


def test_a_round_is_played_and_lost_points_are_counted(mount):
    page = mount(FaultyNode(graph="twice", fault="p:own", seed=2, node="e"))
    says(page, "Worth 10 points")
    page.get_by_role("button", name="Nudge e by").click()
    says(page, "they agree. 1 measurement so far.")
    says(page, "Worth 9 points")
    accuse(page, "q", "the sign is wrong")
    says(page, "You overlooked that q gets the right slope")
    says(page, "Worth 6 points")
    accuse(page, "p", "it leaves out the slope that arrives")
    says(page, "p it is, but that is not what is wrong with it")
    says(page, "Worth 3 points")
    page.get_by_role("button", name="Accuse p").click()  # the same again
    says(page, "Worth 1 point ")
    accuse(page, "p", "each factor gets its own value")
    says(
        page,
        "Right: p, each factor gets its own value where the other’s belongs. It made 2 of 9 slopes wrong. 1 point.",
    )
    says(page, "w.slope += p.slope × w")  # as it is
    says(page, "w.slope += p.slope × x")  # as it should be
    assert page.get_by_role("list", name="Points").inner_text().split("\n")[1] == "2: 1"
    assert "the faulty node" in node(page, "p").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Next round"
    page.keyboard.press("Enter")
    says(page, "Logarithmic loss")
    says(page, "Worth 10 points")
    assert page.evaluate("document.activeElement.getAttribute('aria-checked')") == "true"


def test_six_rounds_read_without_a_nudge_make_sixty_points(mount):
    page = mount(FaultyNode(seed=20))
    state = full(seed=20)
    for place, graph in enumerate(GRAPHS):
        fault = fault_of(page, {**state, "graph": graph, "seed": 20 + place})
        node(page, re.sub(r"\d", lambda digit: "₀₁₂"[int(digit[0])], fault["node"])).click()
        page.locator(f".fn-kinds input[value={fault['kind']}]").check()
        page.locator(".fn-panels").get_by_role("button", name="Accuse").click()
        says(page, "Right: ")
        if place < 5:
            page.get_by_role("button", name="Next round").click()
    says(page, "All graphs: 60 of 60 points")
    page.get_by_role("button", name="Play again").click()
    assert page.get_by_role("list", name="Points").inner_text().split("\n")[0] == "1: –"


def test_giving_up_shows_the_fault_for_no_points(mount):
    page = mount(FaultyNode(graph="chain", fault="s:shares", seed=5))
    page.get_by_role("button", name="Give up").click()
    says(page, "It is s: it shares the slope out among its operands. No points for this round.")
    says(page, "m.slope += s.slope × 0.5")
    assert "differs from the true" in node(page, "a").text_content()
    assert "agrees with the true" in node(page, "s").text_content()


def test_it_is_played_by_keyboard_alone(mount):
    page = mount(FaultyNode(graph="chain", fault="s:shares", seed=5))
    node(page, "L").focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowLeft"):  # back against the forward pass: s, c, m
        page.keyboard.press(key)
    says(page, "m, which is a × b,")
    page.keyboard.press("Enter")
    says(page, "they differ. 1 measurement so far")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    says(page, "s, which is m + c,")
    page.keyboard.press("Space")
    says(page, "they agree. 2 measurements so far")
    for _ in range(3):  # out of the graph: Nudge, then the accusation
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    says(page, "Right: s")
    says(page, "8 points.")


def test_a_value_is_nudged_only_where_one_node_takes_it(mount):
    page = mount(FaultyNode(graph="twice", fault="p:overwrite", seed=3, node="x"))
    page.get_by_role("button", name="Nudge x by").click()
    says(page, "they differ")
    state = rounds(page, [full(graph="twice", fault="p:overwrite", seed=3)])[0]
    for use in ("p", "q"):
        page.get_by_role("button", name=f"only where {use} takes it").click()
        due = slopes_of("twice", state["inputs"])[f"x>{use}"]
        says(page, f"x where {use} takes it, 0.01 less and more")
        text = page.locator(".fn-detail[role=status]").inner_text().split(f"x where {use}")[1]
        found, claimed = re.search(r"over 0\.02: (\S+)\. Claimed is (\S+): they agree", text).groups()
        np.testing.assert_allclose([float(one.replace("−", "-")) for one in (found, claimed)], due, atol=0.02)


def test_without_a_fault_inputs_move_and_rules_are_shown(mount):
    page = mount(FaultyNode(graph="logistic", fault="none", node="p"))
    says(page, "All rules are right")
    says(page, "z.slope += p.slope × p × (1 − p)")
    assert not page.get_by_role("button", name="Accuse").is_visible()
    page.get_by_role("slider", name=re.compile("^w")).focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.fn-inputs output').textContent === '−2'")
    inputs = [float(text.replace("−", "-")) for text in page.locator(".fn-inputs output").all_inner_texts()]
    says(page, f"the loss L is {forward('logistic', inputs)['L']:.3f}".rstrip("0"))
    page.get_by_text("one is wrong").click()
    says(page, "Worth 10 points")


def test_tour_ends_at_the_fault_and_gives_the_state_back(mount):
    page = mount(FaultyNode(tour="halves", seed=9))
    before = page.locator(".xp-status").inner_text()
    page.get_by_role("button", name="Take the tour").click()
    for said in (
        "Its slope, by the graph, is 1",
        "they agree. 1 measurement",
        "they agree. 2 meas",
        "they differ. 3 meas",
    ):
        says(page, said)
        page.get_by_role("button", name=re.compile("Next|Done")).first.click()
    page.wait_for_function("(t) => document.querySelector('.xp-status').textContent === t", arg=before)


def test_a_covered_slope_is_neither_seen_nor_heard_nor_measured(mount):
    page = mount(FaultyNode(graph="neuron", fault="none", node="w1", guess="slope"))
    node(page, "w₁").focus()
    page.keyboard.press("Enter")
    assert "slope" not in page.get_by_role("radiogroup", name="Computation graph").aria_snapshot().partition("\n")[2]
    page.get_by_role("button", name="Show me").click()
    says(page, "0 measurements so far")
    assert "claimed slope" in page.get_by_role("radiogroup", name="Computation graph").aria_snapshot()


STATES = {
    "asked": {"graph": "skip", "guess": "spread", "tour": "halves", "fault": "y:upstream"},
    "chain": {},
    "neuron": {"graph": "neuron", "measured": ["z", "w1"], "node": "m1"},
    "open": {"graph": "steps", "fault": "none", "node": "w", "measured": ["w", "w>m1", "w>m2"]},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_leaves_the_card_at_any_width(mount, name, theme):
    page = mount(FaultyNode(**STATES[name]), theme=theme)
    assert axe_violations(page) == []
    check_nothing_leaves_the_card(page, (1200, 390, 320))


@pytest.mark.parametrize("width", [1200, 390, 320])
def test_boxes_do_not_overlap_and_hold_their_text(mount, width):
    page = mount(FaultyNode(), width=width)
    for graph, (inputs, rules) in GRAPHS.items():
        page.get_by_label("Graph", exact=True).select_option(graph)
        boxes = page.locator(".fn-node:visible").evaluate_all("""all => all.map((e) => {
          const b = e.getBoundingClientRect();
          return [b.left, b.top, b.right, b.bottom, e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight];
        })""")
        assert len(boxes) == len(inputs.split()) + len(rules)
        for i, (left, top, right, bottom, *over) in enumerate(boxes):
            assert max(over) <= 0, (graph, i, over)
            for other in boxes[:i]:
                assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]


def test_clean_up_stops_everything(blank):
    check_clean_up_stops_everything(blank, FaultyNode(), {"node": "m"})
