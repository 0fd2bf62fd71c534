print("loading my RNN …")
print("x" * 100_000)
