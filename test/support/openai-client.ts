import OpenAI, { APIError } from 'openai'

/** The official client for a server, without retries: a failure is to be seen. */
export function openAiClient (origin: string): OpenAI {
  return new OpenAI({ apiKey: 'none', baseURL: `${origin}/v1`, maxRetries: 0 })
}

/** This server's own fields beside OpenAI's. */
export interface ImageExtensions {
  seed?: number
  negative_prompt?: string
  num_inference_steps?: number
  guidance_scale?: number
  strength?: number
}

/** The error that a call of the client ends with. */
export async function refusalOf (call: Promise<unknown>): Promise<{ status: number | undefined, code: string | null | undefined, param: string | null | undefined, name: string, message: string }> {
  try {
    await call
  } catch (error) {
    if (error instanceof APIError) return { status: error.status, code: error.code, param: error.param, name: error.constructor.name, message: error.message }
    throw error
  }
  throw new Error('it was not refused')
}

/** Bytes of a picture that the client was given. */
export function fileOf (picture: { b64_json?: string } | undefined): Buffer {
  return Buffer.from(picture?.b64_json ?? '', 'base64')
}
