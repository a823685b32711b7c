# before: bright = img + amount
# after: bright = np.clip(img.astype(np.int16) + amount, 0, 255).astype(np.uint8)
import numpy as np


def brighten(img, amount=80):
    bright = img + amount
    return bright


rng = np.random.default_rng(0)
img = rng.integers(0, 256, (240, 320, 3), dtype=np.uint8)
out = brighten(img)
print("mean before", img.mean(), "after", out.mean(), "darker pixels", (out < img).mean())
