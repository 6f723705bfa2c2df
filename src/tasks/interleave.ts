/**
 * Events of several sources as they come. All sources begin at once; each is asked for its next event when its last has been taken.
 *
 * The first failure is thrown and the others are told to return; sources that are busy then have to end by a signal of their own.
 */
export async function * interleave<T> (sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]())
  const waiting = new Map(iterators.map((iterator, index) => [index, arrivalOf(iterator, index)]))
  try {
    while (waiting.size > 0) {
      const { iterator, index, result } = await Promise.race(waiting.values())
      if (result.done === true) {
        waiting.delete(index)
        continue
      }
      waiting.set(index, arrivalOf(iterator, index))
      yield result.value
    }
  } finally {
    for (const iterator of iterators) iterator.return?.().catch(() => {})
  }
}

interface Arrival<T> { iterator: AsyncIterator<T>, index: number, result: IteratorResult<T> }

function arrivalOf<T> (iterator: AsyncIterator<T>, index: number): Promise<Arrival<T>> {
  const arrival = iterator.next().then((result) => ({ iterator, index, result }))
  // It may fail while the caller is busy with another event, or has left: until somebody looks, that is no news.
  arrival.catch(() => {})
  return arrival
}
