/** Four floats at a time. */
export abstract class Vector {
  /** a * b + c; the product is rounded before the sum, unless the module is built with fused multiply-add. */
  @inline
  static multiplyAdd(a: v128, b: v128, c: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) {
      return f32x4.relaxed_madd(a, b, c);
    }
    return f32x4.add(f32x4.mul(a, b), c);
  }

  /** Up to four floats: the last ones of a row may be fewer; the missing ones are zero. */
  @inline
  static load(address: usize, count: i32): v128 {
    return count >= 4 ? v128.load(address) : loadFew(address, count);
  }

  /** Writes the first `count` floats, up to four. */
  @inline
  static store(address: usize, value: v128, count: i32): void {
    if (count >= 4) {
      v128.store(address, value);
    } else {
      storeFew(address, value, count);
    }
  }
}

function loadFew(address: usize, count: i32): v128 {
  let value = v128.load32_zero(address);
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(address, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(address, 8));
  return value;
}

function storeFew(address: usize, value: v128, count: i32): void {
  store<f32>(address, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(address, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(address, f32x4.extract_lane(value, 2), 8);
}
