import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import t from 'tap'
import { TYPESCRIPT } from '../support/forked-toy.js'
import { toyFolder } from '../support/toy-folder.js'
import { until } from '../support/until.js'

interface Running { output: { out: string, err: string }, kill: (signal: NodeJS.Signals) => void, exit: Promise<number | null> }

/** The server as a user starts it: a process of its own, with settings from the environment. */
function start (t: Test, settings: Record<string, string>): Running {
  const child = spawn(process.execPath, [...TYPESCRIPT, fileURLToPath(new URL('../support/serve-toy.ts', import.meta.url))], { env: { PATH: process.env['PATH'], UNIF2ACE_PORT: '0', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => { child.kill('SIGKILL') })
  const output = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => { output.out += String(part) })
  child.stderr.on('data', (part: Buffer) => { output.err += String(part) })
  return { output, kill: (signal) => { child.kill(signal) }, exit: once(child, 'close').then(([code]) => code as number | null) }
}

t.test('a process that is told to stop ends with 0 and leaves nothing behind', async (t) => {
  const server = start(t, { UNIF2ACE_MODEL: toyFolder(t) })
  await until(() => /"msg":"ready on http:\/\/127\.0\.0\.1:\d+"/.test(server.output.out))
  server.kill('SIGTERM')
  // `close` comes when both ends of its output are closed: the engine, which has them too, is gone.
  t.equal(await server.exit, 0)
  t.equal(server.output.err, '')
})

t.test('a hangup asks it to reload, and does not end it', async (t) => {
  const server = start(t, { UNIF2ACE_MODEL: toyFolder(t) })
  await until(() => /"msg":"ready on/.test(server.output.out))
  server.kill('SIGHUP')
  await until(() => server.output.out.includes('the folder holds what is served already'))
  server.kill('SIGTERM')
  t.equal(await server.exit, 0)
})

t.test('settings that cannot be understood end it with 2, a model that is not there with 1, each with a sentence', async (t) => {
  const misspelled = start(t, { UNIF2ACE_PROT: '80' })
  const missing = start(t, { UNIF2ACE_MODEL: './nowhere' })
  t.equal(await misspelled.exit, 2)
  t.match(misspelled.output.err, /^unif2ace: There is no setting UNIF2ACE_PROT.*\n$/)
  t.equal(await missing.exit, 1)
  t.match(missing.output.err, /^unif2ace: There is no model at .*nowhere.*model_folder_missing.*\n$/)
  t.equal(missing.output.out, '')
})
