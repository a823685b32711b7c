# fix: batch = np.array([seq + [pad] * (longest - len(seq)) for seq in encoded])
import numpy as np

vocab = {}


def encode(sentences, pad=0):
    encoded = [[vocab.setdefault(word, len(vocab) + 1) for word in line.split()] for line in sentences]
    longest = max(len(seq) for seq in encoded)
    batch = np.array(encoded)
    assert batch.shape == (len(sentences), longest)
    return batch


if __name__ == "__main__":
    print(encode(["the cat sat on the mat", "a dog barked", "the fox ran away"]))
