import { codedError } from './common/errors.js'
import type { Engines } from './engines.js'
import type { Lifecycle } from './http/lifecycle.js'
import { type ReadModel, readModel } from './open-model.js'
import type { Backend } from './tasks/backend.js'
import type { ServedModel } from './tasks/served-model.js'

/** What became of a wish to reload. */
export interface Reloaded {
  model: string
  /** `unchanged`: the folder holds what is served already. */
  outcome: 'switched' | 'unchanged'
  digest: string
  previousDigest: string
}

export interface ReloaderOptions {
  served: ServedModel
  /** A folder of models/, or a path. */
  setting: string
  engines: Engines
  lifecycle: Lifecycle
  /** Waits until no other model of this server is being loaded. */
  inTurn: <T>(load: () => Promise<T>) => Promise<T>
  log: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
}

/**
 * Puts what is in the model folder now into the place of what is served, without a gap: a new engine loads it while the old one answers, one assignment switches, and the old one ends when it has
 * answered all that it had taken. Whatever goes wrong before the assignment changes nothing (docs/adr/0012).
 */
export class Reloader {
  readonly #options: ReloaderOptions
  /** What is under way. */
  #stage: string | undefined
  /** The backend that finishes what it has. */
  #leaving: Backend | undefined

  constructor (options: ReloaderOptions) {
    this.#options = options
  }

  get name (): string {
    return this.#options.served.name
  }

  /** @throws reload_in_progress, engine_draining, model_renamed, what is wrong with the folder, and why its engine cannot start */
  async reload (): Promise<Reloaded> {
    if (this.#stage !== undefined) throw codedError('reload_in_progress', [this.#stage])
    const { served: { name, metrics }, lifecycle, inTurn, log } = this.#options
    if (lifecycle.isDraining) throw codedError('engine_draining', [])
    this.#stage = 'the folder is being loaded'
    try {
      const reloaded = await inTurn(async () => await this.#load())
      metrics.modelReloads.inc({ outcome: reloaded.outcome })
      log.info({ ...reloaded }, reloaded.outcome === 'switched' ? 'reloaded: the new model answers from now on' : 'reloaded: the folder holds what is served already')
      return reloaded
    } catch (error) {
      metrics.modelReloads.inc({ outcome: 'failed' })
      log.error({ err: error, model: name }, 'not reloaded: nothing has changed')
      throw error
    } finally {
      if (this.#leaving === undefined) this.#stage = undefined
    }
  }

  /** The same for whoever waits for no answer: the log says what became of it. */
  reloadUnasked (): void {
    const { served, log } = this.#options
    if (this.#stage !== undefined) log.warn({ model: served.name, stage: this.#stage }, 'not reloaded: a reload is under way; ask again when it has ended')
    else this.reload().catch(() => {})
  }

  async #load (): Promise<Reloaded> {
    const { served, setting, lifecycle } = this.#options
    // It may have waited for its turn.
    if (lifecycle.isDraining) throw codedError('engine_draining', [])
    const { model: { digest: previousDigest } } = served.backend
    const next = await readModel(setting)
    const { digest, manifest: { name } } = next.model
    if (name !== served.name) throw codedError('model_renamed', [next.path, name, served.name])
    // An engine that is gone for good is replaced by one of the same.
    if (digest === previousDigest && served.state !== 'stopped') return { model: name, outcome: 'unchanged', digest, previousDigest }
    await this.#switchTo(next)
    return { model: name, outcome: 'switched', digest, previousDigest }
  }

  async #switchTo (next: ReadModel): Promise<void> {
    const { served, engines, lifecycle } = this.#options
    const engine = engines.start(next)
    try {
      await engine.whenReady()
      // It may have fallen while nobody looked.
      if (engine.state() !== 'ready') throw codedError('engine_not_ready', [])
      if (lifecycle.isDraining) throw codedError('engine_draining', [])
    } catch (error) {
      await engine.stop()
      throw error
    }
    this.#letGo(served.switchTo({ model: next.model, engine }))
  }

  #letGo (old: Backend): void {
    const { served, log } = this.#options
    this.#leaving = old
    this.#stage = 'requests of the model before are being finished'
    served.leave(old).catch((error: unknown) => { log.error({ err: error }, 'the engine before did not end well') }).finally(() => {
      this.#leaving = this.#stage = undefined
      log.info({ model: served.name, digest: old.model.digest }, 'the engine before has answered all that it had taken, and has ended')
    })
  }
}
