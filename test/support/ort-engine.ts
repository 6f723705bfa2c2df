import type { Test } from 'tap'
import { readTokenizerFile, spellingOf } from '../../src/artifacts/spelling.js'
import { type Clock, systemClock } from '../../src/common/clock.js'
import { EngineCore } from '../../src/engine/core.js'
import type { StepExecutor } from '../../src/engine/executor.js'
import type { EngineSettings, LogRecord, RoutingDump } from '../../src/engine/protocol.js'
import { coreModel } from '../../src/engine/serve-channel.js'
import { engineSettings } from '../../src/engine/settings.js'
import { createDebugExecutor, debugFolder, type DebugExecutor, type DebugPrecision } from './debug-model.js'
import { type StartWork, startWorkOn } from './start-work.js'

export interface OrtEngine extends DebugExecutor {
  core: EngineCore
  /** Passes, with `routingDump: 'every-pass'`. */
  passes: RoutingDump[]
  logs: LogRecord[]
  faults: unknown[]
  /** Submits work and collects its events. */
  start: StartWork
}

export interface OrtEngineOptions {
  precision?: DebugPrecision
  settings?: Partial<EngineSettings>
  caches?: 'process' | 'session'
  clock?: Clock
  /** Puts something between the core and the executor. */
  wrap? (executor: StepExecutor): StepExecutor
}

/** The real core over the real executor over the debug model, in this process. Invariants are checked after every step. */
export async function createOrtEngine (t: Test, { precision = 'fp32', settings: changes = {}, caches, clock = systemClock, wrap = (executor) => executor }: OrtEngineOptions = {}): Promise<OrtEngine> {
  const settings = engineSettings({ modelFolder: '', executionProvider: 'cpu', logLevel: 'error', threads: 2, invariants: 'after-every-step', ...changes })
  const debug = await createDebugExecutor(t, precision, { settings, ...(caches === undefined ? {} : { caches }) })
  const [passes, logs, faults]: [RoutingDump[], LogRecord[], unknown[]] = [[], [], []]
  const executor = wrap(debug.executor)
  const spelling = spellingOf(await readTokenizerFile(`${debugFolder(precision)}/tokenizer.json`))
  const core = new EngineCore({
    executor,
    model: coreModel(debug.manifest, executor, spelling),
    settings,
    clock,
    log: (record) => { logs.push(record) },
    routing: (dumped) => { passes.push(...dumped) },
    fault: (error) => { faults.push(error) }
  })
  return { ...debug, core, passes, logs, faults, start: startWorkOn(core) }
}
