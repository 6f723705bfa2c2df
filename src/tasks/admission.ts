import type { Clock } from '../common/clock.js'
import type { TaskName } from '../engine/protocol.js'

/** Bounds of the queue. */
export interface QueueLimits {
  /** Most requests that wait; those that the engine has begun do not count. */
  maxRequests: number
  /** Most work units that wait. A request that finds the queue empty is always admitted, whatever it costs. */
  maxWorkUnits: number
}

/** A place in the queue, held from admission until the answer has left. Every method may be called again without harm. */
export interface Ticket {
  readonly task: TaskName
  /** Replaces the estimate made at the door by the real cost. Answers whether the queue still holds it. */
  setUnits (units: number): Admission
  /** The engine has begun: the place in the queue is free for the next. */
  started (): void
  /** The request has ended, in whatever way. */
  release (): void
}

/** Whether there is a place. */
export type Admission =
  | { admitted: true }
  /** Not now: so many requests wait already. */
  | { admitted: false, waiting: number }

/** Weight of the newest measurement in the running rate. */
const RATE_WEIGHT = 0.2
/** Rate assumed before anything was measured, in units per second. */
const ASSUMED_RATE = 20
/** Bounds of the advice: SDKs honour waits up to a minute. */
const MIN_RETRY_MS = 250
const MAX_RETRY_MS = 60_000

interface Place { task: TaskName, units: number, state: 'waiting' | 'running' | 'released' }

/**
 * The bounded queue in front of the engine, counted in requests and in work units.
 *
 * It is asked before a body is read or a picture decoded, so that a full server refuses cheaply.
 */
export class AdmissionQueue {
  readonly #limits: QueueLimits
  readonly #clock: Clock
  readonly #places = new Set<Place>()
  #unitsPerSecond = ASSUMED_RATE
  #busySince: number | undefined
  #unitsDone = 0
  #tellEmpty: (() => void)[] = []

  constructor (limits: QueueLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
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
    return this.#count('waiting').requests
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
   * When it is worth asking again, in milliseconds: the time that the running work and one waiting request take at the measured rate.
   */
  get retryAfterMs (): number {
    const waiting = this.#count('waiting')
    const running = this.#count('running').units / 2 // on average a running request is half done
    const excess = Math.max(waiting.units - this.#limits.maxWorkUnits, waiting.units / Math.max(1, waiting.requests))
    const ms = 1000 * (running + excess) / this.#unitsPerSecond
    return Math.round(Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, ms)))
  }

  /** Asks for a place for a request of about so many units. */
  admit (task: TaskName, units: number): { admitted: true, ticket: Ticket } | Extract<Admission, { admitted: false }> {
    const outcome = this.#fits(units)
    if (!outcome.admitted) return outcome
    const place: Place = { task, units, state: 'waiting' }
    this.#busySince ??= this.#clock.now()
    this.#places.add(place)
    return { admitted: true, ticket: this.#ticket(place) }
  }

  #ticket (place: Place): Ticket {
    return {
      task: place.task,
      setUnits: (units) => {
        const before = place.units
        place.units = 0
        const outcome = place.state === 'waiting' ? this.#fits(units, 1) : { admitted: true } as const
        place.units = outcome.admitted ? units : before
        return outcome
      },
      started: () => { if (place.state === 'waiting') place.state = 'running' },
      release: () => { this.#release(place) }
    }
  }

  /** @param own places in the queue that already belong to the asking request */
  #fits (units: number, own = 0): Admission {
    const waiting = this.#count('waiting')
    const isFull = waiting.requests - own >= this.#limits.maxRequests
    const isHeavy = waiting.units > 0 && waiting.units + units > this.#limits.maxWorkUnits
    if (!isFull && !isHeavy) return { admitted: true }
    return { admitted: false, waiting: waiting.requests - own }
  }

  #release (place: Place): void {
    if (place.state === 'released') return
    if (place.state === 'running') this.#unitsDone += place.units
    place.state = 'released'
    this.#places.delete(place)
    this.#measureRate()
    if (this.#places.size === 0) for (const tell of this.#tellEmpty.splice(0)) tell()
  }

  /** Rate over stretches of at least a second in which there was always something to do. */
  #measureRate (): void {
    const now = this.#clock.now()
    const elapsedMs = now - (this.#busySince ?? now)
    if (elapsedMs >= 1000 && this.#unitsDone > 0) {
      const rate = 1000 * this.#unitsDone / elapsedMs
      this.#unitsPerSecond += RATE_WEIGHT * (rate - this.#unitsPerSecond)
    }
    if (elapsedMs >= 1000 || this.#places.size === 0) {
      this.#unitsDone = 0
      this.#busySince = this.#places.size === 0 ? undefined : now
    }
  }

  #count (state: Place['state']): { requests: number, units: number } {
    let requests = 0
    let units = 0
    for (const place of this.#places) {
      if (place.state !== state) continue
      requests++
      units += place.units
    }
    return { requests, units }
  }
}
