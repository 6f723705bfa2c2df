import type { Share, TaskName } from '../engine/protocol.js'
import { StepTimes } from './step-times.js'

/** Bounds of the queue. */
export interface QueueLimits {
  /** Most requests that wait; those that the engine has begun do not count. */
  maxRequests: number
  /** Most work units that wait. A request of somebody who has nothing waiting is always admitted, whatever it costs. */
  maxWorkUnits: number
}

export interface AdmissionOptions {
  /** What work takes; assumed where absent. */
  times?: StepTimes
  /** `several`: nobody may fill the queue, so that the next caller finds a place. */
  callers?: 'one' | 'several'
}

/** A place in the queue, held from admission until the answer has left. Every method may be called again without harm. */
export interface Ticket {
  readonly task: TaskName
  /** Replaces the estimate made at the door by the real cost. Answers whether the queue still holds it. May throw why it cannot be done at all. */
  setUnits (units: number): Admission
  /** The engine has begun: the place in the queue is free for the next. */
  started (): void
  /** The request has ended, in whatever way. */
  release (): void
}

/** A ticket that knows who stands in front of it. */
export interface QueueTicket extends Ticket {
  readonly standing: Standing
}

export interface Standing {
  /** Requests that were there before it and wait too. */
  position: number
  /** Milliseconds that the waiting work of its kind in front of it takes at the measured step times. */
  waitMs: number
}

/** Whether there is a place. */
export type Admission =
  | { admitted: true }
  /** Not now: so many requests wait already. */
  | { admitted: false, waiting: number }

/** Bounds of the advice: SDKs honour waits up to a minute. */
const MIN_RETRY_MS = 250
const MAX_RETRY_MS = 60_000

interface Place { task: TaskName, units: number, state: 'waiting' | 'running' | 'released', holder: Share }

/** Who asks where nobody says. */
const ANYBODY: Share = { name: '', weight: 1 }

/**
 * The bounded queue in front of the engine, counted in requests and in work units.
 *
 * It is asked before a body is read or a picture decoded, so that a full server refuses cheaply. Among several callers each may have as many places waiting as are free, times its weight
 * (dynamic thresholds, Choudhury and Hahne 1998): one alone gets half of the queue, two a third each, and whoever has nothing waiting finds a place.
 */
export class AdmissionQueue {
  readonly #limits: QueueLimits
  readonly #times: StepTimes
  readonly #isShared: boolean
  readonly #places = new Set<Place>()
  #tellEmpty: (() => void)[] = []

  constructor (limits: QueueLimits, { times = new StepTimes(), callers = 'one' }: AdmissionOptions = {}) {
    this.#limits = limits
    this.#times = times
    this.#isShared = callers === 'several'
  }

  /** Requests that hold a ticket, waiting and running. */
  get inFlight (): number {
    return this.#places.size
  }

  /** Waits until nobody holds a ticket. */
  async whenEmpty (): Promise<void> {
    if (this.#places.size > 0) await new Promise<void>((resolve) => { this.#tellEmpty.push(resolve) })
  }

  /** Requests that wait for the engine to begin. */
  get waiting (): number {
    return this.#waiting().length
  }

  /** Requests that the engine works on, by task. */
  get running (): Record<TaskName, number> {
    const running = { generate: 0, caption: 0, answer: 0 }
    for (const place of this.#places) {
      if (place.state === 'running') running[place.task]++
    }
    return running
  }

  /**
   * When it is worth asking again, in milliseconds, by step arithmetic: until one of the running requests ends, and then as long as the waiting work takes that is over the bound, or one
   * request of it.
   */
  get retryAfterMs (): number {
    const waiting = this.#waiting()
    const units = waiting.reduce((sum, place) => sum + place.units, 0)
    const share = Math.max(1 - this.#limits.maxWorkUnits / units, 1 / waiting.length)
    const excessMs = waiting.length === 0 ? 0 : share * timeOf(waiting, this.#times)
    const running = this.#places.size - waiting.length
    return Math.round(Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, this.#times.begunMs / Math.max(1, running) + excessMs)))
  }

  /** Whether a request of about so many units would find a place now. */
  hasPlace (units: number, holder: Share = ANYBODY): boolean {
    return this.#fits(units, holder).admitted
  }

  /** Asks for a place for a request of about so many units. */
  admit (task: TaskName, units: number, holder: Share = ANYBODY): { admitted: true, ticket: QueueTicket } | Extract<Admission, { admitted: false }> {
    const outcome = this.#fits(units, holder)
    if (!outcome.admitted) return outcome
    const place: Place = { task, units, state: 'waiting', holder }
    this.#places.add(place)
    return { admitted: true, ticket: this.#ticket(place) }
  }

  #ticket (place: Place): QueueTicket {
    const standing = (): Standing => this.#standingOf(place)
    return {
      task: place.task,
      get standing () { return standing() },
      setUnits: (units) => {
        const outcome = place.state === 'waiting' ? this.#fits(units, place.holder, place) : { admitted: true } as const
        if (outcome.admitted) place.units = units
        return outcome
      },
      started: () => { if (place.state === 'waiting') place.state = 'running' },
      release: () => { this.#release(place) }
    }
  }

  /** @param asking the place that the request has already */
  #fits (units: number, { name, weight }: Share, asking?: Place): Admission {
    const { maxRequests, maxWorkUnits } = this.#limits
    const waiting = this.#waiting().filter((place) => place !== asking)
    const own = this.#isShared ? waiting.filter(({ holder }) => holder.name === name) : waiting
    const isFull = waiting.length >= maxRequests || (this.#isShared && own.length > 0 && own.length >= weight * (maxRequests - waiting.length))
    const used = sumOf(waiting)
    const isHeavy = own.length > 0 && (used + units > maxWorkUnits || (this.#isShared && sumOf(own) + units > weight * (maxWorkUnits - used - units)))
    return isFull || isHeavy ? { admitted: false, waiting: waiting.length } : { admitted: true }
  }

  #standingOf (place: Place): Standing {
    const all = this.#waiting()
    const index = all.indexOf(place)
    const before = index < 0 ? [] : all.slice(0, index)
    const sameKind = before.filter(({ task }) => (task === 'generate') === (place.task === 'generate'))
    return { position: before.length, waitMs: timeOf(sameKind, this.#times) }
  }

  #waiting (): Place[] {
    return [...this.#places].filter(({ state }) => state === 'waiting')
  }

  #release (place: Place): void {
    if (place.state === 'released') return
    place.state = 'released'
    this.#places.delete(place)
    if (this.#places.size === 0) for (const tell of this.#tellEmpty.splice(0)) tell()
  }
}

const sumOf = (places: readonly Place[]): number => places.reduce((sum, { units }) => sum + units, 0)

const timeOf = (places: readonly Place[], times: StepTimes): number => places.reduce((sum, { task, units }) => sum + times.of(task, units), 0)
