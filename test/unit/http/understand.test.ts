import t from 'tap'
import { forkToy } from '../../support/forked-toy.js'
import { dataUrl, formRequest, plainPng } from '../../support/pictures.js'
import { buildToyApp } from '../../support/toy-app.js'

const engine = forkToy(t)
await engine.whenReady()
const { server } = await buildToyApp(t, { engine })
const picture = await plainPng('teal')
const image = dataUrl(picture)

const post = async (route: 'caption' | 'vqa', payload: object | Buffer, headers: Record<string, string> = {}) =>
  await server.inject({ method: 'POST', url: `/v1/faces/${route}`, payload, headers })
const postForm = async (route: 'caption' | 'vqa', parts: [string, string | Uint8Array][]) => {
  const { payload, headers } = await formRequest(parts)
  return await post(route, payload, headers)
}

t.test('a caption says what was read, written, found and used', async (t) => {
  const answer = await post('caption', { image, seed: 4 })
  t.equal(answer.statusCode, 200)
  const body = answer.json()
  t.match(body, { id: answer.headers['x-request-id'], model: 'toy', seed: 4, finish_reason: /stop|length/, face: { found: true, score: 0.75 } })
  t.type(body.caption, 'string')
  t.match(body.usage, { prompt_tokens: 20, prompt_tokens_details: { image_tokens: 19, text_tokens: 1 }, activated_parameters: { total: 9_000_000, source: 'measured' } })
  t.equal(body.usage.total_tokens, body.usage.prompt_tokens + body.usage.completion_tokens)
  const { min, mean, max } = body.usage.activated_parameters
  t.ok(min <= mean && mean <= max)
})

t.test('a form and a data URL of the same picture have the same answer, and share its cached prefix', async (t) => {
  const json = (await post('caption', { image, seed: 1, temperature: 1, max_tokens: 6 })).json()
  for (const sent of [picture, image]) {
    const form = (await postForm('caption', [['image', sent], ['seed', '1'], ['temperature', '1'], ['max_tokens', '6']])).json()
    t.equal(form.caption, json.caption)
    t.equal(form.usage.completion_tokens, json.usage.completion_tokens)
    t.equal(form.usage.prompt_tokens_details.cached_tokens, 19)
  }
})

t.test('max_tokens ends a text with finish_reason length', async (t) => {
  const { finish_reason: reason, usage } = (await post('caption', { image, max_tokens: 3, seed: 1 })).json()
  t.match({ reason, written: usage.completion_tokens }, { reason: 'length', written: 3 })
})

t.test('choices come back in order with normalised probabilities, and the likeliest is the answer', async (t) => {
  const choices = ['red', 'blue', 'green']
  const json = (await post('vqa', { image, question: 'which?', choices, seed: 1 })).json()
  t.same(json.choices.map(({ text }: { text: string }) => text), choices)
  const probabilities: number[] = json.choices.map(({ probability }: { probability: number }) => probability)
  t.ok(Math.abs(probabilities.reduce((sum, probability) => sum + probability, 0) - 1) < 1e-9)
  t.equal(json.answer, choices[probabilities.indexOf(Math.max(...probabilities))])
  t.equal(json.usage.completion_tokens, 0, 'nothing was written')
  for (const parts of [choices.map((choice): [string, string] => ['choices[]', choice]), choices.map((choice): [string, string] => ['choices', choice]), [['choices', JSON.stringify(choices)] as [string, string]]]) {
    const form = (await postForm('vqa', [['image', picture], ['question', 'which?'], ['seed', '1'], ...parts])).json()
    t.same(form.choices, json.choices, 'forms may repeat the field, or send one JSON array')
  }
})

t.test('without choices an answer is written', async (t) => {
  const body = (await post('vqa', { image, question: 'which?', seed: 1 })).json()
  t.type(body.answer, 'string')
  t.notOk('choices' in body)
})

