# fix: out = out.permute(0, 2, 1, 3).reshape(batch, steps, -1)
import torch
import torch.nn.functional as F
from torch import nn


class SelfAttention(nn.Module):
    def __init__(self, dim=256, heads=8):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)

    def forward(self, x):
        batch, steps, dim = x.shape
        qkv = self.qkv(x).reshape(batch, steps, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        scores = q @ k.transpose(-2, -1) / (dim // self.heads) ** 0.5
        out = F.softmax(scores, dim=-1) @ v
        out = out.permute(0, 2, 1, 3).view(batch, steps, -1)
        return out


print(SelfAttention()(torch.randn(4, 50, 256)).shape)
