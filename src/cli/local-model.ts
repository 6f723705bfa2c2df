import { systemClock } from '../common/clock.js'
import type { Config } from '../config.js'
import type { LoadedModel, TaskName } from '../engine/protocol.js'
import { loadPolicy } from '../load-policy.js'
import { loadSignatures } from '../load-signer.js'
import { readModel, startEngine } from '../open-model.js'
import { AdmissionQueue } from '../tasks/admission.js'
import { modelParameters } from '../tasks/model-parameters.js'
import type { TaskContext, TaskDependencies } from '../tasks/task-context.js'
import { createMetrics } from '../telemetry/metrics.js'
import type { CommandContext } from './command.js'
import { Progress } from './progress.js'

/** A loaded model in an engine process of its own, without HTTP. */
export interface LocalModel {
  tasks: TaskDependencies
  loaded: LoadedModel
  loadMs: number
  /** What a task has to know of a request that nobody else waits behind. */
  taskContext: (task: TaskName) => TaskContext
}

/** Levels of the engine's log lines that a person at a command line wants to see. */
const WORTH_TELLING: ReadonlySet<string> = new Set(['fatal', 'error', 'warn'])

/** Settings of the command line that matter here. */
export type LocalModelConfig = Pick<Config, 'model' | 'executionProvider' | 'threads' | 'maxImagePixels' | 'policyFile' | 'provenance' | 'c2paCertificate' | 'c2paKey'>

/**
 * Loads a model, has it used, and ends its process.
 *
 * @throws CodedError of the model folder or of the execution provider, or whatever its use throws
 */
export async function withLocalModel<T> (config: LocalModelConfig, { terminal, spawn }: CommandContext, use: (model: LocalModel) => Promise<T>): Promise<T> {
  const startedAt = systemClock.now()
  const policy = await loadPolicy(config.policyFile)
  const { signer, close } = await loadSignatures(config)
  const { executionProvider, threads, maxImagePixels, provenance } = config
  const read = await readModel(config.model)
  const { model } = read
  const engine = startEngine(read, { executionProvider, threads, logLevel: 'warn', spawn })
  const loading = new Progress(terminal, `loading ${model.manifest.name}`)
  try {
    loading.begin()
    engine.on('log', ({ level, message }) => { if (WORTH_TELLING.has(level)) terminal.tell(message) })
    const loaded = await engine.whenReady()
    loading.end()
    const queue = new AdmissionQueue({ maxRequests: 1, maxWorkUnits: Number.MAX_SAFE_INTEGER })
    const metrics = createMetrics({ ...modelParameters(model.manifest), live: { waiting: () => queue.waiting, running: () => queue.running } })
    return await use({
      tasks: { engine, model, metrics, clock: systemClock, policy, provenance, signer, maxImagePixels },
      loaded,
      loadMs: systemClock.now() - startedAt,
      taskContext: (task) => lonelyContext(queue, task)
    })
  } finally {
    loading.end()
    await engine.stop()
    await close()
  }
}

function lonelyContext (queue: AdmissionQueue, task: TaskName): TaskContext {
  const outcome = queue.admit(task, 1)
  if (!outcome.admitted) throw new Error('a command has one request at a time')
  return { signal: new AbortController().signal, admittedAt: systemClock.now(), ticket: outcome.ticket, caller: 'command-line' }
}
