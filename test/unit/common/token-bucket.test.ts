import t from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import { uniforms } from '../../../src/common/rng.js'
import { TokenBucket } from '../../../src/common/token-bucket.js'

t.test('a minute\'s worth is there at once, and comes back evenly', async (t) => {
  const clock = new ManualClock(500)
  const bucket = new TokenBucket(60, clock)
  for (let count = 0; count < 60; count++) t.equal(bucket.take(1), 0)
  t.equal(bucket.take(1), 1000, 'the next in a second')
  clock.advance(999)
  t.equal(bucket.take(1), 1)
  clock.advance(1)
  t.equal(bucket.take(1), 0)
  t.equal(bucket.resetMs, 60_000)
})

t.test('what costs more than a minute holds is taken when the bucket is full, and paid for afterwards', async (t) => {
  const clock = new ManualClock()
  const bucket = new TokenBucket(100, clock)
  bucket.take(1)
  t.equal(bucket.take(250), 600)
  clock.advance(600)
  t.equal(bucket.take(250), 0)
  t.equal(bucket.level, -150)
  t.equal(bucket.waitMs(1), 90_600)
})

t.test('giving back never overfills it', async (t) => {
  const bucket = new TokenBucket(10, new ManualClock())
  bucket.take(3)
  bucket.take(-100)
  t.equal(bucket.level, 10)
})

t.test('in any stretch of time no more is taken than the stretch brings, a full bucket, and the debt of one', async (t) => {
  for (let seed = 0; seed < 30; seed++) {
    const draw = (step: number): number => uniforms({ seed: BigInt(seed), stream: 0, step, row: 0 }, 1)[0] ?? 0
    const clock = new ManualClock()
    const bucket = new TokenBucket(120, clock)
    let taken = 0
    for (let step = 0; step < 2000; step += 2) {
      const amount = 1 + Math.floor(draw(step) * 200)
      if (bucket.take(amount) === 0) taken += amount
      clock.advance(draw(step + 1) * 2000)
    }
    t.ok(taken <= 120 + clock.now() * 120 / 60_000 + 200, `seed ${seed}`)
    t.ok(taken > clock.now() * 120 / 60_000 * 0.5, `seed ${seed}: and it is used`)
  }
})
