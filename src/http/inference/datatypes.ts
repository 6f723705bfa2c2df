/** Element types of the Open Inference Protocol that the models here take and give. */
export type Datatype = 'BYTES' | 'UINT8' | 'INT64' | 'FP32'
export const DATATYPES = ['BYTES', 'UINT8', 'INT64', 'FP32'] as const satisfies readonly Datatype[]

/** A text, bytes that need not be a text, or a number. */
export type Element = string | Uint8Array | number

const LENGTH_BYTES = 4

/** Elements of a tensor as bytes, in row-major order, little-endian; BYTES each after its length in 4 bytes. Undefined where the bytes are no such thing. */
export function elementsOfBytes (datatype: Datatype, bytes: Uint8Array): Element[] | Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (datatype) {
    case 'UINT8': return bytes
    case 'INT64': return bytes.length % 8 === 0 ? Array.from({ length: bytes.length / 8 }, (_, index) => Number(view.getBigInt64(8 * index, true))) : undefined
    case 'FP32': return bytes.length % 4 === 0 ? Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true)) : undefined
    case 'BYTES': return byteStrings(bytes, view)
  }
}

function byteStrings (bytes: Uint8Array, view: DataView): Uint8Array[] | undefined {
  const strings: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const start = at + LENGTH_BYTES
    if (start > bytes.length) return undefined
    at = start + view.getUint32(at, true)
    if (at > bytes.length) return undefined
    strings.push(bytes.subarray(start, at))
  }
  return strings
}

/** The inverse of `elementsOfBytes`. */
export function bytesOfElements (datatype: Datatype, elements: readonly Element[] | Uint8Array): Buffer {
  if (elements instanceof Uint8Array) return Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength)
  switch (datatype) {
    case 'UINT8': return Buffer.from(elements.map(Number))
    case 'INT64': return Buffer.from(BigInt64Array.from(elements, (element) => BigInt(Number(element))).buffer)
    case 'FP32': return Buffer.from(Float32Array.from(elements, Number).buffer)
    case 'BYTES': return Buffer.concat(elements.flatMap((element) => {
      const bytes = Buffer.from(typeof element === 'number' ? String(element) : element)
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }))
  }
}

/** Whether JSON may carry this as an element. */
export function isElement (datatype: Datatype, value: unknown): value is Element {
  switch (datatype) {
    case 'BYTES': return typeof value === 'string'
    case 'FP32': return typeof value === 'number'
    case 'INT64': return Number.isSafeInteger(value)
    case 'UINT8': return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255
  }
}
