import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import t from 'tap'
import { modelDigest } from '../../src/artifacts/model-digest.js'
import { MISCHIEF } from '../support/mischief.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { type Served, serveToy } from '../support/serve-in-process.js'
import { TOY_FOLDER_MANIFEST, toyFiles } from '../support/toy-folder.js'
import { until } from '../support/until.js'

/** Another export of the toy: other defaults, so another digest. */
const OTHER = { defaults: { ...TOY_FOLDER_MANIFEST.defaults, num_inference_steps: 3 } }
const FIRST_DIGEST = modelDigest(TOY_FOLDER_MANIFEST)
const OTHER_DIGEST = modelDigest({ ...TOY_FOLDER_MANIFEST, ...OTHER })

const image = dataUrl(await plainPng('teal'))

interface World extends Served {
  /** Turns the link that is served to another folder, in one go. */
  turnTo: (folder: string) => void
  /** Lets the folder that waits be loaded. */
  letLoad: () => void
  admin: () => Promise<string>
}

/** A server of a link that leads to one of several exports. */
async function world (t: Test): Promise<World> {
  const { 'weights.safetensors': _, ...incomplete } = toyFiles(OTHER)
  const base = t.testdir({ first: toyFiles(), other: toyFiles(OTHER), [MISCHIEF.waitingFolder]: toyFiles(OTHER), [MISCHIEF.missingFolder]: toyFiles(OTHER), incomplete, renamed: toyFiles({ ...OTHER, name: 'somebody-else' }) })
  const turnTo = (folder: string): void => {
    symlinkSync(`${base}/${folder}`, `${base}/next`)
    renameSync(`${base}/next`, `${base}/current`)
  }
  turnTo('first')
  const served = serveToy(t, { model: `${base}/current`, adminAddress: '127.0.0.1:0' })
  await until(() => served.said('ready on') !== undefined)
  const admin = async (): Promise<string> => {
    await until(() => served.said('admin: listening on') !== undefined)
    return `${/http:\S+/.exec(served.said('admin: listening on')?.msg ?? '')?.[0] ?? ''}/admin/reload`
  }
  return { ...served, turnTo, letLoad: () => { writeFileSync(`${base}/${MISCHIEF.waitingFolder}/go`, '') }, admin }
}

/** Asks for a picture. @returns the digest that its receipt names, and the steps that it took */
async function draw (origin: string): Promise<{ status: number, digest?: string, steps?: number }> {
  const answer = await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ prompt: 'a face', seed: 1 }) })
  const body = await answer.json() as { receipt?: { model: { digest: string } }, num_inference_steps?: number }
  return { status: answer.status, ...(body.receipt === undefined ? {} : { digest: body.receipt.model.digest }), ...(body.num_inference_steps === undefined ? {} : { steps: body.num_inference_steps }) }
}

/** A text whose work does not end by itself, until it is left. */
async function beginEndless (origin: string): Promise<() => void> {
  const abort = new AbortController()
  const body = JSON.stringify({ image, temperature: 1, max_tokens: 20, top_p: MISCHIEF.endless, seed: 3 })
  fetch(`${origin}/v1/faces/caption`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: abort.signal }).catch(() => {})
  await until(async () => /unif2ace_requests_running{task="caption"} 1/.test(await metricsOf(origin)))
  return () => { abort.abort() }
}

const metricsOf = async (origin: string): Promise<string> => await (await fetch(`${origin}/metrics`)).text()
const FIRST = { status: 200, digest: FIRST_DIGEST, steps: 4 }
const SECOND = { status: 200, digest: OTHER_DIGEST, steps: 3 }

t.test('a new model takes over without a gap: every request is answered, by the model that it began with', async (t) => {
  const server = await world(t)
  const origin = await server.origin()
  t.same(await draw(origin), FIRST)
  // Callers that never pause, from before the reload until after it.
  const answers: Awaited<ReturnType<typeof draw>>[][] = [[], [], []]
  const over = new AbortController()
  const callers = answers.map(async (own) => { while (!over.signal.aborted) own.push(await draw(origin)) })
  server.turnTo(MISCHIEF.waitingFolder)
  server.signal('SIGHUP')
  await until(() => answers.every((own) => own.length >= 3))
  t.ok(answers.flat().every((answer) => answer.digest === FIRST_DIGEST), 'while it is loaded the one before answers')
  t.equal((await fetch(`${origin}/readyz`)).status, 200)
  server.letLoad()
  await until(() => server.said('the new model answers') !== undefined)
  t.same(await draw(origin), SECOND, 'what is asked after the switch is the new model\'s')
  await until(() => answers.every((own) => own.at(-1)?.digest === OTHER_DIGEST))
  over.abort()
  await Promise.all(callers)
  for (const own of answers) {
    const switched = own.findIndex(({ digest }) => digest === OTHER_DIGEST)
    t.same(own, own.map((_, index) => index < switched ? FIRST : SECOND), 'nobody was refused, and each digest comes with its own defaults')
  }
  await until(() => server.said('has ended') !== undefined)
  t.match(await (await fetch(`${origin}/v1/models/toy`)).json(), { digest: OTHER_DIGEST })
  t.match(await metricsOf(origin), /unif2ace_model_reloads_total{outcome="switched"} 1/)
  t.match(await metricsOf(origin), /unif2ace_engine_ready 1/, 'the end of the engine before is not the end of this one')
  server.signal('SIGTERM')
  t.equal(await server.end, 'drained')
})

