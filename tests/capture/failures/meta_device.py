# fix: model = model.to_empty(device="cpu")
import torch
from torch import nn


def build():
    with torch.device("meta"):
        return nn.Sequential(nn.Linear(1024, 4096), nn.GELU(), nn.Linear(4096, 1024))


def load(weights):
    model = build()
    model = model.to("cpu")
    model.load_state_dict(weights)
    return model


weights = nn.Sequential(nn.Linear(1024, 4096), nn.GELU(), nn.Linear(4096, 1024)).state_dict()
print(load(weights)(torch.randn(4, 1024)).shape)
