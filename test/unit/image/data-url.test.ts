import t from 'tap'
import { readDataUrl } from '../../../src/image/data-url.js'

const bytes = Uint8Array.from([0, 1, 250, 255, 7])
const base64 = Buffer.from(bytes).toString('base64')

t.test('base64 data URLs are read with or without a media type and its parameters', async (t) => {
  for (const head of ['data:image/png;base64,', 'data:;base64,', 'DATA:image/svg+xml;charset=utf-8;BASE64,']) t.same(readDataUrl(head + base64), Buffer.from(bytes))
})

t.test('everything else is not one', async (t) => {
  const others = ['', 'face.png', 'data:image/png,abc', 'http://example.com/a.png', `data:image/png;base64,${base64}!`, `data:image/png;base64,${base64} `, 'data:image/png;base64,a=b', `data:${'x'.repeat(300)}/png;base64,${base64}`]
  for (const other of others) t.equal(readDataUrl(other), undefined, other.slice(0, 40))
})

t.test('base64 that is cut in the middle of a byte is not read', async (t) => {
  t.equal(readDataUrl('data:;base64,A'), undefined)
  t.equal(readDataUrl('data:;base64,AAAAA'), undefined)
})
