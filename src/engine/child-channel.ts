import type { ParentChannel } from './serve-channel.js'
import type { ToEngine } from './protocol.js'

/**
 * The channel to the process that forked this one. When it closes, nobody is left to work for: the process ends at once, in the middle of a step if need be,
 * so that a parent that was killed leaves no orphan behind.
 *
 * @throws Error when this process was not forked
 */
export function parentChannel (): ParentChannel {
  if (process.send === undefined) throw new Error('the engine is started by the server; run `npm start`, or `npx unif2ace serve`')
  // Nothing is kept in memory that must be saved, and an orderly exit would wait for the native step under way.
  process.on('disconnect', () => { process.kill(process.pid, 'SIGKILL') })
  // The parent decides when the engine ends: a Ctrl+C in the terminal reaches both, and must not cut off what is being drained.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  return {
    send: (message, sent) => { process.send?.(message, undefined, undefined, () => { sent() }) },
    onMessage: (listener) => { process.on('message', (message) => { listener(message as ToEngine) }) }
  }
}
