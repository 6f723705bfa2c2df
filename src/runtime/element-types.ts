/** Element types of tensors: ONNX's number (onnx.proto TensorProto.DataType) and the size in bytes. */
export const ELEMENT_TYPES = {
  float32: { onnx: 1, bytes: 4 },
  uint8: { onnx: 2, bytes: 1 },
  int8: { onnx: 3, bytes: 1 },
  int32: { onnx: 6, bytes: 4 },
  int64: { onnx: 7, bytes: 8 },
  bool: { onnx: 9, bytes: 1 },
  float16: { onnx: 10, bytes: 2 },
  bfloat16: { onnx: 16, bytes: 2 }
} as const

export type ElementType = keyof typeof ELEMENT_TYPES

/** Name of one of ONNX's numbers; undefined for the types that no graph of ours uses. */
export function elementTypeOf (onnx: number): ElementType | undefined {
  return ELEMENT_TYPE_NAMES.find((name) => ELEMENT_TYPES[name].onnx === onnx)
}

/** Bytes of a tensor. */
export function tensorBytes (type: ElementType, dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, ELEMENT_TYPES[type].bytes)
}

const ELEMENT_TYPE_NAMES = Object.keys(ELEMENT_TYPES) as ElementType[]
