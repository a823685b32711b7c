# before: x = (img.astype(np.float32) / 255 - MEAN) / STD
# after: x = (img[:, :, ::-1].astype(np.float32) / 255 - MEAN) / STD
import cv2
import numpy as np

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)  # of ImageNet, RGB
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def preprocess(data, size=224):
    img = cv2.imdecode(data, cv2.IMREAD_COLOR)
    img = cv2.resize(img, (size, size), interpolation=cv2.INTER_AREA)
    x = (img.astype(np.float32) / 255 - MEAN) / STD
    return x.transpose(2, 0, 1)[None]


photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
_, data = cv2.imencode(".png", photo)
print(preprocess(data).mean(axis=(0, 2, 3)))
