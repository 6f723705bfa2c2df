import { codedError, isCodedError } from '../common/errors.js'
import { ELEMENT_TYPES } from './element-types.js'
import { Batch } from './batch.js'
import type { Environment } from './environment.js'
import { writeOnnx } from './onnx-writer.js'
import { type ExecutionProvider, Session } from './session.js'

/** What a server asks for: `auto` is CUDA where it works, and the CPU otherwise. */
export type RequestedProvider = ExecutionProvider | 'auto'

/** What it gets. */
export interface ChosenProvider {
  provider: ExecutionProvider
  /** Why `auto` did not take CUDA. */
  fallbackReason?: string
}

/**
 * Decides what runs the model.
 *
 * @throws cuda_unavailable when CUDA is asked for by name and does not work
 */
export async function chooseProvider (requested: RequestedProvider, environment: Environment): Promise<ChosenProvider> {
  if (requested === 'cpu') return { provider: 'cpu' }
  const problem = await findCudaProblem(environment)
  if (problem === undefined) return { provider: 'cuda' }
  if (requested === 'cuda') throw codedError('cuda_unavailable', [problem])
  return { provider: 'cpu', fallbackReason: problem }
}

/** Why CUDA cannot be used here, found out by running a graph of one operator on it; undefined when it works. */
export async function findCudaProblem (environment: Environment): Promise<string | undefined> {
  try {
    const session = await Session.load(environment, trialGraph(), { provider: 'cuda' })
    try {
      await runTrial(session)
    } finally {
      session.dispose()
    }
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function trialGraph (): Uint8Array {
  const tensor = (name: string) => ({ name, elementType: ELEMENT_TYPES.float32.onnx, dims: [2] })
  return writeOnnx({ inputs: [tensor('x')], outputs: [tensor('y')], nodes: [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['y'] }] })
}

async function runTrial (session: Session): Promise<void> {
  const batch = new Batch(session)
  try {
    batch.floats('x').set([1, 2])
    await batch.run()
    const sums = [...batch.floats('y')]
    if (sums.join() !== '2,4') throw new Error(`the device adds 1 + 1 and 2 + 2 to ${sums.join(' and ')}`)
  } finally {
    batch.dispose()
  }
}

/** ONNX Runtime's own sentence, without our table's words around it and without the line of its source in front. */
function reasonOf (error: unknown): string {
  const detail = isCodedError(error, 'runtime_failed') ? error.args[2] : undefined
  if (typeof detail === 'string') return detail.replace(/^.*\[ONNXRuntimeError\] : \d+ : \w+ : /s, '').trim()
  return error instanceof Error ? error.message : String(error)
}
