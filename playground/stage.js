/** The picture on show, and the strip of how it came about. */
import { build, element, percent } from './dom.js'

/**
 * @typedef {object} Picture
 * @property {Blob} blob the file
 * @property {string} url of the blob
 * @property {string} name of the file
 * @property {string} words what is said below it
 * @property {string} alt
 * @property {boolean} isSynthetic whether it was made here
 *
 * @typedef {{ url: string, label: string, alt: string, picture?: Picture }} Frame what the strip shows; of the finished one its picture
 */

const TYPES = { png: 'image/png', webp: 'image/webp', jpeg: 'image/jpeg' }

/**
 * @param {string} base64
 * @param {'png' | 'webp' | 'jpeg'} format
 */
export function blobOf (base64, format) {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type: TYPES[format] })
}

export class Stage {
  #frame = element('frame', HTMLDivElement)
  #image = element('picture', HTMLImageElement)
  #words = element('picture-words', HTMLParagraphElement)
  #save = element('save', HTMLAnchorElement)
  #strip = element('strip', HTMLOListElement)
  /** @type {string[]} of partial images: the strip alone needs them */
  #urls = []
  /** @type {Picture | undefined} */
  #picture
  /** @type {Picture | undefined} what there was before the last repainting */
  #original
  /** @type {((picture: Picture | undefined) => void)[]} */
  #listeners = []

  get picture () {
    return this.#picture
  }

  /** @param {(picture: Picture | undefined) => void} listener told of each new picture */
  onPicture (listener) {
    this.#listeners.push(listener)
  }

  /**
   * Says of how many tokens a picture is made, where there is none yet.
   *
   * @param {[number, number]} grid rows and columns
   */
  showGrid ([rows, columns]) {
    element('film-count', HTMLElement).textContent = String(rows * columns)
    this.#frame.style.setProperty('--rows', String(rows))
    this.#frame.style.setProperty('--columns', String(columns))
  }

  /** @param {Picture} picture becomes the one that everything works on */
  show (picture) {
    this.#picture = picture
    this.#frame.dataset.state = 'shown'
    this.#image.src = picture.url
    this.#image.alt = picture.alt
    this.#image.hidden = false
    this.#words.replaceChildren(...(picture.isSynthetic ? [build('b', { class: 'badge' }, 'Synthetic'), ' '] : []), picture.words)
    this.#save.href = picture.url
    this.#save.download = picture.name
    this.#save.hidden = !picture.isSynthetic
    element('undo', HTMLButtonElement).hidden = this.#original === undefined
    for (const listener of this.#listeners) listener(picture)
  }

  /**
   * @param {Frame[]} before what the strip begins with: the original, where one is repainted
   * @param {number} frames that are to come: their places are kept, so that nothing moves when they do
   */
  begin (before, frames) {
    this.#clearStrip()
    this.#strip.append(...Array.from({ length: before.length + frames }, () => build('li', { class: 'awaited', 'aria-hidden': 'true' })))
    this.#strip.hidden = false
    this.#frame.dataset.state = before.length === 0 ? 'masked' : 'remaking'
    this.#image.hidden = before.length === 0
    // On a phone the controls are far below.
    this.#frame.scrollIntoView({ block: 'nearest' })
    this.#words.textContent = before.length === 0 ? 'All masked' : 'Masked where it is painted'
    element('undo', HTMLButtonElement).hidden = this.#save.hidden = true
    this.#decided(0)
    for (const frame of before) this.#addFrame(frame)
  }

  /**
   * A picture on its way.
   *
   * @param {Blob} blob
   * @param {{ step: number, steps: number, decided: number }} state
   */
  partial (blob, { step, steps, decided }) {
    const url = URL.createObjectURL(blob)
    this.#urls.push(url)
    this.#frame.dataset.state = 'unmasking'
    this.#image.src = url
    this.#image.alt = `The picture after step ${step} of ${steps}`
    this.#image.hidden = false
    this.#words.textContent = `Step ${step} of ${steps}: ${percent(decided)} of the tokens decided`
    this.#decided(decided)
    this.#addFrame({ url, label: `Step ${step}\n${percent(decided)}`, alt: `Step ${step} of ${steps}: ${percent(decided)} of the tokens decided` })
  }

  /**
   * @param {Picture} picture finished; ends the strip
   * @param {Picture} [original] that it was repainted from
   */
  finish (picture, original) {
    this.#decided(1)
    this.#original = original
    this.show(picture)
    this.#addFrame({ url: picture.url, label: 'Finished', alt: picture.alt, picture })
    for (const place of this.#strip.querySelectorAll('.awaited')) place.remove()
  }

  /** The picture itself, where a step of its making is being looked at. */
  showFinished () {
    const [last] = [...this.#strip.querySelectorAll('button')].slice(-1)
    if (this.#picture === undefined || this.#frame.dataset.state !== 'shown') return
    this.show(this.#picture)
    if (last !== undefined) this.#mark(last)
  }

  /** Back to the picture that there was. */
  abandon () {
    this.#clearStrip()
    if (this.#picture !== undefined) this.show(this.#picture)
    else {
      this.#image.hidden = true
      this.#frame.dataset.state = 'empty'
      this.#words.textContent = 'No picture yet: make one, or bring your own.'
    }
  }

  /** Back to what was repainted. */
  undo () {
    if (this.#original === undefined) return
    this.open(this.#original)
  }

  /** @param {Picture} picture that nothing is known of: no strip, nothing to go back to */
  open (picture) {
    this.#original = undefined
    this.#clearStrip()
    this.show(picture)
  }

  #clearStrip () {
    this.#strip.replaceChildren()
    this.#strip.hidden = true
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url)
  }

  /** @param {number} share */
  #decided (share) {
    this.#frame.style.setProperty('--decided', String(share))
  }

  /** @param {Frame} frame a button that shows it on the stage */
  #addFrame ({ url, label, alt, picture }) {
    const button = build('button', { type: 'button', 'aria-current': 'false', title: alt }, build('img', { src: url, alt: '' }), build('span', {}, label))
    button.addEventListener('click', () => {
      if (picture !== undefined) this.show(picture)
      else this.#look(url, alt)
      this.#mark(button)
    })
    const place = this.#strip.querySelector('.awaited')
    if (place === null) this.#strip.append(build('li', {}, button))
    else place.replaceWith(build('li', {}, button))
    this.#mark(button)
  }

  /**
   * Shows what is not the picture that everything works on.
   *
   * @param {string} url
   * @param {string} alt
   */
  #look (url, alt) {
    this.#image.src = url
    this.#image.alt = alt
    this.#words.textContent = alt
  }

  /** @param {HTMLButtonElement} shown */
  #mark (shown) {
    for (const button of this.#strip.querySelectorAll('button')) button.setAttribute('aria-current', String(button === shown))
  }
}
