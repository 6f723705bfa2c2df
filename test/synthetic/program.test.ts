import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Test } from 'tap'
import t from 'tap'
import { TYPESCRIPT } from '../support/forked-toy.js'
import { until } from '../support/until.js'

const MODEL = fileURLToPath(new URL('../fixtures/models/debug', import.meta.url))
const source = (name: string): string => fileURLToPath(new URL(`../../src/${name}`, import.meta.url))

interface Running { output: { out: string, err: string }, kill: (signal: NodeJS.Signals) => void, exit: Promise<number | null> }

/** One of the package's two programs in a process of its own, with the real engine. */
function start (t: Test, program: 'main.ts' | 'cli.ts', argv: readonly string[], settings: Record<string, string>): Running {
  const child = spawn(process.execPath, [...TYPESCRIPT, source(program), ...argv], { env: { PATH: process.env['PATH'], UNIF2ACE_EXECUTION_PROVIDER: 'cpu', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => { child.kill('SIGKILL') })
  const output = { out: '', err: '' }
  child.stdout.on('data', (part: Buffer) => { output.out += String(part) })
  child.stderr.on('data', (part: Buffer) => { output.err += String(part) })
  return { output, kill: (signal) => { child.kill(signal) }, exit: once(child, 'close').then(([code]) => code as number | null) }
}

t.test('the command line and the server make the same picture of the same seed', async (t) => {
  const file = `${t.testdir()}/face.png`
  const server = start(t, 'main.ts', [], { UNIF2ACE_MODEL: MODEL, UNIF2ACE_PORT: '0' })
  const command = start(t, 'cli.ts', ['generate', 'a smiling woman', '--seed', '11', '-o', file], { UNIF2ACE_MODEL: MODEL })
  t.equal(await command.exit, 0, command.output.err)
  t.equal(command.output.out, `${file}\n`)
  await until(() => server.output.out.includes('"ready on '))
  const origin = /"msg":"ready on ([^"]+)"/.exec(server.output.out)?.[1] ?? ''
  const answer = await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ prompt: 'a smiling woman', seed: 11 }) })
  const [served, written] = await Promise.all([Buffer.from(await answer.arrayBuffer()), readFile(file)].map(async (picture) => await sharp(await picture).raw().toBuffer()))
  t.same(served, written)
  t.match(await (await fetch(`${origin}/v1/models/debug`)).json(), { id: 'debug', execution_provider: 'cpu' })
  server.kill('SIGTERM')
  t.equal(await server.exit, 0)
  t.equal(server.output.err, '')
})

t.test('the server as a process takes no flags, and says so instead of starting without them', async (t) => {
  const server = start(t, 'main.ts', ['--port', '0'], { UNIF2ACE_MODEL: MODEL })
  t.equal(await server.exit, 2)
  t.match(server.output.err, /"--port" would have no effect here: settings come from the environment.*npx unif2ace --help/)
})

t.test('verify accepts the folder that training wrote', async (t) => {
  const verify = start(t, 'cli.ts', ['verify', MODEL], {})
  t.equal(await verify.exit, 0, verify.output.err)
  t.match(verify.output.out, /^manifest {2}debug, fp32.*\ndigest {4}sha256:[0-9a-f]{64}\nfiles .*\nengine {4}loaded and warmed up on cpu/)
})
