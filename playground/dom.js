/** The few things that every part of the page does with its elements. */

/**
 * An element of the page that has to be there.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind class that it has, for example HTMLInputElement
 * @returns {T}
 */
export function element (id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`#${id} is missing or no ${kind.name}`)
}

/**
 * Makes an element. Text stays text: nothing that a server or a user wrote becomes markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function build (tag, attributes, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** @param {string} words said to a screen reader when it next pauses */
export function say (words) {
  element('said', HTMLParagraphElement).textContent = words
}

/**
 * Makes tabs of the buttons of a tab list: arrow keys, Home and End move, and what has focus is chosen.
 *
 * @param {string} label of the tab list
 * @param {(name: string) => void} onChoose called with what follows `tab-` in the id
 * @returns {(name: string) => void} chooses a tab
 */
export function tabs (label, onChoose) {
  const list = document.querySelector(`[role=tablist][aria-label="${label}"]`)
  const all = [...(list?.querySelectorAll('button') ?? [])]
  /** @param {HTMLButtonElement} chosen */
  const choose = (chosen) => {
    for (const tab of all) {
      tab.setAttribute('aria-selected', String(tab === chosen))
      tab.tabIndex = tab === chosen ? 0 : -1
    }
    onChoose(chosen.id.replace('tab-', ''))
  }
  all.forEach((tab, index) => {
    tab.addEventListener('click', () => { choose(tab) })
    tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1 + all.length, Home: 0, End: all.length - 1 }[event.key]
      const next = to === undefined ? undefined : all[to % all.length]
      if (next === undefined) return
      event.preventDefault()
      next.focus()
      choose(next)
    })
  })
  return (name) => {
    const tab = all.find(({ id }) => id === `tab-${name}`)
    if (tab !== undefined) choose(tab)
  }
}

/**
 * 9816925 → "9.82 M".
 *
 * @param {number} count
 */
export function short (count) {
  const [unit, size] = count >= 1e9 ? ['B', 1e9] : count >= 1e6 ? ['M', 1e6] : count >= 1e3 ? ['K', 1e3] : ['', 1]
  return `${Number((count / Number(size)).toPrecision(3))}\u00a0${unit}`.trim()
}

/** @param {number} share of 1 */
export function percent (share) {
  return `${Math.round(100 * share)}\u00a0%`
}
