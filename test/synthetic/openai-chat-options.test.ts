/** Every option of a chat, over the real engine: what it changes, and what is refused. */
import type OpenAI from 'openai'
import t from 'tap'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { chatClient, type ChatBody, type Messages, wordsOf } from '../support/chat-client.js'
import { debugFolder } from '../support/debug-model.js'

const { ask, about, stream } = await chatClient(t)
const tokenizer = await loadTokenizer(`${debugFolder()}/tokenizer.json`)
const HOT = { temperature: 1 }
const choicesOf = ({ choices }: OpenAI.ChatCompletion): (string | null)[] => choices.map(({ message }) => message.content)
const ids = ({ choices }: OpenAI.ChatCompletion): number[][] => choices.flatMap(({ logprobs }) => logprobs?.content?.map(({ bytes }) => bytes ?? []) ?? [])

t.test('the same seed answers the same; another one, another temperature or top_p answer otherwise', async (t) => {
  const answer = wordsOf(await ask(HOT))
  t.equal(wordsOf(await ask(HOT)), answer)
  for (const other of [{ ...HOT, seed: 2 }, { temperature: 0 }, { temperature: 2 }, { ...HOT, top_p: 0.1 }]) t.not(wordsOf(await ask(other)), answer, JSON.stringify(other))
  t.equal(wordsOf(await ask({})), wordsOf(await ask({ temperature: 0, seed: 5 })), 'unless said nothing is drawn')
})

t.test('n answers are all different draws, and answer i does not depend on n', async (t) => {
  const three = await ask({ ...HOT, n: 3 })
  t.equal(new Set(choicesOf(three)).size, 3)
  t.same(choicesOf(await ask({ ...HOT, n: 2 })), choicesOf(three).slice(0, 2))
  t.equal(three.usage?.completion_tokens, 36)
  t.equal(three.usage?.prompt_tokens, (await ask(HOT)).usage?.prompt_tokens, 'what all of them read counts once')
})

t.test('max_tokens and max_completion_tokens are one bound', async (t) => {
  for (const bound of [{ max_tokens: 3 }, { max_completion_tokens: 3, max_tokens: null }, { max_tokens: 3, max_completion_tokens: 3 }]) {
    const { usage, choices } = await ask(bound)
    t.match([usage?.completion_tokens, choices[0]?.finish_reason], [3, 'length'])
  }
})

t.test('a stop string ends the answer before it, wherever tokens begin and end', async (t) => {
  const letters = { structured_outputs: { regex: '[a-c]{60}' }, ...HOT, max_tokens: 60 }
  const answer = wordsOf(await ask(letters))
  const stop = answer.slice(7, 10)
  for (const given of [stop, ['zz', stop, 'q'], [stop, answer.slice(9, 12)]]) {
    const stopped = await ask({ ...letters, stop: given })
    const ends = [given].flat().map((each) => answer.indexOf(each)).filter((index) => index >= 0)
    t.equal(wordsOf(stopped), answer.slice(0, Math.min(...ends)))
    t.equal(stopped.choices[0]?.finish_reason, 'stop')
    t.ok((stopped.usage?.completion_tokens ?? 99) < 20, 'nothing was written behind it')
  }
  t.equal(wordsOf(await ask({ ...letters, stop: 'zz' })), answer)
})

t.test('penalties and bias change what is written', async (t) => {
  const letters = { structured_outputs: { regex: '[a-d]{12}' }, logprobs: true }
  const plain = await ask(letters)
  for (const penalty of [{ frequency_penalty: 2 }, { presence_penalty: 2 }, { frequency_penalty: -2 }]) t.notSame(logprobsOf(await ask({ ...letters, ...penalty })), logprobsOf(plain), JSON.stringify(penalty))
  const [, first] = ids(plain)
  const [tokenId] = tokenizer.encode(Buffer.from(first ?? []).toString())
  const banned = await ask({ ...letters, logit_bias: { [String(tokenId)]: -100 } })
  t.notOk(ids(banned).some((bytes) => Buffer.from(bytes).equals(Buffer.from(first ?? []))))
})

const logprobsOf = ({ choices: [first] }: OpenAI.ChatCompletion): number[] => first?.logprobs?.content?.map(({ logprob }) => logprob) ?? []

