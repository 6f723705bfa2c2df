import { setImmediate } from 'node:timers/promises'
import { codedError, isCodedError, toWire } from '../common/errors.js'
import { findViolations } from '../scheduler/invariants.js'
import { Scheduler } from '../scheduler/scheduler.js'
import type { Effects, Step } from '../scheduler/step.js'
import type { KeptPicture } from './build-plan.js'
import { checkWork } from './check-work.js'
import type { CoreOptions } from './core-options.js'
import type { EncodeResult } from './executor.js'
import { PassLedger } from './pass-ledger.js'
import type { EngineEvent, EngineStats, FinishReason, RoutingDump, ToEngine } from './protocol.js'
import { type DoneStep, runStep } from './run-step.js'
import { schedulerOptions } from './settings.js'
import { createSequence, type Listener, promptName, type Sequence } from './sequence.js'
import { StatsRecorder } from './stats.js'
import { modelRows, phaseOf, StepWatch } from './step-watch.js'
import type { ResultSinks } from './take-results.js'
import { tokenCounts } from './token-counts.js'
import { workLeft } from './work-left.js'
import { workUnits } from './work-units.js'

/** Background work waits as if it had come so much later: behind everybody at first, and in front of whoever comes after that. */
const BACKGROUND_HANDICAP_MS = 10_000

/**
 * The engine's loop: while there is work, let the scheduler choose a step, have the executor do it, take in the results, tell the callers.
 *
 * Between two steps rows join and leave. A step may be stopped half-way when its rows have been given up; the others are done again, with the same result.
 */
export class EngineCore {
  readonly #options: CoreOptions
  readonly #scheduler: Scheduler
  readonly #watch: StepWatch
  readonly #stats: StatsRecorder
  readonly #sinks: ResultSinks
  readonly #sequences = new Map<string, Sequence>()
  readonly #encodings = new Map<string, EncodeResult>()
  readonly #pictures = new Map<string, KeptPicture>()
  #dump: RoutingDump[] = []
  #isLooping = false
  #deadlineTimer: NodeJS.Timeout | undefined
  #tellDrained: (() => void) | undefined
  #hasNews = false

