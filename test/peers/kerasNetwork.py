"""A network of ours as a functional Keras model, made from its list of boxes."""
import keras
from keras import layers


def keras_network(network, batch_norm_decay, batch_norm_epsilon):
    """Images [batch, height, width, 3] to logits [batch, classes]."""
    results, shapes = {}, {}
    for node in network["nodes"]:
        operands = [results[name] for name in node["inputs"]]
        shape = shapes[node["inputs"][0]] if node["inputs"] else None
        results[node["name"]] = compute(node, operands, shape, batch_norm_decay, batch_norm_epsilon)
        shapes[node["name"]] = node["shape"]
    images = results[network["nodes"][0]["name"]]
    return keras.Model(images, results[network["output"]])


def compute(node, operands, shape, batch_norm_decay, epsilon):
    kind = node["kind"]
    if kind == "input":
        return keras.Input(node["shape"])
    if kind == "convolution":
        return convolution(node, operands[0], batch_norm_decay, epsilon)
    if kind == "averagePool" and node["kernel"] == shape[:2]:
        return layers.GlobalAveragePooling2D(keepdims=True)(operands[0])
    if kind in ("averagePool", "maxPool"):
        make = layers.AveragePooling2D if kind == "averagePool" else layers.MaxPooling2D
        return make(node["kernel"], node["stride"], node["padding"])(operands[0])
    if kind == "concat":
        return layers.Concatenate()(operands)
    if kind == "residualSum":
        total = layers.Add()([operands[0], operands[1] * node["scale"]])
        return layers.ReLU()(total) if node["activation"] == "relu" else total
    if kind == "dropout":
        return layers.Dropout(1 - node["keep"])(operands[0])
    # The logits in float32 also under mixed_bfloat16, as Keras advises.
    dense = layers.Dense(node["classes"], name=layer_name(node), dtype="float32")
    return dense(layers.Flatten()(operands[0]))


def convolution(node, x, batch_norm_decay, epsilon):
    has_norm = node["activation"] == "relu"
    how = {"strides": node["stride"], "padding": node["padding"], "use_bias": not has_norm}
    start = {"kernel_initializer": "he_normal", "name": layer_name(node)}
    x = layers.Conv2D(node["filters"], node["kernel"], **how, **start)(x)
    if not has_norm:
        return x
    norm = layers.BatchNormalization(
        momentum=batch_norm_decay, epsilon=epsilon, scale=False, name=f"{layer_name(node)}.norm"
    )
    return layers.ReLU()(norm(x))


def layer_name(node):
    # Keras allows no slash in a layer's name.
    return node["name"].replace("/", ".")


def load_values(model, values):
    """Fills the model with tensors of ours, `<path>/<role>`; the kernels are laid out alike."""
    roles = {
        "kernel": ("", "kernel"),
        "bias": ("", "bias"),
        "beta": (".norm", "beta"),
        "movingMean": (".norm", "moving_mean"),
        "movingVariance": (".norm", "moving_variance"),
    }
    for name, value in values.items():
        path, role = name.rsplit("/", 1)
        suffix, attribute = roles[role]
        getattr(model.get_layer(path.replace("/", ".") + suffix), attribute).assign(value)
    if len(values) != len(model.weights):
        raise ValueError(f"{len(values)} tensors for the {len(model.weights)} of the model")