t.test('wrong fields are refused by name, in JSON', async (t) => {
  const cases: ['caption' | 'vqa', object, number, string, string | null][] = [
    ['caption', {}, 400, 'missing_field', 'image'],
    ['caption', { image, question: 'why?' }, 400, 'unknown_field', 'question'],
    ['caption', { image, max_tokens: '8' }, 400, 'invalid_field', 'max_tokens'],
    ['caption', { image, temperature: 2.1 }, 400, 'invalid_field', 'temperature'],
    ['caption', { image, top_p: 0 }, 400, 'invalid_field', 'top_p'],
    ['caption', { image, stream: 'yes' }, 400, 'invalid_field', 'stream'],
    ['caption', { image, max_tokens: 21 }, 422, 'setting_out_of_range', 'max_tokens'],
    ['caption', { image: 'https://example.com/face.png' }, 400, 'image_url_not_fetched', 'image'],
    ['caption', { image: 'face.png' }, 400, 'image_url_invalid', 'image'],
    ['caption', { image: 'data:image/png;base64,' }, 400, 'image_url_invalid', 'image'],
    ['caption', { image: 'data:image/png;base64,n0t base64!' }, 400, 'image_url_invalid', 'image'],
    ['vqa', { image }, 400, 'missing_field', 'question'],
    ['vqa', { image, question: 'abcdefghijklmnopqrstu' }, 422, 'question_too_long', 'question'],
    ['vqa', { image, question: 'a', choices: ['b'] }, 400, 'invalid_field', 'choices'],
    ['vqa', { image, question: 'a', choices: ['b', 'b'] }, 400, 'invalid_field', 'choices'],
    ['vqa', { image, question: 'a', choices: ['b', ''] }, 400, 'invalid_field', 'choices.1'],
    ['vqa', { image, question: 'a', choices: ['b', 'abcdefghijklmnopqrstu'] }, 422, 'setting_out_of_range', 'choices'],
    ['vqa', { image, question: 'a', choices: ['b', 'c'], max_tokens: 2 }, 400, 'choices_are_scored', 'max_tokens']
  ]
  for (const [route, body, status, code, param] of cases) {
    const answer = await post(route, body)
    t.match([answer.statusCode, answer.json().error], [status, { code, param }], `${code} ${param}`)
  }
})

t.test('a form is as strict as JSON: nothing is rounded, guessed or dropped', async (t) => {
  const cases: [[string, string | Uint8Array][], string, string | null][] = [
    [[['max_tokens', '4']], 'missing_field', 'image'],
    [[['image', picture], ['max_token', '4']], 'unknown_field', 'max_token'],
    [[['image', picture], ['max_tokens', '']], 'invalid_field', 'max_tokens'],
    [[['image', picture], ['max_tokens', '4.5']], 'invalid_field', 'max_tokens'],
    [[['image', picture], ['max_tokens', 'true']], 'invalid_field', 'max_tokens'],
    [[['image', picture], ['stream', 'yes']], 'invalid_field', 'stream'],
    [[['image', picture], ['seed', '1'], ['seed', '2']], 'invalid_form', 'seed'],
    [[['image', picture], ['image', picture]], 'invalid_form', null],
    [[['picture', picture]], 'missing_field', 'image'],
    [[['image', picture], ['__proto__', 'x']], 'invalid_form', null]
  ]
  for (const [parts, code, param] of cases) {
    const answer = await postForm('caption', parts)
    t.match([answer.statusCode, answer.json().error], [400, { code, param }], `${code} ${param}`)
  }
})

t.test('a form that is cut short or malformed is refused', async (t) => {
  const { payload, headers } = await formRequest([['image', picture]])
  const short = await post('caption', payload.subarray(0, payload.length - 60), headers)
  t.match([short.statusCode, short.json().error.code], [400, 'invalid_form'])
  const shapeless = await post('caption', payload, { 'content-type': 'multipart/form-data' })
  t.match([shapeless.statusCode, shapeless.json().error.code], [400, 'invalid_form'])
})

t.test('bodies of other types are 415 on the routes that take pictures', async (t) => {
  for (const type of ['text/plain', 'image/png', 'application/x-www-form-urlencoded']) {
    const answer = await post('caption', picture, { 'content-type': type })
    t.match([answer.statusCode, answer.json().error], [415, { code: 'media_type_unsupported', message: new RegExp(type) }])
  }
})
