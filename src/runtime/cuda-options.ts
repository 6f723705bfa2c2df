import { addressOf, call, create, type Pointer, release } from './ort-api.js'

/**
 * Settings of the CUDA provider (onnxruntime.ai, CUDA execution provider).
 *
 * - `arena_extend_strategy`: take what is needed instead of doubling: the slots have been allocated before.
 * - `use_tf32`: float32 stays float32; TF32 keeps ten bits of the mantissa.
 */
const CUDA_SETTINGS = { device_id: '0', arena_extend_strategy: 'kSameAsRequested', use_tf32: '0' } as const

/**
 * Puts the CUDA provider in front of the CPU's in a session's options. Loads the provider's library, and needs an environment.
 *
 * @throws runtime_failed when the provider's library, or one that it needs, cannot be loaded
 */
export function appendCuda (sessionOptions: Pointer): void {
  const options = create('CreateCUDAProviderOptions')
  try {
    const names = new TextList(Object.keys(CUDA_SETTINGS))
    const values = new TextList(Object.values(CUDA_SETTINGS))
    call('UpdateCUDAProviderOptions', options, names.pointers, values.pointers, names.pointers.length)
    call('SessionOptionsAppendExecutionProvider_CUDA_V2', sessionOptions, options)
  } finally {
    release('ReleaseCUDAProviderOptions', options)
  }
}

/** `char *[]`: pointers into one buffer, which lives as long as this object. */
class TextList {
  readonly pointers: BigUint64Array
  readonly #bytes: Uint8Array

  constructor (texts: readonly string[]) {
    const encoded = texts.map((text) => Buffer.from(`${text}\0`))
    this.#bytes = Buffer.concat(encoded)
    let address = addressOf(this.#bytes)
    this.pointers = BigUint64Array.from(encoded, ({ length }) => {
      const start = address
      address += BigInt(length)
      return start
    })
  }
}
