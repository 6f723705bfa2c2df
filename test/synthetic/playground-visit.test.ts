import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import t from 'tap'
import { hashedKeys } from '../../src/http/api-keys.js'
import { NO_BROWSER, openBrowser, tabTo, visit } from '../support/browser.js'
import { listenDebugApp } from '../support/debug-app.js'
import { widePng } from '../support/pictures.js'
import { ScriptedEngine } from '../support/scripted-engine.js'
import { buildToyApp } from '../support/toy-app.js'

/** Cells of the debug model's pictures, along a side. */
const GRID = 4
const SIDE = 32

const words = async (page: Page, selector: string): Promise<string> => (await page.locator(selector).textContent() ?? '').replaceAll('\u00a0', ' ')
const headsOf = async (page: Page, table: number): Promise<string[]> => await page.locator(`.experts table >> nth=${table}`).locator('thead th').allTextContents()
const isIdle = async (page: Page): Promise<void> => { await page.locator('#progress').waitFor({ state: 'hidden' }) }

t.test('a visitor makes a face, repaints it, has it described and asks about it', { skip: NO_BROWSER }, async (t) => {
  const { origin } = await listenDebugApp(t)
  const browser = await openBrowser(t)

  await t.test('with a pointer', async (t) => {
    const { page, complaints, asked } = await visit(browser, origin)
    await page.locator('#model[data-status=ready]').waitFor()
    t.match(await words(page, '#model'), /^debug/)
    t.equal(await words(page, '#film-count'), String(GRID ** 2))

    await page.fill('#seed', '7')
    await page.click('#panel-make .primary')
    await page.locator('#save').waitFor()
    t.equal(await words(page, '#picture-words'), 'Synthetic Seed 7, 16 steps, guidance 3')
    t.equal(await page.evaluate('document.getElementById("picture").naturalWidth'), SIDE)
    t.match(await page.locator('#strip span').allTextContents(), [/^Step 4/, /^Step 8/, /^Step 12/, 'Finished'], 'partial images of real steps')
    t.match(await words(page, '#took'), /[\d.]+ [KM] of [\d.]+ [KM] parameters activated per token/)
    await page.locator('.experts table >> nth=1').waitFor()
    t.match(await words(page, '#experts-note'), /^The experts for making pictures/)
    t.same(await headsOf(page, 0), ['Layer', '1', '2', '3', '4', '5', '6', '7', '8'])
    t.same(await headsOf(page, 1), ['Layer', 'copy', 'copy', 'zero', 'noise'])
    for (const table of [0, 1]) {
      t.same(await page.locator(`.experts table >> nth=${table}`).locator('tbody th').allTextContents(), ['1', '2'], 'a row a layer')
      t.equal(await page.locator(`.experts table >> nth=${table}`).locator('td', { hasText: /^\d+$/ }).count() > 2, true, 'parts in percent')
    }
    t.match(await words(page, '.kinds'), /noise\s*adds how much is masked; active in [012] of 2 layers/)
    t.match(await words(page, '#snippet'), /\/v1\/images\/generations[^]*"seed":7/)

    await page.click('#tab-repaint')
    await page.click('[data-region=top]')
    t.equal(await words(page, '#mask-share'), '33 % painted.')
    await page.click('[data-region=invert]')
    t.equal(await words(page, '#mask-share'), '67 % painted.')
    await page.click('[data-region=none]')
    const box = await page.locator('#mask').boundingBox()
    if (box === null) throw new Error('the mask is not on show')
    await page.mouse.click(box.x + box.width / 8, box.y + box.height / 8)
    await page.click('#panel-repaint .primary')
    await page.locator('#undo').waitFor()
    t.match(await words(page, '#picture-words'), /, 1 tokens made anew$/, 'a dab within one cell')
    await page.click('#undo')
    t.equal(await words(page, '#picture-words'), 'Synthetic Seed 7, 16 steps, guidance 3')

    await page.click('#tab-ask')
    await page.click('#describe')
    await page.locator('.answers li[data-reason]').waitFor()
    await isIdle(page)
    t.match(await words(page, '#experts-note'), /^The experts for reading pictures/)
    t.same(await headsOf(page, 1), ['Layer', 'copy', 'copy', 'clip', 'face'])
    await page.click('text=Does the person wear glasses?')
    await page.click('#ask-form .primary')
    await page.locator('.probabilities').waitFor()
    t.match(await page.locator('.probabilities li').allTextContents(), [/^yes\d+/, /^no\d+/])
    await isIdle(page)
    t.equal(await page.locator('.experts table').count(), 1)
    t.match(await words(page, '#expert-tables'), /found in the cache.*no sequence-level expert this time/, 'the picture was read for the description')
    await page.click('text=Who is this?')
    await page.click('#ask-form .primary')
    await page.locator('.notes', { hasText: 'Refused by this server\'s policy on identity.' }).waitFor()
    t.equal(await page.locator('#experts').isVisible(), false, 'no expert was asked')
    t.match(await words(page, '#took'), /Nothing – the policy answered before the model was asked/)
    t.same(complaints, [])
    t.same(asked.filter((address) => !address.startsWith(`${origin}/`) && !/^(blob|data):/.test(address)), [], 'nobody else is asked for anything')
  })

  await t.test('with the keyboard alone', async (t) => {
    const { page, complaints } = await visit(browser, origin)
    await page.locator('#model[data-status=ready]').waitFor()
    await tabTo(page, 'prompt')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('an old man')
    await page.keyboard.press('Control+Enter')
    await page.locator('#save').waitFor()
    await isIdle(page)
    t.equal(await page.locator('#picture').getAttribute('alt'), 'Synthetic face: an old man')
    t.match(await words(page, '#said'), /^Finished, with seed \d+$/, 'told to a screen reader')

    await tabTo(page, 'tab-make')
    await page.keyboard.press('ArrowRight')
    t.equal(await page.locator('#tab-repaint').getAttribute('aria-selected'), 'true')
    await tabTo(page, 'mask')
    for (const key of [' ', 'ArrowRight', 'ArrowUp', ' ']) await page.keyboard.press(key)
    t.equal(await words(page, '#said'), `Row ${GRID / 2}, column ${GRID}: painted. 13 % painted.`)
    await tabTo(page, 'repaint-prompt')
    await page.keyboard.press('Control+Enter')
    await page.locator('#undo').waitFor()
    t.match(await words(page, '#picture-words'), /, 2 tokens made anew$/)
    await isIdle(page)

    await tabTo(page, 'tab-repaint')
    await page.keyboard.press('ArrowRight')
    await tabTo(page, 'describe')
    await page.keyboard.press('Enter')
    await page.locator('.answers li[data-reason]').waitFor()
    await isIdle(page)
    await tabTo(page, 'question')
    await page.keyboard.press('Enter')
    await page.locator('.answers li[data-reason] >> nth=1').waitFor()
    await isIdle(page)
    await tabTo(page, 'tab-curl')
    await page.keyboard.press('ArrowRight')
    await tabTo(page, 'copy')
    await page.keyboard.press('Enter')
    await page.locator('text=Copied').first().waitFor()
    t.match(await page.evaluate('navigator.clipboard.readText()'), /client\.post\("\/faces\/vqa"[^]*"What colour is the hair\?"/)
    t.same(complaints, [])
  })

  await t.test('with a picture of their own that is no square, and a prompt that is refused', async (t) => {
    const { page } = await visit(browser, origin)
    await page.locator('#model[data-status=ready]').waitFor()
    await page.click('#tab-repaint')
    t.ok(await page.locator('#panel-repaint .primary').isDisabled(), 'there is nothing to repaint')
    await page.setInputFiles('#file', { name: 'me.png', mimeType: 'image/png', buffer: await widePng('teal', { width: 90, height: 60 }) })
    await page.locator('text=it stays in this page until you send it').waitFor()
    await page.click('[data-region=bottom]')
    await page.click('#panel-repaint .primary')
    await page.locator('#undo').waitFor()
    await isIdle(page)
    t.match(await page.locator('#strip span').first().textContent(), 'Before')
    await page.fill('#repaint-prompt', 'a ten year old girl')
    await page.click('#panel-repaint .primary')
    await page.locator('#failure').waitFor()
    t.match(await words(page, '#failure'), /This server does not do that.*policy on minors.*Code: content_filter/)
    t.equal(await page.locator('#undo').isVisible(), true, 'what there was is still there')
    await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'image/png', buffer: Buffer.from('no picture') })
    await page.locator('text=notes.txt is no picture').waitFor()
  })
})

t.test('where keys are asked for, the page asks, and forgets', { skip: NO_BROWSER }, async (t) => {
  const apiKeys = hashedKeys([createHash('sha256').update('open-sesame').digest()])
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), apiKeys })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const { page, context } = await visit(await openBrowser(t), origin)
  await page.fill('#key', 'open-sesame')
  await page.keyboard.press('Enter')
  await page.locator('#model[data-status=ready]').waitFor()
  t.match(await words(page, '#model'), /^toy/)
  t.equal(await page.locator('#key').inputValue(), '')
  t.equal(await page.evaluate('document.activeElement?.id'), 'prompt', 'where to go on')
  t.match(await context.storageState(), { cookies: [], origins: [] }, 'kept in memory alone')
  await page.reload()
  await page.locator('#key-form').waitFor()
})
