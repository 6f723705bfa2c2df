import { codedError } from '../common/errors.js'
import type { Finding, Place } from '../policy/policy.js'
import type { TaskDependencies } from './task-context.js'

/** A text of a request or an answer, and what it is there. */
export interface PolicyText { place: Place, text: string }

/** Why a question is not answered. */
export interface Refusal {
  /** Name of the policy's rule. */
  category: string
  /** For the caller. */
  message: string
}

/** What has to be said beside an answer. */
export interface Disclosure { category: string, message: string }

/** What the policy says of some texts together. */
export interface Judgement {
  refusal?: Refusal
  /** Each category once. */
  disclosures: Disclosure[]
}

type PolicyDependencies = Pick<TaskDependencies, 'policy' | 'metrics'>

/**
 * Holds texts against the operator's policy, and counts what is refused. Every task asks it before the engine has anything to do, so that every route does.
 */
export function judgeTexts (dependencies: PolicyDependencies, texts: readonly PolicyText[]): Judgement {
  return judgementOf(dependencies, texts.flatMap(({ place, text }) => dependencies.policy.judge(place, text)))
}

/** What the policy's findings come to. A refusal is counted. */
export function judgementOf ({ metrics }: Pick<TaskDependencies, 'metrics'>, findings: readonly Finding[]): Judgement {
  const refused = findings.find(({ action }) => action === 'refuse')
  if (refused !== undefined) metrics.policyRefusals.inc({ category: refused.category })
  const { category, message } = refused ?? {}
  return {
    ...(category === undefined || message === undefined ? {} : { refusal: { category, message } }),
    disclosures: onePerCategory(findings.filter(({ action }) => action === 'disclose'))
  }
}

/**
 * Refuses a wish for pictures that the policy does not allow.
 *
 * @throws content_filter
 */
export function refusePrompts ({ policy, metrics }: PolicyDependencies, { prompt, negativePrompt }: { prompt: string, negativePrompt?: string | undefined }): void {
  const texts: [string, PolicyText][] = [['prompt', { place: 'prompt', text: prompt }]]
  if (negativePrompt !== undefined) texts.push(['negative_prompt', { place: 'negative_prompt', text: negativePrompt }])
  for (const [param, { place, text }] of texts) {
    const refused = policy.judge(place, text).find(({ action }) => action === 'refuse')
    if (refused === undefined) continue
    metrics.policyRefusals.inc({ category: refused.category })
    throw codedError('content_filter', [refused.category, refused.message, refused.because], { param })
  }
}

/** Each category once. */
export function onePerCategory (findings: readonly Disclosure[]): Disclosure[] {
  return [...new Map(findings.map(({ category, message }) => [category, { category, message }])).values()]
}
