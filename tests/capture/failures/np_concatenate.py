# fix: augmented = np.concatenate([x_train, flipped])
import numpy as np


def augment(x_train, y_train):
    flipped = x_train[:, :, ::-1]
    augmented = np.concatenate(x_train, flipped)
    labels = np.concatenate([y_train, y_train])
    return augmented, labels


x_train = np.random.rand(60, 28, 28).astype(np.float32)
y_train = np.random.randint(0, 10, 60)
images, labels = augment(x_train, y_train)
print(images.shape, labels.shape)
