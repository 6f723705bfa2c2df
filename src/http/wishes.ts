import type { IncomingHttpHeaders } from 'node:http'
import { codedError } from '../common/errors.js'
import type { Priority } from '../engine/protocol.js'

/** What headers say about how a request is to be treated, whatever it asks for. */
export interface Wishes {
  /** `x-priority`; normal unless said. */
  priority: Priority
  /** `x-deadline-ms`, from the arrival. */
  deadlineMs: number | undefined
}

const MAX_DEADLINE_MS = 2 ** 31 - 1

/** @throws header_invalid */
export function wishesOf (headers: IncomingHttpHeaders): Wishes {
  return { priority: priorityOf(headers['x-priority'] ?? 'normal'), deadlineMs: deadlineOf(headers['x-deadline-ms']) }
}

function priorityOf (word: string | string[]): Priority {
  if (word === 'normal' || word === 'background') return word
  throw codedError('header_invalid', ['x-priority', 'normal or background'])
}

function deadlineOf (text: string | string[] | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = typeof text === 'string' && /^[0-9]{1,10}$/.test(text) ? Number(text) : 0
  if (ms >= 1 && ms <= MAX_DEADLINE_MS) return ms
  throw codedError('header_invalid', ['x-deadline-ms', `a whole number of milliseconds from 1 to ${MAX_DEADLINE_MS}`])
}
