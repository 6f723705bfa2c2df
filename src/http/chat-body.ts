import type { Manifest } from '../artifacts/manifest.js'
import { codedError, isCodedError, withParam } from '../common/errors.js'
import type { ChatRequest } from '../tasks/chat.js'
import { formatOf } from './chat-format.js'
import { readConversation } from './chat-messages.js'
import type { FetchPicture } from './fetch-picture.js'
import { pictureOfBody } from './picture-of-body.js'
import type { ChatBody } from './schemas/chat.js'

const NO_TOOLS = 'the model calls no tools'
/** Fields of OpenAI's that are refused whatever they hold, with the reason. */
const NEVER: Readonly<Record<string, string>> = {
  tools: NO_TOOLS,
  parallel_tool_calls: NO_TOOLS,
  functions: NO_TOOLS,
  audio: 'the model has no voice',
  prediction: 'nothing is written faster by a guess',
  verbosity: 'the model has one way to answer; say in the question how long it should be',
  metadata: 'nothing is stored that it could be attached to',
  web_search_options: 'the model searches nothing',
  prompt_cache_options: 'pictures are cached by themselves as long as there is room; prompt_cache_key splits that cache',
  prompt_cache_retention: 'pictures stay in the cache as long as there is room',
  moderation: 'the policy of its operator cannot be changed from outside'
}

/** Most characters of a wrong name that a message repeats. */
const MAX_SHOWN = 40

/** Fields of which some values ask for what is done anyway; the others are refused, with the reason. */
const ONLY: Readonly<Record<string, { takes: (value: unknown) => boolean, reason: string }>> = {
  tool_choice: { takes: (value) => value === 'none', reason: NO_TOOLS },
  function_call: { takes: (value) => value === 'none', reason: NO_TOOLS },
  reasoning_effort: { takes: (value) => value === 'none', reason: 'the model does not reason before it answers; ask for none' },
  store: { takes: (value) => value !== true, reason: 'it stores nothing' },
  service_tier: { takes: (value) => value === 'auto' || value === 'default', reason: 'it has one tier; ask for auto' },
  modalities: { takes: (value) => !Array.isArray(value) || !value.includes('audio'), reason: 'the model has no voice' }
}

/**
 * Refuses by name what OpenAI's chat can ask for and this server does not do. Before the schema, so that the reason is told and not only the shape.
 *
 * @throws option_unsupported
 */
export function refuseUnsupported (body: Readonly<Record<string, unknown>>): void {
  for (const [field, reason] of Object.entries(NEVER)) if (isGiven(body[field])) throw codedError('option_unsupported', [field, reason], { param: field })
  for (const [field, { takes, reason }] of Object.entries(ONLY)) if (isGiven(body[field]) && !takes(body[field])) throw codedError('option_unsupported', [field, reason], { param: field })
}

/**
 * What a body asks for, in the task's words. Every field is honoured or refused.
 *
 * @throws options_conflict, option_unsupported, invalid_field, and what its parts throw
 */
export function chatOptions (body: ChatBody, manifest: Manifest): Omit<ChatRequest, 'image'> & { picture: { url: string, field: string } } {
  refuseConflicts(body)
  const { stop = [], frequency_penalty: frequencyPenalty = 0, presence_penalty: presencePenalty = 0 } = body
  const bias = biasOf(body.logit_bias ?? {}, manifest.sizes.text_vocabulary)
  return {
    ...readConversation(body.messages, manifest.defaults.caption_question),
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    field: body.max_completion_tokens === undefined ? 'max_tokens' : 'max_completion_tokens',
    n: body.n ?? 1,
    temperature: body.temperature ?? 0,
    topP: body.top_p ?? 1,
    seed: body.seed,
    stop: typeof stop === 'string' ? [stop] : stop,
    topLogprobs: body.top_logprobs ?? 0,
    logits: bias.length === 0 && frequencyPenalty === 0 && presencePenalty === 0 ? undefined : { bias, frequencyPenalty, presencePenalty },
    grammar: formatOf(body),
    delivery: body.stream === true ? 'streamed' : 'whole'
  }
}

/**
 * The file of a picture: out of its data URL, or fetched.
 *
 * @throws image_url_invalid, image_too_large, and what the fetching throws
 */
export async function pictureFile (url: string, { fetchPicture, maxUploadBytes, signal }: { fetchPicture: FetchPicture, maxUploadBytes: number, signal: AbortSignal }): Promise<Uint8Array> {
  return /^https?:/i.test(url) ? await fetchPicture(url, signal) : pictureOfBody(url, maxUploadBytes)
}

/** Has something done with a picture; what is wrong with it is then said of where it was sent: its codes say `image`, which is where other routes have it. */
export async function saidOfPicture<Result> (field: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use()
  } catch (error) {
    if (isCodedError(error) && error.code.startsWith('image_')) throw withParam(error, field)
    throw error
  }
}

function refuseConflicts ({ max_tokens: tokens, max_completion_tokens: completionTokens, logprobs, top_logprobs: top, stream, stream_options: options, include_experts: experts }: ChatBody): void {
  if (tokens !== undefined && completionTokens !== undefined && tokens !== completionTokens) throw codedError('options_conflict', ['max_tokens', 'max_completion_tokens', 'they are two names of the same bound and say different ones'], { param: 'max_tokens' })
  if (top !== undefined && top > 0 && logprobs !== true) throw codedError('options_conflict', ['top_logprobs', 'logprobs', 'the likeliest tokens are told with the log-probabilities, which need logprobs: true'], { param: 'top_logprobs' })
  if (options !== undefined && stream !== true) throw codedError('options_conflict', ['stream_options', 'stream', 'they are about a stream, which needs stream: true'], { param: 'stream_options' })
  if (experts === true && stream === true && options?.include_usage !== true) throw codedError('options_conflict', ['include_experts', 'stream', 'experts are told with the usage, which a stream has with stream_options.include_usage'], { param: 'include_experts' })
  if (options?.include_obfuscation === true) throw codedError('option_unsupported', ['stream_options.include_obfuscation', 'chunks are never padded'], { param: 'stream_options.include_obfuscation' })
}

/** @throws invalid_field */
function biasOf (byToken: Readonly<Record<string, number>>, vocabulary: number): [tokenId: number, amount: number][] {
  return Object.entries(byToken).map(([id, amount]) => {
    if (!/^[0-9]{1,9}$/.test(id)) throw codedError('invalid_field', ['logit_bias', `names the token ${id.slice(0, MAX_SHOWN)} and tokens are named by their ids, which are numbers`], { param: 'logit_bias' })
    if (Number(id) >= vocabulary) throw codedError('invalid_field', ['logit_bias', `names the token ${id} and this model's are from 0 to ${vocabulary - 1}`], { param: 'logit_bias' })
    return [Number(id), amount]
  })
}

function isGiven (value: unknown): boolean {
  return value !== undefined && value !== null
}
