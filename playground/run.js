/** One request at a time, from its start to what it took or why it failed. */
import { build, element, percent, say } from './dom.js'
import { showExperts } from './experts.js'
import { showTook } from './took.js'
import { RequestFailure } from './wire.js'

/**
 * @typedef {object} Job
 * @property {import('./wire.js').Action} action
 * @property {(event: any) => void} onEvent each event of the stream
 * @property {() => void} onFailure what there is to take back
 */

/** Headings of failures, by code; the message of the server says the rest. @type {Record<string, string>} */
const HEADINGS = {
  content_filter: 'This server does not do that',
  api_key_invalid: 'The key is missing or unknown',
  queue_full: 'Everybody wants a face right now',
  rate_limit_exceeded: 'That was a lot at once',
  engine_not_ready: 'The model is still being loaded',
  model_unavailable: 'This model is not there at the moment',
  engine_draining: 'The server is shutting down',
  prompt_too_long: 'That is too long',
  body_too_large: 'That picture is too large',
  connection_lost: 'The answer broke off',
  deadline_exceeded: 'That took too long',
  unreachable: 'No answer'
}

export class Runner {
  #progress = element('progress', HTMLDivElement)
  #bar = element('bar', HTMLProgressElement)
  #words = element('progress-words', HTMLLabelElement)
  #failure = element('failure', HTMLDivElement)
  /** @type {AbortController | undefined} */
  #controller

  /**
   * @param {import('./wire.js').Wire} wire
   * @param {import('./code.js').Code} code
   * @param {() => void} onKeyWanted
   * @param {() => void} onLost told that the server does not answer
   */
  constructor (wire, code, onKeyWanted, onLost) {
    this.wire = wire
    this.code = code
    this.onKeyWanted = onKeyWanted
    this.onLost = onLost
    element('stop', HTMLButtonElement).addEventListener('click', () => { this.stop() })
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.stop() })
  }

  get isBusy () {
    return this.#controller !== undefined
  }

  stop () {
    this.#controller?.abort()
  }

  /** @param {Job} job */
  async run (job) {
    if (this.isBusy) return
    this.#controller = new AbortController()
    this.#begin()
    try {
      await this.#follow(job, this.#controller.signal)
    } catch (error) {
      job.onFailure()
      this.fail(error)
    } finally {
      this.#controller = undefined
      this.#progress.hidden = true
      document.body.removeAttribute('data-busy')
    }
  }

  /**
   * @param {Job} job
   * @param {AbortSignal} signal
   */
  async #follow ({ action: { fields, ...rest }, onEvent }, signal) {
    const action = { ...rest, fields: { ...fields, ...this.wire.choice } }
    const startedAt = performance.now()
    for await (const event of this.wire.send(action, signal)) {
      this.#advance(event)
      onEvent(event)
      if (!event.type.endsWith('.completed')) continue
      // With the seed that was drawn, so that the code makes the same again.
      this.code.show({ ...action, fields: { ...action.fields, seed: event.seed } }, { origin: location.origin, needsKey: this.wire.key !== undefined })
      showTook({ usage: event.usage, timings: event.timings, wallMs: performance.now() - startedAt })
      showExperts(event.usage.experts)
    }
  }

  #begin () {
    document.body.dataset.busy = ''
    this.#failure.hidden = true
    this.#progress.hidden = false
    this.#bar.removeAttribute('value')
    this.#words.textContent = 'Sent; waiting for the model'
    say('Sent')
  }

  /** @param {any} event */
  #advance ({ type, step, num_inference_steps: steps, decided }) {
    if (type.endsWith('.delta')) this.#words.textContent = 'Writing'
    if (!type.endsWith('.partial_image')) return
    this.#bar.value = decided
    this.#words.textContent = `Unmasking: step ${step} of ${steps}`
    say(`Step ${step} of ${steps}, ${percent(decided)} decided`)
  }

  /** @param {unknown} error shown in plain words */
  fail (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      say('Stopped')
      return
    }
    const { message, code, retryAfterMs } = error instanceof RequestFailure ? error : { message: String(error), code: 'page_error', retryAfterMs: undefined }
    if (code === 'api_key_invalid') this.onKeyWanted()
    if (code === 'unreachable' || code === 'connection_lost') this.onLost()
    this.#failure.replaceChildren(
      build('b', {}, HEADINGS[code] ?? 'That did not work'),
      build('p', {}, message),
      build('p', { class: 'range' }, ...(retryAfterMs === undefined || message.includes('Try again in') ? [] : [`Try again in ${Math.ceil(retryAfterMs / 1000)} s. `]), 'Code: ', build('code', {}, code))
    )
    this.#failure.hidden = false
    this.#failure.scrollIntoView({ block: 'nearest' })
  }
}
