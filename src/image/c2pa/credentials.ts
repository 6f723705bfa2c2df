import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Credentials } from './thread-protocol.js'

/** Credentials that fit each other, with what is told of them. */
export interface CheckedCredentials extends Credentials {
  /** Of the signer's own certificate, one line. */
  subject: string
  /** Until when it may sign, in milliseconds since 1970. */
  validUntil: number
  /** The signer's own certificate, PEM. */
  own: string
}

/** Why a certificate and a key cannot be used to sign; what it says goes behind "cannot be used: ". */
export class CredentialsError extends Error {
  constructor (reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'CredentialsError'
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
/** C2PA's names of the algorithms that a curve is for (C2PA 2.x, 13.2.1). */
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'es256', secp384r1: 'es384', secp521r1: 'es512' }

/**
 * Holds a chain of certificates and a private key against each other and against the clock.
 *
 * @param certificates PEM, the signer's own first, then its issuers
 * @param key PEM, without a passphrase
 * @param now milliseconds since 1970
 * @throws CredentialsError
 */
export function checkCredentials (certificates: string, key: string, now: number): CheckedCredentials {
  const [own, ...issuers] = certificates.match(CERTIFICATE) ?? []
  if (own === undefined) throw new CredentialsError('the certificate file has no certificate in PEM')
  const certificate = attempt('the certificate cannot be read', () => new X509Certificate(own))
  const privateKey = attempt('the key cannot be read (it must be PEM without a passphrase)', () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) throw new CredentialsError('the key is not that of the first certificate; the signer\'s own certificate comes first, its issuers behind it')
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (now < from) throw new CredentialsError(`the certificate is valid from ${certificate.validFrom} on`)
  if (now >= until) throw new CredentialsError(`the certificate has expired on ${certificate.validTo}`)
  return {
    certificates: [own, ...issuers].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: algorithmOf(privateKey),
    subject: certificate.subject.split('\n').join(', '),
    validUntil: until,
    own
  }
}

function algorithmOf ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  const algorithm = type === 'ec' ? CURVES[details?.namedCurve ?? ''] : type === 'ed25519' ? 'ed25519' : type === 'rsa' || type === 'rsa-pss' ? 'ps256' : undefined
  if (algorithm === undefined) throw new CredentialsError(`C2PA has no signatures by such a key (${type}${details?.namedCurve === undefined ? '' : ` ${details.namedCurve}`}); take P-256, P-384, P-521, Ed25519 or RSA`)
  return algorithm
}

function attempt<T> (problem: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CredentialsError(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
