# before: small = cv2.resize(frame, (height // scale, width // scale))
# after: small = cv2.resize(frame, (width // scale, height // scale))
import cv2
import numpy as np


def thumbnails(frames, scale=4):
    out = []
    for frame in frames:
        height, width = frame.shape[:2]
        small = cv2.resize(frame, (height // scale, width // scale))
        out.append(small)
    return out


frames = [np.full((480, 640, 3), i, np.uint8) for i in range(3)]
print([t.shape for t in thumbnails(frames)])
