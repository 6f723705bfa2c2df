/** What goes over the wire: requests, answers and their failures. */

/**
 * A request as it is sent and as its code is written: one object for both, so that they cannot differ.
 *
 * @typedef {object} Action
 * @property {string} path route under the server's address
 * @property {Record<string, unknown>} fields fields that are plain JSON
 * @property {Record<string, { name: string, blob: Blob }>} files file parts; with any of them a form is sent
 */

/** An error of the API, with what its body says. */
export class RequestFailure extends Error {
  /**
   * @param {{ message?: string, code?: string, param?: string | null }} error
   * @param {{ status?: number, retryAfterMs?: number | undefined }} context
   */
  constructor ({ message, code, param }, { status, retryAfterMs } = {}) {
    super(message ?? `The server answered ${status} without a word.`)
    this.code = code ?? 'unreadable_answer'
    this.param = param ?? undefined
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** The server of this page. The key is in this object and nowhere else. */
export class Wire {
  /** @type {string | undefined} */
  key
  /** Which model is asked, as fields of a request; none where there is no choice. @type {{ model?: string }} */
  choice = {}

  get headers () {
    return this.key === undefined ? {} : { authorization: `Bearer ${this.key}` }
  }

  /**
   * @param {string} path
   * @returns {Promise<any>} the JSON of a route that reads
   */
  async get (path) {
    return await (await answered(fetch(path, { headers: this.headers }))).json()
  }

  /**
   * Sends an action and gives its events one by one.
   *
   * @param {Action} action
   * @param {AbortSignal} signal ends it here and on the server
   * @returns {AsyncGenerator<any>}
   */
  async * send ({ path, fields, files }, signal) {
    const isForm = Object.keys(files).length > 0
    const answer = await answered(fetch(path, {
      method: 'POST',
      signal,
      headers: { ...this.headers, accept: 'text/event-stream', ...(isForm ? {} : { 'content-type': 'application/json' }) },
      body: isForm ? formOf(fields, files) : JSON.stringify(fields)
    }))
    let isComplete = false
    for await (const data of dataLines(answer)) {
      if (data === '[DONE]') break
      const event = JSON.parse(data)
      if (event.error !== undefined) throw new RequestFailure(event.error)
      isComplete ||= event.type.endsWith('.completed')
      yield event
    }
    if (!isComplete) throw brokenOff()
  }
}

/**
 * @param {Action['fields']} fields
 * @param {Action['files']} files
 */
function formOf (fields, files) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  for (const [name, { blob, name: fileName }] of Object.entries(files)) form.append(name, blob, fileName)
  return form
}

/**
 * @param {Promise<Response>} request
 * @returns {Promise<Response>} an answer that is no error
 */
async function answered (request) {
  const answer = await request.catch((cause) => {
    if (cause.name === 'AbortError') throw cause
    throw new RequestFailure({ code: 'unreachable', message: 'The server did not answer. Is it still running?' })
  })
  if (answer.ok) return answer
  const wait = answer.headers.get('retry-after-ms')
  const body = await answer.json().catch(() => ({}))
  throw new RequestFailure(body.error ?? {}, { status: answer.status, retryAfterMs: wait === null ? undefined : Number(wait) })
}

/** A server that was killed, or a network that went away. */
function brokenOff () {
  return new RequestFailure({ code: 'connection_lost', message: 'The connection ended before the answer did. What had come of it is not kept.' })
}

/**
 * What follows `data: ` in an event stream. This server writes one such line an event.
 *
 * @param {Response} answer
 */
async function * dataLines (answer) {
  if (answer.body === null) return
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => { throw cause.name === 'AbortError' ? cause : brokenOff() })
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) yield line.slice(6)
  }
}
