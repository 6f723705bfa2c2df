import t from 'tap'
import { divide, eachInLanes } from '../../../src/engine/ort/lanes.js'

const letters = (count: number): string[] => [...'abcdefghijklmnop'].slice(0, count)

t.test('rows are divided evenly, in their order, and no lane is empty', async (t) => {
  for (let rows = 1; rows <= 16; rows++) {
    for (let lanes = 1; lanes <= 5; lanes++) {
      const divided = divide(letters(rows), lanes)
      t.same(divided.flatMap((lane) => lane.rows), letters(rows))
      t.same(divided.map(({ from }) => letters(rows)[from]), divided.map((lane) => lane.rows[0]), 'from is the first one\'s place')
      const sizes = divided.map((lane) => lane.rows.length)
      t.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${rows} rows in ${lanes} lanes: ${sizes.join(' ')}`)
      t.equal(divided.length, Math.min(rows, lanes))
    }
  }
})

t.test('lanes work at the same time, and results are in the order of the rows', async (t) => {
  const begun: string[] = []
  const waiting: (() => void)[] = []
  const results = eachInLanes(letters(5), 2, async (row, lane) => {
    begun.push(`${row}${lane}`)
    if (begun.length <= 2) await new Promise<void>((resolve) => { waiting.push(resolve) })
    return row.toUpperCase()
  })
  await Promise.resolve()
  t.same(begun, ['a0', 'c1'], 'one row of each lane has begun')
  for (const resume of waiting.toReversed()) resume()
  t.same(await results, ['A', 'B', 'C', 'D', 'E'])
})

t.test('a lane that fails lets the others end', async (t) => {
  let ended = false
  await t.rejects(eachInLanes(letters(2), 2, async (row) => {
    if (row === 'a') throw new Error('stopped')
    await new Promise((resolve) => { setImmediate(resolve) })
    ended = true
  }), /stopped/)
  t.ok(ended)
})
