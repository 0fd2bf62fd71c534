import matplotlib.pyplot as plt
from my_layers import affine_forward
