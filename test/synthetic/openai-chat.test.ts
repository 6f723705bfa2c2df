/** The official client over a started server with the real engine: shapes, turns, streams, refusals. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import t from 'tap'
import { type ChatBody, chatClient, type Messages, wordsOf } from '../support/chat-client.js'
import { plainPng } from '../support/pictures.js'
import { until } from '../support/until.js'

const { client, about, ask, stream, admission, engine, origin } = await chatClient(t, { imageUrlAllowedHosts: '127.0.0.1,localhost' })
/** Positions of a picture of the debug model. */
const PICTURE = 19

t.test('an answer has OpenAI\'s shape, and says what was measured', async (t) => {
  const { data: answer, response } = await client.chat.completions.create({ model: 'debug', messages: await about('plum'), max_tokens: 5, seed: 3 }).withResponse()
  t.match(answer, {
    id: `chatcmpl-${response.headers.get('x-request-id')}`,
    object: 'chat.completion',
    created: Number,
    model: 'debug',
    system_fingerprint: /^sha256:[0-9a-f]{64}$/,
    choices: [{ index: 0, message: { role: 'assistant', content: String, refusal: null }, finish_reason: 'length', logprobs: null }],
    usage: { completion_tokens: 5, prompt_tokens_details: { image_tokens: PICTURE, cached_tokens: 0 }, activated_parameters: { source: 'measured' } },
    seed: 3,
    face: { found: Boolean }
  })
  const { usage } = answer
  t.equal(usage?.total_tokens, (usage?.prompt_tokens ?? 0) + 5)
})

t.test('several turns over one picture read it once', async (t) => {
  const first = await about('salmon')
  const one = await ask({ messages: first })
  const { message } = one.choices[0] ?? {}
  t.equal(one.usage?.prompt_tokens_details?.cached_tokens, 0)
  const answer = 'It is red.'
  const second: Messages = [...first, { role: 'assistant', content: answer }, { role: 'user', content: 'And the eyes?' }]
  const two = await ask({ messages: second })
  t.equal(two.usage?.prompt_tokens_details?.cached_tokens, PICTURE)
  t.ok((two.usage?.prompt_tokens ?? 0) > (one.usage?.prompt_tokens ?? 0))
  const other = await ask({ messages: [...first, { role: 'assistant', content: 'It is blue.' }, { role: 'user', content: 'And the eyes?' }] })
  t.not(wordsOf(other), wordsOf(two), 'what was answered before matters')
  t.not(wordsOf(two), wordsOf(one))
  if (message === undefined) throw new Error('there is no answer')
  t.ok(await ask({ messages: [...first, { ...message, content: answer }, { role: 'user', content: 'And the eyes?' }] }), 'an answer may be sent back as it came')
})

t.test('prompt_cache_key splits the cache of pictures', async (t) => {
  const messages = await about('olive')
  const cached = async (key?: string): Promise<number | undefined> => (await ask({ messages, ...(key === undefined ? {} : { prompt_cache_key: key }) })).usage?.prompt_tokens_details?.cached_tokens
  t.same([await cached('a'), await cached('a'), await cached('b'), await cached()], [0, PICTURE, 0, 0])
})

t.test('a stream has the words of the whole answer, and the usage where it is asked for', async (t) => {
  const body = { temperature: 1, n: 2, logprobs: true, top_logprobs: 1 }
  const whole = await ask(body)
  const chunks = await stream({ ...body, stream_options: { include_usage: true } })
  for (const index of [0, 1]) {
    const own = chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index)
    t.match(own[0]?.delta, { role: 'assistant', content: '' })
    t.equal(own.map(({ delta }) => delta.content ?? '').join(''), whole.choices[index]?.message.content)
    t.same(own.flatMap(({ logprobs }) => logprobs?.content ?? []), whole.choices[index]?.logprobs?.content)
    t.same(own.map(({ finish_reason: reason }) => reason).filter((reason) => reason !== null), [whole.choices[index]?.finish_reason])
  }
  t.equal(new Set(chunks.map(({ id }) => id)).size, 1)
  const [last, ...others] = chunks.reverse()
  t.match(last, { object: 'chat.completion.chunk', choices: [], usage: { completion_tokens: whole.usage?.completion_tokens, prompt_tokens: whole.usage?.prompt_tokens } })
  t.ok(others.every(({ choices, usage }) => choices.length === 1 && usage === null))
  t.ok((await stream()).every((chunk) => !('usage' in chunk)), 'without the option no chunk speaks of it')
})

