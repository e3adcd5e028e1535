import * as tf from '@tensorflow/tfjs';
import { nodeFileSystemRouter } from '@tensorflow/tfjs-node-gpu/dist/io/file_system';

type Router = Parameters<typeof tf.io.registerSaveRouter>[0];

let registered = false;

/** Lets models of tf.layers be saved to and loaded from `file://` addresses where the native runtime does not see to it. */
export function registerModelFiles(): void {
  if (registered) {
    return;
  }
  registered = true;
  // Two handlers of one address are an error in TensorFlow.js: this one withdraws once the native runtime has its own.
  const router = ((url) =>
    tf.findBackendFactory('tensorflow') ? null : nodeFileSystemRouter(url)) as Router;
  tf.io.registerSaveRouter(router);
  tf.io.registerLoadRouter(router);
}