t.test('log-probabilities tell the tokens that the answer is made of', async (t) => {
  const answer = await ask({ structured_outputs: { regex: '[a-z]{5}é' }, ...HOT, logprobs: true, top_logprobs: 3 })
  const { content } = answer.choices[0]?.logprobs ?? {}
  t.equal(Buffer.from(ids(answer).flat()).toString(), wordsOf(answer), 'the space that the model begins with is in neither')
  const told = (await stream({ structured_outputs: { regex: '[a-z]{5}é' }, ...HOT, logprobs: true, top_logprobs: 3 })).flatMap(({ choices: [choice] }) => choice?.logprobs?.content ?? [])
  t.same(told, content, 'a stream tells the same')
  for (const { logprob, token, top_logprobs: top } of content ?? []) {
    t.ok(logprob <= 0 && top.length > 0 && top.length <= 3)
    t.ok(top.every((each, index) => index === 0 || each.logprob <= (top[index - 1]?.logprob ?? 0)), 'likeliest first')
    t.ok(top.find((each) => each.token === token)?.logprob === logprob || logprob < (top.at(-1)?.logprob ?? 0))
  }
  t.ok((await ask({ logprobs: true })).choices[0]?.logprobs?.content?.every(({ top_logprobs: top }) => top.length === 0))
  t.equal((await ask()).choices[0]?.logprobs, null)
})

t.test('an answer keeps to the form that it was asked for', async (t) => {
  const schema = { type: 'object', properties: { hair: { enum: ['red', 'blond'] }, age: { type: 'integer', minimum: 18, maximum: 99 } }, required: ['hair', 'age'], additionalProperties: false }
  const form = async (body: ChatBody): Promise<string> => wordsOf(await ask({ ...HOT, max_tokens: 60, ...body }))
  t.match(JSON.parse(await form({ response_format: { type: 'json_schema', json_schema: { name: 'face', strict: true, schema } } })), { hair: /^(red|blond)$/, age: Number })
  for (const json of [schema, JSON.stringify(schema)]) t.match(JSON.parse(await form({ structured_outputs: { json } })), { hair: /^(red|blond)$/ })
  t.match(await form({ structured_outputs: { choice: ['yes', 'no', 'ü'] } }), /^(yes|no|ü)$/)
  t.match(await form({ structured_outputs: { regex: 'hair: (red|blond), \\d\\d' } }), /^hair: (red|blond), \d\d$/)
  t.equal((await form({ response_format: { type: 'json_object' } }))[0], '{')
  t.equal(await form({ response_format: { type: 'text' } }), await form({}), 'text is what is written anyway')
})

t.test('what is not done is refused by name', async (t) => {
  const json = (schema: Record<string, unknown>): ChatBody => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } })
  const cases: [ChatBody, string, string][] = [
    [{ tools: [{ type: 'function', function: { name: 'f' } }] }, 'option_unsupported', 'tools'],
    [{ tool_choice: 'auto' }, 'option_unsupported', 'tool_choice'],
    [{ functions: [{ name: 'f' }] }, 'option_unsupported', 'functions'],
    [{ audio: { format: 'wav', voice: 'alloy' } }, 'option_unsupported', 'audio'],
    [{ modalities: ['text', 'audio'] }, 'option_unsupported', 'modalities'],
    [{ store: true }, 'option_unsupported', 'store'],
    [{ metadata: { a: 'b' } }, 'option_unsupported', 'metadata'],
    [{ reasoning_effort: 'low' }, 'option_unsupported', 'reasoning_effort'],
    [{ function_call: 'auto' }, 'option_unsupported', 'function_call'],
    [{ prompt_cache_options: { ttl: '30m' } } as ChatBody, 'option_unsupported', 'prompt_cache_options'],
    [{ verbosity: 'low' }, 'option_unsupported', 'verbosity'],
    [{ service_tier: 'priority' }, 'option_unsupported', 'service_tier'],
    [{ max_tokens: 3, max_completion_tokens: 4 }, 'options_conflict', 'max_tokens'],
    [{ top_logprobs: 2 }, 'options_conflict', 'top_logprobs'],
    [{ stream_options: { include_usage: true } }, 'options_conflict', 'stream_options'],
    [{ response_format: { type: 'json_object' }, structured_outputs: { choice: ['a'] } }, 'options_conflict', 'structured_outputs'],
    [{ structured_outputs: { choice: ['a'], regex: 'a' } }, 'options_conflict', 'structured_outputs'],
    [{ structured_outputs: {} }, 'missing_field', 'structured_outputs'],
    [{ structured_outputs: { grammar: 'root ::= "a"' } }, 'unknown_field', 'structured_outputs.grammar'],
    [{ structured_outputs: { regex: '(a' } }, 'regex_unsupported', 'structured_outputs.regex'],
    [{ structured_outputs: { json: '{' } }, 'schema_unsupported', 'structured_outputs.json'],
    [json({ type: 'string', not: {} }), 'schema_unsupported', 'response_format.json_schema.schema'],
    [{ logit_bias: { 300: 1 } }, 'invalid_field', 'logit_bias'],
    [{ logit_bias: { red: 1 } }, 'invalid_field', 'logit_bias'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_field', 'stop'],
    [{ stop: '' }, 'invalid_field', 'stop'],
    [{ n: 17 }, 'invalid_field', 'n'],
    [{ temperature: 2.1 }, 'invalid_field', 'temperature'],
    [{ frequency_penalty: 3 }, 'invalid_field', 'frequency_penalty']
  ]
  for (const [body, code, param] of cases) await t.rejects(ask(body), { status: 400, code, param }, `${code} ${param}`)
  t.ok(await ask({ tool_choice: 'none', function_call: 'none', reasoning_effort: 'none', top_logprobs: 0, stop: [], store: false, service_tier: 'auto', modalities: ['text'], user: 'ann', safety_identifier: 'a', logprobs: null, temperature: null }), 'what asks for what is done anyway is taken')
})

