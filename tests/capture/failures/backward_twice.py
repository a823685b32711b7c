# before: grads_content = flat_grad(content)
# after: grads_content = flat_grad(content, keep=True)
import torch
from torch import nn

encoder = nn.Sequential(nn.Linear(50, 20), nn.Tanh(), nn.Linear(20, 10))


def flat_grad(loss, keep=False):
    encoder.zero_grad()
    loss.backward(retain_graph=keep)
    return torch.cat([p.grad.flatten() for p in encoder.parameters()])


codes = encoder(torch.randn(16, 50))
content, style = codes.pow(2).mean(), codes.std()
grads_content = flat_grad(content)
grads_style = flat_grad(style)
print(torch.cosine_similarity(grads_content, grads_style, dim=0))
