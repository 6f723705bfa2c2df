import { type CodedError, codedError } from '../common/errors.js'
import { EventQueue } from './event-queue.js'
import type { EngineEvent, Priority, Share, TaskName, Work } from './protocol.js'

/** How the caller uses what it hears; decides what a crash costs it. */
export type Delivery =
  /** Every event goes on to a person at once: once one has, the work cannot be run again behind it. */
  | 'streamed'
  /** Nothing is shown before the end: the work may be run again, and what was heard before is not repeated. */
  | 'whole'

/** Work as it was submitted. Times are of the client's clock. */
export interface Submission {
  id: string
  work: Work
  delivery: Delivery
  priority: Priority
  /** Undefined: nobody's in particular. */
  share?: Share | undefined
  submittedAt: number
  /** Undefined: it may take as long as it takes. */
  deadlineAt: number | undefined
}

/** What becomes of work when the engine ends. */
export type CrashVerdict =
  | { outcome: 'resubmit' }
  | { outcome: 'fail', error: CodedError }

/** Crashes in which work may have been in progress: the second one is taken to be its fault. */
const MAX_CRASHES_BEGUN = 2
/** Crashes that work may sit out while it waits. */
const MAX_CRASHES_WAITING = 4

/** Work that was submitted and has not ended, with the events that wait for its caller. */
export class PendingWork {
  readonly submission: Submission
  /** A caller that reads slowly finds everything, bounded by its tokens and its few previews. */
  readonly events = new EventQueue<EngineEvent>()
  #hasBegun = false
  #isBegunNow = false
  #crashesBegun = 0
  #crashes = 0
  readonly #heard: Heard = { tokens: 0, previewStep: 0, result: 'none' }
  #tokensOfThisRun = 0

  constructor (submission: Submission) {
    this.submission = submission
  }

  get task (): TaskName {
    const { work } = this.submission
    return work.kind === 'understand' ? work.task : 'generate'
  }

  /** Whether a step has begun to work on it, in this run of the engine or an earlier one. */
  get hasBegun (): boolean {
    return this.#hasBegun
  }

  /** Whether an engine ended while a step may have been working on it. */
  get isSuspect (): boolean {
    return this.#crashesBegun > 0
  }

  /** Takes an event from the engine. Answers whether it was the last. */
  take (event: EngineEvent): 'more' | 'ended' {
    if (this.#isFresh(event)) this.events.push(event)
    const isLast = event.type === 'finished' || event.type === 'failed'
    if (isLast) this.events.close()
    return isLast ? 'ended' : 'more'
  }

  /** The engine has ended: what now? Work is deterministic, so running it again gives the same. */
  crashed (): CrashVerdict {
    this.#crashes++
    if (this.#isBegunNow) this.#crashesBegun++
    this.#isBegunNow = false
    this.#tokensOfThisRun = 0
    if (this.#crashesBegun >= MAX_CRASHES_BEGUN) return { outcome: 'fail', error: codedError('request_stops_engine', []) }
    const { tokens, previewStep, result } = this.#heard
    const isShown = this.submission.delivery === 'streamed' && (tokens > 0 || previewStep > 0 || result === 'heard')
    if (isShown || this.#crashes >= MAX_CRASHES_WAITING) return { outcome: 'fail', error: codedError('engine_restarted', []) }
    return { outcome: 'resubmit' }
  }

  /** Whether the caller has not had this event from an earlier run of the engine. Notes that it has it now. */
  #isFresh (event: EngineEvent): boolean {
    const heard = this.#heard
    switch (event.type) {
      case 'started': {
        const isFirst = !this.#hasBegun
        this.#hasBegun = this.#isBegunNow = true
        return isFirst
      }
      case 'token':
        this.#tokensOfThisRun++
        if (this.#tokensOfThisRun <= heard.tokens) return false
        heard.tokens = this.#tokensOfThisRun
        return true
      case 'preview':
        if (event.step <= heard.previewStep) return false
        heard.previewStep = event.step
        return true
      case 'image':
      case 'codes':
      case 'choices': {
        const isFirst = heard.result === 'none'
        heard.result = 'heard'
        return isFirst
      }
      case 'finished':
      case 'failed':
        return true
    }
  }
}

/** What the caller was given, over all runs of the engine. */
interface Heard { tokens: number, previewStep: number, result: 'none' | 'heard' }
