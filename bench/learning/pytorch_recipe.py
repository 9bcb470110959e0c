#!/usr/bin/env python3
"""The usual recipe in PyTorch, to measure beside: BERT for token classification as Transformers writes it, batches of 16 padded to 128, float32.

usage: pytorch_recipe.py small|base train|infer THREADS SECONDS FILE [--like-lengths]
Prints sentences a second, and a second of processor time. FILE: words in columns with blank lines between sentences; pieces are estimated as LearnBench does (one for each four letters).
--like-lengths: batches of 32 sentences of like length instead of 16 padded to 128.
"""
import math
import sys
import time

import torch
from torch import nn

SHAPES = {"small": (4, 256, 4, 1024, 8000), "base": (12, 768, 12, 3072, 30522)}
LABELS, PADDED, BATCH, LIKE_BATCH = 9, 128, 16, 32


class Layer(nn.Module):
    def __init__(self, hidden, heads, inner):
        super().__init__()
        self.heads, self.size = heads, hidden // heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(hidden, 1e-12), nn.LayerNorm(hidden, 1e-12)
        self.inner, self.outer, self.drop = nn.Linear(hidden, inner), nn.Linear(inner, hidden), nn.Dropout(0.1)

    def forward(self, x, mask):
        b, n, h = x.shape
        split = lambda t: t.view(b, n, self.heads, self.size).transpose(1, 2)
        scores = split(self.query(x)) @ split(self.key(x)).transpose(-1, -2) / math.sqrt(self.size) + mask
        context = (self.drop(scores.softmax(-1)) @ split(self.value(x))).transpose(1, 2).reshape(b, n, h)
        x = self.norm1(x + self.drop(self.out(context)))
        return self.norm2(x + self.drop(self.outer(nn.functional.gelu(self.inner(x)))))


class Tagger(nn.Module):
    def __init__(self, layers, hidden, heads, inner, vocabulary):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, hidden), nn.Embedding(512, hidden)
        self.norm, self.drop = nn.LayerNorm(hidden, 1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner) for _ in range(layers))
        self.classifier = nn.Linear(hidden, LABELS)

    def forward(self, ids, mask):
        x = self.drop(self.norm(self.words(ids) + self.places(torch.arange(ids.shape[1]))))
        bias = (1 - mask[:, None, None, :].float()) * -10000
        for layer in self.layers:
            x = layer(x, bias)
        return self.classifier(self.drop(x))


def lengths_of(path):
    lengths, count = [], 0
    for line in open(path, encoding="utf-8"):
        fields = line.split()
        if fields and fields[0] != "-DOCSTART-":
            count += max(1, (len(fields[0]) + 3) // 4)
        elif count:
            lengths.append(min(PADDED, count + 2))
            count = 0
    return lengths


def main():
    shape, kind, threads, seconds, path = sys.argv[1:6]
    like = "--like-lengths" in sys.argv
    torch.manual_seed(1)
    torch.set_num_threads(int(threads))
    model = Tagger(*SHAPES[shape])
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
    lengths = lengths_of(path)
    order = torch.randperm(len(lengths)).tolist()
    if like:
        order = [i for start in range(0, len(order), 1024) for i in sorted(order[start:start + 1024], key=lambda i: lengths[i])]
    size = LIKE_BATCH if like else BATCH
    batches = [order[i:i + size] for i in range(0, len(order), size)]
    batches = [batches[i] for i in torch.randperm(len(batches)).tolist()]
    model.train(kind == "train")

    def step(batch):
        width = max(lengths[i] for i in batch) if like else PADDED
        ids = torch.randint(1, SHAPES[shape][4], (len(batch), width))
        mask = torch.zeros(len(batch), width)
        labels = torch.full((len(batch), width), -100)
        for row, i in enumerate(batch):
            mask[row, :lengths[i]] = 1
            labels[row, :lengths[i]] = 0
        if kind == "train":
            loss = nn.functional.cross_entropy(model(ids, mask).view(-1, LABELS), labels.view(-1))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
        else:
            with torch.no_grad():
                model(ids, mask)
        return len(batch)

    step(batches[0])
    started, processor, done = time.perf_counter(), time.process_time(), 0
    for batch in batches[1:]:
        done += step(batch)
        if time.perf_counter() - started > float(seconds):
            break
    print(f"{done / (time.perf_counter() - started):.2f}/s ({done / (time.process_time() - processor):.2f}/processor s)")


main()
