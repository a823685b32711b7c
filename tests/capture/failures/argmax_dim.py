# before: predicted = logits.argmax(0)
# after: predicted = logits.argmax(1)
import torch
from torch import nn

model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 10))


def accuracy(batches):
    correct = total = 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            predicted = logits.argmax(0)
            correct += sum(p == t for p, t in zip(predicted.tolist(), y.tolist()))
            total += len(y)
    return correct / total


print(accuracy([(torch.randn(64, 20), torch.randint(0, 10, (64,))) for _ in range(3)]))
