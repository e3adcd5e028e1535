/** How steps run: as compiled TensorFlow graphs (native backend only), or operation by operation. */
export const EXECUTIONS = ['compiled', 'eager'] as const;
export type Execution = (typeof EXECUTIONS)[number];

/** In what the layers compute; weights, statistics, optimizer and loss are float32 in both. */
export const PRECISIONS = ['float32', 'bfloat16'] as const;
export type Precision = (typeof PRECISIONS)[number];
