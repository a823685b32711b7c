# fix: target = F.one_hot(mask.long(), num_classes).permute(0, 3, 1, 2).float()
import torch
import torch.nn.functional as F


def dice_loss(logits, mask, num_classes=4, eps=1e-6):
    probs = logits.softmax(dim=1)
    target = F.one_hot(mask, num_classes).permute(0, 3, 1, 2).float()
    inter = (probs * target).sum(dim=(2, 3))
    total = (probs + target).sum(dim=(2, 3))
    return 1 - ((2 * inter + eps) / (total + eps)).mean()


logits = torch.randn(2, 4, 64, 64, requires_grad=True)
mask = torch.randint(0, 4, (2, 64, 64)).float()
loss = dice_loss(logits, mask)
loss.backward()
