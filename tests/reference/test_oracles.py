"""The reference against oracles that are not ours, to a few roundings; `-s` prints the largest errors."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from reference import gated, lstm, rnn
from tests.reference import foreign
from tests.reference.oracles import benign_inputs, functions_of, run

ASSIGNMENTS = (rnn.ASSIGNMENT, lstm.ASSIGNMENT, gated.ASSIGNMENT)
MODULES = {"RNN": rnn, "LSTM": lstm, "GRU": gated}
CLOSE = 1e-13  # of the largest entry; measured: at most 7.8e-15, where autograd sums in another order
DRAWS = 3
EXERCISES = [(assignment, exercise) for assignment in ASSIGNMENTS for exercise in assignment.exercises]
NAMED = {exercise.name: pair for pair in EXERCISES for exercise in pair[1:]}
GRADIENTS = [name for name, (_, exercise) in NAMED.items() if exercise.contract.of or exercise.contract.slopes]
NO_EQUATION = {"lstm_weights_from_gates"}  # it moves numbers; held against the equations in test_lstm
VALUES = [name for name, (_, exercise) in NAMED.items() if not exercise.contract.of and name not in NO_EQUATION]


@pytest.fixture(scope="module")
def errors(request):
    """The largest error of every oracle, printed when the module is done."""
    found: dict[str, float] = {}
    yield found
    for oracle, error in found.items():
        print(f"\n{oracle}: largest relative error {error:.2g}", end="")


def hold(errors, oracle, got, want):
    """Each output within a few roundings of the oracle's."""
    assert list(got) == list(want)
    for name, wanted in want.items():
        error = foreign.relative_error(got[name], wanted)
        errors[oracle] = max(errors.get(oracle, 0.0), error)
        assert error <= CLOSE, name


def cases(name, functions=None):
    """The exercise's outputs at each fixed shape and several draws, with the inputs."""
    assignment, exercise = NAMED[name]
    for dims in assignment.fixed_dims:
        for seed in range(DRAWS):
            inputs = benign_inputs(assignment, exercise, dims, seed)
            yield inputs, run(functions or functions_of(assignment), assignment, exercise, inputs)


def autograd_wants(name, inputs):
    contract = NAMED[name][1].contract
    equation = foreign.autograd_equations()[contract.of or name]
    if contract.of:
        upstream = [tensor.name for tensor in contract.takes]
        taken = {key: value for key, value in inputs.items() if key not in upstream}
        return foreign.autograd_gradients(equation, taken, [inputs[key] for key in upstream])
    return foreign.autograd_gradients(equation, inputs, [np.ones(())])


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_those_of_automatic_differentiation(name, errors):
    pytest.importorskip("autograd")
    for inputs, got in cases(name):
        want = autograd_wants(name, inputs)
        hold(errors, "autograd", {key: got[key] for key in want}, want)


@pytest.mark.parametrize("name", [name for name in GRADIENTS if NAMED[name][1].contract.of])
def test_a_planted_wrong_gradient_does_not_get_past_automatic_differentiation(name):
    pytest.importorskip("autograd")
    assignment, exercise = NAMED[name]
    planted = load_solution(edited_solution(assignment, exercise, exercise.mistakes[0]), "planted")
    inputs, got = next(cases(name, planted))
    want = autograd_wants(name, inputs)
    assert max(foreign.relative_error(got[key], want[key]) for key in want) > 1e-4


@pytest.mark.parametrize("name", VALUES)
def test_values_are_right_to_fifty_digits_rounded(name, errors):
    pytest.importorskip("mpmath")
    equation = foreign.mpmath_equations()[name]
    for inputs, got in cases(name):
        want = foreign.exactly(equation, inputs)
        hold(errors, "mpmath", got, dict(zip(got, want, strict=True)))


def test_the_sigmoid_is_right_to_fifty_digits_far_out(errors):
    pytest.importorskip("mpmath")
    x = np.linspace(-700, 700, 281)[None]
    (want,) = foreign.exactly(foreign.mpmath_equations()["sigmoid"], {"x": x})
    assert np.all(np.abs(lstm.sigmoid(x) - want) <= 4e-16 * want)  # entry by entry, however small


def test_the_loss_is_right_to_fifty_digits_for_scores_of_1000(errors):
    pytest.importorskip("mpmath")
    inputs = benign_inputs(rnn.ASSIGNMENT, rnn.SOFTMAX_LOSS, rnn.ASSIGNMENT.fixed_dims[0])
    (probe,) = rnn.SOFTMAX_LOSS.probes
    extreme = probe.change(np.random.default_rng(0), inputs)
    got = run(functions_of(rnn.ASSIGNMENT), rnn.ASSIGNMENT, rnn.SOFTMAX_LOSS, extreme)
    want = foreign.exactly(foreign.mpmath_equations()["temporal_softmax_loss"], extreme)
    hold({}, "", got, dict(zip(got, want, strict=True)))


