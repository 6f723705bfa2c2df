/** What a stranger sees first: the playground over the default model, in a real browser. `SCREENSHOTS=<folder> npx tap test/synthetic/default-visit.test.ts` also takes the pictures of it, to be looked at; docs/images/playground.jpg is `light-made.png`. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { modelPath } from '../../src/model-path.js'
import { isIdle, NO_BROWSER, openBrowser, visit, wordsOf } from '../support/browser.js'
import { listenDebugApp } from '../support/debug-app.js'

const SCREENSHOTS = process.env['SCREENSHOTS']
/** Shapes and colours of the pages that are looked at. */
const PAGES = [
  { name: 'light', viewport: { width: 1100, height: 900 }, colorScheme: 'light' },
  ...SCREENSHOTS === undefined ? [] : [{ name: 'dark', viewport: { width: 1100, height: 900 }, colorScheme: 'dark' } as const, { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' } as const]
] as const
const PATIENCE_MS = 120_000

const shoot = async (page: Page, name: string): Promise<void> => {
  if (SCREENSHOTS !== undefined) await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })
}

t.test('a stranger makes a face, repaints it, has it described and asks about it', { skip: NO_BROWSER }, async (t) => {
  const { origin } = await listenDebugApp(t, {}, undefined, { modelFolder: modelPath('unif2ace-small') })
  const browser = await openBrowser(t)
  for (const { name, ...looks } of PAGES) {
    const { page, complaints } = await visit(browser, origin, looks)
    page.setDefaultTimeout(PATIENCE_MS)
    await page.locator('#model[data-status=ready]').waitFor()
    await page.fill('#seed', '7')
    await page.click('#panel-make .primary')
    await page.locator('#save').waitFor()
    await page.locator('.experts table >> nth=1').waitFor()
    await isIdle(page)
    t.equal(await page.evaluate('document.getElementById("picture").naturalWidth'), 160)
    t.match(await page.locator('#strip span').allTextContents(), [/^Step/, /^Step/, /^Step/, 'Finished'])
    await shoot(page, `${name}-made`)

    await page.click('#tab-repaint')
    await page.click('[data-region=top]')
    await shoot(page, `${name}-mask`)
    await page.click('#panel-repaint .primary')
    await page.locator('#undo').waitFor()
    await isIdle(page)
    t.match(await wordsOf(page, '#picture-words'), /, 40 tokens made anew$/, 'a third of ten rows is touched by four')
    await shoot(page, `${name}-repainted`)

    await page.click('#tab-ask')
    await page.click('#describe')
    await page.locator('.answers li[data-reason]').waitFor()
    await isIdle(page)
    await page.fill('#question', 'What colour is the background?')
    await page.click('#ask-form .primary')
    await page.locator('.answers li[data-reason] >> nth=1').waitFor()
    await isIdle(page)
    t.match(await page.locator('.answers li').allTextContents(), [/blue/i, /woman/i], 'the background was asked for, and the woman')
    await shoot(page, `${name}-asked`)
    t.same(complaints, [])
  }
})
