/** The three sides of the comparison. */
export type Contestant = 'server' | 'engine alone' | 'plain loop'

/** What is counted. */
export type Unit = 'images' | 'text tokens' | 'requests'

/** One cell of one round. */
export interface Measurement {
  contestant: Contestant
  unit: Unit
  concurrency: number
  round: number
  /** Units made. */
  amount: number
  seconds: number
  /** Of each request, in the order of their ends. */
  latenciesSeconds: number[]
}

export interface Load {
  contestant: Contestant
  concurrency: number
  round: number
  /** Requests in all. */
  count: number
}

/** Keeps `concurrency` requests in flight until `count` are done; `request` answers how many units it made. */
export async function closedLoop ({ contestant, concurrency, round, count }: Load, unit: Unit, request: (index: number) => Promise<number>): Promise<Measurement> {
  let next = 0
  let amount = 0
  const latenciesSeconds: number[] = []
  const start = performance.now()
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      const began = performance.now()
      // Not `amount += await …`: that reads the sum before the wait and loses what others add meanwhile.
      const made = await request(index)
      amount += made
      latenciesSeconds.push((performance.now() - began) / 1000)
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker))
  return { contestant, unit, concurrency, round, amount, seconds: (performance.now() - start) / 1000, latenciesSeconds }
}
