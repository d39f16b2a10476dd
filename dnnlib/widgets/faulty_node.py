"""An explorable: a graph with its values and slopes, one rule of which is wrong, to be found by measuring slopes."""

from numbers import Real

import traitlets

from dnnlib.widgets.base import Explorable

# By graph its inputs, then its nodes in the order of the forward pass, each with its operation and its operands
GRAPHS = {
    "chain": ("a b c", {"m": "mul a b", "s": "add m c", "L": "square s"}),
    "twice": ("w x b t", {"p": "mul w x", "q": "add x b", "y": "mul p q", "e": "sub y t", "L": "square e"}),
    "logistic": ("w x b", {"m": "mul w x", "z": "add m b", "p": "sigmoid z", "l": "log p", "L": "neg l"}),
    "neuron": (
        "w1 x1 w2 x2 b t",
        {"m1": "mul w1 x1", "m2": "mul w2 x2", "s": "add m1 m2", "z": "add s b", "y": "tanh z", "e": "sub y t",
         "L": "square e"},
    ),
    "skip": (
        "w x b t",
        {"m": "mul w x", "z": "add m b", "r": "relu z", "y": "add x r", "e": "sub y t", "L": "square e"},
    ),
    "steps": (
        "x w t",
        {"m1": "mul w x", "h1": "tanh m1", "m2": "mul w h1", "h2": "tanh m2", "e": "sub h2 t", "L": "square e"},
    ),
}  # fmt: skip
OWN_FAULTS = {
    "add": ("shares",),
    "sub": ("shares",),
    "mul": ("own", "factor"),
    "square": ("two", "other"),
    "tanh": ("factor", "other", "unsquared"),
    "sigmoid": ("factor", "other"),
    "relu": ("factor",),
    "log": ("factor", "other"),
    "neg": (),
}
ANY_FAULTS = ("sign", "upstream", "overwrite")
NUDGES = (0.5, 0.1, 0.01, 0.001)
LARGEST, MOST_MEASURED = 3.0, 40


def faults_of(graph):
    """Returns what can be wrong in a graph, as "node:kind".

    Args:
        graph: A name in `GRAPHS`.
    """
    rules = {name: rule.split()[0] for name, rule in GRAPHS[graph][1].items()}
    return [f"{name}:{kind}" for name, op in rules.items() for kind in (*OWN_FAULTS[op], *ANY_FAULTS)]


def places_of(graph):
    """Returns what can be nudged in a graph: a node, "x", or its value where one node takes it, "x>p".

    Args:
        graph: A name in `GRAPHS`.
    """
    inputs, rules = GRAPHS[graph]
    uses = [f"{operand}>{name}" for name, rule in rules.items() for operand in rule.split()[1:]]
    return [*inputs.split(), *rules, *uses]


class FaultyNode(Explorable):
    """A computation graph whose backward pass has one wrong rule, and a reader who finds it.

    Each node shows its value and the slope of the loss that the backward pass claims for it. The reader nudges an
    input, a node between, or a value only where one node takes it; the page computes the loss again on both sides and
    compares the difference quotient with the claim. Named are the node and what is wrong with its rule: a factor that
    is missing, a sign, the input for the output, = for +=. A round is worth ten points less one for each measurement
    and three for each wrong accusation; a wrong one is told what it overlooked. A drawn fault changes a slope by at
    least 0.05 and is told from every other fault by what is shown.

    Args:
        graph: "chain" (a product, a sum, a square), "twice" (an input that two nodes use), "logistic" (a neuron with
            the logarithmic loss), "neuron" (two inputs, tanh, squared error), "skip" (a ReLU and a way around it) or
            "steps" (one weight in two steps of a recurrent network).
        fault: "drawn" by the seed, "none", or one of `faults_of(graph)`, e.g. "m:sign".
        seed: Of inputs and fault, 0 to 999.
        inputs: Values of the graph's inputs, from -3 to 3, in place of drawn ones; None for these.
        node: The node that is chosen when it is shown.
        nudge: 0.5, 0.1, 0.01 or 0.001.
        measured: What has been nudged already, a list of `places_of(graph)`.

    Guesses: "slope", the slope of the loss at the chosen node if every rule is right; "spread", how many slopes the
    faulty rule, which the question names, makes wrong. A chapter that asks one gives the inputs and names the fault.
    Tours: "halves", three measurements that find the faulty one of seven rules.

    Raises:
        TypeError: If there is no such argument.
        traitlets.TraitError: If a value is none of these, now or when it is set later.

    Source: Linnainmaa (1976), Taylor expansion of the accumulated rounding error; Griewank & Walther (2008),
    Evaluating derivatives.
    """

    title = "Find the faulty node"
    guesses = ("slope", "spread")
    tours = ("halves",)

    graph = traitlets.Enum(tuple(GRAPHS), "chain").tag(sync=True)
    fault = traitlets.Enum(("drawn", "none", *(one for graph in GRAPHS for one in faults_of(graph))), "drawn").tag(
        sync=True
    )
    seed = traitlets.Int(1, min=0, max=999).tag(sync=True)
    inputs = traitlets.List(traitlets.Float(), None, allow_none=True, minlen=1, maxlen=6).tag(sync=True)
    node = traitlets.Enum(tuple(one for graph in GRAPHS for one in places_of(graph) if ">" not in one), "L").tag(
        sync=True
    )
    nudge = traitlets.Enum(NUDGES, 0.01).tag(sync=True)
    measured = traitlets.List(
        traitlets.Enum(tuple(one for graph in GRAPHS for one in places_of(graph))), [], maxlen=MOST_MEASURED
    ).tag(sync=True)

    @traitlets.validate("inputs")
    def _in_range(self, proposal):
        values = proposal["value"]
        if values is not None and not all(isinstance(one, Real) and abs(one) <= LARGEST for one in values):
            raise traitlets.TraitError(f"inputs: expected numbers from -3 to 3, received {values!r}")
        return values

    def __init__(self, **traits):
        super().__init__(**traits)
        names = GRAPHS[self.graph][0].split()
        if self.inputs is not None and len(self.inputs) != len(names):
            raise traitlets.TraitError(
                f"inputs: expected {len(names)} numbers, for {', '.join(names)}, received {self.inputs!r}"
            )
        places = places_of(self.graph)
        asked = {"node": [self.node], "measured": self.measured}
        if self.fault not in ("drawn", "none"):
            asked["fault"] = [self.fault.split(":")[0]]
            if self.fault not in faults_of(self.graph):
                raise traitlets.TraitError(f"fault: expected one of {faults_of(self.graph)}, received {self.fault!r}")
        for trait, used in asked.items():
            if unknown := set(used) - set(places):
                raise traitlets.TraitError(
                    f"{trait}: expected places of the graph {self.graph!r}, {places}, received {sorted(unknown)}"
                )
