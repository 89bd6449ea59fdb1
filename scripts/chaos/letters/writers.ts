/** Invented people who write to a campaign's targets while the server is killed: each step is retried until it succeeds. */

import { setTimeout as sleep } from 'node:timers/promises'
import { paths } from '../../../src/paths.ts'
import { MIN_FILL_MS } from '../../../src/security/form-timestamp.ts'
import { formsIn } from '../../demo/html.ts'
import type { Visitor } from '../../local/browser.ts'
import { formTo, open, type Page, press } from '../../local/visitor.ts'
import { SLUG } from './campaign.ts'
import type { Mailroom } from './mailroom.ts'

/** People who write at the same time. */
const TOGETHER = 25
/** Milliseconds between two attempts of a step. */
const AGAIN_MS = 150
/** Milliseconds after which a step fails for good. An account may be held for two minutes. */
const PATIENCE_MS = 300_000
/** Milliseconds beyond MIN_FILL_MS that a form stays open. */
const HASTE_MS = 100

type Writing = {
  site: string
  people: number
  mailroom: Mailroom
  /** Whether people confirm at the same time. If not, letters are numbered in the order of the returned addresses. */
  confirmTogether: boolean
  signal: AbortSignal // ends all attempts
}

const emailOf = (n: number): string => `writer${n}@example.org`

/** Lets all people write and confirm. Returns their addresses in the order of confirmation. */
export async function allWrite(writing: Writing): Promise<string[]> {
  const confirmed: string[] = []
  let turn = Promise.resolve()
  const confirm = (n: number, link: string): Promise<void> => {
    const pressed = async () => {
      await pressButton(writing, visitorOf(n), link)
      confirmed.push(emailOf(n))
    }
    if (writing.confirmTogether) return pressed()
    turn = turn.then(pressed)
    return turn
  }
  let next = 0
  const act = async () => {
    for (let n = next++; n < writing.people; n = next++) {
      await fillIn(writing, n)
      const link = await persistently(writing, async () => {
        const found = writing.mailroom.linkFor(emailOf(n))
        if (found === undefined) throw new Error(`${emailOf(n)} got no confirmation link`)
        return found
      })
      await confirm(n, link)
    }
  }
  await Promise.all(Array.from({ length: Math.min(TOGETHER, writing.people) }, act))
  return confirmed
}

/** A browser in a network of its own (RFC 3849), since requests of one network are limited. */
const visitorOf = (n: number): Visitor => ({ ip: `2001:db8:${n.toString(16)}::1`, languages: 'en' })

async function fillIn(writing: Writing, n: number): Promise<void> {
  const { site } = writing
  const visitor = visitorOf(n)
  const page = await persistently(writing, async () => fine(await open(visitor, site + paths.write('en', SLUG))))
  await sleep(MIN_FILL_MS + HASTE_MS)
  const sentence = `I am the ${n}th to write, and I will not be the last.`
  const answers = { email: emailOf(n), name: `Writer ${n}`, sentence }
  const form = formTo(page, paths.letters(SLUG))
  await persistently(writing, async () => fine(await press(visitor, page, form, answers)))
}

async function pressButton(writing: Writing, visitor: Visitor, link: string): Promise<void> {
  await persistently(writing, async () => {
    const page = fine(await open(visitor, link))
    const form = formsIn(page.html).find(({ action }) => action === new URL(link).pathname)
    if (form === undefined) return // the button was pressed, but the answer was lost with the server
    fine(await press(visitor, page, form))
  })
}

/** Returns the page. @throws Error if its status is not 200 */
function fine(page: Page): Page {
  if (page.status !== 200) throw new Error(`${page.url} answered ${page.status}`)
  return page
}

async function persistently<T>({ signal }: Writing, act: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    signal.throwIfAborted()
    try {
      return await act()
    } catch (error) {
      if (Date.now() > end) throw error
    }
  }
}
