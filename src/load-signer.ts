import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codedError } from './common/errors.js'
import type { Config } from './config.js'
import { type CheckedCredentials, checkCredentials, CredentialsError } from './image/c2pa/credentials.js'
import { C2PA_LIBRARY } from './image/c2pa/library.js'
import { ManifestReader } from './image/c2pa/manifest-reader.js'
import { PictureSigner, SigningError } from './image/c2pa/signer.js'
import { encodePixels } from './image/encode-pixels.js'
import { packageVersion } from './package.js'

/** What signs pictures, where the operator wants it, and what checks the signatures of others. */
export interface Signatures {
  signer: PictureSigner | undefined
  reader: ManifestReader
  /** Ends their threads. */
  close: () => Promise<void>
}

export type SignatureConfig = Pick<Config, 'c2paCertificate' | 'c2paKey' | 'provenance'>

/**
 * Makes ready to sign with the certificate and the key that the settings name; without them nothing is signed. A picture is signed at once, so that what would fail fails before anybody asks.
 *
 * @param library module name of the C2PA library
 * @throws c2pa_invalid, c2pa_library_missing
 */
export async function loadSignatures (config: SignatureConfig, library = C2PA_LIBRARY): Promise<Signatures> {
  const credentials = await readCredentials(config)
  const reader = new ManifestReader({ own: credentials?.own, library })
  const signer = credentials === undefined ? undefined : new PictureSigner({ credentials, version: packageVersion(), library })
  const close = async (): Promise<void> => { await Promise.all([signer?.close(), reader.close()]) }
  try {
    if (signer !== undefined) await signOnce(signer, library)
  } catch (error) {
    await close()
    throw error
  }
  return { signer, reader, close }
}

async function readCredentials ({ c2paCertificate, c2paKey, provenance }: SignatureConfig): Promise<CheckedCredentials | undefined> {
  if (c2paCertificate === '' && c2paKey === '') return undefined
  if (c2paCertificate === '' || c2paKey === '') throw codedError('c2pa_invalid', [`UNIF2ACE_C2PA_${c2paKey === '' ? 'KEY' : 'CERTIFICATE'} is missing`])
  if (provenance === 'off') throw codedError('c2pa_invalid', ['UNIF2ACE_PROVENANCE is off, and a signature is a mark'])
  const [certificates, key] = await Promise.all([readPem(c2paCertificate), readPem(c2paKey)])
  try {
    return checkCredentials(certificates, key, Date.now())
  } catch (cause) {
    if (cause instanceof CredentialsError) throw codedError('c2pa_invalid', [cause.message], { cause })
    throw cause
  }
}

async function readPem (path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8')
  } catch (cause) {
    throw codedError('c2pa_invalid', [cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

async function signOnce (signer: PictureSigner, library: string): Promise<void> {
  const pixel = await encodePixels(new Uint8Array(3), { width: 1, height: 1 })
  try {
    await signer.sign(pixel, 'png', { source: 'trainedAlgorithmicMedia', model: 'none', modelDigest: 'none', seed: 0 })
  } catch (cause) {
    if (!(cause instanceof SigningError)) throw cause
    throw cause.kind === 'library' ? codedError('c2pa_library_missing', [library, cause.message], { cause }) : codedError('c2pa_invalid', [`the library does not sign with it: ${cause.message}`], { cause })
  }
}
