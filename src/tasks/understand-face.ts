import { codedError } from '../common/errors.js'
import type { Delivery } from '../engine/client.js'
import type { FaceFinding, FinishReason, UnderstandWork } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { AnswerWriter } from './answer-writer.js'
import { type Disclosure, judgeTexts, type Judgement, type PolicyText, type Refusal } from './apply-policy.js'
import type { FaceModel } from './face-model.js'
import { nothingUsed } from './nothing-used.js'
import { runWork, type WorkContext } from './observe.js'
import { preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import { scoreChoices, type ScoredChoice } from './score-choices.js'
import { drawSeed } from './seed.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { mergeUsage, type TaskUsage } from './usage.js'
import { AnswerWatch } from './watch-answer.js'

/** A wish for words about a picture; what is left out is the model's default. */
export interface UnderstandRequest {
  /** The picture file as it came. */
  image: Uint8Array
  /** Left out: the model's own question for a caption. */
  question?: string | undefined
  /** Possible answers to score instead of writing one. */
  choices?: readonly string[] | undefined
  maxTokens?: number | undefined
  /** 0, the default, takes the likeliest token. */
  temperature?: number | undefined
  topP?: number | undefined
  seed?: number | undefined
  /** Whether a person sees the words while they are written, or all of them at the end: those can be written again when the engine crashes. */
  delivery: Delivery
}

/** The words, when all are there. */
export interface Understanding {
  text: string
  choices?: ScoredChoice[]
  /** `content_filter`: the policy refused the question or the answer, and `text` is its message. */
  finishReason: FinishReason | 'content_filter'
  /** There when it was refused. */
  refusal?: Refusal
  /** What has to be said beside the answer, for example that it concerns a feeling. */
  disclosures: Disclosure[]
  seed: number
  /** Absent when the question was refused: nobody looked at the picture. */
  face?: FaceFinding
  usage: TaskUsage
}

/** What a caller hears while words are written. */
export type UnderstandEvent =
  /** More text. */
  | { type: 'delta', text: string }
  /** The last event. */
  | { type: 'completed', result: Understanding }

/**
 * Reads a picture and writes about it: a caption, or the answer to a question.
 *
 * Everything that can be wrong with the request is found before the events begin. What the policy refuses is answered with its message, and the engine has nothing to do.
 *
 * @throws image errors, question_too_long, conversation_too_long, setting_out_of_range, queue_full; while iterating: whatever ends the engine's work
 */
export async function understandFace (dependencies: TaskDependencies, request: UnderstandRequest, context: TaskContext): Promise<AsyncIterable<UnderstandEvent>> {
  const text = layOut(request, dependencies.model)
  const seed = request.seed ?? drawSeed()
  const judgement = judgeTexts(dependencies, textsOf(request))
  if (judgement.refusal !== undefined) return refused(judgement.refusal, seed, dependencies.model)
  reserveUnits(context.ticket, workUnits({ kind: 'understand', ...text }))
  const picture = await preparePicture(dependencies, request.image, context.caller)
  context.signal.throwIfAborted()
  const work: UnderstandWork = {
    kind: 'understand',
    task: context.ticket.task === 'caption' ? 'caption' : 'answer',
    picture,
    ...text,
    temperature: request.temperature ?? 0,
    topP: request.topP ?? 1,
    seed: BigInt(seed),
    row: 0,
    topLogprobs: 0
  }
  return follow(dependencies, work, { seed, choices: request.choices ?? [], judgement }, { ...context, delivery: request.delivery })
}

/** Waits for all of the words. */
export async function completed (events: AsyncIterable<UnderstandEvent>): Promise<Understanding> {
  for await (const event of events) {
    if (event.type === 'completed') return event.result
  }
  throw codedError('internal_error', ['the engine finished without an answer'])
}

/** What the caller wrote. */
function textsOf ({ question, choices = [] }: UnderstandRequest): PolicyText[] {
  return [...question === undefined ? [] : [{ place: 'question' as const, text: question }], ...choices.map((text) => ({ place: 'choice' as const, text }))]
}

/** The answer to a question that the policy refuses, in the shape of every other one. */
async function * refused (refusal: Refusal, seed: number, { manifest: { parameters } }: FaceModel): AsyncGenerator<UnderstandEvent> {
  yield { type: 'delta', text: refusal.message }
  yield { type: 'completed', result: { text: refusal.message, refusal, disclosures: [], finishReason: 'content_filter', seed, usage: nothingUsed(parameters.total) } }
}

function layOut (request: UnderstandRequest, { manifest, layout, tokenizer }: FaceModel): Pick<UnderstandWork, 'textTokenIds' | 'maxTokens' | 'choices'> {
  const { limits, sizes, defaults } = manifest
  const question = request.question ?? defaults.caption_question
  const questionTokens = tokenizer.encode(question).length
  if (questionTokens > limits.max_question_tokens) throw codedError('question_too_long', [questionTokens, limits.max_question_tokens])
  const textTokenIds = layout.firstTurn(question)
  const choices = request.choices?.map((choice) => layout.givenAnswer(choice))
  const room = sizes.slot_capacity - sizes.picture_prefix_length - textTokenIds.length
  const wanted = choices === undefined ? request.maxTokens : Math.max(...choices.map((ids) => ids.length))
  if (wanted !== undefined && wanted > limits.max_tokens) {
    throw codedError('setting_out_of_range', [choices === undefined ? 'max_tokens' : 'choices', wanted, limits.max_tokens], { param: choices === undefined ? 'max_tokens' : 'choices' })
  }
  const maxTokens = wanted ?? Math.min(defaults.max_tokens, room)
  if (maxTokens > room || maxTokens < 1) {
    const needed = sizes.slot_capacity - room + maxTokens
    throw codedError('conversation_too_long', [needed, sizes.slot_capacity], { param: 'question' })
  }
  return { textTokenIds, maxTokens, ...(choices === undefined ? {} : { choices }) }
}

const NO_TEXT = { text: '' }

interface Asked { seed: number, choices: readonly string[], judgement: Judgement }

async function * follow (dependencies: TaskDependencies, work: UnderstandWork, { seed, choices: asked, judgement }: Asked, context: WorkContext): AsyncGenerator<UnderstandEvent> {
  const writer = new AnswerWriter(dependencies.model)
  const watch = new AnswerWatch(dependencies, judgement, context.delivery)
  let choices: ScoredChoice[] | undefined
  for await (const event of runWork(dependencies, work, context)) {
    if (event.type === 'choices') choices = scoreChoices(asked, event.logprobs)
    const { text: delta } = event.type === 'token' ? writer.push({ tokenId: event.tokenId, logprob: event.logprob, top: [] }) : event.type === 'finished' ? writer.end() : NO_TEXT
    watch.read(writer.text, delta)
    if (event.type === 'finished') watch.judge(writer.text)
    // The engine goes on writing what nobody reads: its account is the request's.
    if (delta !== '' && watch.refusal === undefined) yield { type: 'delta', text: delta }
    if (event.type !== 'finished') continue
    const { finishReason, usage, face = { found: false, score: 0 } } = event
    const text = choices === undefined ? writer.text : likeliest(choices).text
    const written = watch.refusal === undefined
      ? { text, ...(choices === undefined ? {} : { choices }), finishReason }
      : { text: watch.refusal.message, refusal: watch.refusal, finishReason: 'content_filter' as const }
    yield { type: 'completed', result: { ...written, disclosures: watch.disclosures, seed, face, usage: mergeUsage([usage]) } }
    return
  }
}

function likeliest (choices: readonly ScoredChoice[]): ScoredChoice {
  return choices.reduce((best, choice) => choice.logprob > best.logprob ? choice : best)
}
