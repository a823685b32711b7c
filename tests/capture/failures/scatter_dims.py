# fix: return torch.zeros(len(labels), n_classes).scatter_(1, labels.unsqueeze(1), 1.0)
import torch


class LabelSmoothing:
    def __init__(self, n_classes, eps=0.1):
        self.n_classes, self.eps = n_classes, eps

    def __call__(self, labels):
        return (1 - self.eps) * one_hot(labels, self.n_classes) + self.eps / self.n_classes


def one_hot(labels, n_classes):
    return torch.zeros(len(labels), n_classes).scatter_(1, labels, 1.0)


smooth = LabelSmoothing(100)
print(smooth(torch.randint(0, 100, (256,))).sum(dim=1)[:5])
