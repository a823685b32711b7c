# before: loader = DataLoader(Reviews(), batch_size=4)
# after: loader = DataLoader(Reviews(), batch_size=4, collate_fn=collate)
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset


class Reviews(Dataset):
    lengths = [12, 7, 30, 21, 9, 16, 5, 28]

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, i):
        return torch.randint(1, 2000, (self.lengths[i],)), i % 2


def collate(samples):
    tokens, labels = zip(*samples)
    return pad_sequence(tokens, batch_first=True), torch.tensor(labels)


loader = DataLoader(Reviews(), batch_size=4)
for tokens, labels in loader:
    print(tokens.shape, labels.tolist())
