import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type ModelFolder, modelFile } from '../artifacts/load-manifest.js'
import type { GraphName, GraphSpec, Manifest, PerGraph } from '../artifacts/manifest.js'
import { readExternalInitializers } from '../artifacts/onnx-initializers.js'
import { readSafetensorsHeader, type SafetensorsEntry } from '../artifacts/safetensors.js'
import { codedError, isCodedError } from '../common/errors.js'
import { checkTensors, checkWeights } from './check-graph.js'
import { Environment } from './environment.js'
import { type ChosenProvider, chooseProvider, type RequestedProvider } from './execution-provider.js'
import { graphsOnCpu } from './placement.js'
import { readWeights } from './read-weights.js'
import { type ExecutionProvider, Session } from './session.js'
import { SharedWeights } from './shared-weights.js'

/** The door of this room: a model folder in, sessions out. */

export interface RuntimeOptions {
  provider: RequestedProvider
  /** Threads of all runs together; 0 for one a core. */
  threads: number
}

/** All graphs of a model, ready to run. */
export interface RuntimeModel extends ChosenProvider {
  environment: Environment
  sessions: Readonly<PerGraph<Session>>
  /** How many runs at once use the machine fully: the rows of a step are divided among them (docs/adr/0009). */
  lanes: number
  /** Graphs that run on the CPU though the provider is CUDA. */
  onCpu: readonly GraphName[]
  /** Gives everything back; nothing made of the sessions may be left. */
  dispose (): void
}

/**
 * Up to this width of the model rows run side by side, one thread each; a wider model has all threads in each operator, for a request that is alone.
 *
 * At width 256 an operator takes some tens of microseconds, as long as waking a second thread: two threads in each operator gained 1.4 times, two lanes 2.0 times (docs/adr/0009).
 */
const WIDEST_IN_LANES = 1024

/** Loading a graph takes a thread of libuv's pool, which has four: some are left for reading files. */
const LOADS_AT_ONCE = Math.min(2, availableParallelism())

/**
 * Loads the graphs of a folder whose manifest was read and whose files were verified.
 *
 * @throws model_graph_invalid, model_weights_invalid, cuda_unavailable, runtime_library_unusable, engine_out_of_memory
 */
export async function loadModel (folder: ModelFolder, options: RuntimeOptions): Promise<RuntimeModel> {
  const owned: { dispose (): void }[] = []
  const own = <T extends { dispose (): void }>(owner: T): T => {
    owned.push(owner)
    return owner
  }
  const dispose = (): void => { for (const owner of owned.toReversed()) owner.dispose() }
  try {
    return { ...await loadOwned(folder, options, own), dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

/** @param own hears of everything that has to be given back */
async function loadOwned (folder: ModelFolder, { provider, threads }: RuntimeOptions, own: <T extends { dispose (): void }>(owner: T) => T): Promise<Omit<RuntimeModel, 'dispose'>> {
  const { manifest } = folder
  const environment = own(new Environment({ threads }))
  const chosen = await chooseProvider(provider, environment)
  const lanes = chosen.provider === 'cpu' && manifest.sizes.width <= WIDEST_IN_LANES ? threads || availableParallelism() : 1
  const entries = await entriesOfGraphs(folder)
  const weights = own(new SharedWeights(await readWeights(modelFile(folder, manifest.weights.file), distinct(entries))))
  const onCpu = graphsOnCpu(chosen.provider, manifest)
  const sessions = await inTurns(graphsOf(manifest), LOADS_AT_ONCE, async ([name, graph]): Promise<[GraphName, Session]> => {
    return [name, own(await loadGraph(folder, name, graph, { environment, provider: onCpu.includes(name) ? 'cpu' : chosen.provider, threads: lanes > 1 ? 'one' : 'pool', weights }))]
  })
  return { ...chosen, environment, sessions: Object.fromEntries(sessions) as unknown as PerGraph<Session>, lanes, onCpu }
}

interface LoadContext { environment: Environment, provider: ExecutionProvider, threads: 'pool' | 'one', weights: SharedWeights }

async function loadGraph (folder: ModelFolder, name: GraphName, graph: GraphSpec, { environment, provider, threads, weights: shared }: LoadContext): Promise<Session> {
  const weights = graph.weights.length === 0 ? {} : { weights: { shared, names: graph.weights } }
  let session: Session
  try {
    session = await Session.load(environment, modelFile(folder, graph.file), { provider, threads, ...weights })
  } catch (cause) {
    if (isCodedError(cause, 'engine_out_of_memory')) throw cause
    throw codedError('model_graph_invalid', [name, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
  try {
    checkTensors(name, graph, session)
    return session
  } catch (error) {
    session.dispose()
    throw error
  }
}

/** The tensors of the weights file that graphs use. */
async function entriesOfGraphs (folder: ModelFolder): Promise<SafetensorsEntry[]> {
  const { manifest } = folder
  const header = await readSafetensorsHeader(modelFile(folder, manifest.weights.file))
  const entries = await Promise.all(graphsOf(manifest).map(async ([name, { file }]) => {
    const initializers = await readExternalInitializers(join(folder.path, file))
    return checkWeights(name, initializers, manifest, header)
  }))
  return entries.flat()
}

function distinct (entries: readonly SafetensorsEntry[]): SafetensorsEntry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()]
}

function graphsOf ({ graphs }: Manifest): [GraphName, GraphSpec][] {
  return Object.entries(graphs) as [GraphName, GraphSpec][]
}

/** Like Promise.all over `work`, with so many at once. When one fails, those under way are waited for and the rest is not begun. */
async function inTurns<T, R> (values: readonly T[], atOnce: number, work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = [...values]
  let failure: { error: unknown } | undefined
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failure === undefined; next = waiting.shift()) {
      try {
        results.push(await work(next))
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  if (failure !== undefined) throw failure.error
  return results
}