def sequence_inputs(kind, dims, seed):
    assignment, exercise = NAMED[f"{kind.lower()}_backward"]
    return benign_inputs(assignment, exercise, dims, seed)


def our_outputs(kind, inputs):
    """Hidden states and gradients of the whole sequence."""
    functions = functions_of(MODULES[kind].ASSIGNMENT)
    name = kind.lower()
    h, cache = functions[f"{name}_forward"](*(inputs[key] for key in ("x", "h0", "Wx", "Wh", "b")))
    names = ("dx", "dh0", "dWx", "dWh", "db")
    return h, dict(zip(names, functions[f"{name}_backward"](inputs["dh"], cache), strict=True))


ORDERS = {"LSTM": (foreign.OURS, foreign.GATE_ORDERS["onnx"]), "GRU": (foreign.OUR_GRU, foreign.GRU_ORDERS["onnx"])}


def onnx_weights(kind, inputs, source=""):
    """Wx, Wh and b in ONNX's order of the gates, from ours unless another is said."""
    stacked = [inputs[key] for key in ("Wx", "Wh", "b")]
    if kind == "RNN":
        return stacked
    ours, theirs = ORDERS[kind]
    return [foreign.reordered(value, source or ours, theirs) for value in stacked]


@pytest.mark.parametrize("dims", rnn.ASSIGNMENT.fixed_dims, ids=str)
@pytest.mark.parametrize("kind", MODULES)
def test_the_sequence_is_the_published_operator_with_our_weights_converted(kind, dims, errors):
    pytest.importorskip("onnx")
    for seed in range(DRAWS):
        inputs = sequence_inputs(kind, dims, seed)
        states = [inputs["h0"], np.zeros_like(inputs["h0"])] if kind == "LSTM" else [inputs["h0"]]
        want = foreign.onnx_forward(kind, *onnx_weights(kind, inputs), inputs["x"], *states)
        got, _ = our_outputs(kind, inputs)
        hold(errors, f"onnx {kind}", {"h": got, "last h": got[:, -1]}, {"h": want[0], "last h": want[1]})


@pytest.mark.parametrize("dims", lstm.ASSIGNMENT.fixed_dims, ids=str)
def test_weights_of_the_published_operator_converted_to_ours_give_its_step(dims, errors):
    """The other way round: random weights in ONNX's order, one step with a cell state, both states out."""
    pytest.importorskip("onnx")
    order = foreign.GATE_ORDERS["onnx"]
    for seed in range(DRAWS):
        inputs = benign_inputs(lstm.ASSIGNMENT, lstm.STEP_FORWARD, dims, seed)
        weights = [inputs[key] for key in ("Wx", "Wh", "b")]  # taken to be in ONNX's order
        want = foreign.onnx_forward("LSTM", *weights, inputs["x"][:, None], inputs["prev_h"], inputs["prev_c"])
        ours = [foreign.reordered(value, order, foreign.OURS) for value in weights]
        next_h, next_c, _ = lstm.lstm_step_forward(inputs["x"], inputs["prev_h"], inputs["prev_c"], *ours)
        hold(errors, "onnx step", {"h": next_h, "c": next_c}, {"h": want[1], "c": want[2]})


@pytest.mark.parametrize("dims", gated.ASSIGNMENT.fixed_dims, ids=str)
def test_weights_of_the_published_gru_converted_to_ours_give_its_step(dims, errors):
    """The other way round: random weights in ONNX's order, one step."""
    pytest.importorskip("onnx")
    for seed in range(DRAWS):
        inputs = benign_inputs(gated.ASSIGNMENT, gated.STEP_FORWARD, dims, seed)
        weights = [inputs[key] for key in ("Wx", "Wh", "b")]  # taken to be in ONNX's order
        want = foreign.onnx_forward("GRU", *weights, inputs["x"][:, None], inputs["prev_h"])
        ours = [foreign.reordered(value, foreign.GRU_ORDERS["onnx"], foreign.OUR_GRU) for value in weights]
        next_h, _ = gated.gru_step_forward(inputs["x"], inputs["prev_h"], *ours)
        hold(errors, "onnx GRU step", {"h": next_h}, {"h": want[1]})


def test_the_published_gru_is_another_with_its_weights_unconverted():
    pytest.importorskip("onnx")
    inputs = sequence_inputs("GRU", gated.ASSIGNMENT.fixed_dims[0], 0)
    got, _ = our_outputs("GRU", inputs)
    weights = [inputs[key] for key in ("Wx", "Wh", "b")]
    other, _ = foreign.onnx_forward("GRU", *weights, inputs["x"], inputs["h0"])
    assert foreign.relative_error(got, other) > 1e-2


