/** The code of the last request, to copy. */
import { element, say, tabs } from './dom.js'
import { snippets } from './snippets.js'

/** @typedef {'curl' | 'javascript' | 'python'} Language */

export class Code {
  #panel = element('code-panel', HTMLPreElement)
  #snippet = element('snippet', HTMLElement)
  /** @type {Record<string, string>} */
  #texts = {}
  #language = 'curl'

  constructor () {
    tabs('Language', (language) => {
      this.#language = language
      this.#panel.setAttribute('aria-labelledby', `tab-${language}`)
      this.#write()
    })
    element('copy', HTMLButtonElement).addEventListener('click', () => { this.#copy() })
  }

  /**
   * @param {import('./wire.js').Action} action
   * @param {import('./snippets.js').Place} place
   */
  show (action, place) {
    this.#texts = snippets(action, place)
    element('code', HTMLElement).hidden = false
    this.#write()
  }

  #write () {
    this.#snippet.textContent = this.#texts[this.#language] ?? ''
  }

  async #copy () {
    const button = element('copy', HTMLButtonElement)
    try {
      await navigator.clipboard.writeText(this.#snippet.textContent ?? '')
      button.textContent = 'Copied'
      say('Copied')
    } catch {
      // Browsers give the clipboard to pages of https and of this machine only.
      getSelection()?.selectAllChildren(this.#snippet)
      button.textContent = 'Selected: press Ctrl+C'
      say('Selected: press Control C')
    }
    setTimeout(() => { button.textContent = 'Copy' }, 2000)
  }
}
