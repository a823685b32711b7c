# before: gate *= mask
# after: gate = gate * mask
import torch
from torch import nn


class GatedUnit(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.project = nn.Linear(dim, dim)

    def forward(self, x, mask):
        gate = torch.sigmoid(self.project(x))
        gate *= mask
        return x * gate


unit = GatedUnit(64)
x, mask = torch.randn(32, 64), (torch.rand(32, 1) > 0.1).float()
loss = unit(x, mask).pow(2).mean()
loss.backward()
print(unit.project.weight.grad.norm())
