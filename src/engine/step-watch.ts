import type { Clock } from '../common/clock.js'
import { shouldInterrupt } from '../scheduler/interruption.js'
import type { Step, StepKind } from '../scheduler/step.js'
import type { Phase } from './protocol.js'

/** Weight of the newest step in the running mean of what a row costs. */
const COST_WEIGHT = 0.2

/** Follows the step that is under way: how long it takes, and whether it is still wanted. */
export class StepWatch {
  readonly #clock: Clock
  /** Milliseconds that a row takes, by kind. */
  readonly #rowCost = new Map<StepKind, number>()
  #underWay: { step: Step, startedAt: number, stop: AbortController } | undefined
  #interruptions = 0

  constructor (clock: Clock) {
    this.#clock = clock
  }

  get isUnderWay (): boolean {
    return this.#underWay !== undefined
  }

  /** Answers the signal that stops the step. */
  begin (step: Step): AbortSignal {
    const stop = new AbortController()
    this.#underWay = { step, startedAt: this.#clock.now(), stop }
    return stop.signal
  }

  done (durationMs: number): void {
    const { step } = this.#end()
    const perRow = durationMs / modelRows(step)
    const before = this.#rowCost.get(step.kind) ?? perRow
    this.#rowCost.set(step.kind, before + COST_WEIGHT * (perRow - before))
    this.#interruptions = 0
  }

  /** The step was stopped or failed. */
  undone (): { elapsedMs: number, wasStopped: boolean } {
    const { startedAt, stop } = this.#end()
    return { elapsedMs: this.#clock.now() - startedAt, wasStopped: stop.signal.aborted }
  }

  /** A sequence has been given up. Stops the step if that is best for those that have not. */
  abandon (id: string, isAbandoned: (id: string) => boolean): void {
    if (this.#underWay === undefined) return
    const { step, startedAt, stop } = this.#underWay
    if (stop.signal.aborted || !step.rows.some((row) => row.id === id)) return
    const rows = modelRows(step)
    const abandonedRows = weigh(step, isAbandoned)
    const cost = this.#rowCost.get(step.kind)
    const expectedMs = cost === undefined ? undefined : cost * rows
    if (!shouldInterrupt({ rows, abandonedRows, elapsedMs: this.#clock.now() - startedAt, expectedMs, interruptions: this.#interruptions })) return
    this.#interruptions++
    stop.abort()
  }

  #end (): { step: Step, startedAt: number, stop: AbortController } {
    const ended = this.#underWay
    if (ended === undefined) throw new Error('no step is under way')
    this.#underWay = undefined
    return ended
  }
}

/** Model rows of a step: a guided picture is two. */
export function modelRows (step: Step): number {
  return weigh(step, () => true)
}

export function phaseOf (kind: StepKind): Phase {
  if (kind === 'original' || kind === 'codes') return 'encode'
  return kind === 'prompt' || kind === 'picture' || kind === 'text' ? 'prefill' : kind
}

function weigh (step: Step, isCounted: (id: string) => boolean): number {
  if (step.kind !== 'unmask') return step.rows.filter(({ id }) => isCounted(id)).length
  return step.rows.reduce((sum, { id, promptSlots }) => sum + (isCounted(id) ? promptSlots.length : 0), 0)
}
