# fix: labels = np.array([row[1] for row in rows]).astype(int)
import numpy as np


def load_rows(text):
    rows = [line.split(",") for line in text.strip().splitlines()]
    names = [row[0] for row in rows]
    labels = np.array([row[1] for row in rows]).astype(np.int)
    return names, labels


names, labels = load_rows("""
cat_001.png,0
cat_002.png,0
dog_001.png,1
fox_001.png,2
""")
print(np.bincount(labels))
