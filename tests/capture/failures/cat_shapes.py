# fix: merged = torch.cat([up, skip], dim=1)
import torch
from torch import nn


class UpBlock(nn.Module):
    def __init__(self, in_ch, skip_ch, out_ch):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_ch, in_ch // 2, 2, stride=2)
        self.conv = nn.Conv2d(in_ch // 2 + skip_ch, out_ch, 3, padding=1)

    def forward(self, x, skip):
        up = self.up(x)
        merged = torch.cat([up, skip])
        return self.conv(merged)


block = UpBlock(128, 32, 64)
print(block(torch.randn(2, 128, 16, 16), torch.randn(2, 32, 32, 32)).shape)