t.test('what is wrong within a message is named by its place', async (t) => {
  const image = (url: unknown, more: object = {}): Messages => [{ role: 'user', content: [{ type: 'text', text: 'Hat?' }, { type: 'image_url', image_url: url, ...more }] }] as Messages
  const broken = { url: 'data:image/png;base64,AAAA' }
  const place = 'messages.0.content.1'
  await t.rejects(ask({ messages: image(broken) }), { status: 415, code: 'image_format_unsupported', param: `${place}.image_url.url` })
  await t.rejects(ask({ messages: image(broken.url) }), { status: 400, code: 'invalid_field', param: `${place}.image_url`, message: /must be object/ })
  await t.rejects(ask({ messages: image({ ...broken, detail: 'original' }) }), { status: 400, code: 'option_unsupported', param: `${place}.image_url.detail` })
  await t.rejects(ask({ messages: image(broken, { prompt_cache_breakpoint: { mode: 'explicit' } }) }), { status: 400, code: 'message_unsupported', param: `${place}.prompt_cache_breakpoint` })
  await t.rejects(ask({ stop: ['a', 'b', 'c', 'd', 'e'] }), { param: 'stop', message: /more than 4 items/ })
  await t.rejects(ask({ stop: 5 } as unknown as ChatBody), { param: 'stop', message: /must be string or array/ })
})

t.test('a pattern that cannot be followed is refused, and the others are not touched', async (t) => {
  const ambiguous = ask({ structured_outputs: { regex: '(a?){900}(a?){900}' } })
  const good = ask()
  await t.rejects(ambiguous, { status: 422, code: 'pattern_too_ambiguous' })
  t.ok(await good)
})

t.test('a conversation that does not fit is refused with both counts', async (t) => {
  const first = await about('teal')
  const turns = Array.from({ length: 7 }, (): Messages => [{ role: 'assistant', content: 'It is long and wavy and red.' }, { role: 'user', content: 'Are you sure of that, really?' }]).flat()
  await t.rejects(ask({ messages: [...first, ...turns] }), { status: 422, code: 'conversation_too_long', param: 'messages', message: /\d+ positions and the model has 256/ })
  await t.rejects(ask({ messages: [...first, ...turns, { role: 'assistant', content: 'yes' }, { role: 'user', content: 'ok' }] }), { status: 422, code: 'setting_out_of_range', param: 'messages', message: /is 9 .*at most 8/ })
})

t.test('without allowed hosts no picture is fetched', async (t) => {
  const messages: Messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/face.png' } }] }]
  await t.rejects(ask({ messages }), { status: 400, code: 'image_url_not_fetched', param: 'messages.0.content.0.image_url.url' })
})
