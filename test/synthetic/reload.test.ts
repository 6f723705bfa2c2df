import { EventEmitter } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import { forkEngine, type SpawnEngine, WORKER_PATH } from '../../src/engine/process.js'
import { serve } from '../../src/serve.js'
import { debugFolder } from '../support/debug-model.js'
import { TYPESCRIPT } from '../support/forked-toy.js'
import { forkModel } from '../support/forked-model.js'
import { until } from '../support/until.js'

const spawn: SpawnEngine = (listener) => forkEngine(WORKER_PATH, listener, TYPESCRIPT)

/** Another export under the name of the first: a folder of links, with a manifest of its own. */
function exportUnder (name: string, folder: string, to: string): void {
  mkdirSync(to)
  for (const file of readdirSync(folder)) if (file !== 'manifest.json') symlinkSync(`${folder}/${file}`, `${to}/${file}`)
  writeFileSync(`${to}/manifest.json`, JSON.stringify({ ...JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')), name }))
}

interface Receipt { receipt: { model: { digest: string }, precision: string, pictures: { code_ids_sha256: string }[] } }

t.test('the weights of another export take over in a running server, and come back as they were', async (t) => {
  const base = t.testdir({})
  const { name } = JSON.parse(readFileSync(`${debugFolder()}/manifest.json`, 'utf8')) as { name: string }
  exportUnder(name, debugFolder('int8'), `${base}/int8`)
  const turnTo = (folder: string): void => {
    symlinkSync(folder, `${base}/next`)
    renameSync(`${base}/next`, `${base}/current`)
  }
  turnTo(debugFolder())
  const signals = new EventEmitter()
  const logs: string[] = []
  const end = serve(readConfig({}, { port: '0', model: `${base}/current`, executionProvider: 'cpu', threads: '1' }), { signals, spawn, logTo: { write: (line) => { logs.push(line) } } })
  t.teardown(async () => {
    signals.emit('SIGTERM')
    await end
  })
  const count = (words: string): number => logs.filter((line) => line.includes(words)).length
  await until(() => count('"ready on') === 1)
  const origin = /"address":"(http:[^"]+)"/.exec(logs.find((line) => line.includes('"ready on')) ?? '')?.[1] ?? ''
  const draw = async (): Promise<Receipt['receipt']> => {
    const answer = await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ prompt: 'a woman', seed: 5, num_inference_steps: 4 }) })
    return (await answer.json() as Receipt).receipt
  }
  const reload = async (times: number): Promise<void> => {
    signals.emit('SIGHUP')
    await until(() => count('the new model answers') === times && count('and has ended') === times)
  }
  const first = await draw()
  turnTo(`${base}/int8`)
  await reload(1)
  const second = await draw()
  t.not(second.model.digest, first.model.digest)
  t.same([first.precision, second.precision], ['fp32', 'int8'])
  turnTo(debugFolder())
  await reload(2)
  t.same(await draw(), first, 'the same model, seed and settings: the same tokens, by another process')
})

t.test('an engine loads the model that was read and no other', async (t) => {
  await t.rejects(forkModel(t, { modelDigest: `sha256:${'0'.repeat(64)}` }).whenReady(), { code: 'model_folder_replaced' })
})
