/** Checks of signatures, over the server in FOLDER/server, with the C2PA library beside it. Called by provenance.sh: FOLDER PYTHON */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeSigner, type SignerFiles } from '../../../test/support/certificates.js'
import { dataUrl, plainPng } from '../../../test/support/pictures.js'
import { readEvents } from '../../../test/support/server-sent-events.js'
import { start, within } from '../parts/processes.js'
import { Tally } from '../parts/tally.js'

const [place = '', python = ''] = process.argv.slice(2)
const ROOT = new URL('../../../', import.meta.url)
const MODEL = fileURLToPath(new URL('test/fixtures/models/debug', ROOT))
const REQUEST = { prompt: 'a smiling woman', seed: 7, num_inference_steps: 3 }
const tally = new Tally()

function settingsOf (name: string, { chain, key }: SignerFiles): Record<string, string> {
  const files = { UNIF2ACE_C2PA_CERTIFICATE: join(place, `${name}.pem`), UNIF2ACE_C2PA_KEY: join(place, `${name}.key`) }
  writeFileSync(files.UNIF2ACE_C2PA_CERTIFICATE, chain)
  writeFileSync(files.UNIF2ACE_C2PA_KEY, key)
  return files
}

interface Server { post: (path: string, body: object, accept?: string) => Promise<Response>, verify: (file: Uint8Array) => Promise<Report>, stop: () => Promise<void> }
interface Report { verdict: string, c2pa: { state: string, signed_by: { name: string } | null, digital_source_types: string[], problems: { code: string }[] } }

async function serve (settings: Record<string, string>): Promise<Server> {
  const server = start(process.execPath, [join(place, 'server', 'dist', 'main.js')], { UNIF2ACE_PORT: '0', UNIF2ACE_MODEL: MODEL, ...settings })
  const origin = (): string | undefined => /"msg":"ready on (http:[^"]+)"/.exec(server.output())?.[1]
  await within(60, () => origin() !== undefined || server.child.exitCode !== null)
  const address = origin()
  if (address === undefined) throw new Error(`the server did not start:\n${server.output()}`)
  const post: Server['post'] = async (path, body, accept = 'application/json') => await fetch(address + path, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) })
  return { post, verify: async (file) => await (await post('/v1/provenance/verify', { image: dataUrl(file) })).json() as Report, stop: server.stop }
}

const same = (what: string, found: unknown, expected: unknown): void => { tally.check(what, JSON.stringify(found) === JSON.stringify(expected), `found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`) }
const pictureOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())
const fileOf = async (answer: Response): Promise<Buffer> => Buffer.from((await answer.json() as { data: { b64_json: string }[] }).data[0]?.b64_json ?? '', 'base64')

/** What the library of PyPI says of a file. */
function secondReader (format: string, file: Buffer): { state: string, manifests: number, actions: string[] } {
  const path = join(place, `read.${format}`)
  writeFileSync(path, file)
  return JSON.parse(execFileSync(python, [fileURLToPath(new URL('read-manifests.py', import.meta.url)), `image/${format}`, path], { encoding: 'utf8' })) as ReturnType<typeof secondReader>
}

async function checkFormats (server: Server): Promise<void> {
  for (const format of ['png', 'jpeg', 'webp']) {
    const file = await pictureOf(await server.post('/v1/faces/generate', REQUEST, `image/${format}`))
    const { verdict, c2pa } = await server.verify(file)
    same(`${format}: signed by this server, and its marks are read`, [verdict, c2pa.state, c2pa.signed_by?.name, c2pa.problems], ['claims_this_model', 'trusted', 'Test Signer', []])
    same(`${format}: c2pa-python finds it valid`, secondReader(format, file), { state: 'Valid', manifests: 1, actions: ['c2pa.created'] })
    // Bytes of the XMP, which the signature binds.
    const changed = Buffer.from(file)
    const at = changed.indexOf('Seed>7<') + 'Seed>'.length
    changed.write('8', at, 'latin1')
    const { c2pa: found } = await server.verify(changed)
    tally.check(`${format}: a changed seed is found`, at > 10 && found.state === 'invalid' && found.problems.some(({ code }) => /mismatch/.test(code)), JSON.stringify(found))
  }
}

async function checkRoutes (server: Server): Promise<void> {
  const { events } = readEvents(await (await server.post('/v1/images/generations', { ...REQUEST, stream: true, partial_images: 1 })).text())
  const states = await Promise.all(events.map(async ({ body }) => (await server.verify(Buffer.from(String(body['b64_json']), 'base64'))).c2pa.state))
  same('previews are signed like what follows them', states, ['trusted', 'trusted'])
  const original = await pictureOf(await server.post('/v1/faces/generate', REQUEST, 'image/png'))
  const edit = await fileOf(await server.post('/v1/images/edits', { ...REQUEST, image: dataUrl(original) }))
  same('an edit keeps the manifest of its original', secondReader('png', edit), { state: 'Valid', manifests: 2, actions: ['c2pa.opened', 'c2pa.edited'] })
  same('an edit says that it is a composite', (await server.verify(edit)).c2pa.digital_source_types, ['http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia'])
  const ofPlain = await fileOf(await server.post('/v1/images/edits', { ...REQUEST, image: dataUrl(await plainPng('teal', 32)) }))
  same('an edit of a picture without a manifest', secondReader('png', ofPlain), { state: 'Valid', manifests: 1, actions: ['c2pa.opened', 'c2pa.edited'] })
  const image = dataUrl(await plainPng('teal'))
  same('a picture without a manifest', (await (await server.post('/v1/provenance/verify', { image })).json() as Report).c2pa.state, 'absent')
}

async function checkStranger (file: Buffer): Promise<void> {
  const server = await serve({})
  try {
    const unsigned = await pictureOf(await server.post('/v1/faces/generate', REQUEST, 'image/png'))
    same('without a key nothing is signed', (await server.verify(unsigned)).c2pa.state, 'absent')
    const { c2pa } = await server.verify(file)
    same('somebody else\'s signature is valid and not trusted', [c2pa.state, c2pa.signed_by?.name], ['valid', 'Test Signer'])
  } finally {
    await server.stop()
  }
}

function checkRefusal (what: string, main: string, settings: Record<string, string>, expected: RegExp): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { env: { PATH: process.env['PATH'], UNIF2ACE_PORT: '0', UNIF2ACE_MODEL: MODEL, ...settings }, encoding: 'utf8', timeout: 60_000 })
  tally.check(what, status !== 0 && expected.test(stdout + stderr), `status ${status}: ${stdout}${stderr}`)
}

const signer = await makeSigner()
const signing = settingsOf('signer', signer)
const server = await serve(signing)
const kept = await pictureOf(await server.post('/v1/faces/generate', REQUEST, 'image/png'))
try {
  await checkFormats(server)
  await checkRoutes(server)
} finally {
  await server.stop()
}
await checkStranger(kept)
const main = join(place, 'server', 'dist', 'main.js')
const old = await makeSigner({ notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') })
checkRefusal('an expired certificate is refused at the start', main, settingsOf('old', old), /has expired on/)
checkRefusal('a key of another certificate is refused', main, { ...signing, UNIF2ACE_C2PA_KEY: join(place, 'old.key') }, /not that of the first certificate/)
checkRefusal('a certificate authority\'s own certificate is refused by the library', main, settingsOf('root', { ...signer, chain: signer.root, key: signer.rootKey }), /does not sign with it/)
checkRefusal('without the library the server does not start', fileURLToPath(new URL('dist/main.js', ROOT)), signing, /c2pa-node cannot be loaded/)
process.exitCode = tally.close() ? 0 : 1
