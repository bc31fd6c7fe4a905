// The text of a network's PyTorch module. `$...` stands for what belongs to one network; the part about rules of the
// input is left out where there are none.

export const MODULE = `"""$ABOUT

    network = Network()                  # reads $WEIGHTS beside this file
    state = network.encode({"name": integers})
    state, steps = network.run(state)    # to the end; or network(state, steps)
    values = network.decode(state)["name"]

$NUMBERS

Parameters and buffers are called as in the file. Numbers that have changed are written with what belongs to them by
safetensors.torch.save_model(network, path, metadata=network.metadata).
"""

import json
$OPERATOR
import struct
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

WEIGHTS = Path(__file__).with_name("$WEIGHTS")


def read_safetensors(path):
    """Tensors and metadata by name: eight bytes with the header's length, JSON, raw numbers."""
    data = Path(path).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    if metadata.get("format") != "tapeloom":
        found = repr(metadata["format"]) if "format" in metadata else "none"
        raise ValueError(f"{path}: found the format {found} in its metadata, expected 'tapeloom'; give a weight file")
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: found numbers of type {entry['dtype']} in {name}, expected F32")
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        numbers = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = torch.tensor(numbers, dtype=torch.float32).reshape(entry["shape"])
    return tensors, metadata
$EVALUATE


class Layer(nn.Module):
    """A convolution with zero padding."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.padding = weight.shape[-1] // 2

    def forward(self, units):
        if self.weight.numel() == 0:
            # PyTorch has no convolution without inputs or outputs: the bias alone, if anything.
            bias = self.bias[None, :, None, None]
            return bias.expand(units.shape[0], bias.shape[1], units.shape[2], units.shape[3])
        return F.conv2d(units, self.weight, self.bias, padding=self.padding)


class Network(nn.Module):
    """One shared step on states [batch, channels, rows, cols]."""

    def __init__(self, path=WEIGHTS):
        super().__init__()
        tensors, self.metadata = read_safetensors(path)
        fields, layers, self.channels, self.stop, self.exact = (
            json.loads(self.metadata[key]) for key in ("fields", "layers", "channels", "stop", "exact")
        )
        self.fields = {field["name"]: field for field in fields}
        self.snap = json.loads(self.metadata.get("snap", "false"))
        self.rules = json.loads(self.metadata.get("input", "{}"))
        self.layers = nn.ModuleList(
            Layer(tensors[f"layers.{at}.weight"], tensors[f"layers.{at}.bias"]) for at in range(len(layers))
        )
        self.register_buffer("residual", tensors["residual"])
$CODES

    def step(self, state):
        units = state
        for at, layer in enumerate(self.layers):
            units = layer(F.relu(units) if at > 0 else units)
        state = self.residual[:, None, None] * state + units
        return (state > 0.5).to(state.dtype) if self.snap else state

    def forward(self, state, steps: int = 1):
        """The state after a number of steps."""
        if steps < 0:
            raise ValueError("found a negative number of steps, expected 0 or more")
        for _ in range(steps):
            state = self.step(state)
        return state

    @torch.no_grad()
    def run(self, state, most=None):
        """The state at the end, and the number of steps; at most \`most\`, or 100 if there is no end."""
        if most is not None and (most != int(most) or most < 0):
            raise ValueError(f"found {most} as the most steps, expected a whole number from 0 on")
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
        self._check(state)
        on = {code["name"]: held > 0.5 for code, held in zip(self.$LIST, $STATE)}
        done = self._plane(state, 0, torch.bool)
        for cube in self.stop.get("cubes", []):
            here = torch.ones_like(done)
            for name in cube["on"]:
                here &= on[name]
            for name in cube["off"]:
                here &= ~on[name]
            done |= here
        return bool(done.all())

    @staticmethod
    def _plane(state, value, dtype):
        """That value in every cell: [batch, rows, cols]."""
        return state.new_full((state.shape[0], *state.shape[2:]), value, dtype=dtype)

    def _check(self, state):
        if state.dim() == 4 and state.shape[1] == len(self.channels):
            return
        raise ValueError(
            f"found a state of shape {list(state.shape)}, expected [batch, {len(self.channels)}, rows, cols];"
            " make it with encode"
        )

$ENCODE
        number = str(self.residual.dtype).removeprefix("torch.")
        if number not in ("float32", "float64", *self.exact["formats"]):
            raise ValueError(f"{number} is too coarse for this network; keep it in float32 or float64")
        if not isinstance(grids, dict):
            raise ValueError(f"found {type(grids).__name__}, expected a dictionary of grids by field")
        values = {name: self._checked(name, grid) for name, grid in grids.items()}
        size = self._size(values, shape)
$RULES

        def full(value):
            return torch.full(size, value, dtype=torch.int64, device=self.residual.device)

        numbers = []
        for channel in self.$LIST:
            code = channel["code"]
            if code["kind"] == "inside":
                numbers.append(full(1))
                continue
            name = code["field"]
            value = values[name] if name in values else full(self.fields[name]["initial"])
            numbers.append(self._held(code, value).to(torch.int64))
$PACKED
        if not numbers:
            return self.residual.new_zeros((size[0], 0, *size[1:]))
        return torch.stack(numbers, dim=1).to(self.residual)

$HELD
    @staticmethod
    def _held(code, value):
        """What a channel of that code holds where its field has these values."""
        if code["kind"] == "thermometer":
            return value >= code["atLeast"]
        if code["kind"] == "binary":
            return ((value - code["from"]) >> code["bit"]) & 1
        return value - code["from"] if code["kind"] == "integer" else value == code.get("equals", 1)

    def _bounds(self, name):
        kind = self.fields[name]["type"]
        return kind.get("lo", 0), kind.get("hi", len(kind.get("names", "01")) - 1)

    def _checked(self, name, grid):
        """A field's values as integers [batch, rows, cols] on the network's device."""
        if name not in self.fields:
            known = ", ".join(name for name, field in self.fields.items() if field["role"] != "hidden")
            raise ValueError(f"found no field {name!r} in the network, expected {known}")
        try:
            # PyTorch has no unsigned integers of more than a byte.
            unsigned = getattr(getattr(grid, "dtype", None), "kind", "") == "u"
            grid = torch.as_tensor(grid.astype("int64") if unsigned else grid, device=self.residual.device)
        except (TypeError, ValueError, RuntimeError) as error:
            found = type(grid).__name__
            raise ValueError(f"field {name}: found no grid of integers [rows, cols] in this {found}") from error
        if grid.dim() not in (2, 3) or grid.numel() == 0:
            raise ValueError(
                f"field {name}: found the shape {list(grid.shape)}, expected [rows, cols] or [batch, rows, cols]"
            )
        grid = grid if grid.dim() == 3 else grid[None]
        if grid.is_complex():
            raise ValueError(f"field {name}: found complex numbers, expected integers")
        # Before anything is compared: a byte, say, wraps what it is compared with.
        grid = grid.to(torch.float64 if grid.is_floating_point() else torch.int64)
        low, high = self._bounds(name)
        wrong = ~((low <= grid) & (grid <= high) & (grid == grid.trunc()))
        if wrong.any():
            batch, row, col = wrong.nonzero()[0].tolist()
            found = grid[batch, row, col].item()
            names = self.fields[name]["type"].get("names")
            meaning = f" ({', '.join(names)})" if names else ""
            raise ValueError(
                f"field {name}, grid {batch}, row {row}, column {col}, counted from 0: found {found},"
                f" expected a whole number from {low} to {high}{meaning}"
            )
        return grid.to(torch.int64)

    def _size(self, values, shape):
        """[batch, rows, cols] of all grids; input fields have to be there."""
        for name, field in self.fields.items():
            if field["role"] == "input" and name not in values:
                raise ValueError(f"the input field {name} is missing; give its values")
        sizes = {name: tuple(grid.shape) for name, grid in values.items()}
        if shape is not None:
            if len(shape) != 2 or any(int(side) != side or side < 1 for side in shape):
                raise ValueError(f"found {shape} as the shape, expected (rows, cols)")
            batch = next(iter(sizes.values()))[0] if sizes else 1
            sizes["shape"] = (batch, int(shape[0]), int(shape[1]))
        if len(set(sizes.values())) == 1:
            return next(iter(sizes.values()))
        if sizes:
            raise ValueError(f"found grids of several shapes, expected one [batch, rows, cols]: {sizes}")
        raise ValueError("found no grids to tell the shape; give shape=(rows, cols)")
$PREPARE
    def decode(self, state):
        """The grids of all fields, as integers [batch, rows, cols]."""
        self._check(state)
        grids = {name: self._plane(state, self._bounds(name)[0], torch.int64) for name in self.fields}
        for channel, held in zip(self.$LIST, $STATE):
            code = channel["code"]
            if code["kind"] == "integer":
                grids[code["field"]] += held.round().to(torch.int64)
            elif code["kind"] != "inside":
                grids[code["field"]] += code.get("equals", 2 ** code.get("bit", 0)) * (held > 0.5)
        return {name: grid.clamp(*self._bounds(name)) for name, grid in grids.items()}
`;

