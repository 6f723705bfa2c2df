import type { ErrorDefinition } from './error-definition.js'

/** What stands between a request that could be answered and its answer: limits, deadlines, repetitions, jobs. */
export const TRAFFIC = {
  header_invalid: {
    status: 400,
    type: 'invalid_request_error',
    message: (header: string, takes: string) => `The header ${header} takes ${takes}. Correct it or leave it out.`
  },
  rate_limit_exceeded: {
    status: 429,
    type: 'rate_limit_error',
    message: (what: string, limit: number, waitMs: number) => `The limit of ${limit} ${what} a minute is reached. Try again in ${Math.ceil(waitMs / 1000)} s.`
  },
  deadline_too_short: {
    status: 422,
    type: 'invalid_request_error',
    message: (neededMs: number, leftMs: number) => `By itself this request takes at least ${neededMs} ms of the engine's steps and its deadline is in ${leftMs} ms, so it was not begun. Ask for fewer steps or pictures, or raise x-deadline-ms.`
  },
  deadline_behind_queue: {
    status: 429,
    type: 'rate_limit_error',
    message: (waitMs: number, neededMs: number, leftMs: number) => `The work in front takes about ${waitMs} ms and this request at least ${neededMs} ms, but its deadline is in ${leftMs} ms, so it was not begun. Try again after the time in the Retry-After header, or raise x-deadline-ms.`
  },
  stream_too_slow: {
    status: 499,
    type: 'invalid_request_error',
    message: (bytes: number) => `The stream was read too slowly: more than ${bytes} bytes of it waited, so it was ended. Read events as they come, or ask without stream.`
  },
  idempotency_key_reused: {
    status: 422,
    type: 'invalid_request_error',
    message: () => 'This Idempotency-Key was used for another request. Use a new key for each request, and the same key only to repeat it unchanged.'
  },
  jobs_full: {
    status: 429,
    type: 'rate_limit_error',
    message: (jobs: number) => `The server keeps ${jobs} jobs already and none of them can be dropped. Try again after the time in the Retry-After header, or delete jobs that you have read.`
  },
  job_not_found: {
    status: 404,
    type: 'not_found_error',
    message: (id: string) => `There is no job ${id}: it never was, it has expired, or it belongs to another API key.`
  },
  job_unfinished: {
    status: 409,
    type: 'invalid_request_error',
    message: (state: string) => `The job is ${state} and has no result yet. Ask for the job until its state is succeeded or failed.`
  },
  job_cancelled: {
    status: 499,
    type: 'invalid_request_error',
    message: () => 'The job was cancelled.'
  }
} as const satisfies Record<string, ErrorDefinition>
