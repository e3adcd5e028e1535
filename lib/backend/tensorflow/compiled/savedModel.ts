import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { Root, type Type } from 'protobufjs/light';

import type { GraphNode } from './graph';

/** Version of the graph format that TensorFlow 2.21 writes. */
const PRODUCER = 1087;
const TAG = 'serve';

/**
 * The messages of a SavedModel, with the fields that are used here.
 *
 * From saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, attr_value.proto, tensor.proto and
 * tensor_shape.proto of TensorFlow.
 */
const SCHEMA = {
  nested: {
    SavedModel: {
      fields: {
        savedModelSchemaVersion: { type: 'int64', id: 1 },
        metaGraphs: { rule: 'repeated', type: 'MetaGraph', id: 2 },
      },
    },
    MetaGraph: { fields: { meta: { type: 'Meta', id: 1 }, graph: { type: 'Graph', id: 2 } } },
    Meta: { fields: { tags: { rule: 'repeated', type: 'string', id: 4 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        versions: { type: 'Versions', id: 4 },
      },
    },
    Versions: { fields: { producer: { type: 'int32', id: 1 } } },
    Node: {
      fields: {
        name: { type: 'string', id: 1 },
        op: { type: 'string', id: 2 },
        input: { rule: 'repeated', type: 'string', id: 3 },
        attr: { keyType: 'string', type: 'Attribute', id: 5 },
      },
    },
    Attribute: {
      // Without this, values like 0 and false would be left out as defaults.
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: { type: 'List', id: 1 },
        s: { type: 'bytes', id: 2 },
        i: { type: 'int64', id: 3 },
        f: { type: 'float', id: 4 },
        b: { type: 'bool', id: 5 },
        type: { type: 'int32', id: 6 },
        shape: { type: 'Shape', id: 7 },
        tensor: { type: 'Tensor', id: 8 },
      },
    },
    List: {
      fields: {
        s: { rule: 'repeated', type: 'bytes', id: 2 },
        i: { rule: 'repeated', type: 'int64', id: 3 },
        f: { rule: 'repeated', type: 'float', id: 4 },
        b: { rule: 'repeated', type: 'bool', id: 5 },
        type: { rule: 'repeated', type: 'int32', id: 6 },
      },
    },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 2 } } },
    Dimension: { fields: { size: { type: 'int64', id: 1 } } },
    Tensor: {
      fields: {
        dtype: { type: 'int32', id: 1 },
        tensorShape: { type: 'Shape', id: 2 },
        tensorContent: { type: 'bytes', id: 4 },
      },
    },
  },
};

/** The bytes of a SavedModel that holds these nodes and nothing else: no signatures, no values of variables. */
export function savedModelBytes(nodes: readonly GraphNode[]): Uint8Array {
  const type: Type = Root.fromJSON(SCHEMA).lookupType('SavedModel');
  const graph = { node: nodes.map(nodeMessage), versions: { producer: PRODUCER } };
  const message = {
    savedModelSchemaVersion: 1,
    metaGraphs: [{ meta: { tags: [TAG] }, graph }],
  };
  return type.encode(type.create(message)).finish();
}

function nodeMessage({ name, operation, inputs, control, attributes }: GraphNode) {
  const input = [
    ...inputs.map(({ node, index }) => (index === 0 ? node.name : `${node.name}:${index}`)),
    ...control.map((node) => `^${node.name}`),
  ];
  return { name, op: operation, input, attr: attributesMessage(attributes) };
}

/** The writer wants bytes where the messages have text. */
function attributesMessage(attributes: GraphNode['attributes']) {
  const entries = Object.entries(attributes).map(([key, attribute]) => {
    if ('s' in attribute) {
      return [key, { s: Buffer.from(attribute.s) }];
    }
    if ('list' in attribute && attribute.list.s) {
      return [key, { list: { s: attribute.list.s.map((text) => Buffer.from(text)) } }];
    }
    return [key, attribute];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Loads nodes into a new TensorFlow session and returns its number. */
export function loadSession(binding: TFJSBinding, nodes: readonly GraphNode[]): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'inception-lab-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModelBytes(nodes));
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
