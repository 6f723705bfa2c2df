import OpenAI from 'openai'
import type { Test } from 'tap'
import { type DebugApp, listenDebugApp } from './debug-app.js'
import { dataUrl, plainPng } from './pictures.js'

export type Messages = OpenAI.ChatCompletionMessageParam[]
/** What this server takes besides OpenAI's fields. */
export interface ChatBody extends Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages' | 'model' | 'stream'> {
  messages?: Messages
  model?: string
  structured_outputs?: object
}

export interface ChatClient extends DebugApp {
  client: OpenAI
  /** A question about a picture of one colour. */
  about (colour: string, question?: string): Promise<Messages>
  /** An answer about a teal picture, unless said. */
  ask (body?: ChatBody): Promise<OpenAI.ChatCompletion>
  /** The same as it is streamed. */
  stream (body?: ChatBody): Promise<OpenAI.ChatCompletionChunk[]>
}

/** The official client over a server with the debug model. */
export async function chatClient (t: Test, settings: Parameters<typeof listenDebugApp>[1] = {}): Promise<ChatClient> {
  const app = await listenDebugApp(t, settings)
  const client = new OpenAI({ apiKey: 'none', baseURL: `${app.origin}/v1`, maxRetries: 0 })
  const about = async (colour: string, question = 'What colour is the hair?'): Promise<Messages> => [{ role: 'user', content: [{ type: 'image_url', image_url: { url: dataUrl(await plainPng(colour)) } }, { type: 'text', text: question }] }]
  const teal = await about('teal')
  const whole = (body: ChatBody) => ({ model: 'debug', messages: teal, max_tokens: 12, seed: 1, ...body })
  return {
    ...app,
    client,
    about,
    ask: async (body = {}) => await client.chat.completions.create(whole(body)),
    stream: async (body = {}) => {
      const chunks: OpenAI.ChatCompletionChunk[] = []
      for await (const chunk of await client.chat.completions.create({ ...whole(body), stream: true })) chunks.push(chunk)
      return chunks
    }
  }
}

/** The words of the first answer. */
export function wordsOf ({ choices: [first] }: OpenAI.ChatCompletion): string {
  return first?.message.content ?? ''
}
