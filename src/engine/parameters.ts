import type { Manifest } from '../artifacts/manifest.js'
import type { PassRouting } from './executor.js'
import type { ParameterComponent } from './protocol.js'

/** Which routed and sequence-level experts a pass chooses among. */
export type ExpertGroup = 'generate' | 'understand'

/** Parameter counts that passes are measured with (manifest `parameters`, spec §6). */
export interface ParameterCosts {
  total: number
  /** All that is always on in a pass of the group, shared experts included. */
  dense: Record<ExpertGroup, number>
  /** The shared expert over all layers; part of `dense`. */
  sharedExpert: number
  /** One routed expert of one layer. */
  routedExpert: number
  /** Each sequence-level expert of one layer. */
  sequenceExpert: Record<ExpertGroup, readonly number[]>
}

/** What one pass of one row used. */
export interface MeasuredPass {
  /** Parameters that a token used, on average over the pass's tokens. */
  activated: number
  /** `activated` by component. */
  components: Record<ParameterComponent, number>
  /** Distinct parameters that the pass used. */
  touched: number
}

export function parameterCosts ({ parameters, sizes }: Pick<Manifest, 'parameters' | 'sizes'>): ParameterCosts {
  return {
    total: parameters.total,
    dense: parameters.dense,
    sharedExpert: parameters.shared_expert_per_layer * sizes.layers,
    routedExpert: parameters.routed_expert,
    sequenceExpert: parameters.sequence_expert
  }
}

/**
 * Counts the parameters of a pass from the routing that happened in it.
 *
 * @param tokens that went through the pass: each chose its routed experts in every layer
 */
export function measurePass ({ tokenExperts, sequenceExperts }: PassRouting, tokens: number, group: ExpertGroup, costs: ParameterCosts): MeasuredPass {
  const perLayer = costs.sequenceExpert[group]
  let choices = 0
  let distinct = 0
  for (const count of tokenExperts) {
    choices += count
    if (count > 0) distinct++
  }
  let sequence = 0
  sequenceExperts?.forEach((isChosen, index) => { sequence += isChosen * (perLayer[index % perLayer.length] ?? 0) })
  const routed = choices / tokens * costs.routedExpert
  const dense = costs.dense[group]
  return {
    activated: dense + routed + sequence,
    components: { dense: dense - costs.sharedExpert, shared_expert: costs.sharedExpert, routed_experts: routed, sequence_experts: sequence },
    touched: dense + distinct * costs.routedExpert + sequence
  }
}
