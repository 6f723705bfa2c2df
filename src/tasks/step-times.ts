import type { EngineStats, Phase, TaskName } from '../engine/protocol.js'
import { UNITS_PER_PICTURE_READ, UNITS_PER_TOKEN } from '../engine/work-units.js'

type Reported = Pick<EngineStats, 'steps' | 'workLeft'>

/** Weight of the newest step in the running means. */
const NEWEST_WEIGHT = 0.2
/** Taken for a unit before the first step was measured, in milliseconds. */
const ASSUMED_UNIT_MS = 50

/**
 * What work takes, by the steps that the engine has measured: a picture's steps are known before it begins, so waiting times are arithmetic and no guess.
 *
 * A row's time is measured at the batches that happen, so it falls when rows share their steps.
 */
export class StepTimes {
  /** Milliseconds that a row takes, over all batches. */
  readonly #rowMs = new Map<Phase, number>()
  /** The same by the rows of a step: phase → rows → milliseconds a row. */
  readonly #byBatch = new Map<Phase, Map<number, number>>()
  #left: EngineStats['workLeft'] = { generate: { waiting: 0, running: 0 }, understand: { waiting: 0, running: 0 } }

  /** Takes in what the engine reports. */
  take ({ steps, workLeft }: Reported): void {
    this.#left = workLeft
    for (const { phase, rows, durationMs } of steps) {
      const batches = this.#byBatch.get(phase) ?? new Map<number, number>()
      this.#byBatch.set(phase, batches)
      average(this.#rowMs, phase, durationMs / rows)
      average(batches, rows, durationMs / rows)
    }
  }

  /** Milliseconds that so much work of a task takes of the engine, at the batches that it had lately. */
  of (task: TaskName, units: number): number {
    if (task === 'generate') return units * (this.#rowMs.get('unmask') ?? ASSUMED_UNIT_MS)
    const tokens = Math.max(0, units - UNITS_PER_PICTURE_READ) / UNITS_PER_TOKEN
    const read = Math.min(units, UNITS_PER_PICTURE_READ) / UNITS_PER_PICTURE_READ
    const reading = (this.#rowMs.get('encode') ?? ASSUMED_UNIT_MS) + (this.#rowMs.get('prefill') ?? ASSUMED_UNIT_MS)
    return read * reading + tokens * (this.#rowMs.get('decode') ?? ASSUMED_UNIT_MS * UNITS_PER_TOKEN)
  }

  /** Milliseconds below which work of a task cannot be done: its own steps in the best batch that was seen. A text may end with its first token. */
  least (task: TaskName, units: number): number {
    const best = (phase: Phase): number => Math.min(...this.#byBatch.get(phase)?.values() ?? [0])
    return task === 'generate' ? units * best('unmask') : best('prefill')
  }

  /** Milliseconds of work that is left of what the engine has begun, as it said last. */
  get begunMs (): number {
    return this.of('generate', this.#left.generate.running) + this.of('caption', this.#left.understand.running)
  }
}

function average<Key> (means: Map<Key, number>, key: Key, value: number): void {
  const before = means.get(key) ?? value
  means.set(key, before + NEWEST_WEIGHT * (value - before))
}
