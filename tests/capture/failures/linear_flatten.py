# fix: x = F.relu(self.fc1(x.flatten(1)))
import torch
import torch.nn.functional as F
from torch import nn


class MnistClassifier(nn.Module):
    def __init__(self, hidden=128, num_classes=10):
        super().__init__()
        self.fc1 = nn.Linear(784, hidden)
        self.dropout = nn.Dropout(0.2)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        return self.fc2(self.dropout(x))


model = MnistClassifier()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(2):
    images, labels = torch.rand(32, 1, 28, 28), torch.randint(0, 10, (32,))
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
