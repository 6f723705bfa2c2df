/**
 * Whole numbers from 0 to 2^31 − 1 in a tensor of int64.
 *
 * They are written and read by their lower halves, which lie first on every machine that ONNX Runtime has a library for: BigInts cost an allocation each.
 */
export class Int64s {
  /** The memory of the tensor. */
  readonly halves: Int32Array

  constructor (length: number) {
    this.halves = new Int32Array(2 * length)
  }

  get length (): number {
    return this.halves.length / 2
  }

  set (values: ArrayLike<number>, offset = 0): void {
    for (let index = 0; index < values.length; index++) this.halves[2 * (offset + index)] = values[index] ?? 0
  }

  fill (value: number, start: number, end: number): void {
    for (let index = start; index < end; index++) this.halves[2 * index] = value
  }

  /** A copy of a stretch. */
  read (start: number, count: number): Int32Array {
    const values = new Int32Array(count)
    for (let index = 0; index < count; index++) values[index] = this.halves[2 * (start + index)] ?? 0
    return values
  }
}
