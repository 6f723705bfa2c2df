import { setTimeout as wait } from 'node:timers/promises'
import type { App } from './app.js'
import type { ForkedEngine } from './engine/client.js'
import type { Engines } from './engines.js'
import type { Reloads } from './reloads.js'
import type { ServedModel } from './tasks/served-model.js'

export interface LossOptions {
  app: App
  engines: Engines
  reloads: Reloads
  /** Between two tries to load a model again whose engine is gone. */
  retryMs: number
}

/**
 * Looks after the engines that requests are answered with. One of several that is gone for good takes its model's requests with it and nobody else's: it is loaded again from time to time.
 *
 * @returns resolves with the reason when there is nothing left to serve, or when an engine could not be started in the first place: somebody has to look at that, and the others would hide it
 */
export async function whenHopeless (options: LossOptions): Promise<Error> {
  const { app: { models, lifecycle, server: { log } }, engines } = options
  return await new Promise((resolve) => {
    engines.onLoss((engine, reason) => {
      const lost = models.all.find(({ backend }) => backend.engine === engine)
      // A server that drains ends its engines itself.
      if (lost === undefined || lifecycle.isDraining) return
      if (!wasReady(engine) || models.all.every(({ state }) => state === 'stopped')) {
        resolve(reason)
        return
      }
      log.error({ err: reason, model: lost.name }, 'the engine of a model is gone; the other models go on, and it is loaded again from time to time')
      bringBack(lost, options).catch((error: unknown) => { log.error({ err: error, model: lost.name }, 'a model cannot be brought back') })
    })
  })
}

const wasReady = (engine: ForkedEngine): boolean => engine.model() !== undefined

async function bringBack (lost: ServedModel, { app: { lifecycle }, reloads, retryMs }: LossOptions): Promise<void> {
  while (lost.state === 'stopped' && !lifecycle.isDraining) {
    await wait(retryMs, undefined, { ref: false })
    // What is wrong is in the log; somebody may also have asked for a reload by hand.
    if (lost.state === 'stopped' && !lifecycle.isDraining) await reloads.reload(lost.name).catch(() => {})
  }
}
