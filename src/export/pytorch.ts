// A network as a short module for PyTorch, which reads the weight file that lies beside it. It needs no other package.

import { showType } from "../grid/grid.ts";
import { showInputRules } from "../grid/prepare.ts";
import type { Network } from "../network/network.ts";

/** The text of the module; `weights` is the name of the network's weight file. */
export function exportPytorch(network: Network, weights: string): string {
  return MODULE.replace("$NUMBERS", () => (network.snap ? LEARNED : WHOLE))
    .replace("$ABOUT", () => about(network))
    .replace("reads $WEIGHTS", () => `reads ${ascii(weights)}`)
    .replace('"$WEIGHTS"', () => JSON.stringify(weights));
}

/** What the module's users need to know of this network. */
function about(network: Network): string {
  const fields = network.fields.filter(({ role }) => role !== "hidden");
  const lines = fields.map(({ name, role, type }) => `    ${role} ${name}: ${ascii(showType(type))}`);
  const rules = showInputRules(network);
  const room = [
    "",
    "The program's rules for its input are not applied here: lay grids out as they say.",
    "",
    ...rules.map((rule) => `    ${rule}`),
  ];
  return [
    `${network.program}: a recurrent convolutional network, compiled by tapeloom.`,
    "",
    "Fields of a cell, enum values being counted from 0:",
    "",
    ...lines,
    ...(rules.length === 0 ? [] : room),
  ].join("\n");
}

const WHOLE = `All numbers are small integers, which float32 holds exactly. On a GPU, keep PyTorch from
rounding them: torch.backends.cudnn.allow_tf32 = False.`;

const LEARNED = `Every channel is rounded to 0 or 1, at 1/2, after each step. On a GPU, keep PyTorch from rounding
numbers before: torch.backends.cudnn.allow_tf32 = False.`;

/** Nothing that could end a Python string, or is not ASCII. */
const ascii = (text: string): string => text.replace(/[^\x20-\x7e]|["\\]/g, "?");

const MODULE = `"""$ABOUT

    network = Network()                  # reads $WEIGHTS beside this file
    state = network.encode({"name": integers})
    state, steps = network.run(state)    # to the end; or network(state, steps)
    values = network.decode(state)["name"]

$NUMBERS
"""

import json
import struct
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

WEIGHTS = Path(__file__).with_name("$WEIGHTS")


def read_safetensors(path):
    """Tensors and metadata by name: eight bytes with the header's length, JSON, raw numbers."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        numbers = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = torch.tensor(numbers, dtype=torch.float32).reshape(entry["shape"])
    return tensors, metadata


class Network(nn.Module):
    """One shared step on states [batch, channels, rows, cols]."""

    def __init__(self, path=WEIGHTS):
        super().__init__()
        tensors, metadata = read_safetensors(path)
        self.fields, self.channels, self.stop = (
            json.loads(metadata[key]) for key in ("fields", "channels", "stop")
        )
        depth = len(json.loads(metadata["layers"]))
        self.weights = nn.ParameterList([tensors[f"layers.{at}.weight"] for at in range(depth)])
        self.biases = nn.ParameterList([tensors[f"layers.{at}.bias"] for at in range(depth)])
        self.snap = json.loads(metadata.get("snap", "false"))
        self.register_buffer("residual", tensors["residual"].reshape(-1, 1, 1))

    def step(self, state):
        units = state
        for at, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            units = F.conv2d(F.relu(units) if at > 0 else units, weight, bias, padding=weight.shape[-1] // 2)
        state = self.residual * state + units
        return (state > 0.5).to(state.dtype) if self.snap else state

    def forward(self, state, steps=1):
        for _ in range(steps):
            state = self.step(state)
        return state

    @torch.no_grad()
    def run(self, state, most=None):
        """The state at the end, and the number of steps; at most \`most\`, or 100 if there is no end."""
        if most is None and self.stop["kind"] == "never":
            most = 100
        steps = 0
        while not self.halted(state) and steps != most:
            after = self.step(state)
            if self.stop["kind"] == "fixpoint" and torch.equal(after, state):
                break
            state, steps = after, steps + 1
        return state, steps

    def halted(self, state):
        """Whether every cell of every grid satisfies one of the conditions of the stop rule."""
        on = {channel["name"]: state[:, at] > 0.5 for at, channel in enumerate(self.channels)}
        done = torch.zeros_like(state[:, 0], dtype=torch.bool)
        for cube in self.stop.get("cubes", []):
            here = torch.ones_like(done)
            for name in cube["on"]:
                here &= on[name]
            for name in cube["off"]:
                here &= ~on[name]
            done |= here
        return bool(done.all())

    def encode(self, grids):
        """The state of grids {field: integers [batch, rows, cols]}; other fields get initial values."""
        grids = {name: torch.as_tensor(grid) for name, grid in grids.items()}
        like = next(iter(grids.values()))
        values = {f["name"]: torch.full_like(like, f["initial"]) for f in self.fields} | grids
        bits = []
        for channel in self.channels:
            code = channel["code"]
            if code["kind"] == "inside":
                bits.append(torch.ones_like(like))
            elif code["kind"] == "thermometer":
                bits.append(values[code["field"]] >= code["atLeast"])
            else:
                bits.append(values[code["field"]] == code.get("equals", 1))
        return torch.stack([bit.float() for bit in bits], dim=1)

    def decode(self, state):
        """The grids of all fields, as integers."""
        lows = {f["name"]: f["type"].get("lo", 0) for f in self.fields}
        grids = {name: torch.full_like(state[:, 0], low, dtype=torch.int64) for name, low in lows.items()}
        for at, channel in enumerate(self.channels):
            code = channel["code"]
            if code["kind"] != "inside":
                grids[code["field"]] += code.get("equals", 1) * (state[:, at] > 0.5)
        return grids
`;
