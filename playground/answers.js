/** Words about a picture, as they are written: the newest on top. */
import { build, element, percent, say } from './dom.js'

/** One question and what is answered to it. */
export class Answer {
  #text = build('p', { class: 'answer' })
  #notes = build('div', { class: 'notes' })
  #item

  /** @param {string} question */
  constructor (question) {
    this.#item = build('li', {}, build('p', { class: 'question' }, question), this.#text, this.#notes)
    element('answers', HTMLOListElement).prepend(this.#item)
  }

  /** @param {any} event of the stream */
  take (event) {
    if (event.type.endsWith('.delta')) this.#text.append(event.delta)
    else this.#finish(event)
  }

  /** Takes itself back: nothing was answered. */
  remove () {
    this.#item.remove()
  }

  /** @param {any} event */
  #finish ({ caption, answer, choices, face, refusal, disclosures = [], finish_reason: reason }) {
    const words = caption ?? answer
    this.#text.textContent = words.trim()
    this.#item.dataset.reason = reason
    if (choices !== undefined) this.#text.after(probabilities(choices))
    const notes = [
      ...(refusal === undefined ? [] : [`Refused by this server's policy on ${refusal.category.replaceAll('_', ' ')}.`]),
      ...disclosures.map((/** @type {{ message: string }} */ { message }) => message),
      ...(reason === 'length' ? ['Cut short: as many tokens as one answer may have.'] : []),
      ...(face?.found === false ? [`No face was found in this picture (${percent(face.score)}), so this may be about anything.`] : [])
    ]
    this.#notes.replaceChildren(...notes.map((note) => build('p', {}, note)))
    say(`${words} ${notes.join(' ')}`)
  }
}

/** @param {{ text: string, probability: number }[]} choices */
function probabilities (choices) {
  return build('ul', { class: 'probabilities', 'aria-label': 'Choices' }, ...choices.map(({ text, probability }) => {
    const item = build('li', {}, build('span', {}, text), build('span', {}, percent(probability)))
    item.style.setProperty('--share', String(probability))
    return item
  }))
}
