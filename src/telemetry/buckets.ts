/** Seconds: first tokens and gaps between tokens (vLLM's ladder, shortened). */
export const LATENCY_BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 2.5, 5, 10, 30]

/** Seconds: whole requests and waiting in the queue. */
export const LONG_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120]

/** Seconds: one step of the engine. */
export const STEP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5]

/** Rows of a step. */
export const ROW_BUCKETS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]

/** Shares of the model at which the activated-parameter histogram has its bounds; finer where routed models live. */
const ACTIVATED_SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.725, 0.75, 0.775, 0.8, 0.825, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 1]

/** Bounds in parameters for a model of so many. */
export function activatedBuckets (totalParameters: number): number[] {
  return ACTIVATED_SHARES.map((share) => Math.round(share * totalParameters))
}
