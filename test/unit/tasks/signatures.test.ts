/** What a server does about signatures before it needs the library; scripts/tiers/provenance.sh has the rest. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type SignatureConfig, loadSignatures } from '../../../src/load-signer.js'
import { encodePixels } from '../../../src/image/encode-pixels.js'
import { makeSigner } from '../../support/certificates.js'

/** No package has this name: it cannot be installed. */
const NOWHERE = '@unif2ace-serve-tests/no-such-library'
const folder = t.testdir()
const files = { chain: join(folder, 'chain.pem'), key: join(folder, 'key.pem'), other: join(folder, 'other.pem'), old: join(folder, 'old.pem'), oldKey: join(folder, 'old-key.pem') }
const [signer, other, old] = await Promise.all([makeSigner(), makeSigner(), makeSigner({ notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') })])
await Promise.all([[files.chain, signer.chain], [files.key, signer.key], [files.other, other.key], [files.old, old.chain], [files.oldKey, old.key]].map(async ([path = '', text = '']) => { await writeFile(path, text) }))

const load = async (c2paCertificate: string, c2paKey: string, provenance: SignatureConfig['provenance'] = 'on') => await loadSignatures({ c2paCertificate, c2paKey, provenance }, NOWHERE)

t.test('without a key nothing is signed, and no library is needed', async (t) => {
  const { signer, close } = await load('', '')
  t.equal(signer, undefined)
  await close()
})

t.test('half a setting, files that are not there or do not fit, and switched-off marks are refused', async (t) => {
  await t.rejects(load(files.chain, ''), { code: 'c2pa_invalid', message: /UNIF2ACE_C2PA_KEY is missing/ })
  await t.rejects(load('', files.key), { code: 'c2pa_invalid', message: /UNIF2ACE_C2PA_CERTIFICATE is missing/ })
  await t.rejects(load(join(folder, 'nowhere.pem'), files.key), { code: 'c2pa_invalid', message: /ENOENT/ })
  await t.rejects(load(files.chain, files.other), { code: 'c2pa_invalid', message: /not that of the first certificate/ })
  await t.rejects(load(files.old, files.oldKey), { code: 'c2pa_invalid', message: /has expired/ })
  await t.rejects(load(files.chain, files.key, 'off'), { code: 'c2pa_invalid', message: /UNIF2ACE_PROVENANCE is off/ })
})

t.test('a missing library is told at the start, by its name', async (t) => {
  await t.rejects(load(files.chain, files.key), { code: 'c2pa_library_missing', message: /no-such-library cannot be loaded.*Install it/ })
})

t.test('without the library manifests are not checked, and that is said', async (t) => {
  const { reader, close } = await load('', '')
  t.equal(await reader.read(await encodePixels(new Uint8Array(3), { width: 1, height: 1 }), 'png'), undefined)
  await close()
})
