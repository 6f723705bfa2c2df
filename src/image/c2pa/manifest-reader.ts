import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ReadableFormat } from '../image-format.js'
import { C2paThread } from './c2pa-thread.js'
import { C2PA_LIBRARY } from './library.js'

/** What a C2PA manifest comes to when its signature and its hashes are checked. */
export interface ManifestFinding {
  /** `trusted`: valid, and signed with this server's own certificate. `valid`: signed by whoever calls itself so, and nothing was changed since. */
  state: 'trusted' | 'valid' | 'invalid'
  signer: { name: string | undefined, issuer: string | undefined, serial: string | undefined } | undefined
  /** The digital source types of what the manifest says was done to the picture. */
  sources: string[]
  /** Why it is invalid. */
  problems: { code: string, explanation: string }[]
}

/** Problems that are told of one file: a hostile one may have any number. */
const MAX_PROBLEMS = 8
/** Nobody checks whose certificate it is but for this server's own: that is told by the state. */
const UNTRUSTED = 'signingCredential.untrusted'

const Problem = Type.Object({ code: Type.String(), explanation: Type.Optional(Type.String()) })
const Signature = Type.Object({ common_name: Type.Optional(Type.String()), issuer: Type.Optional(Type.String()), cert_serial_number: Type.Optional(Type.String()) })
/** As much of the library's report as is used. */
const Store = Type.Object({
  active_manifest: Type.Optional(Type.String()),
  validation_state: Type.String(),
  validation_status: Type.Optional(Type.Array(Problem)),
  manifests: Type.Record(Type.String(), Type.Object({
    signature_info: Type.Optional(Signature),
    assertions: Type.Optional(Type.Array(Type.Object({ label: Type.String(), data: Type.Unknown() })))
  }))
})
const Actions = Type.Object({ actions: Type.Array(Type.Object({ digitalSourceType: Type.Optional(Type.String()) })) })

export interface ManifestReaderOptions {
  /** PEM of the certificate that this server signs with. */
  own?: string | undefined
  /** Module name of the C2PA library. */
  library?: string
}

/** Reads and checks C2PA manifests, in a thread of its own that begins with the first. Nothing is fetched from elsewhere. */
export class ManifestReader {
  readonly #thread: C2paThread

  constructor ({ own, library = C2PA_LIBRARY }: ManifestReaderOptions = {}) {
    this.#thread = new C2paThread({ library, credentials: undefined, own })
  }

  /** @returns undefined where it cannot be checked, for want of the library */
  async read (file: Uint8Array, format: ReadableFormat): Promise<ManifestFinding | undefined> {
    const outcome = await this.#thread.do({ task: 'read', picture: { file, mimeType: `image/${format}` } })
    switch (outcome.outcome) {
      case 'read': return findingOf(outcome.store)
      case 'failed': return unreadable(outcome.reason)
      default: return undefined
    }
  }

  async close (): Promise<void> {
    await this.#thread.close()
  }
}

function findingOf (store: unknown): ManifestFinding {
  if (!Value.Check(Store, store)) return unreadable('there is no manifest that can be followed')
  const active = store.manifests[store.active_manifest ?? '']
  if (active === undefined) return unreadable('no manifest is the active one')
  const state = store.validation_state === 'Trusted' ? 'trusted' : store.validation_state === 'Valid' ? 'valid' : 'invalid'
  return { state, signer: signerOf(active.signature_info), sources: sourcesOf(active.assertions ?? []), problems: problemsOf(store) }
}

/** What cannot even be parsed was changed, or never was right. */
function unreadable (reason: string): ManifestFinding {
  return { state: 'invalid', signer: undefined, sources: [], problems: [{ code: 'manifest.unreadable', explanation: reason }] }
}

function signerOf (signature: Static<typeof Signature> | undefined): ManifestFinding['signer'] {
  return signature === undefined ? undefined : { name: signature.common_name, issuer: signature.issuer, serial: signature.cert_serial_number }
}

function sourcesOf (assertions: readonly { label: string, data: unknown }[]): string[] {
  const actions = assertions.filter(({ label }) => label.startsWith('c2pa.actions')).flatMap(({ data }) => Value.Check(Actions, data) ? data.actions : [])
  return [...new Set(actions.flatMap(({ digitalSourceType }) => digitalSourceType ?? []))]
}

function problemsOf ({ validation_status: status = [] }: Static<typeof Store>): ManifestFinding['problems'] {
  return status.filter(({ code }) => code !== UNTRUSTED).slice(0, MAX_PROBLEMS).map(({ code, explanation = code }) => ({ code, explanation }))
}
