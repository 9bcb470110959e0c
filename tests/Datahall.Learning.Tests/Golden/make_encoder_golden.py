"""Makes the golden encoders: tiny models with random weights, their outputs and the gradients of all their tensors.

Independent of the C# code and of libtorch: numpy alone, float64, the backward pass written by hand.
Run in this folder: python3 make_encoder_golden.py   (Debian: apt-get install python3-numpy)
It writes bert.safetensors, roberta.safetensors and distilbert.safetensors with
  model.*   the weights, under the names of Transformers
  ids, lengths, types   the batch (int64); rows are padded
  direction   what the output is multiplied with before it is summed: that sum is the loss (0 at padding)
  output   the last hidden state, float64
  grad.*   the gradient of the loss by each tensor, float64
and checks every gradient against differences of the loss first.
"""

import json
import math
import struct

import numpy as np

HIDDEN, LAYERS, HEADS, FEED, VOCABULARY, POSITIONS = 16, 2, 2, 24, 30, 20
LENGTHS = [7, 4, 6]
EPSILON = 1e-5

erf = np.vectorize(math.erf)


def gelu(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def gelu_slope(x):
    return 0.5 * (1 + erf(x / math.sqrt(2))) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def gelu_tanh_slope(x):
    inner = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    return 0.5 * (1 + inner) + 0.5 * x * (1 - inner**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)


def names(layout, layer):
    if layout == "distilbert":
        p = f"transformer.layer.{layer}."
        return {"q": p + "attention.q_lin", "k": p + "attention.k_lin", "v": p + "attention.v_lin", "o": p + "attention.out_lin",
                "n1": p + "sa_layer_norm", "f1": p + "ffn.lin1", "f2": p + "ffn.lin2", "n2": p + "output_layer_norm"}
    p = f"encoder.layer.{layer}."
    return {"q": p + "attention.self.query", "k": p + "attention.self.key", "v": p + "attention.self.value",
            "o": p + "attention.output.dense", "n1": p + "attention.output.LayerNorm", "f1": p + "intermediate.dense",
            "f2": p + "output.dense", "n2": p + "output.LayerNorm"}


def weights(layout, random):
    def normal(*shape):
        # float32 values, so that the file holds exactly what is computed with
        return random.normal(0, 0.3, shape).astype(np.float32).astype(np.float64)

    w = {"embeddings.word_embeddings.weight": normal(VOCABULARY, HIDDEN),
         "embeddings.position_embeddings.weight": normal(POSITIONS, HIDDEN)}
    if layout != "distilbert":
        w["embeddings.token_type_embeddings.weight"] = normal(2 if layout == "bert" else 1, HIDDEN)
    shapes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "o": (HIDDEN, HIDDEN),
              "f1": (FEED, HIDDEN), "f2": (HIDDEN, FEED)}
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        n = names(layout, layer)
        for key, shape in shapes.items():
            w[n[key] + ".weight"] = normal(*shape)
            w[n[key] + ".bias"] = normal(shape[0])
        norms += [n["n1"], n["n2"]]
    for norm in norms:
        w[norm + ".weight"] = 1 + normal(HIDDEN)
        w[norm + ".bias"] = normal(HIDDEN)
    return w


