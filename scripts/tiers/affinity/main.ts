/**
 * The affinity tier (scripts/tiers/affinity.sh): `main.ts <haproxy>`.
 *
 * Two servers behind HAProxy with the configuration of k8s/components/session-affinity: what a server has read of a picture is found again when the picture is named in the header, also when the other server goes.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainPng } from '../../../test/support/pictures.js'
import { freePort, run, start, within } from '../parts/processes.js'
import { type Served, startServer } from '../parts/served.js'
import { Tally } from '../parts/tally.js'

const [, , haproxy = ''] = process.argv
const CONFIGURATION = fileURLToPath(new URL('../../../k8s/components/session-affinity/haproxy.cfg', import.meta.url))
const COLOURS = ['teal', 'tan', 'navy', 'olive', 'plum', 'gold', 'gray', 'pink', 'cyan', 'lime']
const QUESTIONS = ['which hat?', 'which hair?', 'which glasses?']

/** What became of one question. */
interface Answer { status: number, cachedTokens: number, server: number }

/** Where each picture is, by colour. */
const homes = new Map<string, number>()
const tally = new Tally()
const folder = mkdtempSync(join(tmpdir(), 'unif2ace-affinity-'))
const servers = [await startServer(), await startServer()] as const
const gateway = await startGateway(servers)
try {
  await checkAffinity()
  await checkTurns()
  await checkLoss()
} finally {
  await gateway.stop()
  for (const server of servers) await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = tally.close() ? 0 : 1

/** HAProxy with the component's file: as it is for its own judgement, and with the servers' addresses in the place of names. */
async function startGateway (served: readonly Served[]): Promise<{ origin: string, stop: () => Promise<void> }> {
  const shipped = readFileSync(CONFIGURATION, 'utf8')
  const { code, output } = await run(haproxy, ['-c', '-f', CONFIGURATION])
  tally.check('HAProxy takes the configuration as it is', code === 0, output)
  const port = await freePort()
  const local = shipped
    .replace(/^ {2}server-template pod .*$/m, served.map(({ origin }, index) => `  server pod${index + 1} ${new URL(origin).host}`).join('\n'))
    .replace('bind :8081', `bind 127.0.0.1:${port}`)
  const path = join(folder, 'haproxy.cfg')
  writeFileSync(path, local)
  const { stop, output: said } = start(haproxy, ['-db', '-f', path], { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] ?? '' })
  const origin = `http://127.0.0.1:${port}`
  const isReady = async (): Promise<boolean> => await fetch(`${origin}/readyz`).then(({ status }) => status === 200, () => false)
  if (!await within(60, isReady)) throw new Error(`the gateway was not ready in time\n${said()}`)
  return { origin, stop }
}

/** Questions that a server has answered. */
async function answersOf ({ metrics }: Served): Promise<number> {
  return Number(/^unif2ace_requests_total\{(?=[^}]*task="answer")(?=[^}]*outcome="ok")[^}]*\} (\d+)$/m.exec(await metrics())?.[1] ?? 0)
}

/** Asks one question about a picture; `server` is which of them has answered it. */
async function ask (png: Buffer, question: string, isNamed: boolean, among: readonly Served[] = servers): Promise<Answer> {
  const before = await Promise.all(among.map(answersOf))
  const answer = await fetch(`${gateway.origin}/v1/faces/vqa`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(isNamed ? { 'x-picture-hash': createHash('sha256').update(png).digest('hex') } : {}) },
    body: JSON.stringify({ image: `data:image/png;base64,${png.toString('base64')}`, question, max_tokens: 4 })
  })
  const { usage } = await answer.json() as { usage?: { prompt_tokens_details: { cached_tokens: number } } }
  const after = await Promise.all(among.map(answersOf))
  return { status: answer.status, cachedTokens: usage?.prompt_tokens_details.cached_tokens ?? -1, server: after.findIndex((count, index) => count > (before[index] ?? 0)) }
}

async function checkAffinity (): Promise<void> {
  for (const colour of COLOURS) {
    const png = await plainPng(colour, 64)
    const answers: Answer[] = []
    for (const question of QUESTIONS) answers.push(await ask(png, question, true))
    const [first, ...others] = answers
    homes.set(colour, first?.server ?? -1)
    tally.check(`${colour}: named in the header, one server reads it, and finds it again for the other questions`, first?.cachedTokens === 0 && others.every(({ status, cachedTokens, server }) => status === 200 && cachedTokens > 0 && server === first.server), JSON.stringify(answers))
  }
  tally.check('each server has some of the pictures', new Set(homes.values()).size === servers.length, JSON.stringify([...homes]))
}

/** The header is what does it: without it the same picture comes to both. */
async function checkTurns (): Promise<void> {
  const png = await plainPng('red', 64)
  const answers: Answer[] = []
  for (const question of [...QUESTIONS, 'which beard?', 'which shirt?', 'which eyes?']) answers.push(await ask(png, question, false))
  tally.check('without the header both servers have to read it', answers.filter(({ cachedTokens }) => cachedTokens === 0).length === servers.length, JSON.stringify(answers))
}

/** A server is told to stop: its pictures move, the others stay where they are, and nobody notices. */
async function checkLoss (): Promise<void> {
  await servers[1].stop()
  const remaining = [servers[0]]
  const answers = new Map<string, Answer>()
  for (const colour of COLOURS) answers.set(colour, await ask(await plainPng(colour, 64), 'which beard?', true, remaining))
  const told = JSON.stringify([...answers])
  tally.check('a server goes: every question is answered by the other', [...answers.values()].every(({ status, server }) => status === 200 && server === 0), told)
  tally.check('its own pictures are where they were', [...answers].every(([colour, { cachedTokens }]) => homes.get(colour) !== 0 || cachedTokens > 0), told)
  tally.check('and it has to read those of the other', [...answers].every(([colour, { cachedTokens }]) => homes.get(colour) !== 1 || cachedTokens === 0), told)
}
