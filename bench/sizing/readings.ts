import type { Memory, ServerProcess } from '../server-process.js'

/** How often memory is looked at while requests run. */
const LOOK_MS = 250

/** Phases of the engine, in the order in which requests meet them. */
export const PHASES = ['encode', 'prefill', 'unmask', 'render', 'decode'] as const

/** Steps of one phase while something was measured. */
export interface Steps { phase: string, steps: number, rows: number, seconds: number }

/** Does something, and tells the most that each process took meanwhile and the most that all took at a time. */
export async function mostWhile (server: ServerProcess, act: () => Promise<void>): Promise<Memory> {
  let most = await server.memory()
  const over = new AbortController()
  const watch = (async () => {
    while (!over.signal.aborted) {
      most = larger(most, await server.memory())
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  })()
  try {
    await act()
  } finally {
    over.abort()
    await watch
  }
  return larger(most, await server.memory())
}

function larger (a: Memory, b: Memory): Memory {
  return { http: Math.max(a.http, b.http), engines: b.engines.map((bytes, index) => Math.max(bytes, a.engines[index] ?? 0)), together: Math.max(a.together, b.together) }
}

/** Steps of the engine so far, by phase, as the server counts them. */
export async function stepsOf (server: ServerProcess): Promise<Steps[]> {
  const text = await server.metrics()
  const read = (name: string, phase: string): number => [...text.matchAll(new RegExp(`^${name}\\{[^}]*phase="${phase}"[^}]*\\} (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0)
  return PHASES.map((phase) => ({ phase, steps: read('unif2ace_step_duration_seconds_count', phase), seconds: read('unif2ace_step_duration_seconds_sum', phase), rows: read('unif2ace_batch_rows_sum', phase) }))
}

/** What came between two readings; phases without a step are left out. */
export function between (before: readonly Steps[], after: readonly Steps[]): Steps[] {
  return after.map(({ phase, steps, rows, seconds }, index) => ({ phase, steps: steps - (before[index]?.steps ?? 0), rows: rows - (before[index]?.rows ?? 0), seconds: seconds - (before[index]?.seconds ?? 0) })).filter(({ steps }) => steps > 0)
}

/** Both together, phase by phase. */
export function added (sum: readonly Steps[], more: readonly Steps[]): Steps[] {
  return PHASES.flatMap((phase) => {
    const all = [...sum, ...more].filter((each) => each.phase === phase)
    const total = (read: (each: Steps) => number): number => all.reduce((total, each) => total + read(each), 0)
    return all.length === 0 ? [] : [{ phase, steps: total(({ steps }) => steps), rows: total(({ rows }) => rows), seconds: total(({ seconds }) => seconds) }]
  })
}
