import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { checkCredentials } from '../../../src/image/c2pa/credentials.js'
import { makeSigner } from '../../support/certificates.js'

const now = Date.now()
const signer = await makeSigner()

t.test('a chain and its key are taken, with the algorithm that fits the key', async (t) => {
  const checked = checkCredentials(signer.chain, signer.key, now)
  t.match(checked, { algorithm: 'es256', subject: 'CN=Test Signer, O=Test Org' })
  t.ok(checked.validUntil > now)
  t.match(checked.key, /^-----BEGIN PRIVATE KEY-----/)
  t.equal(checked.certificates.match(/BEGIN CERTIFICATE/g)?.length, 2, 'the issuer goes along')
  const larger = await makeSigner({ curve: 'P-384' })
  t.equal(checkCredentials(larger.chain, larger.key, now).algorithm, 'es384')
})

t.test('what does not fit is said', async (t) => {
  const other = await makeSigner()
  const [, root = ''] = signer.chain.split(/(?<=-----END CERTIFICATE-----\n)\n?/)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }).toString()
  const cases: [string, string, number, RegExp][] = [
    ['nothing', signer.key, now, /no certificate in PEM/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', signer.key, now, /certificate cannot be read/],
    [signer.chain, 'nothing', now, /key cannot be read/],
    [signer.chain, locked, now, /without a passphrase/],
    [signer.chain, other.key, now, /not that of the first certificate/],
    [root + signer.chain, signer.key, now, /comes first, its issuers behind it/],
    [signer.chain, signer.key, now + 11 * 86_400_000, /has expired on/],
    [signer.chain, signer.key, now - 2 * 86_400_000, /valid from .* on/]
  ]
  for (const [chain, key, at, message] of cases) t.throws(() => checkCredentials(chain, key, at), { name: 'CredentialsError', message })
})
