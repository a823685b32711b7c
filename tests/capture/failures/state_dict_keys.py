# fix: net.load_state_dict({name.removeprefix("module."): value for name, value in checkpoint["state_dict"].items()})
import io

import torch
from torch import nn


def make_net():
    return nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 8, 1))


buffer = io.BytesIO()
parallel = nn.DataParallel(make_net())
torch.save({"epoch": 12, "state_dict": parallel.state_dict()}, buffer)
buffer.seek(0)

checkpoint = torch.load(buffer, map_location="cpu")
net = make_net()
net.load_state_dict(checkpoint["state_dict"])
net.eval()
print("resumed at epoch", checkpoint["epoch"], net(torch.rand(1, 3, 32, 32)).shape)