/** With a channel for each code. */
export const CHANNELS = {
  list: "channels",
  state: "state.unbind(1)",
  codes: "",
  packed: "",
  held: "",
} as const;

/** With one number for a cell: it has a digit for each field, and counts what channels of the codes would hold. */
export const PARTS = {
  list: "codes",
  state: "self._held_in(state)",
  codes: `        self.codes, self.digits = json.loads(self.metadata["parts"]), {}
        for part in self.codes:
            code = part["code"]
            worth = code.get("equals", 2 ** code.get("bit", 0))
            if code["kind"] != "inside":
                self.digits.setdefault(code["field"], part["worth"] // worth)
`,
  packed: `        numbers = [sum((part["worth"] * held for part, held in zip(self.codes, numbers)), full(0))]
`,
  held: `    def _held_in(self, state):
        """What channels of all codes would hold, for the number of each cell: [batch, rows, cols]."""
        inside = any(part["code"]["kind"] == "inside" for part in self.codes)
        rest = (state[:, 0].round().to(torch.int64) - int(inside)).clamp(min=0)
        values = {}
        for name, unit in sorted(self.digits.items(), key=lambda digit: -digit[1]):
            low, high = self._bounds(name)
            digit = torch.div(rest, unit, rounding_mode="floor").clamp(max=high - low)
            rest = rest - unit * digit
            values[name] = low + digit
        return [
            self._plane(state, 1, torch.float32)
            if part["code"]["kind"] == "inside"
            else self._held(part["code"], values[part["code"]["field"]]).to(torch.float32)
            for part in self.codes
        ]

`,
} as const;

