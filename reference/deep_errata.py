"""Where the lectures mislead on A5. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L3, dropout at test time",
        printed="“At test time, multiply by dropout probability.”",
        right="What has to be made up for is what was *kept*. The slide's example drops with 0.5, the only value at"
        " which the two are the same. We scale in training instead, which is called inverted dropout, and do nothing"
        " at test time.",
        shows="""
for drop in (0.5, 0.2):
    keep = 1 - drop
    print(f"drop {drop}: training shows {keep * 1.0:.1f} of a 1 on average, the slide's test time {drop * 1.0:.1f}")
""",
        mistake="dropout_forward: multiplied by the probability to drop at test time, as printed",
    ),
    Erratum(
        where="L3, the probability that is given",
        printed="“Probability of dropping is a hyperparameter; 0.5 is common.”",
        right="Here it is `keep`, the probability to keep. That of dropping is what Keras wants (`Dropout(rate)`,"
        " `recurrent_dropout`), and PyTorch (`Dropout(p)`), and ONNX (`ratio`).",
        shows="""
for keep in (0.5, 0.8):
    print(f"keep = {keep} here is Dropout({1 - keep:.1f}) there")
""",
        mistake="dropout_mask: keep taken for the probability to drop",
    ),
    Erratum(
        where="L2, recurrent dropout",
        printed="The name of an argument of Keras, `recurrent_dropout`, and no word about it.",
        right="It lies on the state that a step receives from the step before, and each sequence has *one* mask for"
        " all its steps. With a fresh one at every step no unit could keep anything for long.",
        shows="""
keep, T = 0.8, 20
print(f"a unit that is never dropped in {T} steps: {keep**T:.2f} with fresh masks, {keep:.2f} with one")
""",
        mistake="recurrent_dropout_rnn_forward: a fresh mask at every step",
    ),
    Erratum(
        where="L2, the equations and the sizes",
        printed="$Z_{i+1} = f(W Z_i + U X_{i+1})$, without a bias, and some slides later 2,080 parameters for"
        " `SimpleRNN(32)` on 32 inputs.",
        right="The matrices alone are not that many. The rest is the bias, one number for each unit.",
        shows="""
print("both matrices:", 32 * 32 + 32 * 32, " with the bias:", 32 * 32 + 32 * 32 + 32)
""",
        mistake="count_parameters: biases of the recurrent layers forgotten",
    ),
    Erratum(
        where="L2's library, the biases of a GRU",
        printed="Whoever looks up `GRU(32)` on 32 inputs as L2 does it for `SimpleRNN(32)` will read 6,336.",
        right="Our GRU has one bias for each gate and one for the candidate. Keras resets after the product unless"
        " told otherwise (`reset_after=False`), and keeps a second vector of them then. PyTorch has two biases in"
        " every recurrent layer, of whatever kind.",
        shows="""
matrices = 3 * (32 * 32 + 32 * 32)
print(f"one bias: {matrices + 3 * 32:,}  two: {matrices + 2 * 3 * 32:,}")
""",
        mistake="count_parameters: GRU with two biases",
    ),
)