  constructor (options: CoreOptions) {
    const { executor, model, settings, clock } = options
    this.#options = options
    this.#scheduler = new Scheduler(schedulerOptions(settings))
    this.#scheduler.pinPrompt(promptName(model.unconditionalTokenIds))
    this.#watch = new StepWatch(clock)
    this.#stats = new StatsRecorder(executor.sizes)
    const dump = settings.routingDump === 'off' ? undefined : (pass: RoutingDump) => { this.#dump.push(pass) }
    this.#sinks = {
      sizes: executor.sizes,
      ledger: new PassLedger({ costs: model.costs, sizes: executor.sizes, stats: this.#stats, dump }),
      endOfText: model.endOfText,
      vocabulary: model.grammars.vocabulary,
      sequence: (id) => this.#require(id),
      encoding: (picture) => found(this.#encodings, picture),
      keepEncoding: (picture, encoding) => { this.#encodings.set(picture, encoding) },
      keepPicture: (picture, kept) => { this.#pictures.set(picture, kept) },
      tell: (sequence, event) => { if (!sequence.isAbandoned) sequence.origin.tell(event) },
      finish: (sequence, reason) => { this.#finish(sequence, reason) },
      fail: (sequence, error) => { this.#end(sequence, { type: 'failed', error: toWire(error) }) },
      lookUp: (cache, outcome) => { this.#stats.lookUps(cache, 1, outcome === 'hit' ? 1 : 0) }
    }
  }

  /** Takes work, or tells at once why it cannot be taken. */
  submit ({ id, work, timeoutMs, waitedMs, priority, company, share }: Omit<Extract<ToEngine, { type: 'submit' }>, 'type'>, tell: Listener): void {
    const { clock, executor, model } = this.#options
    const now = clock.now()
    try {
      if (this.#tellDrained !== undefined) throw codedError('engine_draining', [])
      checkWork(work, model.limits)
      const timeout = timeoutMs === undefined ? undefined : waitedMs + timeoutMs
      const sequence = createSequence({ id, tell, submittedAt: now - waitedMs, timeoutMs: timeout }, work, executor.sizes, model.grammars)
      const admission = this.#scheduler.submit({
        id,
        demand: sequence.demand,
        workUnits: workUnits(work),
        arrivedAt: now - waitedMs + (priority === 'background' ? BACKGROUND_HANDICAP_MS : 0),
        priority,
        ...(share === undefined ? {} : { share }),
        ...(timeoutMs === undefined ? {} : { deadlineAt: now + timeoutMs }),
        isAlone: company === 'alone'
      })
      if (admission.outcome === 'full') throw codedError('queue_full', [admission.waiting])
      this.#sequences.set(id, sequence)
    } catch (error) {
      tell({ type: 'failed', error: toWire(error) })
      return
    }
    this.#wake()
  }

  /** Nobody waits for this work any more. Unknown work is ignored: it may have ended while the message was on its way. */
  abort (id: string): void {
    const sequence = this.#sequences.get(id)
    if (sequence === undefined || sequence.isAbandoned) return
    this.#stats.aborted(sequence.hasBegun ? sequence.phase : 'waiting')
    this.#abandon(sequence)
  }

  /** Takes nothing more; settles when all that was taken has ended. */
  async drain (): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#tellDrained = resolve
      this.#wake()
    })
  }

  /** What was counted since the last time; undefined when nothing was. */
  takeStats (): EngineStats | undefined {
    if (!this.#hasNews) return undefined
    this.#hasNews = false
    const { prompt, decode, pictureBytes } = this.#scheduler.use
    const gauges = [{ kind: 'prompt', use: prompt }, { kind: 'decode', use: decode }] as const
    return this.#stats.take({
      kvSlots: gauges.flatMap(({ kind, use }) => (['free', 'used', 'cached'] as const).map((state) => ({ kind, state, slots: use[state] }))),
      pictureCacheBytes: pictureBytes,
      workLeft: workLeft(this.#sequences.values())
    })
  }

  #wake (): void {
    this.#hasNews = true
    if (this.#isLooping) return
    this.#isLooping = true
    this.#loop().catch((error: unknown) => { this.#options.fault(error) })
  }

  async #loop (): Promise<void> {
    while (true) {
      // Messages that have arrived are taken in first: what came together goes together.
      await setImmediate()
      this.#expire()
      const step = this.#scheduler.plan()
      if (step === undefined) break
      await this.#do(step)
      for (const sequence of this.#sequences.values()) if (sequence.isAbandoned) this.#remove(sequence)
      if (this.#options.settings.invariants === 'after-every-step') this.#checkInvariants()
    }
    this.#isLooping = false
    if (this.#sequences.size === 0) this.#tellDrained?.()
  }

  async #do (step: Step): Promise<void> {
    const signal = this.#watch.begin(step)
    this.#begin(step)
    const { executor, routing } = this.#options
    let done: DoneStep
    try {
      if (step.kind === 'text') this.#loadPictures(step.rows)
      done = await runStep(step, this.#sinks, executor, signal)
    } catch (error) {
      this.#undone(step, error)
      return
    }
    this.#watch.done(done.durationMs)
    this.#stats.step(phaseOf(step.kind), modelRows(step), done.durationMs)
    for (const id of new Set(step.rows.map((row) => row.id))) {
      const { usage, origin } = this.#require(id)
      usage.addStep(phaseOf(step.kind), this.#options.clock.now() - origin.submittedAt, done.durationMs)
    }
    this.#hasNews = true
    const completed = done.take(this.#sinks)
    this.#apply(this.#scheduler.commit({ ...completed, costMs: done.durationMs }))
    if (this.#dump.length > 0) routing(this.#dump)
    this.#dump = []
  }

  /** Tells those on whom a step works for the first time. */
  #begin (step: Step): void {
    for (const { id } of step.rows) {
      const sequence = this.#require(id)
      if (sequence.hasBegun) continue
      sequence.hasBegun = true
      const queueMs = this.#options.clock.now() - sequence.origin.submittedAt
      sequence.usage.began(queueMs)
      this.#sinks.tell(sequence, { type: 'started', queueMs })
    }
  }

  #loadPictures (rows: readonly { id: string, slot: number }[]): void {
    for (const { id, slot } of rows) {
      const sequence = this.#require(id)
      if (sequence.work.kind !== 'understand') continue
      const { prefix, finding } = found(this.#pictures, sequence.work.picture.key)
      sequence.finding = finding
      this.#options.executor.loadPicture(slot, prefix)
    }
  }

  /** A step was stopped, or failed: in company nobody knows whose fault it is, so each is tried by itself. */
  #undone (step: Step, error: unknown): void {
    const { elapsedMs, wasStopped } = this.#watch.undone()
    if (wasStopped && isCodedError(error, 'run_terminated')) {
      this.#scheduler.rollback(elapsedMs)
      return
    }
    const isInCompany = new Set(step.rows.map(({ id }) => id)).size > 1
    this.#options.log({ level: 'error', fields: { kind: step.kind, rows: step.rows.length, error: String(error) }, message: isInCompany ? 'a step failed; its rows are tried one by one' : 'a step failed' })
    this.#scheduler.rollback(elapsedMs, 'its-rows')
    const [first] = step.rows
    if (!isInCompany && first !== undefined) this.#fail(this.#require(first.id), error)
  }

  #finish (sequence: Sequence, finishReason: FinishReason): void {
    const { sizes } = this.#options.executor
    const totalMs = this.#options.clock.now() - sequence.origin.submittedAt
    const usage = sequence.usage.summary(tokenCounts(sequence, sizes), totalMs, this.#options.model.costs.total)
    const { finding } = sequence
    this.#end(sequence, { type: 'finished', finishReason, usage, ...(finding === undefined ? {} : { face: finding }) })
  }

  /** Tells the last event; the scheduler lets go of the sequence with the step that it ended in. */
  #end (sequence: Sequence, last: EngineEvent): void {
    this.#sinks.tell(sequence, last)
    this.#sequences.delete(sequence.origin.id)
  }

  #fail (sequence: Sequence, error: unknown): void {
    this.#sinks.tell(sequence, { type: 'failed', error: toWire(error) })
    this.#abandon(sequence)
  }

  /** Lets go of a sequence: now, or when the step that may be working on it is over, which is stopped where that is best for all. */
  #abandon (sequence: Sequence): void {
    sequence.isAbandoned = true
    const { id } = sequence.origin
    // One that holds places is not taken out under a step, even if no step has worked on it yet.
    if (this.#watch.isUnderWay && this.#scheduler.running.includes(id)) this.#watch.abandon(id, (other) => this.#require(other).isAbandoned)
    else this.#remove(sequence)
    this.#wake()
  }

  #remove (sequence: Sequence): void {
    this.#sequences.delete(sequence.origin.id)
    this.#apply(this.#scheduler.remove(sequence.origin.id))
  }

  #apply ({ moves, droppedPrefixes, droppedEncodings }: Effects): void {
    for (const { id, from, to } of moves) this.#options.executor.moveSlot(from, to, this.#require(id).slotLength(this.#options.executor.sizes))
    for (const key of droppedPrefixes) this.#pictures.delete(key)
    for (const key of droppedEncodings) this.#encodings.delete(key)
  }

  /** Ends what is past its deadline, and asks to be woken at the next one. */
  #expire (): void {
    clearTimeout(this.#deadlineTimer)
    const now = this.#options.clock.now()
    for (const id of this.#scheduler.expired(now)) {
      const sequence = this.#sequences.get(id)
      if (sequence === undefined || sequence.isAbandoned) continue
      this.#fail(sequence, codedError('deadline_exceeded', [Math.round(sequence.origin.timeoutMs ?? 0)]))
    }
    const next = this.#scheduler.nextDeadline
    if (next !== undefined && next > now) this.#deadlineTimer = setTimeout(() => { this.#expire() }, next - now)
  }

  #checkInvariants (): void {
    const violations = findViolations(this.#scheduler.snapshot)
    if (violations.length > 0) throw new Error(`the scheduler's state is broken: ${violations.join('; ')}`)
  }

  #require (id: string): Sequence {
    return found(this.#sequences, id)
  }
}

function found<T> (values: ReadonlyMap<string, T>, key: string): T {
  const value = values.get(key)
  if (value === undefined) throw new Error(`the engine has nothing under the name ${key}`)
  return value
}
