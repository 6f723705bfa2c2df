import { appendCuda } from './cuda-options.js'
import type { Environment } from './environment.js'
import { Handle } from './handle.js'
import { call, callAsync, create, type Pointer, release } from './ort-api.js'
import type { SharedWeights } from './shared-weights.js'
import { readTensorSpecs, type TensorSpec } from './tensor-spec.js'

/** What runs a graph. */
export type ExecutionProvider = 'cpu' | 'cuda'

export interface SessionOptions {
  /** The CPU unless said. With CUDA, operators that it lacks run on the CPU. */
  provider?: ExecutionProvider
  /** Threads of an operator: those of the environment's pool unless said; with 'one' each run is done by the thread that calls, and runs side by side share nothing. */
  threads?: 'pool' | 'one'
  /** Weights that the graph does not hold itself, and the names of those that it uses. */
  weights?: { shared: SharedWeights, names: readonly string[] }
}

/** A graph that is ready to run. */
export class Session extends Handle {
  readonly provider: ExecutionProvider
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]

  private constructor (pointer: Pointer, provider: ExecutionProvider, parents: readonly Handle[], specs: { inputs: TensorSpec[], outputs: TensorSpec[] }) {
    super(pointer, 'ReleaseSession', parents)
    this.provider = provider
    this.inputs = specs.inputs
    this.outputs = specs.outputs
  }

  /**
   * Loads a graph on a thread of libuv's pool.
   *
   * @param model path of an ONNX file, or its bytes
   * @throws runtime_failed when the graph is broken or the provider cannot be had, runtime_misused, engine_out_of_memory
   */
  static async load (environment: Environment, model: string | Uint8Array, { provider = 'cpu', threads = 'pool', weights }: SessionOptions = {}): Promise<Session> {
    const options = create('CreateSessionOptions')
    try {
      if (threads === 'pool') call('DisablePerSessionThreads', options)
      else call('SetIntraOpNumThreads', options, 1)
      if (provider === 'cuda') appendCuda(options)
      for (const name of weights?.names ?? []) call('AddInitializer', options, name, weights?.shared.value(name).pointer ?? 0n)
      const pointer = await environment.hold(() => createSession(environment.pointer, model, options, weights?.shared))
      return new Session(pointer, provider, weights === undefined ? [environment] : [environment, weights.shared], readSpecs(pointer))
    } finally {
      release('ReleaseSessionOptions', options)
    }
  }
}

function readSpecs (pointer: Pointer): { inputs: TensorSpec[], outputs: TensorSpec[] } {
  try {
    return { inputs: readTensorSpecs(pointer, 'Input'), outputs: readTensorSpecs(pointer, 'Output') }
  } catch (error) {
    release('ReleaseSession', pointer)
    throw error
  }
}

async function createSession (environment: Pointer, model: string | Uint8Array, options: Pointer, weights: SharedWeights | undefined): Promise<Pointer> {
  const out = new BigUint64Array(1)
  if (typeof model !== 'string') await callAsync('CreateSessionFromArray', environment, model, model.byteLength, options, out)
  else if (weights === undefined) await callAsync('CreateSession', environment, model, options, out)
  else await weights.hold(() => callAsync('CreateSessionWithPrepackedWeightsContainer', environment, model, options, weights.pointer, out))
  return out[0] ?? 0n
}
