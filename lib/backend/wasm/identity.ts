import type * as tf from '@tensorflow/tfjs';

import { shared, type Kernel } from './backend';

type Inputs = Readonly<Record<'x', tf.TensorInfo>>;

/**
 * Identity without a copy: the engine clones every tensor that it saves for the backward pass.
 *
 * Tensors are never written to once they are made, so two may share their values.
 */
export function sharingIdentity(stock: Kernel<Inputs, object>): Kernel<Inputs, object> {
  return (call) => {
    const { x } = call.inputs;
    return x.dtype === 'string' ? stock(call) : shared(call.backend, x);
  };
}

type CastAttributes = Readonly<Record<'dtype', tf.DataType>>;

/** Cast that copies only where the type changes. */
export function sharingCast(stock: Kernel<Inputs, CastAttributes>): Kernel<Inputs, CastAttributes> {
  return (call) => {
    const { x } = call.inputs;
    return x.dtype === call.attrs.dtype ? shared(call.backend, x) : stock(call);
  };
}
