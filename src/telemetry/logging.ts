import type { LoggerOptions } from 'pino'

/** What a log line may say of a request: never its body, its query or its headers. */
interface LoggedRequest { id: string, method: string, url: string, ip?: string }

/** Keys under which a person's words or pictures could slip into a log line. */
const PRIVATE_KEYS = ['prompt', 'negative_prompt', 'negativePrompt', 'question', 'choices', 'caption', 'answer', 'image', 'b64_json', 'rgb', 'pixels', 'body', 'authorization']

/**
 * Options of the structured log: one JSON object a line, ISO time, level by name.
 *
 * Prompts, answers and pictures are not logged; should a careless line hand one over, it is redacted.
 */
export function loggerOptions (level: string): LoggerOptions {
  return {
    level,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PRIVATE_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    serializers: {
      req: ({ id, method, url, ip }: LoggedRequest) => ({ id, method, path: url.split('?', 1)[0], ip }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode })
    }
  }
}
