# fix: q_values = policy(states).gather(1, actions.long().unsqueeze(1)).squeeze(1)
import random

import torch
from torch import nn

policy = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
memory = [([random.random() for _ in range(4)], float(random.randrange(2)), 1.0) for _ in range(500)]


def optimize(batch_size=64, gamma=0.99):
    batch = random.sample(memory, batch_size)
    states = torch.tensor([state for state, _, _ in batch])
    actions = torch.tensor([action for _, action, _ in batch])
    rewards = torch.tensor([reward for _, _, reward in batch])
    q_values = policy(states).gather(1, actions.unsqueeze(1)).squeeze(1)
    return nn.functional.smooth_l1_loss(q_values, rewards)


print(optimize())
