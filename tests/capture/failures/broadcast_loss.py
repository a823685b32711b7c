# before: loss = ((pred - y) ** 2).mean()
# after: loss = ((pred.squeeze(1) - y) ** 2).mean()
import torch
from torch import nn

torch.manual_seed(0)
X = torch.randn(256, 5)
y = X @ torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0])
model = nn.Linear(5, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(20):
    pred = model(X)
    loss = ((pred - y) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("never gets below the variance of y:", loss.item(), y.var().item())
