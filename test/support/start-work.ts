import type { EngineCore } from '../../src/engine/core.js'
import type { EngineEvent, Work } from '../../src/engine/protocol.js'

export interface StartOptions { timeoutMs?: number, company?: 'any' | 'alone', priority?: 'normal' | 'background' }

/** Work under way: its events so far, and its last one when it comes. */
export interface Started { events: EngineEvent[], ended: Promise<EngineEvent[]> }

/** Submits work and collects its events. */
export type StartWork = (id: string, work: Work, options?: StartOptions) => Started

/** The way to start work on a core. */
export function startWorkOn (core: EngineCore): StartWork {
  return (id, work, { timeoutMs, company = 'any', priority = 'normal' } = {}) => {
    const events: EngineEvent[] = []
    const ended = new Promise<EngineEvent[]>((resolve) => {
      core.submit({ id, work, waitedMs: 0, company, priority, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, (event) => {
        events.push(event)
        if (event.type === 'finished' || event.type === 'failed') resolve(events)
      })
    })
    return { events, ended }
  }
}