t.test('the stream itself has no names of events, a comment at once, and [DONE]', async (t) => {
  const answer = await fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: await about('teal'), max_tokens: 2, stream: true }) })
  t.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  const text = await answer.text()
  t.match(text, /^: heartbeat\n\ndata: \{/)
  t.notMatch(text, /^event:/m)
  t.ok(text.endsWith('data: [DONE]\n\n'))
})

t.test('a client that leaves a stream ends the work, and all its places are free', async (t) => {
  const answer = await client.chat.completions.create({ model: 'debug', messages: await about('teal'), max_tokens: 100, n: 16, temperature: 1, stream: true })
  for await (const chunk of answer) if (chunk.choices[0]?.delta.content !== '') break
  await until(() => admission.inFlight === 0)
  t.same(engine.counts(), { waiting: { generate: 0, caption: 0, answer: 0 }, running: { generate: 0, caption: 0, answer: 0 } })
  t.ok(await ask(), 'the next is answered')
})

t.test('what the policy refuses is answered with its message, and without the model', async (t) => {
  const messages = await about('teal', 'Who is this person?')
  const whole = await ask({ messages, n: 2 })
  t.match(whole, { choices: [{ finish_reason: 'content_filter', message: { content: null, refusal: /./ }, content_filter: { category: String } }, { index: 1, finish_reason: 'content_filter' }], usage: { prompt_tokens: 0, completion_tokens: 0 } })
  const chunks = await stream({ messages })
  t.match(chunks.at(-1)?.choices, [{ delta: { refusal: whole.choices[0]?.message.refusal }, finish_reason: 'content_filter' }])
})

t.test('a picture is fetched from hosts that are allowed, and from nowhere else', async (t) => {
  const files: Record<string, Buffer> = { '/face.png': await plainPng('teal'), '/words.txt': Buffer.from('no picture') }
  const pictures = createServer((request, response) => { response.end(files[request.url ?? ''] ?? '') }).listen(0, '127.0.0.1')
  await once(pictures, 'listening')
  t.teardown(() => { pictures.close() })
  const { port } = pictures.address() as AddressInfo
  const at = (url: string): Messages => [{ role: 'user', content: [{ type: 'text', text: 'What colour is the hair?' }, { type: 'image_url', image_url: { url } }] }]
  t.equal(wordsOf(await ask({ messages: at(`http://127.0.0.1:${port}/face.png`) })), wordsOf(await ask()), 'the same picture has the same answer')
  const param = 'messages.0.content.1.image_url.url'
  await t.rejects(ask({ messages: at(`http://localhost:${port}/face.png`) }), { status: 400, code: 'image_url_refused', param, message: /private network/ })
  await t.rejects(ask({ messages: at('https://example.com/face.png') }), { status: 400, code: 'image_url_refused', param })
  await t.rejects(ask({ messages: at(`http://127.0.0.1:${port}/words.txt`) }), { status: 415, code: 'image_format_unsupported' })
  await t.rejects(ask({ messages: at('face.png') }), { status: 400, code: 'image_url_invalid', param })
})

t.test('errors are the classes that the client knows', async (t) => {
  const failure = async (body: ChatBody): Promise<unknown> => await ask(body).then(() => undefined, (error: unknown) => error)
  t.type(await failure({ model: 'gpt-5' }), OpenAI.NotFoundError)
  await t.rejects(ask({ model: 'gpt-5' }), { status: 404, code: 'model_not_found', param: 'model', type: 'not_found_error' })
  t.type(await failure({ messages: [{ role: 'system', content: 'Be brief.' }, ...await about('teal')] }), OpenAI.BadRequestError)
  await t.rejects(ask({ messages: [{ role: 'system', content: 'Be brief.' }, ...await about('teal')] }), { code: 'message_unsupported', param: 'messages.0.role', requestID: /^req_/ })
  t.type(await failure({ max_tokens: 119 }), OpenAI.UnprocessableEntityError)
  await t.rejects(ask({ messages: await about('teal', 'hair '.repeat(200)) }), { status: 422, code: 'question_too_long', param: 'messages' })
})
