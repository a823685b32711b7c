# fix: fake = generator.eval()(noise)
import torch
from torch import nn

generator = nn.Sequential(
    nn.Linear(100, 256),
    nn.BatchNorm1d(256),
    nn.LeakyReLU(0.2),
    nn.Linear(256, 784),
    nn.Tanh(),
)


def sample_one(seed):
    noise = torch.randn(1, 100, generator=torch.Generator().manual_seed(seed))
    fake = generator(noise)
    return fake.view(28, 28)


image = sample_one(3)
print(image.min(), image.max())
