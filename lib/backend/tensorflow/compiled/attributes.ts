import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import { LabError } from '../../../errors';
import { type Attribute, type Attributes, shapeMessage } from './graph';

/** The attributes of an eager operation as those of a node; what was left undefined keeps TensorFlow's default. */
export function attributesOf(binding: TFJSBinding, attributes: readonly TFEOpAttr[]): Attributes {
  const given = attributes.filter(({ value }) => value !== undefined && value !== null);
  return Object.fromEntries(given.map((one) => [one.name, attributeOf(binding, one)]));
}

function attributeOf(binding: TFJSBinding, { name, type, value }: TFEOpAttr): Attribute {
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  switch (type) {
    case binding.TF_ATTR_STRING:
      return list ? { list: { s: list.map(textOf) } } : { s: textOf(value) };
    case binding.TF_ATTR_INT:
      return list ? { list: { i: list.map(Number) } } : { i: Number(value) };
    case binding.TF_ATTR_FLOAT:
      return list ? { list: { f: list.map(Number) } } : { f: Number(value) };
    case binding.TF_ATTR_BOOL:
      return list ? { list: { b: list.map(Boolean) } } : { b: Boolean(value) };
    case binding.TF_ATTR_TYPE:
      return list ? { list: { type: list.map(Number) } } : { type: Number(value) };
    case binding.TF_ATTR_SHAPE:
      return { shape: shapeMessage((list ?? []).map(Number)) };
    default:
      throw new LabError(`internal: the attribute "${name}" has the unknown type ${type}.`);
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') {
    throw new LabError(`internal: ${JSON.stringify(value)} is not text, as its attribute says.`);
  }
  return value;
}
