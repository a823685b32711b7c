# before: loss.backward()
# after: optimizer.zero_grad()
# after: loss.backward()
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
loss_fn = nn.MSELoss()
x = torch.randn(64, 10)
y = x.sum(dim=1, keepdim=True)

for epoch in range(30):
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    print(epoch, loss.item())
