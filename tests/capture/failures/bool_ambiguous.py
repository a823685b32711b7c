# fix: if (delta < tol).all():
import torch


def kmeans(points, k=3, tol=1e-4, steps=50):
    centers = points[:k].clone()
    for step in range(steps):
        nearest = torch.cdist(points, centers).argmin(dim=1)
        moved = torch.stack([points[nearest == i].mean(dim=0) for i in range(k)])
        delta = (moved - centers).norm(dim=1)
        if delta < tol:
            break
        centers = moved
    return centers, step


torch.manual_seed(0)
points = torch.cat([torch.randn(100, 2) + 5 * i for i in range(3)])
print(kmeans(points))
