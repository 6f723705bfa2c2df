import { codedError, type CodedError, isCodedError } from './common/errors.js'
import type { Reloaded, Reloader } from './reloader.js'

/** What became of one of several models that were to be reloaded. */
export type ReloadOutcome = Reloaded | { model: string, outcome: 'failed', error: CodedError }

/** Reloads the models of a server: one by its name, or all of them. */
export class Reloads {
  readonly #all: readonly Reloader[]

  /** @param all one a model; `turnTaking` gives them the turn that they share */
  constructor (all: readonly Reloader[]) {
    this.#all = all
  }

  /** The one model that there is, or the one of that name. @throws model_not_found, and what Reloader.reload throws */
  async reload (name?: string): Promise<Reloaded> {
    return await this.#named(name).reload()
  }

  /** All of them, whatever becomes of each. */
  async reloadAll (): Promise<ReloadOutcome[]> {
    return await Promise.all(this.#all.map(async (reloader) => await reloader.reload().catch((error: unknown): ReloadOutcome => {
      return { model: reloader.name, outcome: 'failed', error: isCodedError(error) ? error : codedError('internal_error', [String(error)], { cause: error }) }
    })))
  }

  /** All of them for whoever waits for no answer: the log says what became of it. */
  reloadUnasked (): void {
    for (const reloader of this.#all) reloader.reloadUnasked()
  }

  /** How many models there are to reload. */
  get count (): number {
    return this.#all.length
  }

  #named (name: string | undefined): Reloader {
    const found = this.#all.find((reloader) => name === undefined || reloader.name === name)
    if (found === undefined) throw codedError('model_not_found', [name ?? '', this.#all.map((reloader) => reloader.name).join(', ')])
    return found
  }
}

/** Has what is asked for done one after the other: of several models that are reloaded at once, one at a time is loaded beside those that answer. */
export function turnTaking (): <T>(load: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return async (load) => {
    const own = last.then(load)
    last = own.catch(() => {})
    return await own
  }
}
