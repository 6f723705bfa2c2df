import { DecodeSlots } from './decode-slots.js'
import { NO_EFFECTS, together } from './effects.js'
import type { SchedulerSnapshot } from './invariants.js'
import type { SchedulerOptions } from './options.js'
import { StepPolicy } from './policy.js'
import { PrefixCache } from './prefix-cache.js'
import { PromptSlots, type SlotUse } from './prompt-slots.js'
import { enter, firstStage, type Running, type RunningPicture, type RunningText } from './running.js'
import { selectRows } from './select-rows.js'
import type { Effects, Step, StepKind, StepOutcome, Submission } from './step.js'
import { type Admission, WaitingQueue } from './waiting-queue.js'

/**
 * What the engine does next: a state machine without time, randomness or errors of its own.
 *
 * `submit` puts a sequence into the queue, `plan` begins what fits and chooses a step, `commit` takes in how it went (or `rollback`, when it was stopped half-way), `remove` takes a
 * sequence out. One step is under way at a time; between `plan` and its `commit` or `rollback` only
 * the queue may change: nothing is planned, and nothing that has begun is removed.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #queue: WaitingQueue
  readonly #policy: StepPolicy
  readonly #prompts: PromptSlots
  readonly #slots: DecodeSlots
  readonly #prefixes: PrefixCache
  readonly #encodings: PrefixCache
  /** In order of beginning. */
  readonly #running = new Map<string, Running>()
  #turns = 0
  #steps = 0
  #inFlight: Step | undefined

  constructor (options: SchedulerOptions) {
    this.#options = options
    this.#queue = new WaitingQueue(options.queue)
    this.#policy = new StepPolicy(options.flowShares)
    this.#prompts = new PromptSlots(options.promptSlots)
    this.#slots = new DecodeSlots(options.decodeSlots)
    this.#prefixes = new PrefixCache(options.pictureCacheBytes)
    this.#encodings = new PrefixCache(options.encodings)
  }

  /** Puts a sequence into the queue, if there is a place. */
  submit (submission: Submission): Admission {
    return this.#queue.admit(submission)
  }

  /** Begins what fits and chooses the next step; undefined when there is nothing to do. */
  plan (): Step | undefined {
    this.#expectNoStep('plan')
    this.#beginWaiting()
    const ready = new Map<StepKind, Running[]>()
    for (const sequence of this.#running.values()) {
      for (const kind of this.#needs(sequence)) ready.set(kind, [...ready.get(kind) ?? [], sequence])
    }
    const kind = this.#policy.choose(new Set(ready.keys()))
    if (kind === undefined) return undefined
    const step = selectRows(kind, ready.get(kind) ?? [], { ...this.#options, prompts: this.#prompts, slots: this.#slots })
    this.#steps++
    for (const { id } of step.rows) this.#require(id).servedAt = this.#steps
    this.#inFlight = step
    return step
  }

  /** Takes in a step that was done. */
  commit (outcome: StepOutcome): Effects {
    const step = this.#takeStep()
    this.#policy.charge(step.kind, outcome.costMs)
    for (const { id } of step.rows) this.#require(id).isSuspect = false
    switch (step.kind) {
      case 'encode':
      case 'original':
        return { ...NO_EFFECTS, droppedEncodings: step.rows.flatMap(({ key }) => this.#encodings.add(key, 1)) }
      case 'picture':
        return { ...NO_EFFECTS, droppedPrefixes: step.rows.flatMap(({ key }) => this.#prefixes.add(key, outcome.prefixBytes)) }
      case 'prompt':
        for (const { key } of step.rows) this.#prompts.fill(key)
        return NO_EFFECTS
      case 'text':
        return this.#commitText(step.rows, outcome)
      case 'decode':
        return this.#removeCompleted(step.rows, outcome)
      case 'unmask':
        this.#commitUnmask(step.rows, outcome)
        return NO_EFFECTS
      case 'render':
        return this.#commitRender(step.rows)
      case 'codes':
        return together(step.rows.map(({ id }) => this.remove(id)))
    }
  }

  /** Takes back a step that was stopped or failed; its rows are planned again. `suspects` are planned one at a time from now on. */
  rollback (costMs: number, suspects: 'nobody' | 'its-rows' = 'nobody'): void {
    const step = this.#takeStep()
    this.#policy.charge(step.kind, costMs)
    if (step.kind === 'text') {
      // Backwards, so that nothing moves: the slots were the last to be taken.
      for (const { id } of step.rows.toReversed()) this.#slots.remove(id)
    }
    if (suspects === 'its-rows') for (const { id } of step.rows) this.#require(id).isSuspect = true
  }

  /** Takes a sequence out, wherever it stands, and gives back what it holds. An unknown one changes nothing. */
  remove (id: string): Effects {
    const sequence = this.#running.get(id)
    if (sequence === undefined) {
      this.#queue.remove(id)
      return NO_EFFECTS
    }
    this.#expectNoStep('remove')
    this.#running.delete(id)
    if (sequence.flow === 'generate') {
      this.#prompts.release(sequence.demand.prompts)
      const { original } = sequence.demand
      return original === undefined ? NO_EFFECTS : { ...NO_EFFECTS, droppedEncodings: this.#encodings.unpin(original) }
    }
    const moves = this.#slots.remove(id)
    return sequence.stage === 'reading' ? together([{ ...NO_EFFECTS, moves }, this.#unpin(sequence)]) : { ...NO_EFFECTS, moves }
  }

  /** Sequences whose deadline has passed, waiting and running. */
  expired (now: number): string[] {
    const isLate = ({ deadlineAt }: { deadlineAt?: number | undefined }): boolean => deadlineAt !== undefined && deadlineAt <= now
    return [...this.#queue.inOrder, ...this.#running.values()].filter(isLate).map(({ id }) => id)
  }

  /** The next moment at which `expired` answers more. */
  get nextDeadline (): number | undefined {
    const deadlines = [...this.#queue.inOrder, ...this.#running.values()].flatMap(({ deadlineAt }) => deadlineAt ?? [])
    return deadlines.length === 0 ? undefined : Math.min(...deadlines)
  }

  get waiting (): number {
    return this.#queue.length
  }

  /** Names of the sequences that have begun. */
  get running (): readonly string[] {
    return [...this.#running.keys()]
  }

  /** Keeps a prompt's slot for good, from the time when it is first computed. */
  pinPrompt (key: string): void {
    this.#prompts.acquire([key])
  }

  get use (): { prompt: SlotUse, decode: SlotUse, pictureBytes: number } {
    return { prompt: this.#prompts.use, decode: { used: this.#slots.used, free: this.#slots.free, cached: 0 }, pictureBytes: this.#prefixes.bytes }
  }

  /** The whole state as values, for the invariants. */
  get snapshot (): SchedulerSnapshot {
    return {
      running: [...this.#running.values()].map((sequence) => ({ ...sequence })),
      inFlight: this.#inFlight,
      promptSlots: this.#prompts.snapshot,
      decodeSlots: this.#slots.snapshot,
      pins: new Map(this.#ofFlow('understand').map(({ demand: { picture } }) => [picture, this.#prefixes.pins(picture)])),
      encodings: new Map(this.#encodingNames.map((key) => [key, { pins: this.#encodings.pins(key), isKept: this.#encodings.has(key) }])),
      queue: { submissions: this.#queue.inOrder, workUnits: this.#queue.workUnits },
      options: this.#options
    }
  }

  /** In turn within a flow; one flow does not wait for the other's places. What must be alone begins when nothing runs. */
  #beginWaiting (): void {
    const isOpen = { generate: true, understand: true }
    while (![...this.#running.values()].some(({ isAlone }) => isAlone)) {
      const next = this.#queue.next(isOpen)
      if (next === undefined || (next.isAlone && this.#running.size > 0)) return
      isOpen[next.demand.flow] = this.#begin(next)
    }
  }

  #begin ({ id, demand, deadlineAt, isAlone }: Submission): boolean {
    const base = { id, turn: this.#turns + 1, deadlineAt, isAlone, isSuspect: false, servedAt: 0 }
    if (demand.flow === 'generate') {
      const unmasking = this.#ofFlow('generate').filter(({ stage }) => stage !== 'rendering')
      const rows = unmasking.reduce<number>((sum, other) => sum + other.demand.prompts.length, demand.prompts.length)
      if (rows > this.#options.rowLimits.unmask || this.#prompts.acquire(demand.prompts) === 'no-place') return false
      if (demand.original !== undefined) this.#encodings.pin(demand.original)
      this.#running.set(id, { ...base, flow: 'generate', demand, stage: firstStage(demand), wantsPreview: false })
    } else {
      if (this.#ofFlow('understand').length >= this.#options.decodeSlots) return false
      this.#prefixes.pin(demand.picture)
      this.#encodings.pin(demand.picture)
      this.#running.set(id, { ...base, flow: 'understand', demand, stage: 'reading' })
    }
    this.#turns++
    this.#queue.begin(id)
    return true
  }

  /** What a sequence could be served with now. */
  #needs (sequence: Running): StepKind[] {
    if (sequence.flow === 'understand') return [this.#needOfText(sequence)]
    if (sequence.stage === 'prefixes') {
      const missing = this.#missingOf(sequence)
      if (missing.length > 0) return missing
      enter(sequence, 'unmasking')
    }
    switch (sequence.stage) {
      case 'prefixes':
      case 'unmasking':
        return [sequence.wantsPreview ? 'render' : 'unmask']
      case 'rendering':
        return ['render']
      case 'encoding':
        return ['codes']
    }
  }

  /** What a picture needs before its first unmasking step. */
  #missingOf ({ demand: { prompts, original } }: RunningPicture): StepKind[] {
    const isEncoded = original === undefined || this.#encodings.has(original)
    const isRead = prompts.every((key) => this.#prompts.isFilled(key))
    return [...(isEncoded ? [] : ['original' as const]), ...(isRead ? [] : ['prompt' as const])]
  }

  #needOfText ({ stage, demand: { picture } }: RunningText): StepKind {
    if (stage === 'writing') return 'decode'
    if (this.#prefixes.has(picture)) return 'text'
    return this.#encodings.has(picture) ? 'picture' : 'encode'
  }

  #commitText (rows: readonly { id: string }[], outcome: StepOutcome): Effects {
    const removed = this.#removeCompleted(rows, outcome)
    const written = rows.map(({ id }) => this.#running.get(id)).filter((sequence) => sequence?.flow === 'understand')
    return together([removed, ...written.map((sequence) => {
      enter(sequence, 'writing')
      return this.#unpin(sequence)
    })])
  }

  /** From the last slot down, so that none that ends is moved into the place of another. */
  #removeCompleted (rows: readonly { id: string }[], { completed }: StepOutcome): Effects {
    return together(rows.filter(({ id }) => completed.has(id)).toReversed().map(({ id }) => this.remove(id)))
  }

  #commitUnmask (rows: readonly { id: string }[], { completed, previews }: StepOutcome): void {
    for (const { id } of rows) {
      const sequence = this.#require(id)
      if (sequence.flow !== 'generate') continue
      sequence.wantsPreview ||= previews.has(id)
      if (completed.has(id)) enter(sequence, 'rendering')
    }
  }

  #commitRender (rows: readonly { id: string, what: 'preview' | 'picture' }[]): Effects {
    return together(rows.map(({ id, what }) => {
      const sequence = this.#require(id)
      if (what === 'picture') return this.remove(id)
      if (sequence.flow === 'generate') sequence.wantsPreview = false
      return NO_EFFECTS
    }))
  }

  /** It has read its picture. */
  #unpin ({ demand: { picture } }: RunningText): Effects {
    this.#prefixes.touch(picture)
    this.#encodings.touch(picture)
    return { ...NO_EFFECTS, droppedPrefixes: this.#prefixes.unpin(picture), droppedEncodings: this.#encodings.unpin(picture) }
  }

  /** Pictures that running sequences read or edit. */
  get #encodingNames (): string[] {
    return [...this.#running.values()].flatMap(({ demand }) => (demand.flow === 'understand' ? demand.picture : demand.original) ?? [])
  }

  #ofFlow (flow: 'generate'): RunningPicture[]
  #ofFlow (flow: 'understand'): RunningText[]
  #ofFlow (flow: Running['flow']): Running[] {
    return [...this.#running.values()].filter((sequence) => sequence.flow === flow)
  }

  #require (id: string): Running {
    const sequence = this.#running.get(id)
    if (sequence === undefined) throw new Error(`${id} is not running`)
    return sequence
  }

  #takeStep (): Step {
    const step = this.#inFlight
    if (step === undefined) throw new Error('no step is under way')
    this.#inFlight = undefined
    return step
  }

  #expectNoStep (call: string): void {
    if (this.#inFlight !== undefined) throw new Error(`${call} was called while a step is under way`)
  }
}
