import { codedError } from '../common/errors.js'
import type { Delivery } from '../engine/client.js'
import type { FaceFinding, FinishReason, UnderstandWork } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { type Disclosure, judgeTexts, type Judgement, type PolicyText, type Refusal } from './apply-policy.js'
import { layOutConversation } from './conversation.js'
import type { FaceModel } from './face-model.js'
import { nothingUsed } from './nothing-used.js'
import type { WorkContext } from './observe.js'
import { preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import { scoreChoices, type ScoredChoice } from './score-choices.js'
import { drawSeed } from './seed.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { mergeUsage, type TaskUsage } from './usage.js'
import { writeAnswer } from './write-answer.js'

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

function layOut ({ question, choices: asked, maxTokens }: UnderstandRequest, model: FaceModel): Pick<UnderstandWork, 'textTokenIds' | 'maxTokens' | 'choices'> {
  const conversation = { turns: [], question: question ?? model.manifest.defaults.caption_question }
  if (asked === undefined) return layOutConversation(conversation, { maxTokens, field: 'max_tokens' }, model, 'question')
  const choices = asked.map((choice) => model.layout.givenAnswer(choice))
  return { ...layOutConversation(conversation, { maxTokens: Math.max(...choices.map((ids) => ids.length)), field: 'choices' }, model, 'question'), choices }
}

interface Asked { seed: number, choices: readonly string[], judgement: Judgement }

async function * follow (dependencies: TaskDependencies, work: UnderstandWork, { seed, choices: asked, judgement }: Asked, context: WorkContext): AsyncGenerator<UnderstandEvent> {
  let choices: ScoredChoice[] | undefined
  for await (const event of writeAnswer(dependencies, work, { judgement }, context)) {
    if (event.type === 'choices') choices = scoreChoices(asked, event.logprobs)
    if (event.type === 'piece' && event.text !== '') yield { type: 'delta', text: event.text }
    if (event.type !== 'written') continue
    const { text, usage, ...answer } = event.answer
    const said = answer.refusal !== undefined
      ? { text: answer.refusal.message }
      : choices === undefined ? { text } : { text: likeliest(choices).text, choices }
    yield { type: 'completed', result: { ...answer, ...said, seed, usage: mergeUsage([usage]) } }
  }
}

function likeliest (choices: readonly ScoredChoice[]): ScoredChoice {
  return choices.reduce((best, choice) => choice.logprob > best.logprob ? choice : best)
}
