import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { createServer } from 'node:net'
import { loadManifest } from '../../artifacts/load-manifest.js'
import { codedError } from '../../common/errors.js'
import { type Config, isLoopback } from '../../config.js'
import { readApiKeys } from '../../http/api-keys.js'
import { decodeImage } from '../../image/decode-image.js'
import { encodeImage } from '../../image/encode-image.js'
import { imageLibraryVersions } from '../../image/vips.js'
import { modelPath } from '../../model-path.js'
import { PACKAGE_ROOT } from '../../package.js'
import { examine, type Finding } from './finding.js'

/** Node.js against what package.json asks for. */
export async function examineNode (version = process.versions.node): Promise<Finding> {
  return await examine('Node.js', async () => {
    const wanted = wantedNode()
    const machine = `${process.platform} on ${process.arch}, ${availableParallelism()} processors, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`
    if (isAtLeast(version, wanted)) return { state: 'ok', detail: `${version} (${machine})` }
    return { state: 'problem', detail: `${version}, and ${wanted} or later is needed`, advice: ['install a newer Node.js: https://nodejs.org'] }
  })
}

/** sharp, by sending a picture through it and back. */
export async function examinePictures (): Promise<Finding> {
  return await examine('pictures', async () => {
    const { sharp, vips } = imageLibraryVersions()
    const rgb = Uint8Array.of(10, 200, 30)
    const [back] = await decodeImage(await encodeImage({ rgb, size: 1 }, 'png'), { maxPixels: 1, sizes: [1] })
    if (back?.join() !== rgb.join()) return { state: 'problem', detail: `sharp ${sharp} gives back other pixels than it was given`, advice: ['npm ci, on this machine'] }
    return { state: 'ok', detail: `sharp ${sharp} with libvips ${vips} writes and reads` }
  })
}

/** The model folders, without reading their files: `unif2ace verify` does. */
export async function examineModels ({ model, moreModels }: Pick<Config, 'model' | 'moreModels'>): Promise<Finding[]> {
  const names = new Set<string>()
  const findings: Finding[] = []
  for (const setting of [model, ...moreModels]) findings.push(await examineModel(setting, names))
  return findings
}

/** @param names of the models that were looked at before; its own is added */
async function examineModel (model: string, names: Set<string>): Promise<Finding> {
  return await examine('model', async () => {
    const { path, manifest: { name, precision, files, parameters } } = await loadManifest(modelPath(model))
    if (names.has(name)) return { state: 'problem', detail: codedError('models_share_name', [name]).message }
    names.add(name)
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
    return { state: 'ok', detail: `${name}, ${precision}, ${(parameters.total / 1e6).toFixed(1)} million parameters, ${(bytes / 1e6).toFixed(1)} MB at ${path}; sizes agree with the manifest, \`unif2ace verify\` compares the contents` }
  })
}

/** The file of API keys. */
export async function examineKeys ({ apiKeysFile, host }: Pick<Config, 'apiKeysFile' | 'host'>): Promise<Finding> {
  return await examine('API keys', async () => {
    if (apiKeysFile !== '') {
      await readApiKeys(apiKeysFile)
      return { state: 'ok', detail: `${apiKeysFile} can be used` }
    }
    if (isLoopback(host)) return { state: 'ok', detail: 'none, and only this machine reaches the server' }
    return { state: 'note', detail: `none, and the server would listen on ${host}: whoever reaches it may use it`, advice: ['set UNIF2ACE_API_KEYS_FILE'] }
  })
}

/** Whether the server could listen, by listening. */
export async function examinePort ({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Finding> {
  return await examine('address', async () => {
    try {
      await listenOnce(host, port)
      return { state: 'ok', detail: `${host}:${port} is free` }
    } catch (error) {
      return { state: 'problem', detail: error instanceof Error ? error.message : String(error), advice: ['set UNIF2ACE_HOST or UNIF2ACE_PORT, or end what uses it'] }
    }
  })
}

async function listenOnce (host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port }, () => { server.close(() => { resolve() }) })
  })
}

/** `>=20.19` → 20.19 */
function wantedNode (): string {
  const content: { engines?: { node?: string } } = JSON.parse(readFileSync(`${PACKAGE_ROOT}/package.json`, 'utf8'))
  return (content.engines?.node ?? '').replace(/^>=/, '')
}

function isAtLeast (version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((each) => each.split('.').map(Number))
  for (const [index, part] of (b ?? []).entries()) {
    const own = a?.[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}
