import { setImmediate, setTimeout } from 'node:timers/promises'
import t from 'tap'
import { interleave } from '../../../src/tasks/interleave.js'

async function * after (name: string, ...delays: number[]): AsyncGenerator<string> {
  for (const [index, delay] of delays.entries()) {
    await setTimeout(delay)
    yield `${name}${index}`
  }
}

async function all<T> (source: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = []
  for await (const event of source) events.push(event)
  return events
}

t.test('events come as they happen, each source in its order', async (t) => {
  t.same(await all(interleave([after('a', 5, 60), after('b', 30, 60), after('c')])), ['a0', 'b0', 'a1', 'b1'])
  t.same(await all(interleave([])), [])
})

t.test('the first failure is thrown, and the other sources are told to return', async (t) => {
  const ended: string[] = []
  async function * watched (): AsyncGenerator<string> {
    try {
      for (;;) yield * after('w', 1)
    } finally {
      ended.push('watched')
    }
  }
  async function * failing (): AsyncGenerator<string> {
    yield * after('f', 10)
    throw new Error('broken')
  }
  await t.rejects(all(interleave([watched(), failing()])), /broken/)
  await setTimeout(10)
  t.same(ended, ['watched'])
})

t.test('a source that fails while the caller looks at another event is heard when it asks for the next', async (t) => {
  const [first, second] = [new AbortController(), after('a', 1, 1)]
  async function * aborted (): AsyncGenerator<string> {
    await new Promise((_resolve, reject) => { first.signal.addEventListener('abort', () => { reject(new Error('gone')) }) })
    yield 'never'
  }
  const both = interleave([aborted(), second])
  t.equal((await both.next()).value, 'a0')
  first.abort()
  // An unhandled rejection would end the process here.
  await setImmediate()
  await setImmediate()
  await t.rejects(both.next().then(async () => await both.next()), /gone/)
  const left = interleave([aborted(), after('b', 1)])
  await left.next()
  await left.return(undefined)
  await setImmediate()
})
