# fix: device = torch.device("cuda" if args.gpu and torch.cuda.is_available() else "cpu")
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=256)
parser.add_argument("--gpu", action="store_false")
args = parser.parse_args()

device = torch.device("gpu" if args.gpu else "cpu")
model = nn.Sequential(nn.Linear(20, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 1)).to(device)
x = torch.randn(64, 20, device=device)
print(model(x).mean().item())
