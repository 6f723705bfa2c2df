import { ENGINE, MODEL_FOLDER, RUNTIME, START } from './operator-errors.js'
import { HTTP, REQUESTS } from './request-errors.js'
import { TRAFFIC } from './traffic-errors.js'

/**
 * Every error that a caller or an operator can meet: its HTTP status, its OpenAI `type`, and a message that says what happened and what to do next.
 *
 * A message takes strings and numbers only, so that an error crosses from the engine process as `{ code, args }`.
 * Every code has a heading of the same name in docs/errors.md (a test compares them).
 * Rooms add their codes to the group they belong to.
 */
export const ERROR_TABLE = { ...REQUESTS, ...HTTP, ...TRAFFIC, ...ENGINE, ...MODEL_FOLDER, ...RUNTIME, ...START } as const

export type ErrorCode = keyof typeof ERROR_TABLE
