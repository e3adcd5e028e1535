"""A network of ours as a PyTorch module, made from its list of boxes."""
import torch
from torch import nn
from torch.nn import functional

from lines import same_padding


class TorchNetwork(nn.Module):
    """Images [batch, 3, height, width] to logits [batch, classes]."""

    def __init__(self, network, batch_norm_decay, batch_norm_epsilon):
        super().__init__()
        self.nodes = network["nodes"]
        self.output = network["output"]
        # Module names must not hold dots; paths of ours have none, but slashes.
        self.boxes = nn.ModuleDict()
        shapes = {node["name"]: node["shape"] for node in self.nodes}
        for node in self.nodes:
            shape = shapes[node["inputs"][0]] if node["inputs"] else None
            module = make_module(node, shape, batch_norm_decay, batch_norm_epsilon)
            if module is not None:
                self.boxes[node["name"]] = module

    def forward(self, images):
        results = {}
        for node in self.nodes:
            operands = [results[name] for name in node["inputs"]]
            results[node["name"]] = self.compute(node, operands, images)
        return results[self.output]

    def compute(self, node, operands, images):
        kind = node["kind"]
        if kind == "input":
            return images
        if kind == "concat":
            return torch.cat(operands, 1)
        if kind == "residualSum":
            total = torch.add(operands[0], operands[1], alpha=node["scale"])
            return functional.relu(total, inplace=True) if node["activation"] == "relu" else total
        return self.boxes[node["name"]](operands[0])


def make_module(node, shape, batch_norm_decay, epsilon):
    kind = node["kind"]
    if kind == "convolution":
        return convolution(node, shape, batch_norm_decay, epsilon)
    if kind == "averagePool" and node["kernel"] == shape[:2]:
        return nn.AdaptiveAvgPool2d(1)
    if kind == "averagePool":
        return pool(node, shape, lambda **how: nn.AvgPool2d(count_include_pad=False, **how))
    if kind == "maxPool":
        return pool(node, shape, lambda **how: nn.MaxPool2d(**how))
    if kind == "dropout":
        return nn.Dropout(1 - node["keep"])
    if kind == "classifier":
        return nn.Sequential(nn.Flatten(), nn.Linear(shape[2], node["classes"]))
    return None


def convolution(node, shape, batch_norm_decay, epsilon):
    has_norm = node["activation"] == "relu"
    before, after = padding(node, shape)
    layers = [nn.ZeroPad2d((before[1], after[1], before[0], after[0]))] if before != after else []
    how = {"stride": node["stride"], "padding": 0 if layers else before, "bias": not has_norm}
    layers.append(nn.Conv2d(shape[2], node["filters"], node["kernel"], **how))
    nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
    if has_norm:
        layers += [without_gamma(node["filters"], batch_norm_decay, epsilon), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def without_gamma(depth, decay, epsilon):
    """Batch normalisation whose gamma is a constant of ones."""
    norm = nn.BatchNorm2d(depth, eps=epsilon, momentum=1 - decay)
    del norm.weight
    norm.register_buffer("weight", torch.ones(depth), persistent=False)
    return norm


def pool(node, shape, make):
    before, after = padding(node, shape)
    # A window that reaches over the end of the grid is what ceil_mode cuts off: padding after it alone.
    if before != after and before != (0, 0):
        raise ValueError(f"{node['name']}: pools that pad more after than before are not there in PyTorch")
    how = {"kernel_size": tuple(node["kernel"]), "stride": node["stride"]}
    return make(padding=before, **how) if before == after else make(ceil_mode=True, **how)


def padding(node, shape):
    if node["padding"] == "valid":
        return (0, 0), (0, 0)
    sides = [same_padding(shape[i], node["kernel"][i], node["stride"]) for i in (0, 1)]
    return tuple(before for before, _ in sides), tuple(after for _, after in sides)


def load_values(network, values):
    """Fills the module with tensors of ours, `<path>/<role>`: kernels [height, width, in, out], the classifier's [in, out]."""
    state = {}
    for name, value in values.items():
        path, role = name.rsplit("/", 1)
        layers = network.boxes[path]
        state[f"boxes.{path}.{place(layers, role)}"] = to_torch(value, role)
    network.load_state_dict(state, strict=False)
    missing = {name for name in network.state_dict() if not name.endswith("num_batches_tracked")} - set(state)
    if missing:
        raise ValueError(f"no values for {sorted(missing)[:3]}")


def place(layers, role):
    kind, attribute = {
        "kernel": ((nn.Conv2d, nn.Linear), "weight"),
        "bias": ((nn.Conv2d, nn.Linear), "bias"),
        "beta": (nn.BatchNorm2d, "bias"),
        "movingMean": (nn.BatchNorm2d, "running_mean"),
        "movingVariance": (nn.BatchNorm2d, "running_var"),
    }[role]
    index = next(i for i, layer in enumerate(layers) if isinstance(layer, kind))
    return f"{index}.{attribute}"


def to_torch(value, role):
    tensor = torch.from_numpy(value)
    if role != "kernel":
        return tensor
    return tensor.permute(3, 2, 0, 1) if tensor.ndim == 4 else tensor.T
