import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import t from 'tap'
import { modelDigest } from '../../src/artifacts/model-digest.js'
import { MISCHIEF } from '../support/mischief.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { type Served, serveToy } from '../support/serve-in-process.js'
import { TOY_FOLDER_MANIFEST, toyFiles } from '../support/toy-folder.js'
import { until } from '../support/until.js'

const image = dataUrl(await plainPng('teal'))
const OTHER = { name: 'other-toy' }
/** Another export of it. */
const NEXT = { ...OTHER, defaults: { ...TOY_FOLDER_MANIFEST.defaults, num_inference_steps: 3 } }
const digestOf = (changes: object): string => modelDigest({ ...TOY_FOLDER_MANIFEST, ...changes })

interface World extends Served {
  base: string
  /** Turns the link of the second model to another folder. */
  turnTo: (folder: string) => void
  address: string
  admin: string
}

/** A server of two models, the second behind a link. */
async function world (t: Test, second = 'second'): Promise<World> {
  const base = t.testdir({ first: toyFiles(), second: toyFiles(OTHER), next: toyFiles(NEXT), [MISCHIEF.fickleFolder]: toyFiles(OTHER) })
  const turnTo = (folder: string): void => {
    symlinkSync(`${base}/${folder}`, `${base}/turning`)
    renameSync(`${base}/turning`, `${base}/current`)
  }
  turnTo(second)
  const served = serveToy(t, { model: `${base}/first`, moreModels: `${base}/current`, adminAddress: '127.0.0.1:0' }, { retryMs: 1 })
  await until(() => served.said('ready on') !== undefined && served.said('admin: listening on') !== undefined)
  const admin = `${/http:\S+/.exec(served.said('admin: listening on')?.msg ?? '')?.[0] ?? ''}/admin/reload`
  return { ...served, base, turnTo, address: await served.origin(), admin }
}

async function post (url: string, body?: object): Promise<{ status: number, body: unknown }> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body ?? {}) })
  return { status: answer.status, body: await answer.json() }
}

const draw = async (origin: string, model: string): Promise<{ status: number, body: unknown }> => await post(`${origin}/v1/faces/generate`, { prompt: 'a face', seed: 1, model })
const killEngine = async (origin: string, model: string): Promise<{ status: number, body: unknown }> => await post(`${origin}/v1/faces/caption`, { image, temperature: 1, top_p: MISCHIEF.killer, seed: 3, max_tokens: 20, model })
const readiness = async (origin: string): Promise<unknown> => await (await fetch(`${origin}/readyz`)).json()

t.test('one of two models is reloaded alone, and both by a signal', async (t) => {
  const { address, admin, turnTo, signal, said, logs, end } = await world(t)
  turnTo('next')
  t.match(await post(admin, { model: 'other-toy' }), { status: 200, body: { model: 'other-toy', outcome: 'switched', digest: digestOf(NEXT), previous_digest: digestOf(OTHER) } })
  t.match(await draw(address, 'other-toy'), { status: 200, body: { model: 'other-toy', num_inference_steps: 3, receipt: { model: { name: 'other-toy', digest: digestOf(NEXT) } } } })
  t.match(await draw(address, 'toy'), { status: 200, body: { model: 'toy', receipt: { model: { name: 'toy', digest: digestOf({}) } } } })
  t.match(await post(admin, { model: 'gpt-5' }), { status: 404, body: { error: { code: 'model_not_found' } } })
  t.match(await post(admin, { model: 5 }), { status: 400, body: { error: { code: 'invalid_field' } } })
  await until(() => said('has answered all') !== undefined)
  turnTo('second')
  t.match(await post(admin), { status: 200, body: { models: [{ model: 'toy', outcome: 'unchanged' }, { model: 'other-toy', outcome: 'switched', digest: digestOf(OTHER) }] } })
  await until(() => logs.filter(({ msg }) => msg.includes('has answered all')).length === 2)
  turnTo('first')
  t.match(await post(admin), { status: 500, body: { models: [{ model: 'toy', outcome: 'unchanged' }, { model: 'other-toy', outcome: 'failed', error: { code: 'model_renamed' } }] } })
  turnTo('next')
  signal('SIGHUP')
  await until(() => logs.filter(({ msg }) => msg.includes('the new model answers')).length === 3)
  t.match(await draw(address, 'other-toy'), { body: { receipt: { model: { digest: digestOf(NEXT) } } } })
  signal('SIGTERM')
  t.equal(await end, 'drained')
  t.same(logs.filter(({ msg }) => msg.includes('is gone')), [], 'engines that end with the server are not missed')
})

t.test('the crash of one engine is not the other\'s', async (t) => {
  const { address, said } = await world(t)
  const killed = killEngine(address, 'other-toy')
  const drawn = await Promise.all([1, 2, 3].map(async () => await draw(address, 'toy')))
  t.same(drawn.map(({ status }) => status), [200, 200, 200])
  t.match(await killed, { status: 500, body: { error: { code: 'request_stops_engine' } } })
  t.ok(said('started again'))
  t.match(await draw(address, 'other-toy'), { status: 200 })
  const metrics = await (await fetch(`${address}/metrics`)).text()
  t.match(metrics, 'unif2ace_engine_restarts_total{model="toy"} 0')
  t.match(metrics, 'unif2ace_engine_restarts_total{model="other-toy"} 2')
})

t.test('a model whose engine is gone for good is loaded again when that is possible; the other one goes on meanwhile', async (t) => {
  const { address, base, said, logs, signal, end } = await world(t, MISCHIEF.fickleFolder)
  writeFileSync(`${base}/${MISCHIEF.fickleFolder}/broken`, '')
  await killEngine(address, 'other-toy')
  await until(() => said('the engine of a model is gone') !== undefined)
  t.match(await draw(address, 'other-toy'), { status: 503, body: { error: { code: 'model_unavailable' } } })
  t.match(await draw(address, 'toy'), { status: 200 })
  t.same(await readiness(address), { status: 'stopped', models: { toy: 'ready', 'other-toy': 'stopped' } })
  await until(() => logs.some(({ msg }) => msg.includes('not reloaded: nothing has changed')))
  rmSync(`${base}/${MISCHIEF.fickleFolder}/broken`)
  await until(async () => (await draw(address, 'other-toy')).status === 200)
  t.match(await readiness(address), { status: 'ready' })
  signal('SIGTERM')
  t.equal(await end, 'drained')
})

t.test('a server does not start without one of its models, nor with two of one name', async (t) => {
  const base = t.testdir({ first: toyFiles(), again: toyFiles(), [MISCHIEF.missingFolder]: toyFiles(OTHER) })
  await t.rejects(serveToy(t, { model: `${base}/first`, moreModels: `${base}/nowhere` }).end, { code: 'model_folder_missing' })
  await t.rejects(serveToy(t, { model: `${base}/first`, moreModels: `${base}/again` }).end, { code: 'models_share_name' })
  await t.rejects(serveToy(t, { model: `${base}/first`, moreModels: `${base}/${MISCHIEF.missingFolder}` }).end, { code: 'model_folder_missing' })
})
