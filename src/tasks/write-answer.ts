import type { EngineUsage, FaceFinding, FinishReason, UnderstandWork } from '../engine/protocol.js'
import { AnswerWriter, type WrittenToken } from './answer-writer.js'
import type { Disclosure, Judgement, Refusal } from './apply-policy.js'
import { runWork, type WorkContext } from './observe.js'
import type { TaskDependencies } from './task-context.js'
import { AnswerWatch } from './watch-answer.js'

/** How an answer came out. */
export interface WrittenAnswer {
  text: string
  finishReason: FinishReason | 'content_filter'
  /** Why the policy does not let it be given. */
  refusal?: Refusal
  disclosures: Disclosure[]
  face: FaceFinding
  usage: EngineUsage
}

/** What is heard of an answer. */
export type WritingEvent =
  /** More of it. The text may be empty where only tokens are certain. */
  | { type: 'piece', text: string, tokens: readonly WrittenToken[] }
  /** Summed log-probability of each choice, where choices are scored. */
  | { type: 'choices', logprobs: readonly number[] }
  /** The last event. */
  | { type: 'written', answer: WrittenAnswer }

export interface Writing {
  /** Strings that end the answer and are no part of it. */
  stop?: readonly string[]
  /** What the policy said of the question. */
  judgement: Judgement
}

/** Has an answer written, and holds it against the policy meanwhile: nothing is heard of what was refused but how it ended. @throws whatever ends the engine's work */
export async function * writeAnswer (dependencies: TaskDependencies, work: UnderstandWork, { stop, judgement }: Writing, context: WorkContext): AsyncGenerator<WritingEvent> {
  const writer = new AnswerWriter(dependencies.model, stop)
  const watch = new AnswerWatch(dependencies, judgement, context.delivery)
  for await (const event of runWork(dependencies, work, context)) {
    if (event.type === 'choices') yield event
    if (event.type !== 'token' && event.type !== 'finished') continue
    const { text, tokens } = event.type === 'token' ? writer.push({ tokenId: event.tokenId, logprob: event.logprob, top: event.top ?? [] }) : writer.end()
    watch.read(writer.text, text)
    if (event.type === 'finished') watch.judge(writer.text)
    // The engine goes on writing what nobody reads: its account is the request's.
    if ((text !== '' || tokens.length > 0) && watch.refusal === undefined) yield { type: 'piece', text, tokens }
    if (event.type !== 'finished') continue
    const { finishReason, usage, face = { found: false, score: 0 } } = event
    const { refusal, disclosures } = watch
    const ending = refusal === undefined ? { finishReason } : { finishReason: 'content_filter' as const, refusal }
    yield { type: 'written', answer: { text: writer.text, ...ending, disclosures, face, usage } }
  }
}
