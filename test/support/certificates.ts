/** Certificates as C2PA wants them for signers, made anew by every test. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto)

export interface SignerFiles {
  /** PEM, the signer's own first. */
  chain: string
  /** PEM, PKCS #8. */
  key: string
  /** PEM of the root. */
  root: string
  /** PEM, PKCS #8, of the root. */
  rootKey: string
}

export interface SignerWish {
  name?: string
  notBefore?: Date
  notAfter?: Date
  curve?: 'P-256' | 'P-384'
}

const DAY_MS = 86_400_000
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }
/** What the certificate's key may be used for: documents and e-mails, as C2PA 2.x, 14.5.1 asks. */
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'

/** A certificate authority of one's own, and a signer's certificate under it. */
export async function makeSigner ({ name = 'Test Signer', notBefore = new Date(Date.now() - DAY_MS), notAfter = new Date(Date.now() + 10 * DAY_MS), curve = 'P-256' }: SignerWish = {}): Promise<SignerFiles> {
  const [authority, own] = await Promise.all(['P-256', curve].map(async (namedCurve) => await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify'])))
  if (authority === undefined || own === undefined) throw new Error('no keys')
  const dates = { notBefore, notAfter }
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates,
    serialNumber: '01',
    name: 'CN=Test Root, O=Test',
    keys: authority,
    signingAlgorithm: SIGNATURE,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)]
  })
  const leaf = await x509.X509CertificateGenerator.create({
    ...dates,
    serialNumber: '02',
    subject: `CN=${name}, O=Test Org`,
    issuer: root.subject,
    signingKey: authority.privateKey,
    publicKey: own.publicKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([EMAIL_PROTECTION], true),
      await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey)
    ]
  })
  const [key, rootKey] = await Promise.all([own, authority].map(async ({ privateKey }) => pem(Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)))))
  return { chain: `${leaf.toString('pem')}\n${root.toString('pem')}\n`, key: key ?? '', root: `${root.toString('pem')}\n`, rootKey: rootKey ?? '' }
}

function pem (key: Buffer): string {
  return `-----BEGIN PRIVATE KEY-----\n${key.toString('base64').match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`
}
