import { COMMON_SHARE, FairShare } from './fair-share.js'
import type { Flow, Submission } from './step.js'

/** Bounds of what waits. */
export interface QueueBounds { maxSequences: number, maxWorkUnits: number }

/** Whether there is a place. */
export type Admission =
  | { outcome: 'queued' }
  /** Not now: so many sequences wait. */
  | { outcome: 'full', waiting: number }

/**
 * What waits to begin, bounded in sequences and in work units.
 *
 * Within a flow the holders of shares take turns by their weights, and each holder's own work goes in order of arrival. Background work stands behind everything of its flow that comes
 * before it in that order, whoever's it is.
 */
export class WaitingQueue {
  readonly #bounds: QueueBounds
  /** In order of arrival. */
  readonly #waiting: Submission[] = []
  readonly #shares: Record<Flow, FairShare> = { generate: new FairShare(), understand: new FairShare() }
  #workUnits = 0

  constructor (bounds: QueueBounds) {
    this.#bounds = bounds
  }

  get length (): number {
    return this.#waiting.length
  }

  /** Takes a place. A sequence that finds the queue empty always gets one, whatever it costs. */
  admit (submission: Submission): Admission {
    const { maxSequences, maxWorkUnits } = this.#bounds
    const isTooHeavy = this.#waiting.length > 0 && this.#workUnits + submission.workUnits > maxWorkUnits
    if (this.#waiting.length >= maxSequences || isTooHeavy) return { outcome: 'full', waiting: this.#waiting.length }
    const behind = this.#waiting.findIndex((other) => other.arrivedAt > submission.arrivedAt)
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, submission)
    this.#workUnits += submission.workUnits
    return { outcome: 'queued' }
  }

  /** Who is next, among the flows that have places. What must be alone lets nothing past it that came later. */
  next (isOpen: Readonly<Record<Flow, boolean>>): Submission | undefined {
    const [first] = this.#waiting
    if (first?.isAlone === true) return isOpen[first.demand.flow] ? first : undefined
    const alone = this.#waiting.findIndex(({ isAlone }) => isAlone)
    const before = alone < 0 ? this.#waiting : this.#waiting.slice(0, alone)
    const turns = FLOWS.filter((flow) => isOpen[flow]).flatMap((flow) => this.#turnOf(flow, before) ?? [])
    return turns.reduce<Submission | undefined>((earliest, turn) => earliest === undefined || turn.arrivedAt < earliest.arrivedAt ? turn : earliest, undefined)
  }

  /** It begins: its place is free, and its holder's share has been used for it. */
  begin (id: string): void {
    const submission = this.#take(id)
    if (submission === undefined) return
    const { demand: { flow }, share = COMMON_SHARE, workUnits } = submission
    this.#shares[flow].begin(share, workUnits)
    this.#forgetIdle(flow)
  }

  /** Gives a place back without having begun. Answers who had it. */
  remove (id: string): Submission | undefined {
    const removed = this.#take(id)
    if (removed !== undefined) this.#forgetIdle(removed.demand.flow)
    return removed
  }

  /** In order of arrival. */
  get inOrder (): readonly Submission[] {
    return [...this.#waiting]
  }

  get workUnits (): number {
    return this.#workUnits
  }

  #take (id: string): Submission | undefined {
    const index = this.#waiting.findIndex((submission) => submission.id === id)
    if (index < 0) return undefined
    const [taken] = this.#waiting.splice(index, 1)
    this.#workUnits -= taken?.workUnits ?? 0
    return taken
  }

  /** The holder that is due, and of its work what came first. */
  #turnOf (flow: Flow, waiting: readonly Submission[]): Submission | undefined {
    const own = waiting.filter(({ demand }) => demand.flow === flow)
    const firstNormal = own.findIndex(({ priority }) => priority !== 'background')
    const eligible = firstNormal < 0 ? own : own.filter(({ priority }, index) => index <= firstNormal || priority !== 'background')
    const startOf = ({ share = COMMON_SHARE }: Submission): number => this.#shares[flow].startOf(share.name)
    return eligible.reduce<Submission | undefined>((due, submission) => due === undefined || startOf(submission) < startOf(due) ? submission : due, undefined)
  }

  #forgetIdle (flow: Flow): void {
    if (!this.#waiting.some(({ demand }) => demand.flow === flow)) this.#shares[flow].forget()
  }
}

const FLOWS: readonly Flow[] = ['generate', 'understand']
