# fix: hidden = layer(hidden, src_key_padding_mask=padding)
import torch
from torch import nn

layers = nn.ModuleList(nn.TransformerEncoderLayer(64, nhead=4, batch_first=True) for _ in range(2))


def encode(tokens, embed, pad=0):
    hidden, padding = embed(tokens), tokens == pad
    for layer in layers:
        hidden = layer(hidden, key_padding_mask=padding)
    return hidden


tokens = torch.randint(1, 500, (8, 24))
tokens[:, 18:] = 0
print(encode(tokens, nn.Embedding(500, 64, padding_idx=0)).shape)
