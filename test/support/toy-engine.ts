import { type Clock, ManualClock } from '../../src/common/clock.js'
import { EngineCore } from '../../src/engine/core.js'
import type { CoreModel } from '../../src/engine/core-options.js'
import type { EngineEvent, EngineSettings, LogRecord, RoutingDump } from '../../src/engine/protocol.js'
import { engineSettings } from '../../src/engine/settings.js'
import { GrammarShelf } from '../../src/sampling/constraint.js'
import { Vocabulary } from '../../src/sampling/vocabulary.js'
import { EMPTY_PROMPT } from './engine-works.js'
import { type StartWork, startWorkOn } from './start-work.js'
import { TOY_END, TOY_SIZES, ToyExecutor, type ToyOptions } from './toy-executor.js'
import { TOY_SPELLING } from './toy-tokenizer.js'

/** The toy's parameter counts: distinct powers of ten, so that a sum shows what went into it. */
export const TOY_MODEL: CoreModel = {
  costs: { total: 9_000_000, dense: { generate: 1_000_000, understand: 2_000_000 }, sharedExpert: 300_000, routedExpert: 1000, sequenceExpert: { generate: [0, 0, 0, 10], understand: [0, 0, 20, 30] } },
  limits: { sizes: TOY_SIZES, jointVocabulary: 90, pixels: { pictureEncoder: TOY_SIZES.imageSize, clip: TOY_SIZES.imageSize, face: TOY_SIZES.imageSize } },
  endOfText: TOY_END,
  grammars: new GrammarShelf(new Vocabulary(TOY_SPELLING, { size: TOY_SIZES.textVocabulary, endOfText: TOY_END })),
  unconditionalTokenIds: EMPTY_PROMPT
}

export interface ToyEngine {
  core: EngineCore
  executor: ToyExecutor
  clock: ManualClock
  /** Passes, with `routingDump: 'every-pass'`. */
  passes: RoutingDump[]
  logs: LogRecord[]
  faults: unknown[]
  /** Submits work and collects its events. */
  start: StartWork
}

/** The real core over the toy model, its invariants checked after every step. */
export function createToyEngine (changes: Partial<EngineSettings> = {}, toy: Partial<ToyOptions> = {}, clock: ManualClock & Clock = new ManualClock()): ToyEngine {
  const settings = engineSettings({ modelFolder: 'toy', executionProvider: 'cpu', logLevel: 'error', invariants: 'after-every-step', ...changes })
  const executor = new ToyExecutor({ promptSlots: settings.promptSlots, decodeSlots: settings.decodeSlots, ...toy })
  const passes: RoutingDump[] = []
  const logs: LogRecord[] = []
  const faults: unknown[] = []
  const core = new EngineCore({
    executor,
    model: TOY_MODEL,
    settings,
    clock,
    log: (record) => { logs.push(record) },
    routing: (dumped) => { passes.push(...dumped) },
    fault: (error) => { faults.push(error) }
  })
  return { core, executor, clock, passes, logs, faults, start: startWorkOn(core) }
}

/** The code ids or token ids that came out. */
export function idsOf (events: readonly EngineEvent[]): number[] {
  return events.flatMap((event) => {
    if (event.type === 'image') return [...event.codeIds]
    return event.type === 'token' ? [event.tokenId] : []
  })
}
