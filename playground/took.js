/** What a request took: parameters that its tokens activated, tokens, passes and times, as its `usage` and `timings` say. */
import { build, element, percent, short } from './dom.js'

/**
 * @typedef {{ min: number, max: number, mean: number, total: number }} Activated
 * @typedef {object} Outcome
 * @property {any} usage
 * @property {{ queue_ms?: number, encode_ms?: number, first_token_ms?: number, total_ms: number } | undefined} timings
 * @property {number} wallMs as this page measured it
 */

/** @param {Outcome} outcome */
export function showTook ({ usage, timings, wallMs }) {
  element('took', HTMLElement).hidden = false
  element('took-figures', HTMLDivElement).replaceChildren(...activatedBar(usage.activated_parameters, usage.forward_passes), figures(usage, timings, wallMs))
}

/**
 * @param {Activated} activated
 * @param {number} passes
 */
function activatedBar ({ min, mean, max, total }, passes) {
  if (passes === 0) return [build('p', { class: 'headline' }, build('b', {}, 'Nothing'), ' – the policy answered before the model was asked.')]
  const track = build('div', { class: 'track', role: 'img', 'aria-label': `Activated parameters per token: least ${short(min)}, mean ${short(mean)}, most ${short(max)}, of ${short(total)}` }, build('i', {}), build('u', {}))
  for (const [name, value] of Object.entries({ min, mean, max })) track.style.setProperty(`--${name}`, String(value / total))
  return [
    build('p', { class: 'headline' }, build('b', {}, short(mean)), ` of ${short(total)} parameters activated per token, on average (${percent(mean / total)})`),
    track,
    build('p', { class: 'range' }, `least ${short(min)}, most ${short(max)} in one pass – counted from the routing of these very passes`)
  ]
}

/**
 * @param {any} usage of a text or of a picture
 * @param {Outcome['timings']} timings
 * @param {number} wallMs
 */
function figures (usage, timings, wallMs) {
  const { cached_tokens: cached } = usage.prompt_tokens_details ?? usage.input_tokens_details
  /** @type {[string, string | undefined][]} */
  const rows = [
    ['forward passes', String(usage.forward_passes)],
    ['tokens read', `${usage.prompt_tokens ?? usage.input_tokens}${cached > 0 ? `, ${cached} from a cache` : ''}`],
    ['tokens made', String(usage.completion_tokens ?? usage.output_tokens)],
    ['waited', milliseconds(timings?.queue_ms)],
    ['first word after', milliseconds(timings?.first_token_ms)],
    ['took', milliseconds(timings?.total_ms ?? wallMs)]
  ]
  return build('dl', { class: 'figures' }, ...rows.flatMap(([name, value]) => value === undefined ? [] : [build('div', {}, build('dt', {}, name), build('dd', {}, value))]))
}

/** @param {number | undefined} ms */
function milliseconds (ms) {
  if (ms === undefined) return undefined
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