def test_the_published_gru_that_resets_after_the_product_is_another():
    """It is the mistake of the catalogue: both agree, and neither agrees with ours."""
    pytest.importorskip("onnx")
    inputs = sequence_inputs("GRU", gated.ASSIGNMENT.fixed_dims[0], 0)
    after = foreign.onnx_forward("GRU", *onnx_weights("GRU", inputs), inputs["x"], inputs["h0"], linear_before_reset=1)
    got, _ = our_outputs("GRU", inputs)
    assert foreign.relative_error(got, after[0]) > 1e-2
    (mistake,) = (one for one in gated.STEP_FORWARD.mistakes if one.name == "reset after the product")
    wrong = load_solution(edited_solution(gated.ASSIGNMENT, gated.STEP_FORWARD, mistake), "planted")
    h, _ = wrong["gru_forward"](*(inputs[key] for key in ("x", "h0", "Wx", "Wh", "b")))
    assert foreign.relative_error(h, after[0]) <= CLOSE


def with_diagonal_candidate(inputs):
    """The inputs with a diagonal Whh, the one that mixes no entries."""
    H = inputs["h0"].shape[1]
    Wh = inputs["Wh"].copy()
    Wh[:, 2 * H :] *= np.eye(H)
    return {**inputs, "Wh": Wh}


@pytest.mark.parametrize("dims", gated.ASSIGNMENT.fixed_dims, ids=str)
def test_before_or_after_a_diagonal_product_the_reset_is_the_same(dims, errors):
    pytest.importorskip("onnx")
    inputs = with_diagonal_candidate(sequence_inputs("GRU", dims, 0))
    want = foreign.onnx_forward("GRU", *onnx_weights("GRU", inputs), inputs["x"], inputs["h0"], linear_before_reset=1)
    got, _ = our_outputs("GRU", inputs)
    hold(errors, "onnx GRU, reset after", {"h": got}, {"h": want[0]})


@pytest.mark.parametrize("dims", gated.ASSIGNMENT.fixed_dims, ids=str)
def test_with_a_diagonal_candidate_values_and_gradients_are_those_of_torch(dims, errors):
    """Torch resets after the product: beside the diagonal of Whh the two differ in their gradients even then."""
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    for seed in range(DRAWS):
        inputs = with_diagonal_candidate(sequence_inputs("GRU", dims, seed))
        h, gradients = our_outputs("GRU", inputs)
        want_h, want = foreign.torch_forward_and_gradients("GRU", inputs, inputs["dh"])
        shared = np.tile(np.eye(h.shape[2]), 3)
        shared[:, : 2 * h.shape[2]] = 1
        got, wanted = (
            {"h": one, **all_, "dWh": all_["dWh"] * shared} for one, all_ in ((h, gradients), (want_h, want))
        )
        hold(errors, "torch GRU", got, wanted)


def test_the_published_operator_with_weights_in_another_order_gives_something_else():
    pytest.importorskip("onnx")
    inputs = sequence_inputs("LSTM", lstm.ASSIGNMENT.fixed_dims[0], 0)
    states = [inputs["h0"], np.zeros_like(inputs["h0"])]
    got, _ = our_outputs("LSTM", inputs)
    for source in (foreign.GATE_ORDERS["pytorch"], foreign.GATE_ORDERS["onnx"]):
        other = foreign.onnx_forward("LSTM", *onnx_weights("LSTM", inputs, source), inputs["x"], *states)
        assert foreign.relative_error(got, other[0]) > 1e-2


@pytest.mark.parametrize("dims", rnn.ASSIGNMENT.fixed_dims, ids=str)
@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_values_and_gradients_are_those_of_torch(kind, dims, errors):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    for seed in range(DRAWS):
        inputs = sequence_inputs(kind, dims, seed)
        h, gradients = our_outputs(kind, inputs)
        want_h, want = foreign.torch_forward_and_gradients(kind, inputs, inputs["dh"])
        hold(errors, f"torch {kind}", {"h": h, **gradients}, {"h": want_h, **want})


@pytest.mark.parametrize("order", foreign.GATE_ORDERS.values())
def test_gates_taken_to_another_order_and_back_are_the_same_numbers(order):
    weights = np.arange(24.0).reshape(2, 12)
    there = foreign.reordered(weights, foreign.OURS, order)
    assert not np.array_equal(there, weights)
    assert np.array_equal(foreign.reordered(there, order, foreign.OURS), weights)


def test_the_gate_orders_are_those_of_the_handout():
    assert "PyTorch | $i, f, g, o$" in lstm.INTRO
    assert "ONNX | $i, o, f, c$" in lstm.INTRO
    assert "Keras | $i, f, c, o$" in lstm.INTRO
    assert foreign.GATE_ORDERS == {"pytorch": "ifgo", "onnx": "iofg", "keras": "ifgo"}
    assert "PyTorch | $r, z, n$" in gated.INTRO
    assert "ONNX | $z, r, h$" in gated.INTRO
    assert "Keras | $z, r, h$" in gated.INTRO
    assert foreign.GRU_ORDERS == {"pytorch": "rzh", "onnx": "zrh", "keras": "zrh"}


def test_an_array_of_another_shape_is_infinitely_wrong():
    assert foreign.relative_error(np.ones((1, 2)), np.ones(2)) == np.inf
