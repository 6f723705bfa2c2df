import type { PassRouting } from './executor.js'
import { byLayer, type ExpertSizes, ExpertTally } from './expert-tally.js'
import { type ExpertGroup, measurePass, type ParameterCosts } from './parameters.js'
import type { Phase, RoutingDump } from './protocol.js'
import type { Sequence } from './sequence.js'
import type { StatsRecorder } from './stats.js'

export interface PassLedgerOptions {
  costs: ParameterCosts
  sizes: ExpertSizes
  stats: StatsRecorder
  /** Hears the routing of every pass; undefined to keep it off. */
  dump: ((pass: RoutingDump) => void) | undefined
}

/** Measures every pass by the routing that happened in it, for its sequence's account and for the server's metrics. */
export class PassLedger {
  readonly #options: PassLedgerOptions

  constructor (options: PassLedgerOptions) {
    this.#options = options
  }

  /** @param tokens that went through the pass */
  record (sequence: Sequence, phase: Phase, routing: PassRouting, tokens: number): void {
    const { costs, stats, dump, sizes } = this.#options
    const group: ExpertGroup = sequence.task === 'generate' ? 'generate' : 'understand'
    const measured = measurePass(routing, tokens, group, costs)
    sequence.usage.addPass(measured)
    if ('experts' in sequence.work) (sequence.usage.experts ??= new ExpertTally(group, sizes)).add(routing)
    stats.pass(sequence.task, phase, routing, measured)
    dump?.({
      id: sequence.origin.id,
      task: sequence.task,
      phase,
      group,
      tokens,
      tokenExperts: byLayer(routing.tokenExperts, sizes.layers),
      ...(routing.sequenceExperts === undefined ? {} : { sequenceExperts: byLayer(routing.sequenceExperts, sizes.layers) })
    })
  }
}
