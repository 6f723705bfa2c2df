import { codedError } from '../common/errors.js'
import type { UnderstandWork } from '../engine/protocol.js'
import type { FaceModel } from './face-model.js'

/** A question that was answered before. */
export interface Turn { question: string, answer: string }

/** Questions about one picture, the last of which is to be answered. */
export interface Conversation { turns: readonly Turn[], question: string }

/** A wish for a number of tokens, and the field that it stands in. */
export interface TokenWish { maxTokens: number | undefined, field: string }

/**
 * Lays a conversation out as the model was trained on it, and counts the room that it leaves.
 *
 * @param param the field that the questions stand in, for errors
 * @throws question_too_long, setting_out_of_range, conversation_too_long
 */
export function layOutConversation ({ turns, question }: Conversation, { maxTokens: wanted, field }: TokenWish, { manifest, layout, tokenizer }: FaceModel, param: 'messages' | 'question'): Pick<UnderstandWork, 'textTokenIds' | 'maxTokens'> {
  const { limits, sizes, defaults } = manifest
  const questions = [...turns.map((turn) => turn.question), question]
  if (questions.length > limits.max_turns) throw codedError('setting_out_of_range', ['the number of user messages', questions.length, limits.max_turns], { param })
  for (const text of questions) {
    const tokens = tokenizer.encode(text).length
    if (tokens > limits.max_question_tokens) throw codedError('question_too_long', [tokens, limits.max_question_tokens], { param })
  }
  if (wanted !== undefined && wanted > limits.max_tokens) throw codedError('setting_out_of_range', [field, wanted, limits.max_tokens], { param: field })
  const textTokenIds = layout.conversation(turns, question)
  const taken = sizes.picture_prefix_length + textTokenIds.length
  const room = sizes.slot_capacity - taken
  const maxTokens = wanted ?? Math.min(defaults.max_tokens, room)
  if (maxTokens > room || maxTokens < 1) throw codedError('conversation_too_long', [taken + Math.max(1, maxTokens), sizes.slot_capacity], { param })
  return { textTokenIds, maxTokens }
}
