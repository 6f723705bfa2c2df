/** Headers that belong to one answer, not to what was answered. */
const OWN = /^(connection|keep-alive|date|content-length|transfer-encoding|vary|x-request-id|server-timing|openai-processing-ms|idempotency-replayed|x-ratelimit-.*|access-control-.*)$/

/** What is kept of an answer's headers, to answer with them again. */
export function withoutOwnHeaders (headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => OWN.test(name) || value === undefined ? [] : [[name, String(value)]]))
}
