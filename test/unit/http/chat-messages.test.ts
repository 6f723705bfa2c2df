import t from 'tap'
import { readConversation, withoutForeignParts } from '../../../src/http/chat-messages.js'
import type { Message } from '../../../src/http/schemas/chat.js'

const picture = { type: 'image_url', image_url: { url: 'data:' } } as const
const text = (words: string) => ({ type: 'text', text: words }) as const
const user = (content: Message['content']): Message => ({ role: 'user', content })
const assistant = (content: Message['content']): Message => ({ role: 'assistant', content })

t.test('messages become turns and a question, and the picture says where it was', (t) => {
  t.same(readConversation([user([text('hair?'), picture])], 'describe'), { turns: [], question: 'hair?', picture: { url: 'data:', field: 'messages.0.content.1.image_url.url' } })
  t.match(readConversation([user([picture, text('a'), text('b')]), assistant('c'), user('d'), assistant([text('e')]), user([text('f')])], 'describe'), {
    turns: [{ question: 'a\nb', answer: 'c' }, { question: 'd', answer: 'e' }],
    question: 'f'
  })
  t.match(readConversation([user([picture])], 'describe'), { question: 'describe' }, 'a picture without a word asks for a description')
  t.match(readConversation([user([picture]), assistant('a face'), user('hair?')], 'describe'), { turns: [{ question: 'describe', answer: 'a face' }], question: 'hair?' })
  t.end()
})

t.test('what is no conversation about one picture is refused by its place', (t) => {
  const cases: [Message[], string, string][] = [
    [[assistant('a')], 'conversation_order', 'messages.0.role'],
    [[user([picture]), user('b')], 'conversation_order', 'messages.1.role'],
    [[user([picture]), assistant('b')], 'conversation_order', 'messages'],
    [[user('a')], 'picture_count', 'messages.0.content'],
    [[user([picture, picture, text('a')])], 'picture_count', 'messages.0.content.1'],
    [[user('a'), assistant('b'), user([picture])], 'picture_count', 'messages.2.content.0'],
    [[user([picture]), assistant('b'), user([picture])], 'picture_count', 'messages.2.content.0'],
    [[user([picture]), assistant(''), user('c')], 'missing_field', 'messages.1.content'],
    [[user([picture]), assistant('b'), user(' ')], 'missing_field', 'messages.2.content'],
    [[user([picture, { type: 'text' }])], 'missing_field', 'messages.0.content.1.text'],
    [[user([{ type: 'image_url' }])], 'missing_field', 'messages.0.content.0.image_url'],
    [[user([{ ...picture, text: 'a' }])], 'options_conflict', 'messages.0.content.0'],
    [[user([{ type: 'image_url', image_url: { url: 'data:', detail: 'high' } }])], 'option_unsupported', 'messages.0.content.0.image_url.detail']
  ]
  for (const [messages, code, param] of cases) t.throws(() => readConversation(messages, 'describe'), { code, param }, `${code} ${param}`)
  t.end()
})

t.test('roles, parts and fields of OpenAI\'s that the model does not take are refused with the reason', (t) => {
  const cases: [unknown, string, RegExp][] = [
    [{ role: 'system', content: 'be brief' }, 'messages.0.role', /^system at .*trained on questions and answers/],
    [{ role: 'developer', content: 'be brief' }, 'messages.0.role', /^developer at/],
    [{ role: 'tool', content: 'x', tool_call_id: '1' }, 'messages.0.role', /no tools/],
    [{ role: 'user', content: 'x', name: 'Ann' }, 'messages.0.name', /tell people apart/],
    [{ role: 'assistant', content: 'x', tool_calls: [] }, 'messages.0.tool_calls', /no tools/],
    [{ role: 'assistant', content: 'x', refusal: 'no' }, 'messages.0.refusal', /no answer/],
    [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }, 'messages.0.content.0', /does not hear/],
    [{ role: 'user', content: [{ type: 'file', file: {} }] }, 'messages.0.content.0', /pictures and questions/]
  ]
  for (const [message, param, reason] of cases) t.throws(() => withoutForeignParts([message]), { code: 'message_unsupported', param, message: reason }, param)
  t.end()
})

t.test('an answer of this server may be sent back as it came: its empty fields are taken away', (t) => {
  t.same(withoutForeignParts([{ role: 'assistant', content: 'x', refusal: null, tool_calls: null }]), [{ role: 'assistant', content: 'x' }])
  t.same(withoutForeignParts([{ role: 'user', content: null, more: 1 }, 'x', 1]), [{ role: 'user', content: null, more: 1 }, 'x', 1], 'the rest is for the schema to judge')
  t.equal(withoutForeignParts('x'), 'x')
  t.end()
})
