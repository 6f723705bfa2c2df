import type { ByteGrammar } from '../common/byte-pattern.js'
import { literally, sequence } from '../common/byte-pattern.js'
import type { Delivery } from '../engine/client.js'
import type { EngineUsage, FaceFinding, FinishReason, UnderstandWork } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import type { WrittenToken } from './answer-writer.js'
import { type Disclosure, judgeTexts, type Refusal } from './apply-policy.js'
import { type Conversation, layOutConversation, type TokenWish } from './conversation.js'
import type { FaceModel } from './face-model.js'
import { interleave } from './interleave.js'
import type { WorkContext } from './observe.js'
import { preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import { drawSeed } from './seed.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'
import { writeAnswer, type Writing } from './write-answer.js'

/** A wish for the next answer of a conversation. */
export interface ChatRequest extends Conversation, TokenWish {
  /** The picture file as it came. */
  image: Uint8Array
  /** Answers to write, each with random numbers of its own. */
  n: number
  /** 0 takes the likeliest token. */
  temperature: number
  topP: number
  seed: number | undefined
  /** Strings that end the answer and are no part of it. */
  stop: readonly string[]
  /** How many of the likeliest tokens are told with each token. */
  topLogprobs: number
  logits: UnderstandWork['logits']
  /** What the answer may be, without the lead that the model writes before it. The same key is the same grammar. */
  grammar: { key: string, grammar: ByteGrammar, choices: readonly string[] } | undefined
  delivery: Delivery
}

/** Answer `row` of a request, when it is there. */
export interface ChatAnswer {
  row: number
  finishReason: FinishReason | 'content_filter'
  /** Why the policy did not let it be given. */
  refusal?: Refusal
  disclosures: Disclosure[]
  /** Absent when the question was refused: nobody looked at the picture. */
  face?: FaceFinding
  /** Absent when the engine had nothing to do. */
  usage?: EngineUsage
}

export type ChatEvent =
  /** More of an answer. The text may be empty where only tokens are told. */
  | { type: 'delta', row: number, text: string, tokens: readonly WrittenToken[] }
  /** The last event of an answer. */
  | { type: 'answered', answer: ChatAnswer }

/** A conversation under way. */
export interface Chat { seed: number, events: AsyncIterable<ChatEvent> }

/**
 * Writes the next answer of a conversation about a picture, or several of them.
 *
 * Everything that can be wrong with the request is found before the events begin. What the policy refuses is answered without the engine.
 *
 * @throws image errors, question_too_long, conversation_too_long, setting_out_of_range, queue_full; while iterating: whatever ends the engine's work
 */
export async function chat (dependencies: TaskDependencies, request: ChatRequest, context: TaskContext): Promise<Chat> {
  const { model } = dependencies
  const text = layOutConversation(request, request, model, 'messages')
  const seed = request.seed ?? drawSeed()
  const judgement = judgeTexts(dependencies, [
    ...[...request.turns, request].map(({ question }) => ({ place: 'question' as const, text: question })),
    ...request.grammar?.choices.map((choice) => ({ place: 'choice' as const, text: choice })) ?? []
  ])
  const rows = Array.from({ length: request.n }, (_, row) => row)
  if (judgement.refusal !== undefined) return { seed, events: refused(rows, judgement.refusal) }
  reserveUnits(context.ticket, request.n * workUnits({ kind: 'understand', ...text }))
  const picture = await preparePicture(dependencies, request.image, context.caller)
  context.signal.throwIfAborted()
  const { temperature, topP, topLogprobs, logits, stop, grammar, delivery } = request
  const work: Omit<UnderstandWork, 'row'> = {
    kind: 'understand',
    task: 'answer',
    picture,
    ...text,
    temperature,
    topP,
    seed: BigInt(seed),
    topLogprobs,
    ...(logits === undefined ? {} : { logits }),
    ...(stop.length === 0 ? {} : { stop: { strings: stop.map(utf8), lead: utf8(model.layout.answerLead) } }),
    ...(grammar === undefined ? {} : { grammar: withLead(grammar, model) })
  }
  return { seed, events: writeAll(dependencies, rows.map((row) => ({ ...work, row })), { stop, judgement }, { ...context, delivery, operation: 'chat' }) }
}

async function * refused (rows: readonly number[], refusal: Refusal): AsyncGenerator<ChatEvent> {
  for (const row of rows) yield { type: 'answered', answer: { row, finishReason: 'content_filter', refusal, disclosures: [] } }
}

/** All answers at the same time. */
async function * writeAll (dependencies: TaskDependencies, works: readonly UnderstandWork[], writing: Writing, context: WorkContext): AsyncGenerator<ChatEvent> {
  const { context: shared, end } = together(context)
  try {
    yield * interleave(works.map((work) => write(dependencies, work, writing, shared)))
  } finally {
    end()
  }
}

async function * write (dependencies: TaskDependencies, work: UnderstandWork, writing: Writing, context: WorkContext): AsyncGenerator<ChatEvent> {
  const { row } = work
  for await (const event of writeAnswer(dependencies, work, writing, context)) {
    if (event.type === 'piece') yield { type: 'delta', row, text: event.text, tokens: event.tokens }
    if (event.type === 'written') yield { type: 'answered', answer: { ...event.answer, row } }
  }
}

/** Every answer begins with the lead that the model was trained to write. */
function withLead ({ key, grammar: { root, rules } }: NonNullable<ChatRequest['grammar']>, { layout }: FaceModel): NonNullable<UnderstandWork['grammar']> {
  return { key, grammar: { root: sequence(literally(layout.answerLead), root), rules } }
}

function utf8 (text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
