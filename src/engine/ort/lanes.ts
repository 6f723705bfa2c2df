/** Some neighbouring rows of a step, run beside the others. `from` is the first one's place in the step. */
export interface Lane<R> { index: number, from: number, rows: readonly R[] }

/** Divides rows among lanes as evenly as may be, in their order; no lane is empty. */
export function divide<R> (rows: readonly R[], lanes: number): Lane<R>[] {
  const used = Math.min(lanes, rows.length)
  return Array.from({ length: used }, (_, index) => {
    const [from, end] = [Math.floor(index * rows.length / used), Math.floor((index + 1) * rows.length / used)]
    return { index, from, rows: rows.slice(from, end) }
  })
}

/** Does work on rows one by one, in as many lanes at once; results in the order of the rows. When one fails, the others are waited for. */
export async function eachInLanes<R, S> (rows: readonly R[], lanes: number, work: (row: R, lane: number) => Promise<S>): Promise<S[]> {
  const results = await allEnded(divide(rows, lanes).map(async (lane) => {
    const done: S[] = []
    for (const row of lane.rows) done.push(await work(row, lane.index))
    return done
  }))
  return results.flat()
}

/** Like Promise.all, but when one fails the others are waited for: they write into memory that the next plan uses. */
export async function allEnded<T> (works: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(works)).map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
