# fix: gray = cv2.cvtColor(smooth.astype(np.float32), cv2.COLOR_BGR2GRAY)
import cv2
import numpy as np


def edges(img, sigma=1.5):
    smooth = cv2.GaussianBlur(img / 255.0, (0, 0), sigma)
    gray = cv2.cvtColor(smooth, cv2.COLOR_BGR2GRAY)
    gx, gy = cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    return cv2.magnitude(gx, gy)


img = np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)
print(edges(img).max())
