import { createHash } from 'node:crypto'
import t from 'tap'
import { keyOfHeaders, OPEN_TO_ALL, readApiKeys } from '../../../src/http/api-keys.js'

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

t.test('keys are known by the hashes of a file, whose notes and comments do not matter', async (t) => {
  const folder = t.testdir({ keys: `# keys of the lab\n\n${hashOf('one')}  -\nsha256:${hashOf('two').toUpperCase()} for the demo\n` })
  const keys = await readApiKeys(`${folder}/keys`)
  const [one, two] = ['one', 'two'].map((key) => keys.identify(key))
  t.match([one, two], [/^[0-9a-f]{16}$/, /^[0-9a-f]{16}$/])
  t.not(one, two)
  for (const stranger of [undefined, '', 'three', hashOf('one')]) t.equal(keys.identify(stranger), undefined)
})

t.test('a file that cannot be used says which line, and how to write one', async (t) => {
  const folder = t.testdir({ plain: `${hashOf('one')}\nmy-plain-key\n`, empty: '# nothing yet\n' })
  await t.rejects(readApiKeys(`${folder}/plain`), { code: 'api_keys_invalid', message: /line 2 is not a SHA-256.*one a line/ })
  await t.rejects(readApiKeys(`${folder}/empty`), { code: 'api_keys_invalid', message: /holds no key/ })
  await t.rejects(readApiKeys(`${folder}/absent`), { code: 'api_keys_invalid', message: /ENOENT/ })
})

t.test('a message never holds what was written in the place of a hash', async (t) => {
  const folder = t.testdir({ keys: 'my-plain-key' })
  await readApiKeys(`${folder}/keys`).catch((error: Error) => { t.notMatch(error.message, /my-plain-key/) })
})

t.test('a key is read from either header', async (t) => {
  t.equal(keyOfHeaders({ authorization: 'Bearer abc' }), 'abc')
  t.equal(keyOfHeaders({ authorization: 'bearer  abc' }), 'abc')
  t.equal(keyOfHeaders({ 'x-api-key': 'abc' }), 'abc')
  t.equal(keyOfHeaders({ authorization: 'Basic abc' }), undefined)
  t.equal(keyOfHeaders({ authorization: 'Bearer a b' }), undefined)
  t.equal(keyOfHeaders({}), undefined)
})

t.test('without a file everybody is the same caller', async (t) => {
  t.equal(OPEN_TO_ALL.identify(undefined), OPEN_TO_ALL.identify('anything'))
})
