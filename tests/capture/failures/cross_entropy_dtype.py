# fix: loss = criterion(model(batch_x), batch_y.long())
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.default_rng(7)
X = torch.from_numpy(rng.normal(size=(150, 4)).astype(np.float32))
y = torch.from_numpy(rng.integers(0, 3, 150).astype(np.float32))
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for batch_x, batch_y in DataLoader(TensorDataset(X, y), batch_size=32, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(batch_x), batch_y)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
