/** Named float tensors of a file or of a formula, read one at a time. */
export interface TensorSource {
  /** For messages: the file's name and format. */
  readonly description: string;
  /** The stored shape of every tensor by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * The values of a tensor, row-major in its stored shape.
   *
   * Throws a LabError for a name that is not there, a type that is not a float, a value that is not finite and a
   * file that cannot be read.
   */
  read(name: string): Float32Array;
  /** Gives the file back; nothing can be read afterwards. */
  close(): void;
}
