import type { Static } from 'typebox'
import type { TaskUsage } from '../tasks/usage.js'
import { expertsBody } from './experts-body.js'
import type { ImageUsageSchema, TextUsageSchema } from './schemas/usage.js'

/** Usage of a text, with OpenAI's names. */
export function textUsageBody (usage: TaskUsage): Static<typeof TextUsageSchema> {
  const promptTokens = usage.imageTokens + usage.promptTokens
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, image_tokens: usage.imageTokens, text_tokens: usage.promptTokens },
    ...measured(usage)
  }
}

/** Usage of pictures, with OpenAI's names. */
export function imageUsageBody (usage: TaskUsage): Static<typeof ImageUsageSchema> {
  const { originalTokens = 0 } = usage
  const inputTokens = usage.promptTokens + originalTokens
  return {
    input_tokens: inputTokens,
    input_tokens_details: { text_tokens: usage.promptTokens, image_tokens: originalTokens, cached_tokens: usage.cachedTokens },
    output_tokens: usage.imageTokens,
    output_tokens_details: { image_tokens: usage.imageTokens, text_tokens: 0 },
    total_tokens: inputTokens + usage.imageTokens,
    ...measured(usage)
  }
}

function measured ({ forwardPasses, activated, touched, experts }: TaskUsage) {
  return {
    forward_passes: forwardPasses,
    activated_parameters: { ...activated, source: 'measured' as const },
    touched_parameters: touched,
    ...(experts === undefined ? {} : { experts: expertsBody(experts) })
  }
}
