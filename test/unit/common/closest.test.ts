import t from 'tap'
import { closest } from '../../../src/common/closest.js'

const KNOWN = ['seed', 'num-inference-steps', 'guidance-scale', 'max-upload-bytes', 'max-image-pixels']

t.test('a word with a letter wrong, missing or too many is still meant', async (t) => {
  for (const word of ['guidence-scale', 'guidance-scal', 'guidance-scales', 'gudance-scale']) t.equal(closest(word, KNOWN), 'guidance-scale', word)
  t.equal(closest('sead', KNOWN), 'seed')
})

t.test('a part of one word alone stands for it, a part of several for none', async (t) => {
  t.equal(closest('steps', KNOWN), 'num-inference-steps')
  t.equal(closest('max', KNOWN), undefined)
})

t.test('what is like nothing is nothing', async (t) => {
  t.equal(closest('colour', KNOWN), undefined)
  t.equal(closest('', KNOWN), undefined)
  t.equal(closest('seed', []), undefined)
})
