import type { WritableFormat } from '../image-format.js'
import { C2paThread } from './c2pa-thread.js'
import { manifestOf, ORIGINAL_INGREDIENT, type PictureClaim } from './claim.js'
import type { CheckedCredentials } from './credentials.js'
import { C2PA_LIBRARY } from './library.js'
import type { PictureFile } from './thread-protocol.js'

/** What hinders a signature: the library cannot be loaded, the certificate is past its time, or the library says no. */
export type SigningProblem = 'library' | 'expired' | 'signing'

/** Why a picture was not signed. */
export class SigningError extends Error {
  readonly kind: SigningProblem

  constructor (kind: SigningProblem, reason: string) {
    super(reason)
    this.name = 'SigningError'
    this.kind = kind
  }
}

export interface PictureSignerOptions {
  credentials: CheckedCredentials
  /** Version of this package, for the claim. */
  version: string
  /** Milliseconds since 1970. */
  now?: () => number
  /** Module name of the C2PA library. */
  library?: string
}

/** Signs picture files with the operator's key, in a thread of its own. */
export class PictureSigner {
  readonly #options: PictureSignerOptions
  readonly #thread: C2paThread

  constructor (options: PictureSignerOptions) {
    const { credentials, library = C2PA_LIBRARY } = options
    this.#options = options
    this.#thread = new C2paThread({ library, credentials, own: undefined })
  }

  /**
   * The file with a signed manifest: everything in it is bound by the signature, so nothing may be changed afterwards.
   *
   * @param original the file that was edited, whose own manifest is kept within the new one
   * @throws SigningError
   */
  async sign (file: Uint8Array, format: WritableFormat, claim: PictureClaim, original?: PictureFile): Promise<Buffer> {
    const { credentials: { validUntil }, version, now = Date.now } = this.#options
    if (now() >= validUntil) throw new SigningError('expired', 'its certificate has expired')
    const mimeType = `image/${format}`
    const outcome = await this.#thread.do({
      task: 'sign',
      picture: { file, mimeType },
      manifest: manifestOf(claim, mimeType, version, original !== undefined),
      ...(original === undefined ? {} : { original: { ingredient: { ...ORIGINAL_INGREDIENT, format: original.mimeType }, picture: original } })
    })
    if (outcome.outcome === 'signed') return Buffer.from(outcome.file.buffer, outcome.file.byteOffset, outcome.file.byteLength)
    throw new SigningError(outcome.outcome === 'library_missing' ? 'library' : 'signing', 'reason' in outcome ? outcome.reason : 'the thread did something else')
  }

  async close (): Promise<void> {
    await this.#thread.close()
  }
}
