def temporal_affine_forward(x, w, b):
    while True:
        x = x + 0
