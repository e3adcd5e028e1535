"""Writes weight files with the real packages, and runs what was exported with them.

    packages.py keras FOLDER              images, <network>.keras.h5 and their logits
    packages.py timm FOLDER               <network>.timm.safetensors and their logits
    packages.py run NETWORK FILE FOLDER   timm's logits with an exported file, into FOLDER/back.safetensors

TensorFlow and PyTorch cannot live in one process, so each is called by itself.

The weights are random. Logits are computed in 64-bit floats from the 32-bit weights that the files hold.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
from safetensors.numpy import save_file

SIZE = 139
TIMM = {"inception-v3": "inception_v3", "inception-v4": "inception_v4", "inception-resnet-v2": "inception_resnet_v2"}
KERAS = {"inception-v3": "InceptionV3", "inception-resnet-v2": "InceptionResNetV2"}


def images():
    return np.random.default_rng(0).uniform(-1, 1, (2, SIZE, SIZE, 3)).astype("float32")


def random_value(rng, kind, shape, fan_in):
    """Kernels keep the size of activations; statistics and gamma differ from their defaults."""
    if kind == "kernel":
        return rng.uniform(-1, 1, shape) * np.sqrt(6 / fan_in)
    if kind in ("variance", "gamma"):
        return rng.uniform(0.5, 1.5, shape)
    return rng.uniform(-0.1, 0.1, shape)


def make_keras(folder, name):
    import keras

    keras.backend.clear_session()
    application = getattr(keras.applications, KERAS[name])
    settings = {"weights": None, "classifier_activation": None, "input_shape": (SIZE, SIZE, 3), "include_top": True}
    model = application(**settings)
    rng = np.random.default_rng(1)
    values = []
    for variable in model.weights:
        kind = "kernel" if "kernel" in variable.path else "variance" if "variance" in variable.path else "other"
        values.append(random_value(rng, kind, variable.shape, np.prod(variable.shape[:-1])).astype("float32"))
    model.set_weights(values)
    model.save(f"{folder}/{name}.keras.h5")
    keras.config.set_dtype_policy("float64")
    exact = application(**settings)
    exact.set_weights(values)
    logits = exact.predict(images().astype("float64"), verbose=0)
    keras.config.set_dtype_policy("float32")
    save_file({"logits": np.ascontiguousarray(logits)}, f"{folder}/{name}.keras.logits.safetensors")


def timm_model(name):
    """timm's network; its Inception-v3 averages over the padding, which no TensorFlow network does."""
    import timm
    import torch.nn.functional as functional

    original = functional.avg_pool2d

    def without_padding(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=False, divisor=None):
        return original(x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor)

    functional.avg_pool2d = without_padding
    return timm.create_model(TIMM[name], pretrained=False, num_classes=1000).eval()


def timm_logits(model, file):
    import torch

    with torch.no_grad():
        logits = model.double()(torch.from_numpy(images().transpose(0, 3, 1, 2).copy()).double())
    save_file({"logits": logits.numpy()}, file)


def make_timm(folder, name):
    import torch
    from safetensors.torch import save_file as save_torch

    model = timm_model(name)
    rng = np.random.default_rng(2)
    state = model.state_dict()
    for key, tensor in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        kind = (
            "variance" if key.endswith("running_var")
            else "gamma" if key.endswith("bn.weight")
            else "kernel" if key.endswith("weight")
            else "other"
        )
        shape = tuple(tensor.shape)
        state[key] = torch.from_numpy(random_value(rng, kind, shape, np.prod(shape[1:])).astype("float32"))
    model.load_state_dict(state, strict=True)
    save_torch(model.state_dict(), f"{folder}/{name}.timm.safetensors")
    timm_logits(model, f"{folder}/{name}.timm.logits.safetensors")


def run(name, file, folder):
    from safetensors.torch import load_file

    model = timm_model(name)
    model.load_state_dict(load_file(file), strict=True)
    timm_logits(model, f"{folder}/back.safetensors")


def keras(folder):
    save_file({"images": images()}, f"{folder}/images.safetensors")
    for name in KERAS:
        make_keras(folder, name)


def timm(folder):
    for name in TIMM:
        make_timm(folder, name)


{"keras": keras, "timm": timm, "run": run}[sys.argv[1]](*sys.argv[2:])
