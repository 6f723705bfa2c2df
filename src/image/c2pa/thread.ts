/** The thread that signs pictures and reads their manifests: both are synchronous native calls, which would stall every probe and stream of the server's own thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { type C2paLibrary, loadC2pa } from './library.js'
import type { PictureFile, ThreadAnswer, ThreadData, ThreadMessage, ThreadTask } from './thread-protocol.js'

const { library: name, credentials, own } = workerData as ThreadData

/** No thumbnail, which would cost a hundred times the signature; nothing is fetched from any other server. */
const SETTINGS = {
  builder: { thumbnail: { enabled: false } },
  verify: { remote_manifest_fetch: false, ocsp_fetch: false },
  ...(own === undefined ? {} : { trust: { allowed_list: own } })
}

const loaded = loadC2pa(name)
// Whoever asks for something hears it.
loaded.catch(() => {})

parentPort?.on('message', ({ id, order }: ThreadMessage) => {
  answer(id, order).then((reply) => { parentPort?.postMessage(reply) }, (error: unknown) => { parentPort?.postMessage({ id, outcome: 'failed', reason: reasonOf(error) } satisfies ThreadAnswer) })
})

async function answer (id: number, order: ThreadTask): Promise<ThreadAnswer> {
  let library: C2paLibrary
  try {
    library = await loaded
  } catch (error) {
    return { id, outcome: 'library_missing', reason: reasonOf(error) }
  }
  if (order.task === 'sign') return { id, outcome: 'signed', file: await sign(library, order) }
  const reader = await library.Reader.fromAsset(source(order.picture), SETTINGS)
  return { id, outcome: 'read', store: reader === null ? null : reader.json() }
}

async function sign ({ Builder, LocalSigner }: C2paLibrary, { picture, manifest, original }: Extract<ThreadTask, { task: 'sign' }>): Promise<Uint8Array> {
  if (credentials === undefined) throw new Error('this thread has no key')
  const builder = Builder.withJson(manifest, SETTINGS)
  if (original !== undefined) await builder.addIngredient(JSON.stringify(original.ingredient), source(original.picture))
  const signer = LocalSigner.newSigner(Buffer.from(credentials.certificates), Buffer.from(credentials.key), credentials.algorithm)
  const signed: { buffer: Buffer | null } = { buffer: null }
  builder.sign(signer, source(picture), signed)
  if (signed.buffer === null) throw new Error('the library gave no file')
  return signed.buffer
}

const source = ({ file, mimeType }: PictureFile): { buffer: Buffer, mimeType: string } => ({ buffer: Buffer.from(file.buffer, file.byteOffset, file.byteLength), mimeType })

const reasonOf = (error: unknown): string => error instanceof Error ? error.message.split('\n')[0] ?? error.message : String(error)