t.test('a request in flight keeps its engine, which ends when it is answered; a third model is not loaded beside two', async (t) => {
  const server = await world(t)
  const origin = await server.origin()
  const admin = await server.admin()
  const leave = await beginEndless(origin)
  server.turnTo('other')
  const switched = await fetch(admin, { method: 'POST' })
  t.match([switched.status, await switched.json()], [200, { model: 'toy', outcome: 'switched', digest: OTHER_DIGEST, previous_digest: FIRST_DIGEST }])
  t.same(await draw(origin), SECOND)
  t.match(await metricsOf(origin), /unif2ace_requests_running{task="caption"} 1/, 'it still runs')
  server.turnTo('first')
  const refused = await fetch(admin, { method: 'POST' })
  t.match([refused.status, await refused.json()], [409, { error: { code: 'reload_in_progress', message: /being finished/ } }])
  server.signal('SIGHUP')
  await until(() => server.said('ask again when it has ended') !== undefined)
  t.equal(server.said('has ended, and'), undefined)
  leave()
  await until(() => server.said('the engine before has answered') !== undefined)
  t.match(await (await fetch(admin, { method: 'POST' })).json(), { outcome: 'switched', digest: FIRST_DIGEST })
  t.same(await draw(origin), FIRST)
})

t.test('whatever is wrong with what is to be loaded, nothing changes and the reason is told', async (t) => {
  const server = await world(t)
  const origin = await server.origin()
  const admin = await server.admin()
  const wrong: [folder: string, code: string][] = [['nowhere', 'model_folder_missing'], ['incomplete', 'model_file_missing'], ['renamed', 'model_renamed'], [MISCHIEF.missingFolder, 'model_folder_missing']]
  for (const [folder, code] of wrong) {
    server.turnTo(folder)
    const answer = await fetch(admin, { method: 'POST' })
    t.match([answer.status, await answer.json()], [500, { error: { code } }], folder)
    t.same(await draw(origin), FIRST, folder)
  }
  t.equal(server.logs.filter(({ level, msg }) => level === 'error' && msg.includes('nothing has changed')).length, wrong.length)
  server.turnTo('first')
  t.match(await (await fetch(admin, { method: 'POST' })).json(), { outcome: 'unchanged', digest: FIRST_DIGEST })
  const metrics = await metricsOf(origin)
  t.match(metrics, /unif2ace_model_reloads_total{outcome="failed"} 4/)
  t.match(metrics, /unif2ace_model_reloads_total{outcome="unchanged"} 1/)
  t.match(metrics, /unif2ace_engine_ready 1/)
})

t.test('a server that is told to stop does not wait for what is being loaded', async (t) => {
  const server = await world(t)
  await server.origin()
  server.turnTo(MISCHIEF.waitingFolder)
  const answer = fetch(await server.admin(), { method: 'POST' })
  answer.catch(() => {})
  server.signal('SIGTERM')
  t.equal(await server.end, 'drained')
})

t.test('the operators\' address tells what it does not take, and is not there unless it was asked for', async (t) => {
  const server = await world(t)
  const admin = await server.admin()
  t.match(await (await fetch(admin, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"force":true}' })).json(), { error: { code: 'unknown_field', param: 'force' } })
  t.equal((await fetch(admin)).status, 404)
  t.equal((await fetch(`${await server.origin()}/admin/reload`, { method: 'POST' })).status, 404)
  await t.rejects(serveToy(t, { adminAddress: '192.0.2.1:1' }).end, { code: 'setting_invalid', message: /UNIF2ACE_ADMIN_ADDRESS/ })
  const without = serveToy(t)
  await until(() => without.said('ready on') !== undefined)
  t.equal(without.said('admin'), undefined)
})
