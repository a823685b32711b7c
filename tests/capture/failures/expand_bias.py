# fix: return x + bias[:, None, None].expand(batch, channels, height, width)
import torch


def add_channel_bias(x, bias):
    batch, channels, height, width = x.shape
    return x + bias.expand(batch, channels, height, width)


feature_map = torch.randn(4, 16, 28, 32)
bias = torch.linspace(-1, 1, 16)
print(add_channel_bias(feature_map, bias).shape)
