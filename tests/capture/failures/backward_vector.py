# fix: loss.mean().backward()
import torch
import torch.nn.functional as F
from torch import nn

model = nn.Linear(30, 1)
optimizer = torch.optim.Adam(model.parameters())
x, y = torch.randn(128, 30), torch.randint(0, 2, (128,)).float()
sample_weight = torch.where(y == 1, 5.0, 1.0)

for epoch in range(3):
    optimizer.zero_grad()
    scores = model(x).squeeze(1)
    loss = F.binary_cross_entropy_with_logits(scores, y, reduction="none") * sample_weight
    loss.backward()
    optimizer.step()
