import type { Delivery } from '../engine/client.js'
import type { Policy } from '../policy/policy.js'
import { type Disclosure, judgementOf, type Judgement, type Refusal } from './apply-policy.js'
import type { TaskDependencies } from './task-context.js'

/** Holds an answer against the policy while it is written. */
export class AnswerWatch {
  readonly #dependencies: Pick<TaskDependencies, 'policy' | 'metrics'>
  readonly #delivery: Delivery
  readonly #follow: ReturnType<Policy['follow']>
  readonly #disclosures = new Map<string, Disclosure>()
  #refusal: Refusal | undefined

  /**
   * @param asked what the policy said of the question
   * @param delivery an answer that is seen as a whole is judged once, when it is whole: reading every word of sixteen captions at once took a third of a core
   */
  constructor (dependencies: Pick<TaskDependencies, 'policy' | 'metrics'>, asked: Judgement, delivery: Delivery) {
    this.#dependencies = dependencies
    this.#delivery = delivery
    this.#follow = dependencies.policy.follow('answer')
    this.#add(asked.disclosures)
  }

  /** Why the answer is not given, once something was written that the policy refuses. */
  get refusal (): Refusal | undefined {
    return this.#refusal
  }

  /** What has to be said beside the answer. */
  get disclosures (): Disclosure[] {
    return [...this.#disclosures.values()]
  }

  /**
   * Reads an answer so far. Words are only judged when they are whole: `ill` may become `illuminated`.
   *
   * @param latest what was written last; the words before it are whole when it begins another one
   */
  read (text: string, latest: string): void {
    if (this.#delivery === 'whole') return
    const begunWord = /[\p{L}\p{N}]*$/u.exec(text.slice(text.lastIndexOf(' ') + 1))?.[0] ?? ''
    if (begunWord.length < latest.length) this.judge(text.slice(0, text.length - begunWord.length))
  }

  /** Judges words that are all whole. */
  judge (text: string): void {
    if (this.#refusal !== undefined) return
    const { refusal, disclosures } = judgementOf(this.#dependencies, this.#follow(text))
    this.#refusal = refusal
    this.#add(disclosures)
  }

  #add (disclosures: readonly Disclosure[]): void {
    for (const disclosure of disclosures) this.#disclosures.set(disclosure.category, disclosure)
  }
}
