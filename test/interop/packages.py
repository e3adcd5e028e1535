"""Makes weight files with the packages whose files the laboratory reads, and runs timm with files that it wrote.

    packages.py make <package> <network> <folder> [classes]   weights.h5 or weights.safetensors, images, expected logits
    packages.py run <network> <folder> <file> <classes>       timm's logits for the images with the weights of a file

Packages are keras, timm, facenet and, for a network with its auxiliary head, timm-auxiliary. The weights are random and
stand in the file as 32-bit floats; what is expected of them is computed in 64-bit floats.
"""

import os
import sys

# Keras runs on the PyTorch that timm needs anyway; its files do not depend on that.
os.environ["KERAS_BACKEND"] = "torch"

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

TIMM = {"inception-v3": "inception_v3", "inception-v4": "inception_v4", "inception-resnet-v2": "inception_resnet_v2"}
KERAS = {"inception-v3": "InceptionV3", "inception-resnet-v2": "InceptionResNetV2"}
SIZE = 139
# The last convolution of the auxiliary head covers the 5x5 grid that this size leaves it.
SIZE_WITH_HEAD = 299


def random_images(size):
    return np.random.default_rng(1).uniform(-1, 1, (2, size, size, 3)).astype(np.float32)


def random_value(generator, kind, shape, fan_in):
    """Kernels keep the activations' size; statistics, gamma and beta are far from what they start with."""
    if kind == "kernel":
        values = np.sqrt(6 / fan_in) * generator.uniform(-1, 1, shape)
    elif kind in ("gamma", "variance"):
        values = generator.uniform(0.5, 1.5, shape)
    else:
        values = generator.uniform(-0.2, 0.2, shape)
    return values.astype(np.float32)


def keras_kind(path):
    name = path.rsplit("/", 1)[-1]
    return {"kernel": "kernel", "moving_variance": "variance"}.get(name, "shift")


def torch_kind(name, tensor):
    if tensor.ndim > 1:
        return "kernel"
    if name.endswith("running_var"):
        return "variance"
    return "gamma" if name.endswith("weight") else "shift"


def make_keras(network, folder, classes):
    import keras

    application = getattr(keras.applications, KERAS[network])
    shape = (SIZE, SIZE, 3)
    settings = {"weights": None, "classifier_activation": None, "input_shape": shape, "classes": classes}
    if network == "inception-resnet-v2":
        # A session that has built something before: Keras goes on counting from there.
        keras.Sequential([keras.Input(shape), keras.layers.Conv2D(1, 1), keras.layers.BatchNormalization()])
    model = application(**settings)
    generator = np.random.default_rng(2)
    values = [
        random_value(generator, keras_kind(variable.path), variable.shape, np.prod(variable.shape[:-1]))
        for variable in model.weights
    ]
    model.set_weights(values)
    model.save(f"{folder}/weights.h5")
    model.save_weights(f"{folder}/numbered.weights.h5")
    keras.config.set_dtype_policy("float64")
    exact = application(**settings)
    exact.set_weights(values)
    images = random_images(SIZE)
    expected = exact(images.astype(np.float64), training=False).detach().numpy()
    save(folder, images, logits=expected)


def randomise(model):
    """Replaces all weights and statistics; the counters of steps stay."""
    generator = np.random.default_rng(3)
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point():
            kind = torch_kind(name, tensor)
            value = random_value(generator, kind, tuple(tensor.shape), np.prod(tensor.shape[1:]))
            state[name] = torch.from_numpy(value)
    model.load_state_dict(state, strict=True)


def timm_network(network, **settings):
    """
    timm's network. Where its Inception-v3 pools with averages, it counts the padding as zeros; the TensorFlow network
    whose weights it loads leaves the padding out, and so does this one.
    """
    import timm

    average = torch.nn.functional.avg_pool2d

    def without_padding(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=False, divisor=None):
        return average(x, kernel_size, stride, padding, ceil_mode, False, divisor)

    torch.nn.functional.avg_pool2d = without_padding
    model = timm.create_model(TIMM[network], pretrained=False, **settings).eval()
    epsilons = {layer.eps for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d)}
    assert epsilons == {0.001}, epsilons
    return model


def outputs(model, images):
    """What a network says about images [batch, height, width, 3]."""
    with torch.no_grad():
        return model.double()(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).double())


def make_timm(network, folder, classes):
    model = timm_network(network, num_classes=classes)
    write_model(model, folder)
    images = random_images(SIZE)
    save(folder, images, logits=outputs(model, images).numpy())


def make_timm_auxiliary(network, folder, classes):
    model = timm_network(network, num_classes=classes, aux_logits=True)
    write_model(model, folder)
    images = random_images(SIZE_WITH_HEAD)
    logits, auxiliary = outputs(model, images)
    save(folder, images, logits=logits.numpy(), auxiliary=auxiliary.numpy())


def make_facenet(network, folder, classes):
    """The trunk of facenet-pytorch: what its average pooling puts out is our network without a classifier."""
    from facenet_pytorch import InceptionResnetV1

    model = InceptionResnetV1(classify=True, num_classes=classes).eval()
    write_model(model, folder)
    pooled = []
    model.avgpool_1a.register_forward_hook(lambda _module, _inputs, output: pooled.append(output))
    images = random_images(SIZE)
    outputs(model, images)
    save(folder, images, logits=pooled[0].flatten(1).numpy())


def write_model(model, folder):
    from safetensors.torch import save_file as save_torch_file

    randomise(model)
    save_torch_file(model.state_dict(), f"{folder}/weights.safetensors")


def save(folder, images, **expected):
    save_file({"images": images}, f"{folder}/images.safetensors")
    contiguous = {name: np.ascontiguousarray(value) for name, value in expected.items()}
    save_file(contiguous, f"{folder}/expected.safetensors")


def make(package, network, folder, classes="1000"):
    makers = {"keras": make_keras, "timm": make_timm, "timm-auxiliary": make_timm_auxiliary, "facenet": make_facenet}
    makers[package](network, folder, int(classes))


def run(network, folder, file, classes):
    from safetensors.torch import load_file as load_torch_file

    state = load_torch_file(file)
    head = {"aux_logits": True} if any(name.startswith("AuxLogits.") for name in state) else {}
    model = timm_network(network, num_classes=int(classes), **head)
    model.load_state_dict(state, strict=True)
    images = load_file(f"{folder}/images.safetensors")["images"]
    found = outputs(model, images)
    logits, auxiliary = found if head else (found, found)
    save_file({"logits": logits.numpy(), "auxiliary": auxiliary.numpy()}, f"{folder}/run.safetensors")


{"make": make, "run": run}[sys.argv[1]](*sys.argv[2:])
