# fix: w.data -= lr * w.grad
import torch

torch.manual_seed(0)
X = torch.randn(200, 13)
y = X @ torch.randn(13, 1) + 0.1 * torch.randn(200, 1)
w = torch.zeros(13, 1, requires_grad=True)
lr = 0.1

for step in range(100):
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    w -= lr * w.grad
    w.grad.zero_()
    if step % 20 == 0:
        print(step, loss.item())
