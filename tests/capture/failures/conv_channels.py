# fix: features = backbone(images.permute(0, 3, 1, 2))
import numpy as np
import torch
from torch import nn

backbone = nn.Sequential(
    nn.Conv2d(3, 32, kernel_size=3, stride=2, padding=1),
    nn.ReLU(inplace=True),
    nn.Conv2d(32, 64, kernel_size=3, stride=2, padding=1),
    nn.AdaptiveAvgPool2d(1),
)


def embed(frames):
    images = torch.from_numpy(np.stack(frames)).float() / 255
    with torch.no_grad():
        features = backbone(images)
    return features.flatten(1)


frames = [np.random.randint(0, 256, (120, 160, 3), dtype=np.uint8) for _ in range(6)]
print(embed(frames).shape)
