# before: self.layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
# after: self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


model = MLP([8, 64, 64, 1])
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
print(model(torch.randn(5, 8)).shape)
