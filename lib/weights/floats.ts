import { LabError } from '../errors';

/** The float types that are read; all become 32-bit floats. */
export const FLOAT_BYTES = { F16: 2, BF16: 2, F32: 4, F64: 8 } as const;
export type FloatType = keyof typeof FLOAT_BYTES;

/** Whether a type's name is one that can be read. */
export function isFloatType(type: string): type is FloatType {
  return Object.hasOwn(FLOAT_BYTES, type);
}

/** Little-endian numbers of a float type as 32-bit floats, those of F64 rounded; the bytes of F32 are used as they are. */
export function toFloat32(bytes: ArrayBuffer, type: FloatType): Float32Array {
  switch (type) {
    case 'F32':
      return new Float32Array(bytes);
    case 'F64':
      return new Float32Array(new Float64Array(bytes));
    case 'BF16':
      return new Float32Array(
        new Uint32Array(new Uint16Array(bytes)).map((bits) => bits << 16).buffer,
      );
    case 'F16':
      // Whole numbers below 2^16 are exact in 32-bit floats.
      return new Float32Array(new Uint16Array(bytes)).map(halfToNumber);
  }
}

/** Throws a LabError that names the first value that is not finite. */
export function checkFinite(values: Float32Array, tensor: string, file: string): Float32Array {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new LabError(
      `${file}: the tensor "${tensor}" holds ${values[index]} at index ${index}: expected finite numbers. ` +
        'The training that wrote it had diverged, or the file is damaged.',
    );
  }
  return values;
}

/** IEEE 754 half precision: one sign bit, five of exponent, ten of mantissa. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) {
    return sign * mantissa * 2 ** -24;
  }
  if (exponent === 0x1f) {
    return mantissa === 0 ? sign * Infinity : NaN;
  }
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