/** Without rules of the input. */
export const PLAIN = {
  operator: "",
  encode: `    def encode(self, grids, shape=None):
        """The state of grids {field: integers [rows, cols] or [batch, rows, cols]}; of one shape=(rows, cols).

        Input fields have to be given; others get their initial values. Numbers are as in the network.
        """`,
  evaluate: "",
  rules: "",
  prepare: "\n",
} as const;

/** With them: they are applied to inputs. */
export const RULED = {
  operator: "import operator\n",
  evaluate: `

OPERATIONS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.floordiv, "min": min, "max": max,
    "and": operator.and_, "or": operator.or_, "xor": operator.xor, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}


def evaluate(size, rows, cols):
    """The value of an expression in the rows and columns of an input, as in the program's rules."""
    if size["tag"] == "number":
        return size["value"]
    if size["tag"] == "not":
        return 1 - evaluate(size["of"], rows, cols)
    if size["tag"] == "binary":
        sides = (evaluate(size[side], rows, cols) for side in ("left", "right"))
        return int(OPERATIONS[size["operator"]](*sides))
    return {"rows": rows, "cols": cols}[size["tag"]]
`,
  encode: `    def encode(self, grids, shape=None, prepared=None):
        """The state of grids {field: integers [rows, cols] or [batch, rows, cols]}; of one shape=(rows, cols).

        Input fields have to be given; others get their initial values. Numbers are as in the network. The program's
        rules are applied to inputs. Grids that have their workspace already, such as decode gives, are prepared=True;
        by default, those of all the program's fields are, and those of input fields alone are not.
        """`,
  rules: `        if not self._is_prepared(values, prepared):
            values, size = self._prepare(values, size)
        self._require_tokens(values)
`,
  prepare: `
    def _is_prepared(self, values, prepared):
        if prepared is not None or "workspace" not in self.rules:
            return bool(prepared)
        visible = {name for name, field in self.fields.items() if field["role"] != "hidden"}
        inputs = {name for name in visible if self.fields[name]["role"] == "input"}
        if inputs != visible and (values.keys() <= inputs or values.keys() >= visible):
            return values.keys() >= visible
        raise ValueError("prepared=True or prepared=False: say whether these grids have their workspace already")

    def _require_tokens(self, values):
        """Of some fields at most one cell may hold another value than the first: the network is right only then."""
        for name in self.rules.get("tokens", []):
            first = self._bounds(name)[0]
            most = int((values[name] != first).flatten(1).sum(1).max()) if name in values else 0
            if most > 1:
                raise ValueError(f"{name}: found {most} cells with another value than {first}, expected at most one")

    def _prepare(self, values, size):
        """What the program's rules make of an input: its shape is checked, workspace added, places filled."""
        batch, *shape = size

        def number(expression):
            try:
                return evaluate(expression, *shape)
            except ZeroDivisionError as error:
                raise ValueError(f"the program's rules divide by zero for a grid of {shape}") from error

        grid, workspace = self.rules.get("grid"), self.rules.get("workspace", {})
        if grid and (
            [number(grid["rows"]), number(grid["cols"])] != shape
            or (grid["where"] is not None and number(grid["where"]) != 1)
        ):
            raise ValueError(f"the program does not take a grid of {shape} [rows, cols]; it says which above")
        left, right, top, bottom = (
            number(workspace[side]) if workspace else 0 for side in ("left", "right", "top", "bottom")
        )
        if min(left, right, top, bottom) < 0:
            raise ValueError(f"the program's workspace is negative for a grid of {shape}; give a larger one")

        def blank(name):
            field = self.fields[name]
            return self._bounds(name)[0] if field["role"] == "input" else field["initial"]

        made = {name: F.pad(grid, (left, right, top, bottom), value=blank(name)) for name, grid in values.items()}
        rows, cols = top + shape[0] + bottom, left + shape[1] + right
        for place in self.rules.get("places", []):
            name = place["field"]
            if name in values:
                continue
            row, col = number(place["row"]), number(place["column"])
            if not (1 <= row <= shape[0] and 1 <= col <= shape[1]):
                raise ValueError(f"the program places {name} outside a grid of {shape}; give a larger one")
            if name not in made:
                initial = self.fields[name]["initial"]
                made[name] = torch.full((batch, rows, cols), initial, device=self.residual.device)
            made[name][:, top + row - 1, left + col - 1] = place["value"]
        return made, (batch, rows, cols)

`,
} as const;
