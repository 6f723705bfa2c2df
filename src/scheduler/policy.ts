import { type Flow, flowOf, KINDS, type StepKind } from './step.js'

/** Steps in a row that a flow with work may be passed over, however cheap the other's steps are. */
export const MAX_FLOW_PASSES = 64
/** Steps of its flow in a row that a kind with work may be passed over before it goes first. */
export const MAX_KIND_PASSES = 2

/**
 * Which kind of step is next.
 *
 * Between the two flows: fair queueing over measured time. The flow that has had less of it, measured by its share, goes first, so that while both have work each gets its part of the
 * engine, half unless said: a few decode steps to each unmasking step, whatever either costs on this machine. A flow that was idle begins level with the other and cannot claim the past.
 * Within a flow: what completes or joins work first, but no kind is passed over more than MAX_KIND_PASSES times while others take turns.
 */
export class StepPolicy {
  readonly #shares: Readonly<Record<Flow, number>>
  /** Milliseconds over the flow's share. */
  readonly #servedMs: Record<Flow, number> = { generate: 0, understand: 0 }
  readonly #flowPasses: Record<Flow, number> = { generate: 0, understand: 0 }
  readonly #wasReady: Record<Flow, boolean> = { generate: false, understand: false }
  readonly #kindPasses = new Map<StepKind, number>()

  /** @param shares parts of the time while both flows have work, above 0 */
  constructor (shares: Readonly<Record<Flow, number>> = { generate: 1, understand: 1 }) {
    this.#shares = shares
  }

  /** Chooses among the kinds that have rows; undefined when none has. */
  choose (ready: ReadonlySet<StepKind>): StepKind | undefined {
    const flow = this.#chooseFlow(ready)
    return flow === undefined ? undefined : this.#chooseKind(KINDS[flow].filter((kind) => ready.has(kind)))
  }

  /** Takes in what a step cost. */
  charge (kind: StepKind, costMs: number): void {
    const flow = flowOf(kind)
    this.#servedMs[flow] += costMs / this.#shares[flow]
  }

  #chooseFlow (ready: ReadonlySet<StepKind>): Flow | undefined {
    const isReady = { generate: has(ready, 'generate'), understand: has(ready, 'understand') }
    for (const [flow, other] of PAIRS) {
      const joins = isReady[flow] && !this.#wasReady[flow]
      if (joins && this.#wasReady[other]) this.#servedMs[flow] = Math.max(this.#servedMs[flow], this.#servedMs[other])
    }
    Object.assign(this.#wasReady, isReady)
    const candidates = FLOWS.filter((flow) => isReady[flow])
    const overdue = candidates.find((flow) => this.#flowPasses[flow] >= MAX_FLOW_PASSES)
    const chosen = overdue ?? candidates.reduce<Flow | undefined>((least, flow) =>
      least === undefined || this.#servedMs[flow] < this.#servedMs[least] ? flow : least, undefined)
    for (const flow of FLOWS) this.#flowPasses[flow] = flow === chosen || !isReady[flow] ? 0 : this.#flowPasses[flow] + 1
    return chosen
  }

  /** @param kinds of one flow, in order of preference; at least one */
  #chooseKind (kinds: StepKind[]): StepKind | undefined {
    const passes = (kind: StepKind): number => this.#kindPasses.get(kind) ?? 0
    const longest = kinds.reduce<StepKind | undefined>((most, kind) => most === undefined || passes(kind) > passes(most) ? kind : most, undefined)
    const chosen = longest !== undefined && passes(longest) >= MAX_KIND_PASSES ? longest : kinds[0]
    if (chosen === undefined) return undefined
    for (const kind of KINDS[flowOf(chosen)]) this.#kindPasses.set(kind, kind !== chosen && kinds.includes(kind) ? passes(kind) + 1 : 0)
    return chosen
  }
}

const FLOWS: readonly Flow[] = ['generate', 'understand']
const PAIRS: readonly (readonly [Flow, Flow])[] = [['generate', 'understand'], ['understand', 'generate']]

function has (ready: ReadonlySet<StepKind>, flow: Flow): boolean {
  return KINDS[flow].some((kind) => ready.has(kind))
}
