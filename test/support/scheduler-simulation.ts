import { uniforms } from '../../src/common/rng.js'
import { findViolations } from '../../src/scheduler/invariants.js'
import type { SchedulerOptions } from '../../src/scheduler/options.js'
import { Scheduler } from '../../src/scheduler/scheduler.js'
import { flowOf, type Demand, type Effects, type Flow, type Step } from '../../src/scheduler/step.js'

/** Bounds that are met often. */
export const TIGHT: SchedulerOptions = {
  rowLimits: { encode: 2, original: 2, codes: 2, prompt: 2, picture: 2, text: 2, decode: 3, unmask: 5, render: 2 },
  prefillTokens: 20,
  promptSlots: 5,
  decodeSlots: 4,
  pictureCacheBytes: 250,
  encodings: 3,
  queue: { maxSequences: 30, maxWorkUnits: 1000 }
}

/** One sequence of the simulated world: how many steps of its main kind it needs. */
interface Life { demand: Demand, stepsLeft: number, arrived: number, began: number | undefined, lastServed: number, servedSteps: number }

/** What happened in a step. */
export interface Happening { step: Step, costMs: number, readyFlows: Set<Flow>, outcome: 'done' | 'rolled-back' }

/** A world of random requests around a scheduler: they arrive, change their minds, and end. Everything follows from the seed. */
export class Simulation {
  readonly scheduler: Scheduler
  readonly lives = new Map<string, Life>()
  readonly happenings: Happening[] = []
  readonly began: { id: string, flow: Flow, arrived: number }[] = []
  /** Most steps of its own flow that a running sequence waited between two services. */
  longestWait: Record<Flow, number> = { generate: 0, understand: 0 }
  readonly ended = new Set<string>()
  refused = 0
  readonly #seed: bigint
  readonly #flowSteps: Record<Flow, number> = { generate: 0, understand: 0 }
  /** What really lies in each decode slot. */
  readonly #slots = new Map<number, string>()
  #draws = 0
  #arrivals = 0

  constructor (seed: number, options: SchedulerOptions = TIGHT) {
    this.#seed = BigInt(seed)
    this.scheduler = new Scheduler(options)
  }

  /** A number in [0, 1). */
  random (): number {
    return uniforms({ seed: this.#seed, stream: 0, step: this.#draws++, row: 0 }, 1)[0] ?? 0
  }

  /** A whole number in [low, high]. */
  between (low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1))
  }

  /** A request that somebody makes now; some are too many for the queue. */
  arrive (): void {
    const id = `s${this.#arrivals++}`
    const prompt = (): string => `prompt ${this.between(0, 6)}`
    const demand: Demand = this.random() < 0.5
      ? { flow: 'generate', prompts: this.random() < 0.3 ? [prompt()] : [prompt(), this.random() < 0.7 ? 'empty' : prompt()], ...(this.random() < 0.3 ? { original: `picture ${this.between(0, 5)}` } : {}) }
      : { flow: 'understand', picture: `picture ${this.between(0, 5)}`, textTokens: this.between(1, 25), writes: this.random() < 0.8 ? 'text' : 'scores' }
    const isAlone = this.random() < 0.02
    const admission = this.scheduler.submit({ id, demand, workUnits: this.between(1, 40), arrivedAt: this.#arrivals, isAlone })
    if (admission.outcome === 'full') this.refused++
    else this.lives.set(id, { demand, stepsLeft: this.between(1, 8), arrived: this.#arrivals, began: undefined, lastServed: 0, servedSteps: 0 })
  }

  /** Somebody loses interest. */
  giveUp (): void {
    const present = [...this.lives.keys()]
    const id = present[this.between(0, present.length - 1)]
    if (id === undefined) return
    this.lives.delete(id)
    this.#apply(this.scheduler.remove(id), id)
  }

  /** One step. Answers whether there was one. */
  step (costMs: (step: Step) => number = () => this.between(1, 20), chanceOfRollback = 0.1): boolean {
    const step = this.scheduler.plan()
    if (step === undefined) return false
    this.#noteBeginnings()
    const readyFlows = new Set(this.scheduler.running.map((id) => this.#life(id).demand.flow))
    const cost = costMs(step)
    this.#serve(step)
    if (this.random() < chanceOfRollback) {
      this.scheduler.rollback(cost, this.random() < 0.3 ? 'its-rows' : 'nobody')
      this.happenings.push({ step, costMs: cost, readyFlows, outcome: 'rolled-back' })
    } else {
      this.#finish(step, cost)
      this.happenings.push({ step, costMs: cost, readyFlows, outcome: 'done' })
    }
    this.#expectSlotsAgree()
    return true
  }

  /** What is wrong now, in words. */
  get violations (): string[] {
    return findViolations(this.scheduler.snapshot)
  }

  #finish (step: Step, costMs: number): void {
    const completed = new Set<string>()
    for (const { id } of step.rows) {
      const life = this.#life(id)
      const isMain = step.kind === 'unmask' || step.kind === 'decode' || step.kind === 'text'
      if (isMain) life.stepsLeft--
      const isScored = life.demand.flow === 'understand' && life.demand.writes === 'scores'
      if (isMain && (life.stepsLeft <= 0 || isScored)) completed.add(id)
    }
    if (step.kind === 'text') for (const { id, slot } of step.rows) this.#slots.set(slot, id)
    const previews = new Set(step.rows.filter(() => this.random() < 0.3).map(({ id }) => id))
    const gone = [...completed].filter(() => step.kind !== 'unmask')
    const rendered = step.kind === 'render' ? step.rows.filter(({ what }) => what === 'picture').map(({ id }) => id) : []
    for (const id of [...gone, ...rendered]) {
      this.lives.delete(id)
      this.ended.add(id)
    }
    this.#apply(this.scheduler.commit({ costMs, completed, previews, prefixBytes: 100 }), ...gone)
  }

  #noteBeginnings (): void {
    for (const id of this.scheduler.running) {
      const life = this.#life(id)
      if (life.began !== undefined) continue
      life.began = this.began.length
      life.lastServed = this.#flowSteps[life.demand.flow]
      this.began.push({ id, flow: life.demand.flow, arrived: life.arrived })
    }
  }

  #serve (step: Step): void {
    const flow = flowOf(step.kind)
    this.#flowSteps[flow]++
    for (const { id } of step.rows) {
      const life = this.#life(id)
      this.longestWait[flow] = Math.max(this.longestWait[flow], this.#flowSteps[flow] - life.lastServed)
      life.lastServed = this.#flowSteps[flow]
    }
  }

  #apply ({ moves }: Effects, ...removed: string[]): void {
    for (const [slot, id] of this.#slots) if (removed.includes(id)) this.#slots.delete(slot)
    for (const { id, from, to } of moves) {
      if (this.#slots.get(from) !== id) throw new Error(`slot ${from} holds ${this.#slots.get(from)}, and ${id} is moved out of it`)
      if (this.#slots.has(to)) throw new Error(`slot ${to} is in use when ${id} is moved into it`)
      this.#slots.delete(from)
      this.#slots.set(to, id)
    }
  }

  #expectSlotsAgree (): void {
    const planned = this.scheduler.snapshot.decodeSlots
    const real = planned.map((_, slot) => this.#slots.get(slot))
    if (planned.some((id, slot) => real[slot] !== id)) throw new Error(`the scheduler sees ${planned.join()} in the slots and they hold ${real.join()}`)
  }

  #life (id: string): Life {
    const life = this.lives.get(id)
    if (life === undefined) throw new Error(`${id} is scheduled and has gone`)
    return life
  }
}
