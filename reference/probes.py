"""Inputs that ordinary cases never reach, for the probes of the exercises. INSTRUCTORS ONLY."""

import numpy as np

Arrays = dict[str, np.ndarray]
LARGE = 999  # with the scores as they are otherwise at most 1000, as the task promises
KINDS_OF_LAYERS = 5  # that there are to count the parameters of
FINE = 1 / 1024  # what single precision still holds beside 1000: the probe is about overflow, not about float32
FROZEN = 1e-4  # the two largest of some random scores are hardly ever so near to each other
TINY = 1e-4  # beside it, the small number of Adagrad counts as much as the square


def extreme_scores(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with large offsets on half of the steps, and with scores far apart inside the others.

    An offset shows who takes the exponential as it is; scores far apart show who subtracts the smallest or the mean.
    The target keeps a neighbour at its height: else its probability is 1, and there is nothing to get wrong.
    """
    y = inputs["y"]
    x = np.rint(inputs["x"] / FINE) * FINE
    classes = np.arange(x.shape[2])
    target = y[:, :, None]
    near = (classes == target) | (classes == (target + 1) % x.shape[2])
    # From end to end, so that both are there as soon as there are two steps.
    offsets = np.rint(np.linspace(-LARGE, LARGE, y.size)).reshape(*y.shape, 1)
    takes_offset = (np.arange(y.size) % 2 == (y.size - 1) % 2).reshape(*y.shape, 1)
    return inputs | {"x": x + np.where(takes_offset, offsets, np.where(near, LARGE, -LARGE))}


def one_great_score(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with output biases that lift one character above all others, and not the one that is wanted first."""
    V = len(inputs['params["by"]'])
    by = np.full(V, -float(LARGE))
    by[(inputs["targets"][0] + 1) % V] = LARGE
    return inputs | {'params["by"]': by}


def scores_apart(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with scores of nearly 1000 behind every second character, and of nearly -1000 behind the others.

    Within a step they differ by the output biases alone: whoever subtracts the largest of all steps has nothing left.
    """
    V, H = inputs['params["Wx"]'].shape
    saturating = np.where(np.arange(V)[:, None] % 2, -20.0, 20.0)  # the tanh of that is 1, to the last digit
    changed = {
        "Wx": np.broadcast_to(saturating, (V, H)).copy(),
        "Wh": np.zeros((H, H)),
        "b": np.zeros(H),
        "Wy": np.full((H, V), float(LARGE // H)),
        "by": np.rint(inputs['params["by"]'] / FINE) * FINE,
    }
    both = np.zeros_like(inputs["inputs"])
    both[1:2] = min(1, V - 1)  # one step of the other kind: as many of each could cancel, and leave rounding
    return inputs | {f'params["{name}"]': value for name, value in changed.items()} | {"inputs": both}


def saturated(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with a state that is as large as it can be, and two characters between which its size decides."""
    V, H = inputs['params["Wx"]'].shape
    by = np.full(V, -5.0)
    by[:2] = (0.0, 1.25)[:V]  # the first gets the mean of the state, which is 1: it comes once in 21 times
    Wy = np.zeros((H, V))
    Wy[:, 0] = 1 / H
    changed = {"Wx": np.full((V, H), 50.0), "Wh": np.zeros((H, H)), "b": np.zeros(H), "Wy": Wy, "by": by}
    weights = {f'params["{name}"]': value for name, value in changed.items()}
    return inputs | weights | {"temperature": np.asarray(1 / 12)}


def decisive_state(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with weights by which the state counts for much, and the characters and the biases for little."""
    factors = {"Wx": 0.1, "Wh": 3.0, "b": 0.1, "by": 0.1}
    weighed = {f'params["{name}"]': factor * inputs[f'params["{name}"]'] for name, factor in factors.items()}
    return inputs | weighed | {"temperature": np.asarray(0.1)}


def nearly_frozen(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs at a temperature so low that only the likeliest character is ever drawn."""
    return inputs | {"temperature": np.asarray(FROZEN)}


def first_step(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with an empty memory, and with gradients of which a third are zero and a third are tiny."""
    changed = dict(inputs)
    for name, value in inputs.items():
        if name.startswith("grads"):
            changed[name] = value * rng.choice((0.0, TINY, 1.0), value.shape)
        elif name.startswith("memory"):
            changed[name] = np.zeros_like(value)
    return changed


def exploded(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with gradients so long that a bound on the entries would be met too."""
    return {name: value * (10.0 if name.startswith("grads") else 1.0) for name, value in inputs.items()}


def no_gradient(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with all gradients zero."""
    return {name: value * (not name.startswith("grads")) for name, value in inputs.items()}


def whole_pieces(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with the longest chunk of which several make up all inputs of the text."""
    T = len(inputs["indices"]) - 1
    return inputs | {"chunk": np.asarray(max((chunk for chunk in range(1, T) if T % chunk == 0), default=1))}


def published_sizes(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The layers of L2: an embedding of 10,000 words in 32 features, and above it recurrent layers of 32 units.

    A kind is its place among the words of the declaration, where the embedding is the first and the RNN the second.
    """
    changed = {}
    for name in inputs:
        is_first, member = name.startswith("layers[0]"), name[-3:]
        embedding, recurrent = {"[0]": (0, 1), "[1]": (10_000, 32), "[2]": (32, 32)}[member]
        changed[name] = np.asarray(embedding if is_first else recurrent)
    return changed


def one_of_each_kind(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The layers of the sizes that they have, of one kind after the other."""
    kinds = [name for name in inputs if name.endswith("[0]")]
    return inputs | {name: np.asarray(number % KINDS_OF_LAYERS) for number, name in enumerate(kinds)}
