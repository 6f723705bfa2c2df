/** What crosses between the server's thread and the one that signs and reads manifests: plain values. */

/** Who signs; absent in a thread that only reads. */
export interface Credentials {
  /** PEM, the signer's own first. */
  certificates: string
  /** PEM, PKCS #8. */
  key: string
  /** By C2PA's name, `es256`. */
  algorithm: string
}

/** Given to the thread at its start. */
export interface ThreadData {
  /** Module name of the C2PA library. */
  library: string
  credentials: Credentials | undefined
  /** PEM of the certificate whose signatures are this server's own. */
  own: string | undefined
}

/** A picture file and its media type. */
export interface PictureFile { file: Uint8Array, mimeType: string }

export type ThreadTask =
  | { task: 'sign', picture: PictureFile, manifest: object, original?: { ingredient: object, picture: PictureFile } }
  | { task: 'read', picture: PictureFile }

/** `id` is that of the task's message. */
export type ThreadAnswer =
  | { id: number, outcome: 'signed', file: Uint8Array }
  /** The manifest store as the library tells it; null where there is none. */
  | { id: number, outcome: 'read', store: unknown }
  /** The library cannot be loaded. */
  | { id: number, outcome: 'library_missing', reason: string }
  | { id: number, outcome: 'failed', reason: string }

export interface ThreadMessage { id: number, order: ThreadTask }
