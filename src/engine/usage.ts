import type { ExpertTally } from './expert-tally.js'
import type { MeasuredPass } from './parameters.js'
import type { EngineUsage, Phase, PhaseTiming } from './protocol.js'

/** Smallest, largest and mean of what was added. */
class Spread {
  #count = 0
  #sum = 0
  #min = Infinity
  #max = 0

  add (value: number): void {
    this.#count++
    this.#sum += value
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
  }

  /** All 0 when nothing was added. */
  get summary (): { min: number, max: number, mean: number } {
    return this.#count === 0 ? { min: 0, max: 0, mean: 0 } : { min: this.#min, max: this.#max, mean: this.#sum / this.#count }
  }
}

/** The account of one piece of work: its passes as they happen, its tokens, its times. */
export class UsageMeter {
  readonly #activated = new Spread()
  readonly #touched = new Spread()
  /** Which experts its passes chose; undefined unless somebody wants to know, and until there was one. */
  experts: ExpertTally | undefined
  #passes = 0
  #computedTokens = 0
  #encodeMs: number | undefined
  #firstTokenMs: number | undefined
  #queueMs = 0
  readonly #phases = new Map<Phase, PhaseTiming>()

  /** A step that worked for it, which has just ended. */
  addStep (phase: Phase, sinceSubmissionMs: number, durationMs: number): void {
    const { fromMs, steps, busyMs } = this.#phases.get(phase) ?? { fromMs: sinceSubmissionMs - durationMs, steps: 0, busyMs: 0 }
    this.#phases.set(phase, { phase, fromMs, toMs: sinceSubmissionMs, steps: steps + 1, busyMs: busyMs + durationMs })
  }

  /** A pass of one of its rows. */
  addPass ({ activated, touched }: MeasuredPass): void {
    this.#passes++
    this.#activated.add(activated)
    this.#touched.add(touched)
  }

  /** Tokens of a prefix that had to be computed for it: the rest of what it reads was there. */
  addComputed (tokens: number): void {
    this.#computedTokens += tokens
  }

  /** Time in which its picture was read. */
  addEncodeTime (ms: number): void {
    this.#encodeMs = (this.#encodeMs ?? 0) + ms
  }

  began (queueMs: number): void {
    this.#queueMs = queueMs
  }

  wroteToken (sinceSubmissionMs: number): void {
    this.#firstTokenMs ??= sinceSubmissionMs
  }

  /** @param prefixTokens tokens of its prefixes, computed or cached */
  summary (tokens: { promptTokens: number, imageTokens: number, completionTokens: number, prefixTokens: number, originalTokens?: number }, totalMs: number, totalParameters: number): EngineUsage {
    const { prefixTokens, ...counted } = tokens
    return {
      ...counted,
      cachedTokens: prefixTokens - this.#computedTokens,
      forwardPasses: this.#passes,
      activated: { ...this.#activated.summary, total: totalParameters },
      touched: this.#touched.summary,
      ...(this.experts === undefined ? {} : { experts: this.experts.use }),
      timings: {
        queueMs: this.#queueMs,
        totalMs,
        ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
        ...(this.#encodeMs === undefined ? {} : { encodeMs: this.#encodeMs }),
        phases: [...this.#phases.values()]
      }
    }
  }
}
