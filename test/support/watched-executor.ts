import type { EncodeResult, StepExecutor, StepPlan, StepResult, UnmaskResult } from '../../src/engine/executor.js'

/** What somebody between the core and the executor hears and says. */
export interface Watching {
  /** Before each plan. */
  onPlan? (plan: StepPlan): void
  /** The rows of each unmasking step that was done. */
  onUnmasked? (rows: readonly UnmaskResult[]): void
  /** What all pictures are encoded to, whatever they show. */
  encoding?: EncodeResult
}

/** An executor with somebody watching. */
export function watchExecutor (executor: StepExecutor, { onPlan, onUnmasked, encoding }: Watching): StepExecutor {
  const execute = async <P extends StepPlan>(plan: P, signal?: AbortSignal): Promise<StepResult<P>> => {
    onPlan?.(plan)
    if (plan.phase === 'encode' && encoding !== undefined) return { rows: plan.rows.map(() => encoding), durationMs: 0 } as unknown as StepResult<P>
    const result = await executor.execute(plan, signal)
    if (plan.phase === 'unmask') onUnmasked?.(result.rows as UnmaskResult[])
    return result
  }
  return {
    sizes: executor.sizes,
    execute,
    loadPicture: (slot, prefix) => { executor.loadPicture(slot, prefix) },
    moveSlot: (from, to, length) => { executor.moveSlot(from, to, length) },
    dispose: () => { executor.dispose() }
  }
}
