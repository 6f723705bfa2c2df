import type { Clock } from '../common/clock.js'
import type { GrammarShelf } from '../sampling/constraint.js'
import type { WorkLimits } from './check-work.js'
import type { StepExecutor } from './executor.js'
import type { ParameterCosts } from './parameters.js'
import type { EngineSettings, LogRecord, RoutingDump } from './protocol.js'

/** What the core has to know of the model besides what the executor does for it. */
export interface CoreModel {
  costs: ParameterCosts
  limits: WorkLimits
  /** The token that ends every text. */
  endOfText: number
  /** What constrained texts are written by. */
  grammars: GrammarShelf
  /** The prefix of the empty prompt, kept for good. */
  unconditionalTokenIds: readonly number[]
}

export interface CoreOptions {
  executor: StepExecutor
  model: CoreModel
  settings: EngineSettings
  clock: Clock
  log (record: LogRecord): void
  /** Hears the routing of each step's passes, with `routingDump: 'every-pass'`. */
  routing (passes: RoutingDump[]): void
  /** A fault of the engine's own: its state can no longer be trusted and the process must end. */
  fault (error: unknown): void
}
