/** Attributes over the real engine and the debug model. */
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import type { AttributesResponse } from '../../src/http/schemas/attributes.js'
import { ATTRIBUTE_LIST, ATTRIBUTE_NAMES, type AttributeQuestion } from '../../src/tasks/attribute-list.js'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { readPrometheusText } from '../support/prometheus-text.js'
import { until } from '../support/until.js'

const png = await plainPng('teal', 32)
const image = dataUrl(png)
const { origin, server } = await listenDebugApp(t)

async function post<Answer> (path: string, body: object, from = origin): Promise<{ status: number, body: Answer }> {
  const answer = await fetch(`${from}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() as Answer }
}
const attributes = async (body: object, from = origin): Promise<AttributesResponse> => {
  const answer = await post<AttributesResponse>('/v1/faces/attributes', body, from)
  t.equal(answer.status, 200, JSON.stringify(answer.body).slice(0, 300))
  return answer.body
}
const encodeSteps = async (): Promise<number> => {
  const family = readPrometheusText((await server.inject('/metrics')).body).get('unif2ace_batch_rows')
  return family?.samples.find(({ labels }) => labels['__name__'] === 'unif2ace_batch_rows_sum' && labels['phase'] === 'encode')?.value ?? 0
}

t.test('every attribute comes with probabilities over all that it can be, and the picture is read once', async (t) => {
  const before = await encodeSteps()
  const { attributes: found, usage, face, threshold } = await attributes({ image })
  t.same(found.map(({ name }) => name), ATTRIBUTE_NAMES)
  for (const { name, value, probability, abstained, reason, values } of found) {
    const { answers, unseen, needs }: AttributeQuestion = ATTRIBUTE_LIST[name]
    t.same(values.map((each) => each.value), answers.map((each) => each.value), name)
    const seen = values.reduce((sum, each) => sum + each.probability, 0)
    t.ok(unseen.length === 0 ? Math.abs(seen - 1) < 1e-9 : seen < 1 + 1e-9, `${name}: ${seen}`)
    const best = values.reduce((a, b) => b.probability > a.probability ? b : a)
    if (abstained) t.equal(value, null)
    else t.equal(value, best.value)
    if (reason === 'not_visible' && needs !== undefined) t.equal(probability, found.find((each) => each.name === needs)?.values[1]?.probability, name)
    else if (reason === 'not_visible') t.ok(Math.abs((probability ?? 0) - (1 - seen)) < 1e-9 && (probability ?? 0) > best.probability, name)
    else t.equal(probability, best.probability)
    if (reason === undefined) t.ok(best.probability >= threshold)
    if (reason === 'uncertain') t.ok(best.probability < threshold)
  }
  t.type(face?.score, 'number')
  t.ok(usage.prompt_tokens_details.cached_tokens >= (found.length - 1) * usage.prompt_tokens_details.image_tokens / found.length, 'all but one found the picture read')
  await until(async () => await encodeSteps() > before)
  t.equal(await encodeSteps() - before, 1, 'the picture went through the encoders once')
})

t.test('the scores are those of /v1/faces/vqa for the same question and choices', async (t) => {
  const { question, answers, unseen }: AttributeQuestion = ATTRIBUTE_LIST.hair_colour
  const choices = [...answers.map(({ text }) => text), ...unseen]
  const { body } = await post<{ choices: { probability: number }[] }>('/v1/faces/vqa', { image, question, choices })
  const { attributes: [found] } = await attributes({ image, attributes: ['hair_colour'] })
  t.same(found?.values.map(({ probability }) => probability), body.choices.slice(0, answers.length).map(({ probability }) => probability))
})

t.test('what is not there has no kind and no colour, whether its presence was asked for or not', async (t) => {
  const names = ['glasses_kind', 'glasses_colour', 'hat_kind', 'hat_colour', 'earrings_kind']
  const { attributes: whole } = await attributes({ image, threshold: 0 })
  const { attributes: alone } = await attributes({ image, attributes: names, threshold: 0 })
  t.same(alone.map(({ name }) => name), names)
  t.same(alone, names.map((name) => whole.find((each) => each.name === name)))
  for (const { name, reason } of alone) {
    const [thing] = name.split('_')
    const presence = whole.find((each) => each.name === thing)
    t.equal(reason, presence?.value === 'no' ? 'not_visible' : undefined, name)
  }
})

t.test('attributes are chosen by name, and the threshold decides what is given', async (t) => {
  const names = ['nose', 'age']
  const all = await attributes({ image, attributes: names, threshold: 0 })
  t.same(all.attributes.map(({ name, abstained }) => ({ name, abstained })), names.map((name) => ({ name, abstained: false })))
  const none = await attributes({ image, attributes: names, threshold: 1 })
  t.match(none.attributes, names.map((name) => ({ name, value: null, abstained: true, reason: 'uncertain' })))
  t.same(none.attributes.map(({ values }) => values), all.attributes.map(({ values }) => values))
  t.match(await post('/v1/faces/attributes', { image, attributes: ['ethnicity'] }), { status: 400, body: { error: { code: 'invalid_field', param: 'attributes.0', message: /must be one of age, gender/ } } })
  t.match(await post('/v1/faces/attributes', { image, threshold: 1.5 }), { status: 400, body: { error: { code: 'invalid_field', param: 'threshold' } } })
})

t.test('a form answers like JSON', async (t) => {
  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(png)]), 'face.png')
  form.append('attributes', 'nose')
  form.append('attributes', 'age')
  form.append('threshold', '0.25')
  const answer = await fetch(`${origin}/v1/faces/attributes`, { method: 'POST', body: form })
  t.same((await answer.json() as AttributesResponse).attributes, (await attributes({ image, attributes: ['nose', 'age'], threshold: 0.25 })).attributes)
})

t.test('a feeling carries the notice that the law asks for, and only then', async (t) => {
  t.match(await attributes({ image, attributes: ['emotion'] }), { disclosures: [{ category: 'emotion', message: /Art\. 50\(3\)/ }] })
  t.notOk('disclosures' in await attributes({ image, attributes: ['nose'] }))
})

t.test('what the policy refuses is withheld, and the rest is answered', async (t) => {
  const policyFile = `${t.testdir()}/policy.yaml`
  await writeFile(policyFile, 'version: 1\nrules:\n  age:\n    enabled: true\n    action: refuse\n    message: No ages here.\n    checks:\n      - in: [question]\n        terms: ["how old"]\n  noses:\n    enabled: true\n    action: refuse\n    message: No such noses.\n    checks:\n      - in: [answer]\n        terms: [narrow, average, wide]\n')
  const strict = await listenDebugApp(t, { policyFile })
  const { attributes: found } = await attributes({ image, attributes: ['age', 'nose', 'hat'], threshold: 0 }, strict.origin)
  t.match(found, [
    { name: 'age', value: null, probability: null, abstained: true, reason: 'policy', values: [], refusal: { category: 'age', message: 'No ages here.' } },
    { name: 'nose', value: null, abstained: true, reason: 'policy', values: [], refusal: { category: 'noses' } },
    { name: 'hat', abstained: false }
  ])
  const refused = await attributes({ image, attributes: ['age'] }, strict.origin)
  t.match(refused, { attributes: [{ reason: 'policy' }], usage: { total_tokens: 0, forward_passes: 0 } })
  t.notOk('face' in refused, 'nobody looked at the picture')
})
