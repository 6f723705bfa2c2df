import { codedError } from '../common/errors.js'
import type { Conversation } from '../tasks/conversation.js'
import type { Message, Part } from './schemas/chat.js'

/** A conversation as it was sent: its words, and where its picture is. */
export interface SentConversation extends Conversation { picture: { url: string, field: string } }

const NOT_TRAINED = 'the model was trained on questions and answers alone and would not follow it; put what matters into the question'
const NO_TOOLS = 'the model calls no tools'
/** Roles of OpenAI's that are refused, with the reason. */
const ROLES: Readonly<Record<string, string>> = { system: NOT_TRAINED, developer: NOT_TRAINED, tool: NO_TOOLS, function: NO_TOOLS }
/** Parts of OpenAI's that are refused, with the reason. */
const PARTS: Readonly<Record<string, string>> = { input_audio: 'the model does not hear', file: 'the model reads pictures and questions only', refusal: 'a refusal was no answer; leave that turn out' }
/** Fields of messages of OpenAI's that are refused, with the reason. */
const FIELDS: Readonly<Record<string, string>> = { name: 'the model does not tell people apart', tool_calls: NO_TOOLS, tool_call_id: NO_TOOLS, function_call: NO_TOOLS, audio: 'the model has no voice', refusal: 'a refusal was no answer; leave that turn out' }

/**
 * Refuses by name what OpenAI's messages may hold and this model does not take, before a schema says only that something is wrong. Fields that are null are taken away, as clients send them back.
 *
 * @throws message_unsupported
 */
export function withoutForeignParts (messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages
  return messages.map((message: unknown, index) => {
    if (!isRecord(message)) return message
    const field = `messages.${index}`
    refuseListed(ROLES, message['role'], `${field}.role`)
    const kept = Object.fromEntries(Object.entries(message).filter(([name, value]) => !(value === null && Object.hasOwn(FIELDS, name))))
    for (const name of Object.keys(kept)) refuseListed(FIELDS, name, `${field}.${name}`)
    const { content } = kept
    return Array.isArray(content) ? { ...kept, content: content.map((part: unknown, place) => isRecord(part) ? withoutForeignFields(part, `${field}.content.${place}`) : part) } : kept
  })
}

/** @throws message_unsupported */
function withoutForeignFields (part: Record<string, unknown>, field: string): Record<string, unknown> {
  refuseListed(PARTS, part['type'], field)
  const { prompt_cache_breakpoint: breakpoint = null, ...own } = part
  if (breakpoint !== null) throw codedError('message_unsupported', [`${field}.prompt_cache_breakpoint`, 'A breakpoint', 'pictures are cached by themselves as long as there is room'], { param: `${field}.prompt_cache_breakpoint` })
  return own
}

/**
 * Questions and answers out of messages.
 *
 * @param captionQuestion what a picture without a word asks
 * @throws conversation_order, picture_count, missing_field, option_unsupported
 */
export function readConversation (messages: readonly Message[], captionQuestion: string): SentConversation {
  const odd = messages.findIndex(({ role }, index) => role !== (index % 2 === 0 ? 'user' : 'assistant'))
  if (odd >= 0 || messages.length % 2 === 0) throw codedError('conversation_order', [], { param: odd < 0 ? 'messages' : `messages.${odd}.role` })
  const parts = messages.map(({ content }, index) => (typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content).map((part, place) => ({ part, field: `messages.${index}.content.${place}` })))
  const pictures = parts.flat().filter(({ part }) => part.type === 'image_url')
  const [picture, ...more] = parts[0]?.filter(({ part }) => part.type === 'image_url') ?? []
  if (pictures.length !== 1 || picture === undefined) throw codedError('picture_count', [pictures.length, picture === undefined ? 0 : 1 + more.length], { param: pictures.at(-1)?.field ?? 'messages.0.content' })
  const texts = parts.map((own) => own.flatMap(({ part, field }) => textOf(part, field)).join('\n'))
  const empty = texts.findIndex((text, index) => text.trim() === '' && index > 0)
  if (empty >= 0) throw codedError('missing_field', [`messages.${empty}.content`], { param: `messages.${empty}.content` })
  const said = texts.map((text, index) => index === 0 && text.trim() === '' ? captionQuestion : text)
  const turns = Array.from({ length: (said.length - 1) / 2 }, (_, turn) => ({ question: said[2 * turn] ?? '', answer: said[2 * turn + 1] ?? '' }))
  return { turns, question: said.at(-1) ?? '', picture: { url: urlOf(picture.part, picture.field), field: `${picture.field}.image_url.url` } }
}

/** @throws missing_field, options_conflict */
function textOf ({ type, text, image_url: image }: Part, field: string): string[] {
  if (type === 'image_url' && text === undefined) return []
  if (type === 'text' && text !== undefined && image === undefined) return [text]
  if (text !== undefined && image !== undefined) throw codedError('options_conflict', [`${field}.text`, `${field}.image_url`, 'a part is one of the two'], { param: field })
  throw codedError('missing_field', [`${field}.${type}`], { param: `${field}.${type}` })
}

/** @throws missing_field, option_unsupported */
function urlOf ({ image_url: image }: Part, field: string): string {
  if (image === undefined) throw codedError('missing_field', [`${field}.image_url`], { param: `${field}.image_url` })
  if (image.detail === 'high' || image.detail === 'original') throw codedError('option_unsupported', [`${field}.image_url.detail`, 'the model always looks at one small square of a picture; ask for auto'], { param: `${field}.image_url.detail` })
  return image.url
}

function refuseListed (list: Readonly<Record<string, string>>, name: unknown, field: string): void {
  const reason = typeof name === 'string' && Object.hasOwn(list, name) ? list[name] : undefined
  if (reason !== undefined) throw codedError('message_unsupported', [field, String(name), reason], { param: field })
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
