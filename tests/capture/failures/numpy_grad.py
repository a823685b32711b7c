# fix: embedding = encoder(x).detach().numpy()
import numpy as np
import torch
from torch import nn

encoder = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2))


def plot_latents(batches):
    points = []
    for x in batches:
        embedding = encoder(x).numpy()
        points.append(embedding)
    return np.concatenate(points)


print(plot_latents([torch.randn(32, 64), torch.randn(32, 64), torch.randn(10, 64)]).shape)
