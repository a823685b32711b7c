# fix: output, (h, c) = self.lstm(window.unsqueeze(-1))
import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.lstm = nn.LSTM(input_size=1, hidden_size=hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, window):
        output, (h, c) = self.lstm(window)
        return self.head(output[:, -1])


series = torch.sin(torch.arange(0, 60, 0.1))
windows = series.unfold(0, 24, 1)[:64]
print(Forecaster()(windows).shape)
