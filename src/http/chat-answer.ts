import type { FastifyRequest } from 'fastify'
import type { FaceFinding, TokenLogprob } from '../engine/protocol.js'
import type { WrittenToken } from '../tasks/answer-writer.js'
import { type Disclosure, onePerCategory } from '../tasks/apply-policy.js'
import type { Chat, ChatAnswer } from '../tasks/chat.js'
import type { FaceModel } from '../tasks/face-model.js'
import { nothingUsed } from '../tasks/nothing-used.js'
import { mergeUsage, type TaskUsage } from '../tasks/usage.js'
import type { StreamEvent } from './event-stream.js'
import type { ChatBody } from './schemas/chat.js'
import type { ChatResponse, Logprobs } from './schemas/chat-response.js'
import { textUsageBody } from './usage-body.js'

/** What answers say besides the words. */
export interface ChatDescription {
  /** Of all answers and chunks. */
  head: Pick<ChatResponse, 'id' | 'created' | 'model' | 'system_fingerprint' | 'service_tier' | 'seed'>
  model: FaceModel
  n: number
  tellsLogprobs: boolean
  tellsUsage: boolean
}

export function describeChat (request: FastifyRequest, body: ChatBody, model: FaceModel, { seed }: Chat): ChatDescription {
  return {
    head: {
      id: `chatcmpl-${request.id}`,
      created: Math.floor(Date.now() / 1000),
      model: model.manifest.name,
      system_fingerprint: model.digest,
      service_tier: 'default',
      seed
    },
    model,
    n: body.n ?? 1,
    tellsLogprobs: body.logprobs === true,
    tellsUsage: body.stream_options?.include_usage === true
  }
}

/** All answers at once. */
export async function wholeChat ({ events }: Chat, { head, model, n, tellsLogprobs }: ChatDescription): Promise<ChatResponse> {
  const texts = Array.from({ length: n }, () => '')
  const tokens: WrittenToken[][] = Array.from({ length: n }, () => [])
  const answers: ChatAnswer[] = []
  for await (const event of events) {
    if (event.type === 'answered') {
      answers.push(event.answer)
      continue
    }
    texts[event.row] += event.text
    tokens[event.row]?.push(...event.tokens)
  }
  const { face, disclosures, usage } = together(answers, model)
  return {
    ...head,
    object: 'chat.completion',
    choices: answers.sort((a, b) => a.row - b.row).map(({ row, finishReason, refusal }) => ({
      index: row,
      message: { role: 'assistant', content: refusal === undefined ? texts[row] ?? '' : null, refusal: refusal?.message ?? null },
      finish_reason: finishReason,
      logprobs: tellsLogprobs && refusal === undefined ? logprobsOf(tokens[row] ?? [], model, 'beginning') : null,
      ...(refusal === undefined ? {} : { content_filter: refusal })
    })),
    usage: textUsageBody(usage),
    ...(face === undefined ? {} : { face }),
    ...(disclosures.length === 0 ? {} : { disclosures })
  }
}

/**
 * Chunks as OpenAI's clients read them: of each answer one with its role, its words, and one with how it ended; with `include_usage` the usage at the end, and `usage: null` before.
 */
export async function * chatChunks ({ events }: Chat, { head, model, n, tellsLogprobs, tellsUsage }: ChatDescription): AsyncGenerator<StreamEvent> {
  const chunk = (choices: object[], more: object = {}): StreamEvent => ({ data: { ...head, object: 'chat.completion.chunk', choices, ...(tellsUsage ? { usage: null } : {}), ...more } })
  const choiceOf = (index: number, delta: object, finishReason: string | null = null, logprobs: Logprobs | null = null): object => ({ index, delta, finish_reason: finishReason, logprobs })
  for (let row = 0; row < n; row++) yield chunk([choiceOf(row, { role: 'assistant', content: '', refusal: null })])
  const answers: ChatAnswer[] = []
  const begun = new Set<number>()
  for await (const event of events) {
    if (event.type === 'delta') {
      const { row, text, tokens } = event
      const logprobs = tellsLogprobs ? logprobsOf(tokens, model, begun.has(row) ? 'middle' : 'beginning') : null
      if (tokens.length > 0) begun.add(row)
      if (text !== '' || tellsLogprobs) yield chunk([choiceOf(row, { content: text }, null, logprobs)])
      continue
    }
    const { row, finishReason, refusal, face, disclosures } = event.answer
    answers.push(event.answer)
    yield chunk([{ ...choiceOf(row, refusal === undefined ? {} : { refusal: refusal.message }, finishReason), ...(refusal === undefined ? {} : { content_filter: refusal }) }],
      { ...(face === undefined ? {} : { face }), ...(disclosures.length === 0 ? {} : { disclosures }) })
  }
  if (tellsUsage) yield chunk([], { usage: textUsageBody(together(answers, model).usage) })
}

/** What several answers say together: they were about one picture and one question. */
function together (answers: readonly ChatAnswer[], { manifest: { parameters } }: FaceModel): { face: FaceFinding | undefined, disclosures: Disclosure[], usage: TaskUsage } {
  const used = answers.flatMap(({ usage }) => usage === undefined ? [] : [usage])
  const [first] = used
  // What all answers read is counted once; whoever came first computed it, and the others found it.
  const read = first === undefined ? {} : { promptTokens: first.promptTokens, imageTokens: first.imageTokens, cachedTokens: Math.min(...used.map(({ cachedTokens }) => cachedTokens)) }
  return {
    face: answers.find(({ face }) => face !== undefined)?.face,
    disclosures: onePerCategory(answers.flatMap(({ disclosures }) => disclosures)),
    usage: first === undefined ? nothingUsed(parameters.total) : { ...mergeUsage(used), ...read }
  }
}

/**
 * Tokens as they stand in the answer, so that their bytes together are its text: the space that the model begins every answer with is in neither.
 *
 * @param place whether the first of the tokens is the first of the answer
 */
function logprobsOf (tokens: readonly WrittenToken[], { tokenizer, layout: { answerLead } }: FaceModel, place: 'beginning' | 'middle'): Logprobs {
  const describe = ({ tokenId, logprob }: TokenLogprob, lead: string) => {
    const [token, bytes] = [tokenizer.decode([tokenId]), tokenizer.bytesOf(tokenId)]
    const skipped = token.startsWith(lead) ? lead : ''
    return { token: token.slice(skipped.length), bytes: bytes === undefined ? null : [...bytes.subarray(Buffer.byteLength(skipped))], logprob }
  }
  const content = tokens.map((token, index) => {
    const lead = index === 0 && place === 'beginning' ? answerLead : ''
    return { ...describe(token, lead), top_logprobs: token.top.map((each) => describe(each, lead)) }
  })
  return { content, refusal: null }
}
