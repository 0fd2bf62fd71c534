"""The reference against oracles that are not ours, to a few roundings; `-s` prints the largest errors."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from reference import lstm, rnn
from tests.reference import foreign
from tests.reference.oracles import benign_inputs, functions_of, run

ASSIGNMENTS = (rnn.ASSIGNMENT, lstm.ASSIGNMENT)
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


@pytest.mark.parametrize("name", ["rnn_step_backward", "rnn_backward", "lstm_step_backward", "lstm_backward"])
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
    assignment, exercise = NAMED["lstm_backward" if kind == "LSTM" else "rnn_backward"]
    return benign_inputs(assignment, exercise, dims, seed)


def our_outputs(kind, inputs):
    """Hidden states and gradients of the whole sequence."""
    module = lstm if kind == "LSTM" else rnn
    functions = functions_of(module.ASSIGNMENT)
    name = kind.lower()
    h, cache = functions[f"{name}_forward"](*(inputs[key] for key in ("x", "h0", "Wx", "Wh", "b")))
    names = ("dx", "dh0", "dWx", "dWh", "db")
    return h, dict(zip(names, functions[f"{name}_backward"](inputs["dh"], cache), strict=True))


def onnx_weights(kind, inputs, source=foreign.OURS):
    """Wx, Wh and b in ONNX's order of the gates."""
    stacked = [inputs[key] for key in ("Wx", "Wh", "b")]
    if kind == "LSTM":
        stacked = [foreign.reordered(value, source, foreign.GATE_ORDERS["onnx"]) for value in stacked]
    return stacked


@pytest.mark.parametrize("dims", rnn.ASSIGNMENT.fixed_dims, ids=str)
@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_the_sequence_is_the_published_operator_with_our_weights_converted(kind, dims, errors):
    pytest.importorskip("onnx")
    for seed in range(DRAWS):
        inputs = sequence_inputs(kind, dims, seed)
        states = [inputs["h0"]] if kind == "RNN" else [inputs["h0"], np.zeros_like(inputs["h0"])]
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


def test_an_array_of_another_shape_is_infinitely_wrong():
    assert foreign.relative_error(np.ones((1, 2)), np.ones(2)) == np.inf
