import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../common/clock.js'
import { codedError } from '../common/errors.js'
import type { DoorMetrics } from '../telemetry/metrics.js'
import { Job, type JobAnswer } from './job.js'
import type { JobState, JobTask } from './job-task.js'

export interface JobBoardOptions {
  maxJobs: number
  /** Deadline of a job. */
  timeoutMs: number
  /** How long results are kept. */
  resultMs: number
  clock: Clock
  metrics: Pick<DoorMetrics, 'rejected'>
}

/** By this header a job's own request is known inside the server; its value is a secret of the process. */
export const JOB_HEADER = 'x-unif2ace-job'
/** Results that are kept, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024

/** Jobs and their results, bounded in number, bytes and time. Callers see their own. */
export class JobBoard {
  readonly timeoutMs: number
  readonly resultMs: number
  readonly #options: JobBoardOptions
  /** By id, the oldest first. */
  readonly #jobs = new Map<string, Job>()

  constructor (options: JobBoardOptions) {
    this.#options = options
    this.timeoutMs = options.timeoutMs
    this.resultMs = options.resultMs
  }

  /** @throws jobs_full when none of the jobs that are there can be dropped */
  create (owner: string, task: JobTask): Job {
    this.#expire()
    if (this.#jobs.size >= this.#options.maxJobs && !this.#dropOldestOf(owner)) {
      this.#options.metrics.rejected.inc({ reason: 'jobs_full' })
      throw codedError('jobs_full', [this.#jobs.size])
    }
    const job = new Job(owner, task)
    this.#jobs.set(job.id, job)
    return job
  }

  /** @throws job_not_found, also for somebody else's */
  get (id: string, owner: string): Job {
    this.#expire()
    const job = this.#jobs.get(id)
    if (job?.owner !== owner) throw codedError('job_not_found', [id])
    return job
  }

  /** Takes in what a job's request was answered; what is too much for all results together makes the oldest go. */
  end (job: Job, answer: JobAnswer): void {
    job.ended(answer, this.#options.clock.now())
    for (const [id, { answer: kept }] of this.#jobs) {
      if (this.#bytes <= MAX_BYTES) break
      if (kept !== undefined && id !== job.id) this.#jobs.delete(id)
    }
  }

  remove (job: Job): void {
    this.#jobs.delete(job.id)
  }

  /** The job whose own request this is. */
  ofRequest (headers: IncomingHttpHeaders): Job | undefined {
    const token = headers[JOB_HEADER]
    return token === undefined ? undefined : [...this.#jobs.values()].find((job) => job.token === token)
  }

  /** How many jobs of each state are kept. */
  get byState (): Record<JobState, number> {
    this.#expire()
    const counts: Record<JobState, number> = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
    for (const { state } of this.#jobs.values()) counts[state]++
    return counts
  }

  get #bytes (): number {
    return [...this.#jobs.values()].reduce((sum, { answer }) => sum + (answer?.body.length ?? 0), 0)
  }

  /** Makes a place: an ended job of the caller goes, or else one of whoever has most, if that is more than the caller. */
  #dropOldestOf (owner: string): boolean {
    const counts = new Map<string, number>()
    for (const job of this.#jobs.values()) counts.set(job.owner, (counts.get(job.owner) ?? 0) + 1)
    const own = counts.get(owner) ?? 0
    const [most = owner, count = 0] = [...counts].reduce<[string, number] | []>((largest, entry) => (largest[1] ?? 0) >= entry[1] ? largest : entry, [])
    const ended = [...this.#jobs.values()].filter(({ endedAt }) => endedAt !== undefined)
    const dropped = ended.find((job) => job.owner === owner) ?? (count > own + 1 ? ended.find((job) => job.owner === most) : undefined)
    if (dropped !== undefined) this.remove(dropped)
    return dropped !== undefined
  }

  #expire (): void {
    const now = this.#options.clock.now()
    for (const [id, { endedAt }] of this.#jobs) if (endedAt !== undefined && endedAt + this.resultMs <= now) this.#jobs.delete(id)
  }
}
