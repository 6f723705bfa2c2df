import { codedError } from '../common/errors.js'
import { type Pointer, type ReleaseName, release } from './ort-api.js'

/**
 * Owner of one native object.
 *
 * Releasing an object twice, during a call on it, or before the objects made from it crashes the process: each is refused here instead,
 * and so is any use after release.
 */
export abstract class Handle {
  #pointer: Pointer
  /** Children and running calls that need the object. */
  #users = 0
  readonly #release: ReleaseName
  readonly #parents: readonly Handle[]

  protected constructor (pointer: Pointer, release: ReleaseName, parents: readonly Handle[] = []) {
    this.#pointer = pointer
    this.#release = release
    this.#parents = parents
    for (const parent of parents) parent.#users++
  }

  /** @throws runtime_misused after release */
  get pointer (): Pointer {
    if (this.#pointer === 0n) throw codedError('runtime_misused', [`${this.constructor.name} is used after its release`])
    return this.#pointer
  }

  /** Keeps the object from being released while `work` runs. */
  async hold<T> (work: () => Promise<T>): Promise<T> {
    this.#users++
    try {
      return await work()
    } finally {
      this.#users--
    }
  }

  /** Gives back what hangs on the object and has no handle of its own. Nothing needs the object any more. */
  protected releaseOwned (): void {}

  /** Releases the object; a second call does nothing. @throws runtime_misused while something needs it */
  dispose (): void {
    if (this.#pointer === 0n) return
    if (this.#users > 0) throw codedError('runtime_misused', [`${this.constructor.name} is released while ${this.#users} others need it`])
    this.releaseOwned()
    release(this.#release, this.#pointer)
    this.#pointer = 0n
    for (const parent of this.#parents) parent.#users--
  }
}
