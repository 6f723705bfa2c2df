import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

/** Where systems put Chromium; playwright-core brings none. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']
const executablePath = PLACES.find((path) => existsSync(path))

/** Why a test that needs a browser is skipped; false where it is not. */
export const NO_BROWSER: string | false = executablePath === undefined ? `there is no Chromium here (${PLACES.join(', ')})` : false

export interface Visit {
  page: Page
  context: BrowserContext
  /** What a visitor should never see: errors of scripts, of the policy, of requests. */
  complaints: string[]
  /** Addresses that were asked for something. */
  asked: string[]
}

/** A browser that ends with its test. */
export async function openBrowser (t: Test): Promise<Browser> {
  // Containers rarely have the namespaces that the sandbox is made of; the only page is ours.
  const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox', '--disable-gpu'] })
  t.teardown(async () => { await browser.close() })
  return browser
}

/** Opens a page as a visitor of its own. @param looks size and colours of the page; the browser's where absent */
export async function visit (browser: Browser, address: string, looks: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ ...looks, permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  const asked: string[] = []
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()) })
  page.on('pageerror', (error) => { complaints.push(error.message) })
  page.on('request', (request) => { asked.push(request.url()) })
  await page.goto(address)
  return { page, context, complaints, asked }
}

/** Text of an element of the playground, with plain spaces. */
export async function wordsOf (page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent() ?? '').replaceAll('\u00a0', ' ')
}

/** Waits until the playground does nothing. */
export async function isIdle (page: Page): Promise<void> {
  await page.locator('#progress').waitFor({ state: 'hidden' })
}

/** Presses Tab until an element has focus. @throws Error when none of so many presses leads there */
export async function tabTo (page: Page, id: string): Promise<void> {
  const LONGEST_WAY = 120
  for (let press = 0; press < LONGEST_WAY; press++) {
    if (await page.evaluate('document.activeElement?.id') === id) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to #${id}`)
}
