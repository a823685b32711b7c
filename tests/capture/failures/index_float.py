# fix: return sorted_scores[int(position)]
import torch


def percentile(scores, q):
    sorted_scores = scores.flatten().sort().values
    position = torch.tensor(q) / 100 * (len(sorted_scores) - 1)
    return sorted_scores[position]


activations = torch.relu(torch.randn(128, 512))
for q in (50, 90, 99):
    print(q, percentile(activations, q).item())
