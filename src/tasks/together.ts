import { setMaxListeners } from 'node:events'
import { codedError } from '../common/errors.js'

/**
 * For several pieces of work of one request: a context that ends with the request's or by `end`. One piece that fails ends the others, for the answer cannot be given any more; whoever waits for
 * them calls `end` when it stops waiting, however that came.
 */
export function together<C extends { signal: AbortSignal }> (context: C): { context: C, end: () => void } {
  const ending = new AbortController()
  const signal = AbortSignal.any([context.signal, ending.signal])
  // Each piece listens to it.
  setMaxListeners(0, signal)
  return { context: { ...context, signal }, end: () => { ending.abort(codedError('request_aborted', [])) } }
}
