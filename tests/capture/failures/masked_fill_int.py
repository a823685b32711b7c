# fix: scores = scores.masked_fill(mask == 0, float("-inf"))
import math

import torch


def attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    return scores.softmax(dim=-1) @ v


seq = 20
causal = torch.tril(torch.ones(seq, seq, dtype=torch.int64))
q = k = v = torch.randn(4, 8, seq, 32)
print(attention(q, k, v, causal).shape)
