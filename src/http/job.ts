import { randomUUID } from 'node:crypto'
import type { CodedError } from '../common/errors.js'
import type { Visit } from './door.js'
import type { JobState, JobTask } from './job-task.js'

/** What a job's request was answered. */
export interface JobAnswer { status: number, headers: Record<string, string>, body: Buffer }

/** A request whose answer is fetched later. */
export class Job {
  /** Its name for everybody. */
  readonly id = `job_${randomUUID().replaceAll('-', '')}`
  /** Its name inside the server: whoever shows it is the job's own request. */
  readonly token = randomUUID()
  /** Whose it is. */
  readonly owner: string
  readonly task: JobTask
  /** Seconds since 1970. */
  readonly created = Math.floor(Date.now() / 1000)
  /** Settles when its request has been understood and counted: from then on it is only a matter of time. */
  readonly counted: Promise<void>
  /** On the server's clock; undefined until it has ended. */
  endedAt: number | undefined
  answer: JobAnswer | undefined
  #visit: Visit | undefined
  #isCancelled = false
  #tellCounted = (): void => {}

  constructor (owner: string, task: JobTask) {
    this.owner = owner
    this.task = task
    this.counted = new Promise((resolve) => { this.#tellCounted = resolve })
  }

  get state (): JobState {
    if (this.#isCancelled) return 'cancelled'
    if (this.answer !== undefined) return this.answer.status < 400 ? 'succeeded' : 'failed'
    return this.#visit?.progress.state ?? 'queued'
  }

  /** Requests in front of it; 0 once it has begun. */
  get position (): number {
    return this.#isOver ? 0 : this.#visit?.progress.position ?? 0
  }

  /** Milliseconds until it has ended, by step arithmetic; undefined when it has, or when nothing is known yet. */
  get etaMs (): number | undefined {
    return this.#isOver ? undefined : this.#visit?.progress.etaMs
  }

  get #isOver (): boolean {
    return this.endedAt !== undefined || this.#isCancelled
  }

  /** Its request was let in. */
  entered (visit: Visit): void {
    this.#visit = visit
    visit.onCounted(this.#tellCounted)
  }

  /** Its request was answered. */
  ended (answer: JobAnswer, now: number): void {
    this.answer = answer
    this.endedAt = now
  }

  /** Ends it, if it has not ended by itself. */
  cancel (reason: CodedError): void {
    if (this.endedAt !== undefined) return
    this.#isCancelled = true
    this.#visit?.end(reason)
  }
}
