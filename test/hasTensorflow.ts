import { existsSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../lib/projectRoot';

const BINDING = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';

/** Whether the set-up could build the TensorFlow binding on this machine; wasm is always there. */
export const hasTensorflow = existsSync(path.join(projectRoot(), BINDING));