class Tape:
    """Values forward, gradients backward, one sentence at a time: no padding exists here."""

    def __init__(self, layout, w, activation, slope):
        self.layout, self.w, self.activation, self.slope = layout, w, activation, slope
        self.g = {name: np.zeros_like(value) for name, value in w.items()}
        self.eps = 1e-12 if layout == "distilbert" else EPSILON

    def linear(self, x, name):
        def back(dy):
            self.g[name + ".weight"] += dy.T @ x
            self.g[name + ".bias"] += dy.sum(0)
            return dy @ self.w[name + ".weight"]
        return x @ self.w[name + ".weight"].T + self.w[name + ".bias"], back

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        scale = 1 / np.sqrt((centred**2).mean(-1, keepdims=True) + self.eps)
        unit = centred * scale

        def back(dy):
            self.g[name + ".weight"] += (dy * unit).sum(0)
            self.g[name + ".bias"] += dy.sum(0)
            du = dy * self.w[name + ".weight"]
            return scale * (du - du.mean(-1, keepdims=True) - unit * (du * unit).mean(-1, keepdims=True))
        return unit * self.w[name + ".weight"] + self.w[name + ".bias"], back

    def attention(self, x, n):
        q, back_q = self.linear(x, n["q"])
        k, back_k = self.linear(x, n["k"])
        v, back_v = self.linear(x, n["v"])
        size = HIDDEN // HEADS
        context, saved = np.zeros_like(q), []
        for head in range(HEADS):
            s = slice(head * size, (head + 1) * size)
            scores = q[:, s] @ k[:, s].T / math.sqrt(size)
            p = np.exp(scores - scores.max(-1, keepdims=True))
            p /= p.sum(-1, keepdims=True)
            context[:, s] = p @ v[:, s]
            saved.append((s, p))
        out, back_o = self.linear(context, n["o"])

        def back(dy):
            dc = back_o(dy)
            dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
            for s, p in saved:
                dv[:, s] = p.T @ dc[:, s]
                dp = dc[:, s] @ v[:, s].T
                ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / math.sqrt(size)
                dq[:, s] = ds @ k[:, s]
                dk[:, s] = ds.T @ q[:, s]
            return back_q(dq) + back_k(dk) + back_v(dv)
        return out, back

    def layer(self, x, index):
        n = names(self.layout, index)
        a, back_a = self.attention(x, n)
        h, back_n1 = self.norm(x + a, n["n1"])
        inner, back_f1 = self.linear(h, n["f1"])
        fed, back_f2 = self.linear(self.activation(inner), n["f2"])
        out, back_n2 = self.norm(h + fed, n["n2"])

        def back(dy):
            d = back_n2(dy)
            dh = d + back_f1(back_f2(d) * self.slope(inner))
            d = back_n1(dh)
            return d + back_a(d)
        return out, back

    def sentence(self, ids, types):
        first = 2 if self.layout == "roberta" else 0  # padding id 1: positions from 2
        places = np.arange(first, first + len(ids))
        tables = [("embeddings.word_embeddings.weight", ids), ("embeddings.position_embeddings.weight", places)]
        if self.layout != "distilbert":
            tables.append(("embeddings.token_type_embeddings.weight", types))
        x, back_n = self.norm(sum(self.w[t][i] for t, i in tables), "embeddings.LayerNorm")
        backs = []
        for index in range(LAYERS):
            x, back = self.layer(x, index)
            backs.append(back)

        def back_all(dy):
            for back in reversed(backs):
                dy = back(dy)
            d = back_n(dy)
            for table, index in tables:
                np.add.at(self.g[table], index, d)
        return x, back_all


def run(layout, w, batch, activation, slope):
    tape = Tape(layout, w, activation, slope)
    output, loss = np.zeros(batch["direction"].shape), 0.0
    for row, length in enumerate(LENGTHS):
        out, back = tape.sentence(batch["ids"][row, :length], batch["types"][row, :length])
        output[row, :length] = out
        loss += (out * batch["direction"][row, :length]).sum()
        back(batch["direction"][row, :length])
    return loss, output, tape.g


def check_gradients(layout, w, batch, functions, gradients):
    random = np.random.default_rng(5)
    for name, value in w.items():
        step = random.normal(0, 1, value.shape)
        h = 1e-5
        up = run(layout, {**w, name: value + h * step}, batch, *functions)[0]
        down = run(layout, {**w, name: value - h * step}, batch, *functions)[0]
        expected, found = (up - down) / (2 * h), (gradients[name] * step).sum()
        assert abs(expected - found) <= 1e-6 * max(1, abs(expected)), (layout, name, expected, found)


def save(path, tensors):
    kinds = {np.dtype(np.float32): "F32", np.dtype(np.float64): "F64", np.dtype(np.int64): "I64"}
    header, offset, data = {}, 0, b""
    for name in sorted(tensors, key=lambda n: (-tensors[n].itemsize, n)):
        raw = np.ascontiguousarray(tensors[name]).tobytes()
        header[name] = {"dtype": kinds[tensors[name].dtype], "shape": list(tensors[name].shape), "data_offsets": [offset, offset + len(raw)]}
        offset, data = offset + len(raw), data + raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def make(layout, seed):
    random = np.random.default_rng(seed)
    functions = (gelu_tanh, gelu_tanh_slope) if layout == "roberta" else (gelu, gelu_slope)
    w = weights(layout, random)
    pad = 1 if layout == "roberta" else 0
    longest = max(LENGTHS)
    ids = np.full((len(LENGTHS), longest), pad, np.int64)
    types = np.zeros((len(LENGTHS), longest), np.int64)
    direction = np.zeros((len(LENGTHS), longest, HIDDEN))
    for row, length in enumerate(LENGTHS):
        ids[row, :length] = random.integers(2, VOCABULARY, length)
        if layout == "bert":
            types[row, length // 2:length] = 1
        direction[row, :length] = random.normal(0, 1, (length, HIDDEN)).astype(np.float32)
    batch = {"ids": ids, "types": types, "direction": direction}
    _, output, gradients = run(layout, w, batch, *functions)
    check_gradients(layout, w, batch, functions, gradients)
    tensors = {"ids": ids, "types": types, "lengths": np.array(LENGTHS, np.int64), "direction": direction.astype(np.float32), "output": output}
    tensors |= {"model." + name: value.astype(np.float32) for name, value in w.items()}
    tensors |= {"grad." + name: value for name, value in gradients.items()}
    save(layout + ".safetensors", tensors)


for seed, layout in enumerate(["bert", "roberta", "distilbert"]):
    make(layout, seed)
